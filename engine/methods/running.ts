/** Running extremes, and the running logarithm of a sum of exponentials. */
import { apply } from "../autograd/apply.js";
import { Storage } from "../kernels/storage.js";
import { reducedDimension, slicedAt } from "../shape.js";
import { Tensor } from "../tensor.js";
import type { Found } from "./statistics.js";

export interface RunningMethods {
  /** The largest element so far along a dimension, and where it was; of those that tie, the last. */
  cummax(dim: number): Found;
  /** The smallest element so far along a dimension, and where it was; of those that tie, the last. */
  cummin(dim: number): Found;
  /** ln Σ eˣ of the elements so far along a dimension, without overflow. */
  logCumSumExp(dim: number): Tensor;
}

export const runningMethods: RunningMethods & ThisType<Tensor> = {
  cummax(dim) {
    return runningExtreme("cummax", this, dim, (value, best) => value >= best);
  },
  cummin(dim) {
    return runningExtreme("cummin", this, dim, (value, best) => value <= best);
  },
  logCumSumExp(dim) {
    return apply("logCumSumExp", [this], { dim });
  },
};

function runningExtreme(call: string, x: Tensor, dim: number, beats: (value: number, best: number) => boolean): Found {
  const at = reducedDimension(call, dim, x.shape);
  const indices = new Tensor(Storage.of("int32", bestSoFar(x, at, beats)), x.shape);
  return { values: x.gather(dim, indices), indices };
}

/** For each element the place of the best one up to it; a NaN, once met, stays, and the last one is taken. */
function bestSoFar(
  { storage, shape }: Tensor,
  dim: number,
  beats: (value: number, best: number) => boolean,
): Int32Array {
  const { outer, length, inner } = slicedAt(shape, dim);
  const values = storage.toArray();
  const places = new Int32Array(values.length);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      let best = 0;
      for (let k = 0; k < length; k++) {
        const start = i * length * inner + j;
        const [value, top] = [values[start + k * inner], values[start + best * inner]];
        if (Number.isNaN(value) || (!Number.isNaN(top) && beats(value, top))) best = k;
        places[start + k * inner] = best;
      }
    }
  }
  return places;
}
