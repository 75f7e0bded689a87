/**
 * Convolutions and pooling over any number of dimensions behind the channels. All begin with the same windows, picked by
 * their places, so that their derivatives are those of indexing and of matrix products.
 */
import { EngineError, shapesDoNotFit, shapeText } from "./errors.js";
import { Storage } from "./kernels/storage.js";
import { elementCount, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** One number for all dimensions, or one for each. */
export type PerDimension = number | readonly number[];

export interface ConvolutionOptions {
  readonly stride?: PerDimension;
  /** Zeros around the input; "same" keeps its size, "valid" adds none. */
  readonly padding?: PerDimension | "same" | "valid";
  /** How far apart the taps of the kernel lie. */
  readonly dilation?: PerDimension;
  /** Channels are cut into so many groups, each with kernels of its own. */
  readonly groups?: number;
}

export interface TransposedOptions extends Omit<ConvolutionOptions, "padding"> {
  readonly padding?: PerDimension;
  /** What the result is longer by at the end. */
  readonly outputPadding?: PerDimension;
}

export interface PoolOptions {
  /** The size of a window unless given. */
  readonly stride?: PerDimension | null;
  readonly padding?: PerDimension;
  /** Whether a last window may reach over the end. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  readonly dilation?: PerDimension;
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as elements; it does unless told otherwise. */
  readonly countIncludePad?: boolean;
  /** What sums are divided by instead of the number of elements. */
  readonly divisor?: number | null;
}

/** The convolution (in fact a cross-correlation, as in PyTorch) of [batch, channels, …] with [out, channels / groups, …]. */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  const rank = weight.shape.length - 2;
  if (x.shape.length === rank + 1) return convolution(x.unsqueeze(0), weight, bias, options).squeeze(0);
  const { groups = 1 } = options;
  const [dilation, stride] = [each(options.dilation ?? 1, rank), each(options.stride ?? 1, rank)];
  const size = weight.shape.slice(2);
  if (x.shape.length !== rank + 2 || x.shape[1] !== weight.shape[1] * groups || weight.shape[0] % groups !== 0) {
    const because = `with ${groups} groups the input needs ${weight.shape[1] * groups} channels in dimension 1`;
    throw shapesDoNotFit("convolution", x.shape, weight.shape, because, "Check the channels and the groups.");
  }
  if (bias !== null && bias.dtype !== x.dtype) {
    throw new EngineError(
      `convolution: the input has dtype ${x.dtype} and the bias ${bias.dtype}`,
      "both are summed in one dtype",
      "Convert one of them with `to(…)`.",
    );
  }
  const padded = x.pad(paddingOf(options.padding ?? 0, size, dilation));
  const [batch, channels] = x.shape;
  const windows = windowsOf("convolution", padded, size, stride, dilation);
  const counts = windows.shape.slice(2, 2 + rank);
  const taps = elementCount(size);
  // [batch, groups, channels × taps, places]
  const own = counts.map((_, dim) => dim + 2);
  const inner = size.map((_, dim) => dim + 2 + rank);
  const columns = windows
    .permute([0, 1, ...inner, ...own])
    .reshape([batch, groups, (channels / groups) * taps, elementCount(counts)]);
  const kernels = weight.reshape([1, groups, weight.shape[0] / groups, weight.shape[1] * taps]);
  const result = kernels.matmul(columns).reshape([batch, weight.shape[0], ...counts]);
  return bias === null ? result : result.add(bias.reshape([-1, ...counts.map(() => 1)]));
}

/** The way back of a convolution as a layer of its own: weight is [channels, out / groups, …]. */
export function transposedConvolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: TransposedOptions = {},
): Tensor {
  const rank = weight.shape.length - 2;
  if (x.shape.length === rank + 1) return transposedConvolution(x.unsqueeze(0), weight, bias, options).squeeze(0);
  const { groups = 1 } = options;
  const [stride, padding, dilation, extra] = [
    options.stride ?? 1,
    options.padding ?? 0,
    options.dilation ?? 1,
    options.outputPadding ?? 0,
  ].map((value) => each(value, rank));
  const spread = stride.reduce((y: Tensor, step, dim) => spaced(y, dim + 2, step), x);
  const amounts = weight.shape.slice(2).flatMap((length, dim) => {
    const reach = dilation[dim] * (length - 1);
    return [[reach - padding[dim], reach - padding[dim] + extra[dim]]];
  });
  const [channels, out] = weight.shape;
  const flipped = weight.shape.slice(2).reduce((w: Tensor, _, dim) => w.flip(dim + 2), weight);
  const kernels = flipped
    .reshape([groups, channels / groups, out, ...weight.shape.slice(2)])
    .transpose(1, 2)
    .reshape([groups * out, channels / groups, ...weight.shape.slice(2)]);
  return convolution(spread.pad(amounts.reverse().flat()), kernels, bias, { dilation, groups });
}

