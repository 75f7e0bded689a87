/**
 * Normalizations and distances as functions: means and variances over some dimensions, scaled and shifted. They are
 * composites of ops, which carry their derivatives.
 */
import { EngineError, shapesDoNotFit, shapeText } from "./errors.js";
import { sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

export interface NormalizingOptions {
  readonly weight?: Tensor | null;
  readonly bias?: Tensor | null;
  readonly eps?: number;
}

export interface BatchNormOptions extends NormalizingOptions {
  /** Whether the batch's own mean and variance are used, and the running ones updated. */
  readonly training?: boolean;
  readonly momentum?: number;
}

/** The last dimensions brought to mean 0 and variance 1 (Ba, Kiros & Hinton 2016). */
export function layerNorm(x: Tensor, shape: readonly number[], options: NormalizingOptions = {}): Tensor {
  const { weight = null, bias = null, eps = 1e-5 } = options;
  if (shape.length === 0 || !sameShape(x.shape.slice(-shape.length), shape)) {
    throw shapesDoNotFit("layerNorm", x.shape, shape, "the input must end with the second", "Check the shape.");
  }
  const normalized = standardized(
    x,
    shape.map((_, dim) => dim - shape.length),
    eps,
  );
  return shifted(normalized, weight, bias);
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
  return a.sub(b).add(eps).norm(-1, { p, keepdim });
}

/** The cosine of the angle between vectors along a dimension. */
export function cosineSimilarity(
  a: Tensor,
  b: Tensor,
  { dim = 1, eps = 1e-8 }: { readonly dim?: number; readonly eps?: number } = {},
): Tensor {
  const length = (x: Tensor): Tensor =>
    x.norm(dim, { keepdim: true }).clampMin(x.detach().mul(0).add(eps).amax(dim, { keepdim: true }));
  return a
    .div(length(a))
    .mul(b.div(length(b)))
    .sum(dim);
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
