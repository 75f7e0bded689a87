/**
 * Pooling over the last dimensions: each window of a plane becomes its largest element, its mean or its norm. Windows
 * are lists of places in the flat plane, so that their derivatives are those of indexing.
 */
import { EngineError, shapeText } from "./errors.js";
import { Storage } from "./kernels/storage.js";
import { elementCount, sameShape, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";
import { each, placesOfWindows, windowCount, type PerDimension } from "./windows.js";

/** How a pooling window moves. */
export interface PoolOptions {
  /** The size of a window unless given. */
  readonly stride?: PerDimension | null;
  /** How far the window may begin before the first element, 0 unless given; at most half of the kernel. */
  readonly padding?: PerDimension;
  /** Whether a last window may reach over the end. */
  readonly ceilMode?: boolean;
}

/** Options of the maximum poolings. */
export interface MaxPoolOptions extends PoolOptions {
  /** How far apart the elements of a window are, 1 unless given. */
  readonly dilation?: PerDimension;
}

/** Options of the average poolings. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as elements; it does unless told otherwise. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by instead of the number of elements. */
  readonly divisor?: number | null;
}

/** The options of the pooling that is undone. */
export interface UnpoolOptions {
  /** The size of a window unless given. */
  readonly stride?: PerDimension | null;
  /** The padding of the pooling, 0 unless given. */
  readonly padding?: PerDimension;
  /** The plane to fill, where several have the same windows. */
  readonly outputSize?: readonly number[] | null;
}

/** Values and, in int32, where each of them stands in its flat plane. */
export interface Pooled {
  /** The largest element of each window. */
  readonly values: Tensor;
  /** Where each was, counted through the dimensions that were pooled; int32. */
  readonly indices: Tensor;
}

/** The length of each dimension of the result; null keeps that of the input. */
export type AdaptiveSize = number | null | readonly (number | null)[];

/** The largest element of each window and, in int32, its place in the flat plane. Of several the first receives the gradient. */
export function maxPool(x: Tensor, size: readonly number[], options: MaxPoolOptions = {}): Pooled {
  const rank = size.length;
  const [dilation, padding] = [each(options.dilation ?? 1, rank), each(options.padding ?? 0, rank)];
  checkPool("maxPool", x, size, padding, dilation);
  const stride = strideOf(options.stride, size);
  const plane = x.shape.slice(-rank);
  const counts = plane.map((length, dim) => {
    const reach = dilation[dim] * (size[dim] - 1) + 1;
    return windowCount("maxPool", length, reach, stride[dim], padding[dim], options.ceilMode ?? false);
  });
  const places = placesOfWindows(plane, counts, size, stride, dilation, padding);
  return largest(x, { plane, counts, places, taps: elementCount(size) });
}

/** The mean of each window. */
export function averagePool(x: Tensor, size: readonly number[], options: AveragePoolOptions = {}): Tensor {
  const rank = size.length;
  const { countIncludePad = true, divisor = null, ceilMode = false } = options;
  const padding = each(options.padding ?? 0, rank);
  const once = size.map(() => 1);
  checkPool("averagePool", x, size, padding, once);
  if (divisor === 0) throw new EngineError("averagePool: the divisor is 0", "sums are divided by it", "Leave it out.");
  const stride = strideOf(options.stride, size);
  const plane = x.shape.slice(-rank);
  const counts = plane.map((length, dim) =>
    windowCount("averagePool", length, size[dim], stride[dim], padding[dim], ceilMode),
  );
  const places = placesOfWindows(plane, counts, size, stride, once, padding);
  const windows = { plane, counts, places, taps: elementCount(size) };
  return means(x, windows, (window) => {
    if (divisor !== null) return divisor;
    return countIncludePad
      ? elementsWithPadding(window, plane, counts, size, stride, padding)
      : insideOf(window, windows);
  });
}

/** (Σ xᵖ)^(1/p) of each window, all of whose elements must lie inside. */
export function lpPool(
  x: Tensor,
  p: number,
  size: readonly number[],
  { stride = null, ceilMode = false }: Omit<PoolOptions, "padding"> = {},
): Tensor {
  const sums = averagePool(x.pow(p), size, { stride, ceilMode, divisor: 1 });
  // As in PyTorch, the sign is that of the sum, so that an odd p keeps it.
  return sums
    .sign()
    .mul(sums.abs().relu())
    .pow(1 / p);
}

