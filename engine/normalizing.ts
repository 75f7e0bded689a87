/**
 * Normalizations and distances as functions: means and variances over some dimensions, scaled and shifted. They are
 * composites of ops, which carry their derivatives.
 */
import { EngineError, shapesDoNotFit, shapeText } from "./errors.js";
import { isFloat } from "./dtype.js";
import { broadcastTensors } from "./grids.js";
import { averagePool } from "./pooling.js";
import { sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Options that all normalizations take. */
export interface NormalizingOptions {
  /** What the normalized values are multiplied by; nothing if null. */
  readonly weight?: Tensor | null;
  /** What is added to them; nothing if null. */
  readonly bias?: Tensor | null;
  /** Keeps the division finite, 1e-5 unless given. */
  readonly eps?: number;
}

/** Options of `batchNorm`. */
export interface BatchNormOptions extends NormalizingOptions {
  /** Whether the batch's own mean and variance are used, and the running ones updated. */
  readonly training?: boolean;
  /** How much of each batch goes into the running statistics, 0.1 unless given. */
  readonly momentum?: number;
}

/** The last dimensions brought to mean 0 and variance 1 (Ba, Kiros & Hinton 2016). */
export function layerNorm(x: Tensor, shape: readonly number[], options: NormalizingOptions = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  checkEnd("layerNorm", x, shape);
  for (const each of [weight, bias]) {
    if (each === null || sameShape(each.shape, shape)) continue;
    const because = "there is one weight and one bias for each element that is normalized";
    throw shapesDoNotFit("layerNorm", shape, each.shape, because, "Check the shapes.");
  }
  const normalized = standardized(
    x,
    shape.map((_, dim) => dim - shape.length),
    eps,
  );
  return shifted(normalized, weight, bias);
}

/** The same with the mean and the reciprocal of the standard deviation by which it was normalized, without history. */
export function nativeLayerNorm(
  x: Tensor,
  shape: readonly number[],
  options: NormalizingOptions = {},
): { values: Tensor; mean: Tensor; rstd: Tensor } {
  const values = layerNorm(x, shape, options);
  const dims = shape.map((_, dim) => dim - shape.length);
  const still = x.detach();
  const mean = still.mean(dims, { keepdim: true });
  const variance = still.sub(mean).square().mean(dims, { keepdim: true });
  return { values, mean, rstd: variance.add(options.eps ?? 1e-5).rsqrt() };
}

/** The last dimensions divided by their root mean square (Zhang & Sennrich 2019). */
export function rmsNorm(
  x: Tensor,
  shape: readonly number[],
  { weight = null, eps }: Omit<NormalizingOptions, "bias"> = {},
): Tensor {
  checkEnd("rmsNorm", x, shape);
  const dims = shape.map((_, dim) => dim - shape.length);
  const smallest = x.dtype === "float64" ? Number.EPSILON : 2 ** -23;
  const scale = x
    .square()
    .mean(dims, { keepdim: true })
    .add(eps ?? smallest)
    .rsqrt();
  return shifted(x.mul(scale), weight, null);
}

/** Channels cut into groups, each brought to mean 0 and variance 1 (Wu & He 2018). */
export function groupNorm(x: Tensor, groups: number, options: NormalizingOptions = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  const [batch, channels, ...rest] = x.shape;
  if (x.shape.length < 2 || channels % groups !== 0) {
    throw new EngineError(
      `groupNorm: a tensor of shape ${shapeText(x.shape)} in ${groups} groups`,
      "the channels in dimension 1 are cut into groups of one size",
      "Choose a number of groups that divides the channels.",
    );
  }
  const length = rest.reduce((product, each) => product * each, channels / groups);
  const normalized = standardized(x.reshape([batch, groups, length]), [-1], eps).reshape(x.shape);
  return shifted(normalized, perChannel(weight, x), perChannel(bias, x));
}

/**
 * Channels brought to mean 0 and variance 1 over batch and places (Ioffe & Szegedy 2015); in training by their own
 * statistics, which also move the running ones, else by the running ones.
 */
export function batchNorm(
  x: Tensor,
  mean: Tensor | null,
  variance: Tensor | null,
  options: BatchNormOptions = {},
): Tensor {
  const { weight = null, bias = null, eps = 1e-5, training = false, momentum = 0.1 } = options;
  const dims = x.shape.map((_, dim) => dim).filter((dim) => dim !== 1);
  if (!training && mean !== null && variance !== null) {
    const scale = perChannel(variance, x)?.add(eps).rsqrt();
    const centered = x.sub(mean.reshape(channelShape(x)));
    return shifted(scale === undefined ? centered : centered.mul(scale), perChannel(weight, x), perChannel(bias, x));
  }
  const count = x.storage.size / (x.shape[1] ?? 1);
  if (training && count === 1) {
    throw new EngineError(
      `batchNorm: a tensor of shape ${shapeText(x.shape)} has one value for each channel`,
      "one value has no variance",
      "Train with more than one value for each channel.",
      "ValueError",
    );
  }
  if (training) {
    move(mean, x.detach().mean(dims), momentum);
    move(variance, x.detach().variance(dims), momentum);
  }
  return shifted(standardized(x, dims, eps), perChannel(weight, x), perChannel(bias, x));
}

/**
 * Each channel of each example brought to mean 0 and variance 1 over its places (Ulyanov et al. 2016); without input
 * statistics by the running ones, which are those of all examples.
 */
export function instanceNorm(
  x: Tensor,
  mean: Tensor | null = null,
  variance: Tensor | null = null,
  options: NormalizingOptions & { readonly useInputStats?: boolean; readonly momentum?: number } = {},
): Tensor {
  const { weight = null, bias = null, eps = 1e-5, useInputStats = true, momentum = 0.1 } = options;
  const [batch, channels, ...places] = x.shape;
  if (!useInputStats) return batchNorm(x, mean, variance, { weight, bias, eps });
  if (places.reduce((product, each) => product * each, 1) <= 1) {
    throw new EngineError(
      `instanceNorm: a tensor of shape ${shapeText(x.shape)} has one value for each channel`,
      "one value has no variance",
      "Normalize more than one value for each channel.",
      "ValueError",
    );
  }
  const dims = places.map((_, dim) => dim + 2);
  move(mean, x.detach().mean(dims).mean(0), momentum);
  move(variance, x.detach().variance(dims).mean(0), momentum);
  const flat = x.reshape([batch * channels, -1]);
  return shifted(standardized(flat, [-1], eps).reshape(x.shape), perChannel(weight, x), perChannel(bias, x));
}

/** Each element divided by a power of the mean square of the channels around (Krizhevsky et al. 2012, with the mean as in PyTorch). */
export function localResponseNorm(
  x: Tensor,
  size: number,
  options: { readonly alpha?: number; readonly beta?: number; readonly k?: number } = {},
): Tensor {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  if (x.shape.length < 3) {
    throw new EngineError(
      `localResponseNorm: the tensor has shape ${shapeText(x.shape)}`,
      "it takes [batch, channels, …] with at least one dimension behind",
      "Add a dimension with `unsqueeze(-1)`.",
      "ValueError",
    );
  }
  if (x.storage.size === 0) return x.mul(1);
  const [batch, channels] = x.shape;
  const squares = x.mul(x).reshape([batch, 1, channels, -1]);
  const around = squares.pad([0, 0, Math.floor(size / 2), Math.floor((size - 1) / 2)]);
  const mean = averagePool(around, [size, 1], { stride: 1 }).reshape(x.shape);
  return x.div(mean.mul(alpha).add(k).pow(beta));
}

/** Vectors along a dimension divided by their norm, which counts as at least `eps`. */
export function normalize(
  x: Tensor,
  options: { readonly p?: number; readonly dim?: number; readonly eps?: number } = {},
): Tensor {
  const { p = 2, dim = 1, eps = 1e-12 } = options;
  return x.div(x.norm(dim, { keepdim: true, p }).clamp(eps).expand(x.shape));
}

/** The distance of pairs of vectors in the last dimension; `eps` is added to each difference. */
export function pairwiseDistance(
  a: Tensor,
  b: Tensor,
  options: { readonly p?: number; readonly eps?: number; readonly keepdim?: boolean } = {},
): Tensor {
  const { p = 2, eps = 1e-6, keepdim = false } = options;
  const difference = a.sub(b);
  return (isFloat(difference.dtype) ? difference : difference.to("float32")).add(eps).norm(-1, { p, keepdim });
}

/** The cosine of the angle between vectors along a dimension. */
export function cosineSimilarity(
  a: Tensor,
  b: Tensor,
  { dim = 1, eps = 1e-8 }: { readonly dim?: number; readonly eps?: number } = {},
): Tensor {
  const unit = (x: Tensor): Tensor =>
    x.div(x.norm(dim, { keepdim: true }).clampMin(x.detach().mul(0).add(eps).amax(dim, { keepdim: true })));
  const [one, other] = broadcastTensors(a, b).map(unit);
  return one.mul(other).sum(dim);
}

function checkEnd(call: string, x: Tensor, shape: readonly number[]): void {
  if (shape.length > 0 && sameShape(x.shape.slice(-shape.length), shape)) return;
  throw shapesDoNotFit(call, x.shape, shape, "the input must end with the second", "Check the shape.");
}

function standardized(x: Tensor, dims: readonly number[], eps: number): Tensor {
  const centered = x.sub(x.mean(dims, { keepdim: true }));
  const variance = centered.square().mean(dims, { keepdim: true });
  return centered.mul(variance.add(eps).rsqrt());
}

function shifted(x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const scaled = weight === null ? x : x.mul(weight);
  return bias === null ? scaled : scaled.add(bias);
}

function channelShape(x: Tensor): number[] {
  return x.shape.slice(1).map((_, dim) => (dim === 0 ? -1 : 1));
}

function perChannel(values: Tensor | null, x: Tensor): Tensor | null {
  return values === null ? null : values.reshape(channelShape(x));
}

function move(running: Tensor | null, now: Tensor, momentum: number): void {
  if (running === null) return;
  running.mul_(1 - momentum).add_(now.mul(momentum));
}