/** The largest element of each window and, in int32, its place in the flat plane. Of several the first receives the gradient. */
export function maxPool(
  x: Tensor,
  size: readonly number[],
  options: MaxPoolOptions = {},
): { values: Tensor; indices: Tensor } {
  const rank = size.length;
  const [dilation, padding] = [each(options.dilation ?? 1, rank), each(options.padding ?? 0, rank)];
  checkPool("maxPool", x, size, padding, dilation);
  const stride = options.stride === null || options.stride === undefined ? size : each(options.stride, rank);
  const plane = x.shape.slice(-rank);
  const counts = plane.map((length, dim) => {
    const reach = dilation[dim] * (size[dim] - 1) + 1;
    return windowCount("maxPool", length, reach, stride[dim], padding[dim], options.ceilMode ?? false);
  });
  const places = placesOfWindows(plane, counts, size, stride, dilation, padding);
  const taps = elementCount(size);
  const outside = new Tensor(
    Storage.of(
      "bool",
      places.map((place) => Number(place < 0)),
    ),
    [elementCount(counts), taps],
  );
  const inside = new Tensor(
    Storage.of(
      "int32",
      places.map((place) => Math.max(0, place)),
    ),
    [places.length],
  );
  const batch = x.shape.slice(0, -rank);
  const windows = x
    .reshape([...batch, elementCount(plane)])
    .indexSelect(inside, -1)
    .reshape([...batch, elementCount(counts), taps])
    .maskedFill(outside, x.dtype === "int32" ? -2147483648 : -Infinity);
  const chosen = windows.argmax(-1, { keepdim: true });
  const table = inside.reshape([...batch.map(() => 1), elementCount(counts), taps]).expand(windows.shape);
  return {
    values: windows.max(-1).reshape([...batch, ...counts]),
    indices: table.gather(-1, chosen).reshape([...batch, ...counts]),
  };
}

/** The mean of each window. */
export function averagePool(x: Tensor, size: readonly number[], options: AveragePoolOptions = {}): Tensor {
  const rank = size.length;
  const { countIncludePad = true, divisor = null, ceilMode = false } = options;
  const padding = each(options.padding ?? 0, rank);
  const once = size.map(() => 1);
  checkPool("averagePool", x, size, padding, once);
  if (divisor === 0) throw new EngineError("averagePool: the divisor is 0", "sums are divided by it", "Leave it out.");
  const stride = options.stride === null || options.stride === undefined ? size : each(options.stride, rank);
  const plane = x.shape.slice(-rank);
  const counts = plane.map((length, dim) =>
    windowCount("averagePool", length, size[dim], stride[dim], padding[dim], ceilMode),
  );
  const places = placesOfWindows(plane, counts, size, stride, once, padding);
  const taps = elementCount(size);
  const batch = x.shape.slice(0, -rank);
  const inside = new Tensor(
    Storage.of(
      "int32",
      places.map((place) => Math.max(0, place)),
    ),
    [places.length],
  );
  const outside = new Tensor(
    Storage.of(
      "bool",
      places.map((place) => Number(place < 0)),
    ),
    [elementCount(counts), taps],
  );
  const windows = x
    .reshape([...batch, elementCount(plane)])
    .indexSelect(inside, -1)
    .reshape([...batch, elementCount(counts), taps])
    .maskedFill(outside, 0);
  const numbers = Array.from({ length: elementCount(counts) }, (_, at) => {
    if (divisor !== null) return divisor;
    if (!countIncludePad) return places.slice(at * taps, (at + 1) * taps).filter((place) => place >= 0).length;
    return elementsWithPadding(at, plane, counts, size, stride, padding);
  });
  const divisors = new Tensor(Storage.of(x.dtype, numbers), [numbers.length]);
  const sums = windows.sum(-1);
  return (x.dtype === "int32" ? sums.truncDivide(divisors) : sums.div(divisors)).reshape([...batch, ...counts]);
}