/** The largest element of each of so many windows, which cover the plane evenly, and its place in the flat plane. */
export function adaptiveMaxPool(x: Tensor, size: AdaptiveSize, rank = rankOf(size)): Pooled {
  return largest(x, evenWindows("adaptiveMaxPool", x, size, rank));
}

/** The mean of each of so many windows, which cover the plane evenly. */
export function adaptiveAveragePool(x: Tensor, size: AdaptiveSize, rank = rankOf(size)): Tensor {
  const windows = evenWindows("adaptiveAveragePool", x, size, rank);
  return means(x, windows, (window) => insideOf(window, windows));
}

/** A plane of zeros with each value at its place: the way back of `maxPool`. */
export function maxUnpool(
  { values, indices }: Pooled,
  size: readonly number[],
  { stride = null, padding = 0, outputSize = null }: UnpoolOptions = {},
): Tensor {
  const rank = size.length;
  const [steps, amounts] = [strideOf(stride, size), each(padding, rank)];
  const batch = values.shape.slice(0, -rank);
  const smallest = values.shape
    .slice(-rank)
    .map((count, dim) => (count - 1) * steps[dim] - 2 * amounts[dim] + size[dim]);
  const plane = outputSize === null ? smallest : outputSize.slice(-rank);
  const fits = plane.every((length, dim) => Math.abs(length - smallest[dim]) < steps[dim]);
  if (!fits) {
    throw new EngineError(
      `maxUnpool: a plane of ${shapeText(plane)} for windows ${shapeText(size)} every ${shapeText(steps)}`,
      `each dimension of ${shapeText(smallest)} may differ by less than a stride`,
      "Pass the shape of what was pooled.",
      "ValueError",
    );
  }
  if (!sameShape(values.shape, indices.shape)) {
    throw new EngineError(
      `maxUnpool: values of shape ${shapeText(values.shape)} with places of shape ${shapeText(indices.shape)}`,
      "each value has one place",
      "Pass what `maxPool` gave.",
    );
  }
  const cells = elementCount(values.shape.slice(-rank));
  const zeros = new Tensor(Storage.zeros(values.dtype, elementCount(batch) * elementCount(plane)), [
    ...batch,
    elementCount(plane),
  ]);
  return zeros
    .scatter(-1, indices.reshape([...batch, cells]), values.reshape([...batch, cells]))
    .reshape([...batch, ...plane]);
}

/** For each window its places in the flat plane, `taps` of them; −1 is outside. */
interface Windows {
  readonly plane: Shape;
  readonly counts: Shape;
  readonly places: readonly number[];
  readonly taps: number;
}

function largest(x: Tensor, { plane, counts, places, taps }: Windows): Pooled {
  const windows = elementsOf(x, { plane, counts, places, taps }, x.dtype === "int32" ? -2147483648 : -Infinity);
  const batch = x.shape.slice(0, -plane.length);
  const chosen = windows.argmax(-1, { keepdim: true });
  const table = insidePlaces(places)
    .reshape([...batch.map(() => 1), elementCount(counts), taps])
    .expand(windows.shape);
  return {
    values: windows.max(-1).reshape([...batch, ...counts]),
    indices: table.gather(-1, chosen).reshape([...batch, ...counts]),
  };
}

function means(x: Tensor, windows: Windows, divisorOf: (window: number) => number): Tensor {
  const { plane, counts } = windows;
  const numbers = Array.from({ length: elementCount(counts) }, (_, window) => divisorOf(window));
  const divisors = new Tensor(Storage.of(x.dtype, numbers), [numbers.length]);
  const sums = elementsOf(x, windows, 0).sum(-1);
  const batch = x.shape.slice(0, -plane.length);
  return (x.dtype === "int32" ? sums.truncDivide(divisors) : sums.div(divisors)).reshape([...batch, ...counts]);
}

/** [batch …, windows, taps], with a number where a tap lies outside. */
function elementsOf(x: Tensor, { plane, counts, places, taps }: Windows, outside: number): Tensor {
  const batch = x.shape.slice(0, -plane.length);
  const cells = elementCount(counts);
  const elements = x
    .reshape([...batch, elementCount(plane)])
    .indexSelect(insidePlaces(places), -1)
    .reshape([...batch, cells, taps]);
  if (places.every((place) => place >= 0)) return elements;
  const mask = Storage.of(
    "bool",
    places.map((place) => Number(place < 0)),
  );
  return elements.maskedFill(new Tensor(mask, [cells, taps]), outside);
}

