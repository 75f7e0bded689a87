/** Reductions as methods: over all elements, or along one dimension. */
import { apply } from "../autograd/apply.js";
import { EngineError } from "../errors.js";
import { reducedLength } from "../ops/reduction.js";
import type { Tensor } from "../tensor.js";

/** `keepdim` leaves the reduced dimension in the shape, with length 1. */
export interface Keep {
  readonly keepdim?: boolean;
}

/** `correction` is what the number of elements is lessened by: 1 for a sample, 0 for a whole population. */
export interface VarianceOptions extends Keep {
  readonly correction?: number;
}

export interface ReductionMethods {
  /** The sum of all elements, or along a dimension. */
  sum(dim?: number | null, options?: Keep): Tensor;
  /** The mean of all elements, or along a dimension. */
  mean(dim?: number | null, options?: Keep): Tensor;
  /** The largest element. Of the whole tensor, those that tie share the gradient; along a dimension the first gets it. */
  max(dim?: number | null, options?: Keep): Tensor;
  /** The smallest element. Of the whole tensor, those that tie share the gradient; along a dimension the first gets it. */
  min(dim?: number | null, options?: Keep): Tensor;
  /** The index of the largest element. An index has no derivative, so gradients stop here. */
  argmax(dim?: number | null, options?: Keep): Tensor;
  /** The index of the smallest element. An index has no derivative, so gradients stop here. */
  argmin(dim?: number | null, options?: Keep): Tensor;
  /** Running sums along a dimension. */
  cumsum(dim: number): Tensor;
  /** The variance of all elements, or along a dimension. */
  variance(dim?: number | null, options?: VarianceOptions): Tensor;
  /** The standard deviation of all elements, or along a dimension. */
  std(dim?: number | null, options?: VarianceOptions): Tensor;
  /** The Euclidean length, of all elements or along a dimension. */
  norm(dim?: number | null, options?: Keep): Tensor;
  /** ln Σ eˣ of all elements, or along a dimension, without overflow. */
  logSumExp(dim?: number | null, options?: Keep): Tensor;
}

export const reductionMethods: ReductionMethods & ThisType<Tensor> = {
  sum(dim = null, { keepdim = false } = {}) {
    return apply("sum", [this], { dim, keepdim });
  },
  mean(dim = null, { keepdim = false } = {}) {
    return apply("mean", [this, reducedLength("mean", this.shape, dim)], { dim, keepdim });
  },
  max(dim = null, { keepdim = false } = {}) {
    return apply("max", [this], { dim: asDim("max", dim), keepdim });
  },
  min(dim = null, { keepdim = false } = {}) {
    return apply("min", [this], { dim: asDim("min", dim), keepdim });
  },
  argmax(dim = null, { keepdim = false } = {}) {
    return apply("argmax", [this], { dim, keepdim });
  },
  argmin(dim = null, { keepdim = false } = {}) {
    return apply("argmin", [this], { dim, keepdim });
  },
  cumsum(dim) {
    return apply("cumsum", [this], { dim });
  },
  variance(dim = null, { correction = 1, keepdim = false } = {}) {
    return apply("variance", [this, ...divisors(this, dim, correction)], { dim, keepdim, correction });
  },
  std(dim = null, { correction = 1, keepdim = false } = {}) {
    return apply("std", [this, ...divisors(this, dim, correction)], { dim, keepdim, correction });
  },
  norm(dim = null, { keepdim = false } = {}) {
    return apply("norm", [this], { dim, keepdim });
  },
  logSumExp(dim = null, { keepdim = false } = {}) {
    return apply("logSumExp", [this], { dim, keepdim });
  },
};

/** Catches the elementwise maximum, which is another method here. */
function asDim(name: "max" | "min", dim: number | null): number | null {
  if (dim === null || typeof dim === "number") return dim;
  throw new EngineError(
    `${name}: the argument is not a dimension`,
    `\`${name}(dim)\` looks along a dimension`,
    `For the ${name === "max" ? "larger" : "smaller"} of two tensors, element by element, use \`${name}imum\`.`,
  );
}

/** What the mean and the variance are divided by. With no freedom left the variance is 0/0, not a number. */
function divisors(x: Tensor, dim: number | null, correction: number): readonly [number, number] {
  const length = reducedLength("variance", x.shape, dim);
  return [length, Math.max(0, length - correction)];
}
