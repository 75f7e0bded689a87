/**
 * Functions that toss a coin while training: dropout, where each element, or each channel, is set to zero with
 * probability p and the others are scaled by 1 / (1 − p) (Srivastava et al. 2014), and slopes that are drawn anew. The
 * coin is the engine's seeded generator, so a run can be repeated.
 */
import { EngineError, valueText } from "./errors.js";
import { where } from "./functions.js";
import { Storage } from "./kernels/storage.js";
import { generator } from "./random.js";
import { elementCount } from "./shape.js";
import { Tensor } from "./tensor.js";

/** How many elements `dropout` drops, and when. */
export interface DropoutOptions {
  /** The probability that an element is dropped, 0.5 unless given. */
  readonly p?: number;
  /** Nothing is dropped where this is false. */
  readonly training?: boolean;
}

/** Drops elements. */
export function dropout(x: Tensor, { p = 0.5, training = true }: DropoutOptions = {}): Tensor {
  checkProbability("dropout", p);
  return training && p > 0 ? x.mul(coins(x, x.shape, p)) : x;
}

/** Drops whole channels of [batch, channels, …], or of [channels, …] where `channels` says that there is no batch. */
export function channelDropout(
  x: Tensor,
  { p = 0.5, training = true, channels = 1 }: DropoutOptions & { readonly channels?: 0 | 1 } = {},
): Tensor {
  checkProbability("channelDropout", p);
  if (!training || p === 0) return x;
  const shape = x.shape.map((length, dim) => (dim <= channels ? length : 1));
  return x.mul(coins(x, shape, p));
}

/** Between which slopes `rrelu` draws. */
export interface SlopeOptions {
  /** The smallest slope of negative elements, 1/8 unless given. */
  readonly lower?: number;
  /** The largest slope of negative elements, 1/3 unless given. */
  readonly upper?: number;
  /** Drawn for each element while training; else it is the middle. */
  readonly training?: boolean;
}

/** x where positive, else x times a slope between two bounds (Xu et al. 2015). */
export function rrelu(x: Tensor, { lower = 1 / 8, upper = 1 / 3, training = false }: SlopeOptions = {}): Tensor {
  if (!(lower <= upper)) {
    throw new EngineError(
      `rrelu: slopes from ${lower} to ${upper}`,
      "the lower bound lies above the upper one",
      "Exchange the two.",
    );
  }
  if (!training) return x.leakyRelu((lower + upper) / 2);
  const slopes = Float64Array.from({ length: x.storage.size }, () => lower + (upper - lower) * generator.uniform());
  return where(x.gt(0), x, x.mul(new Tensor(Storage.of(x.dtype, slopes), [...x.shape])));
}

export function checkProbability(call: string, p: number): void {
  if (typeof p === "number" && p >= 0 && p <= 1) return;
  throw new EngineError(
    `${call}: p is ${valueText(p)}`,
    "it is the probability of dropping an element, from 0 to 1",
    "Pass for example 0.5.",
    "ValueError",
  );
}

/** 0 with probability p, else what keeps the mean. */
function coins(x: Tensor, shape: readonly number[], p: number): Tensor {
  const scale = p === 1 ? 0 : 1 / (1 - p);
  const numbers = Float64Array.from({ length: elementCount(shape) }, () => (generator.uniform() < p ? 0 : scale));
  return new Tensor(Storage.of(x.dtype, numbers), [...shape]);
}