function insidePlaces(places: readonly number[]): Tensor {
  const inside = places.map((place) => Math.max(0, place));
  return new Tensor(Storage.of("int32", inside), [inside.length]);
}

function insideOf(window: number, { places, taps }: Windows): number {
  return places.slice(window * taps, (window + 1) * taps).filter((place) => place >= 0).length;
}

/** Window i of n begins at ⌊i·length/n⌋ and ends before ⌈(i + 1)·length/n⌉, as in PyTorch. */
function evenWindows(call: string, x: Tensor, size: AdaptiveSize, rank: number): Windows {
  const plane = x.shape.slice(-rank);
  const asked = Array.isArray(size) ? size : plane.map(() => size);
  const counts = plane.map((length, dim) => asked[dim] ?? length);
  if (x.shape.length < rank + 1 || plane.includes(0) || counts.some((count) => count < 0)) {
    throw new EngineError(
      `${call}: windows ${shapeText(counts)} over a tensor of shape ${shapeText(x.shape)}`,
      `it takes [channels, …] or [batch, channels, …] with ${rank} dimensions behind that are not empty`,
      "Check the shape and the size.",
    );
  }
  const ranges = plane.map((length, dim) =>
    Array.from({ length: counts[dim] }, (_, i) => {
      const start = Math.floor((i * length) / counts[dim]);
      const end = Math.ceil(((i + 1) * length) / counts[dim]);
      return Array.from({ length: end - start }, (_place, at) => start + at);
    }),
  );
  const lengths = ranges.map((of) => Math.max(0, ...of.map((range) => range.length)));
  // One dimension after the other: every window of those before, with every one of this.
  const windows = ranges.reduce(
    (before: readonly (readonly number[])[], of, dim) =>
      before.flatMap((places) =>
        of.map((range) =>
          places.flatMap((place) =>
            Array.from({ length: lengths[dim] }, (_, tap) =>
              place < 0 || tap >= range.length ? -1 : place * plane[dim] + range[tap],
            ),
          ),
        ),
      ),
    [[0]],
  );
  return { plane, counts, places: windows.flat(), taps: elementCount(lengths) };
}

function rankOf(size: AdaptiveSize): number {
  if (Array.isArray(size)) return size.length;
  throw new EngineError(
    `adaptive pooling: the size is ${String(size)}`,
    "one number does not say over how many dimensions",
    "Pass a list of lengths, or how many dimensions as the third argument.",
    "TypeError",
  );
}

function strideOf(stride: PerDimension | null | undefined, size: readonly number[]): readonly number[] {
  return stride === null || stride === undefined ? size : each(stride, size.length);
}

/** Elements and padding under a window; what a rounded-up last window reaches beyond both does not count. */
function elementsWithPadding(
  window: number,
  plane: Shape,
  counts: Shape,
  size: Shape,
  stride: readonly number[],
  padding: readonly number[],
): number {
  let rest = window;
  let count = 1;
  for (let dim = plane.length - 1; dim >= 0; dim--) {
    const start = (rest % counts[dim]) * stride[dim] - padding[dim];
    rest = Math.floor(rest / counts[dim]);
    count *= Math.min(start + size[dim], plane[dim] + padding[dim]) - start;
  }
  return count;
}

function checkPool(
  call: string,
  x: Tensor,
  size: readonly number[],
  padding: readonly number[],
  dilation: readonly number[],
): void {
  const rank = size.length;
  const isEmpty = x.shape.slice(-rank - 1).includes(0);
  const fits = (x.shape.length === rank + 1 || x.shape.length === rank + 2) && !isEmpty;
  const isPadded = padding.every((amount, dim) => amount >= 0 && amount <= size[dim] / 2);
  if (fits && isPadded && dilation.every((step) => step > 0)) return;
  throw new EngineError(
    `${call}: windows ${shapeText(size)} with padding ${shapeText(padding)} and dilation ${shapeText(dilation)} on a tensor of shape ${shapeText(x.shape)}`,
    fits
      ? "padding is at most half a window, and taps lie at least one apart"
      : `it takes [channels, …] or [batch, channels, …] with ${rank} dimensions behind`,
    "Check the shapes and options.",
  );
}
