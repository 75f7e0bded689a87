/**
 * Images in another resolution: `interpolate` over a regular grid, dimension by dimension. Each element of the result is
 * a weighted sum of a few elements of the input, so the derivative is that of indexing.
 */
import { EngineError, shapeText } from "./errors.js";
import { Storage } from "./kernels/storage.js";
import { adaptiveAveragePool } from "./pooling.js";
import { Tensor } from "./tensor.js";
import { each, type PerDimension } from "./windows.js";

/** Names of one method over 1, 2 and 3 dimensions are as in PyTorch; "cubic" is its bicubic over any number of them. */
export type InterpolationMode =
  "nearest" | "nearest-exact" | "linear" | "bilinear" | "trilinear" | "cubic" | "bicubic" | "area";

/** To what size `interpolate` resamples, and how. */
export interface InterpolateOptions {
  /** The lengths of the result's dimensions, or by what factor they are longer: one of the two. */
  readonly size?: PerDimension | null;
  /** By what factor the dimensions become longer; `size` must be left out then. */
  readonly scaleFactor?: PerDimension | null;
  /** "nearest" unless given; "linear", "bilinear", "trilinear", "bicubic" and "area" fit certain ranks. */
  readonly mode?: InterpolationMode;
  /** Whether the centers of the corner elements stay where they are, and not their outer edges. */
  readonly alignCorners?: boolean;
}

/** [batch, channels, …] with other lengths behind the channels. Shapes as in `torch.nn.functional.interpolate`. */
export function interpolate(x: Tensor, options: InterpolateOptions): Tensor {
  const { size = null, scaleFactor = null, mode = "nearest", alignCorners = false } = options;
  const rank = x.shape.length - 2;
  if (rank < 1 || (size === null) === (scaleFactor === null)) {
    throw new EngineError(
      `interpolate: a tensor of shape ${shapeText(x.shape)}, ${size === null ? "no" : "a"} size and ${scaleFactor === null ? "no" : "a"} scale factor`,
      "it takes [batch, channels, …] and one of the two",
      "Pass either the lengths of the result or by what factor it is longer.",
      "ValueError",
    );
  }
  const factors = scaleFactor === null ? null : each(scaleFactor, rank);
  const lengths =
    size === null ? (factors ?? []).map((factor, dim) => Math.floor(x.shape[dim + 2] * factor)) : each(size, rank);
  if (mode === "area") return adaptiveAveragePool(x, lengths);
  return lengths.reduce((image: Tensor, length, dim) => {
    const before = x.shape[dim + 2];
    const scale = factors === null ? before / length : 1 / factors[dim];
    return resampled(image, dim + 2, tapsOf(mode, before, length, scale, alignCorners ? "corners" : "edges"));
  }, x);
}

/** One element of the input for each of the result, and how much of it. */
export interface Tap {
  readonly places: readonly number[];
  /** Null where all of it counts. */
  readonly weights: readonly number[] | null;
}

function resampled(x: Tensor, dim: number, taps: readonly Tap[]): Tensor {
  const behind = x.shape.slice(dim + 1).map(() => 1);
  const [first, ...others] = taps.map(({ places, weights }) => {
    const picked = x.indexSelect(new Tensor(Storage.of("int32", places), [places.length]), dim);
    if (weights === null) return picked;
    return picked.mul(new Tensor(Storage.of(x.dtype, weights), [weights.length, ...behind]));
  });
  return others.reduce((sum, each_) => sum.add(each_), first);
}

function tapsOf(
  mode: InterpolationMode,
  before: number,
  length: number,
  scale: number,
  aligned: "corners" | "edges",
): readonly Tap[] {
  const all = Array.from({ length }, (_, i) => i);
  const inside = (place: number): number => Math.min(Math.max(place, 0), before - 1);
  if (mode === "nearest") return [{ places: all.map((i) => inside(Math.floor(i * scale))), weights: null }];
  if (mode === "nearest-exact") {
    return [{ places: all.map((i) => inside(Math.floor((i + 0.5) * scale))), weights: null }];
  }
  const step = length > 1 ? (before - 1) / (length - 1) : 0;
  const sources = all.map((i) => (aligned === "corners" ? i * step : (i + 0.5) * scale - 0.5));
  if (mode === "cubic" || mode === "bicubic") {
    return [-1, 0, 1, 2].map((offset) => ({
      places: sources.map((source) => inside(Math.floor(source) + offset)),
      weights: sources.map((source) => cubicWeight(source - Math.floor(source) - offset)),
    }));
  }
  const kept = sources.map((source) => Math.max(source, 0));
  return [0, 1].map((offset) => ({
    places: kept.map((source) => inside(Math.floor(source) + offset)),
    weights: kept.map((source) => (offset === 0 ? 1 - (source - Math.floor(source)) : source - Math.floor(source))),
  }));
}

/** Keys 1981 with a = −0.75, as PyTorch takes it: the weight of an element at that distance. */
function cubicWeight(distance: number): number {
  const t = Math.abs(distance);
  if (t <= 1) return (cubic + 2) * t ** 3 - (cubic + 3) * t ** 2 + 1;
  return t < 2 ? cubic * (t ** 3 - 5 * t ** 2 + 8 * t - 4) : 0;
}

export const cubic = -0.75;