/** All windows of images as columns: [batch, channels × taps, places]. */
export function unfold(
  x: Tensor,
  size: PerDimension,
  options: { readonly stride?: PerDimension; readonly padding?: PerDimension; readonly dilation?: PerDimension } = {},
): Tensor {
  if (x.shape.length === 3) return unfold(x.unsqueeze(0), size, options).squeeze(0);
  const lengths = each(size, 2);
  const [dilation, stride] = [each(options.dilation ?? 1, 2), each(options.stride ?? 1, 2)];
  const windows = windowsOf(
    "unfold",
    x.pad(paddingOf(options.padding ?? 0, lengths, dilation)),
    lengths,
    stride,
    dilation,
  );
  const [batch, channels, rows, columns] = windows.shape;
  return windows.permute([0, 1, 4, 5, 2, 3]).reshape([batch, channels * elementCount(lengths), rows * columns]);
}

function each(value: PerDimension, rank: number): readonly number[] {
  if (typeof value === "number") return Array.from({ length: rank }, () => value);
  return value.length === 1 ? Array.from({ length: rank }, () => value[0]) : value;
}

/** As `pad` takes it: the last dimension first. */
function paddingOf(
  padding: PerDimension | "same" | "valid",
  size: readonly number[],
  dilation: readonly number[],
): number[] {
  if (padding === "valid") return [];
  const amounts = size.map((length, dim) => {
    const total = dilation[dim] * (length - 1);
    if (padding === "same") return [Math.floor(total / 2), total - Math.floor(total / 2)];
    const amount = each(padding, size.length)[dim];
    return [amount, amount];
  });
  return amounts.reverse().flat();
}

/** [batch, channels, places of each dimension, taps of each dimension]. */
function windowsOf(
  call: string,
  x: Tensor,
  size: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): Tensor {
  return size.reduce((windows: Tensor, length, dim) => {
    const reach = dilation[dim] * (length - 1) + 1;
    const count = windowCount(call, x.shape[dim + 2], reach, stride[dim], 0, false);
    const places = Array.from(
      { length: count * length },
      (_, i) => Math.floor(i / length) * stride[dim] + (i % length) * dilation[dim],
    );
    const picked = windows.indexSelect(new Tensor(Storage.of("int32", places), [places.length]), dim + 2);
    return picked.unflatten(dim + 2, [count, length]).movedim(dim + 3, -1);
  }, x);
}

function windowCount(
  call: string,
  length: number,
  reach: number,
  stride: number,
  padding: number,
  ceil: boolean,
): number {
  const room = length + 2 * padding - reach;
  if (room < 0 || !(stride > 0)) {
    throw new EngineError(
      `${call}: windows of ${reach} every ${stride} in ${length + 2 * padding} elements`,
      stride > 0 ? "a window is longer than what it looks at" : "a stride leads forward",
      "Check the sizes of input, kernel, stride and padding.",
    );
  }
  const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  // The last window must begin inside the input or its left padding.
  return ceil && (count - 1) * stride >= length + padding ? count - 1 : count;
}

/** For each tap of each window its place in the flat plane; −1 in the padding. */
function placesOfWindows(
  plane: Shape,
  counts: Shape,
  size: Shape,
  stride: readonly number[],
  dilation: readonly number[],
  padding: readonly number[],
): number[] {
  let places = [0];
  const lengths = [...counts, ...size];
  const walk = Array.from({ length: elementCount(lengths) }, (_, i) => i);
  const rank = plane.length;
  places = walk.map((i) => {
    const at: number[] = [];
    let rest = i;
    for (let dim = lengths.length - 1; dim >= 0; dim--) {
      at[dim] = rest % lengths[dim];
      rest = Math.floor(rest / lengths[dim]);
    }
    let place = 0;
    for (let dim = 0; dim < rank; dim++) {
      const position = at[dim] * stride[dim] + at[dim + rank] * dilation[dim] - padding[dim];
      if (position < 0 || position >= plane[dim]) return -1;
      place = place * plane[dim] + position;
    }
    return place;
  });
  return places;
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

/** Zeros between neighbors along a dimension. */
function spaced(x: Tensor, dim: number, step: number): Tensor {
  if (step === 1) return x;
  const length = x.shape[dim];
  const places = Array.from({ length }, (_, at) => at * step);
  const shape = x.shape.map((each_, at) => (at === dim ? (length - 1) * step + 1 : each_));
  return x.indexInto(shape, dim, new Tensor(Storage.of("int32", places), [length]));
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
