/**
 * Convolutions over any number of dimensions behind the channels. All begin with the same windows, picked by their
 * places, so that their derivatives are those of indexing and of matrix products.
 */
import { EngineError, shapesDoNotFit } from "./errors.js";
import { Storage } from "./kernels/storage.js";
import { elementCount } from "./shape.js";
import { Tensor } from "./tensor.js";
import { each, windowCount, type PerDimension } from "./windows.js";

/** How the kernel of a convolution moves. */
export interface ConvolutionOptions {
  /** How far the kernel moves from one result to the next, 1 unless given. */
  readonly stride?: PerDimension;
  /** Zeros around the input; "same" keeps its size, "valid" adds none. */
  readonly padding?: PerDimension | "same" | "valid";
  /** How far apart the taps of the kernel lie. */
  readonly dilation?: PerDimension;
  /** Channels are cut into so many groups, each with kernels of its own. */
  readonly groups?: number;
}

/** How the kernel of a transposed convolution moves. */
export interface TransposedOptions extends Omit<ConvolutionOptions, "padding"> {
  /** How much of each end of the result is left out, 0 unless given. */
  readonly padding?: PerDimension;
  /** What the result is longer by at the end. */
  readonly outputPadding?: PerDimension;
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

/** Zeros between neighbors along a dimension. */
function spaced(x: Tensor, dim: number, step: number): Tensor {
  if (step === 1) return x;
  const length = x.shape[dim];
  const places = Array.from({ length }, (_, at) => at * step);
  const shape = x.shape.map((each_, at) => (at === dim ? (length - 1) * step + 1 : each_));
  return x.indexInto(shape, dim, new Tensor(Storage.of("int32", places), [length]));
}
