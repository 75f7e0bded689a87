/** Reductions as methods: over all elements, or along one dimension. */
import { apply } from "../autograd/apply.js";
import { EngineError } from "../errors.js";
import { reducedLength } from "../ops/reduction.js";
import { reducedDimension } from "../shape.js";
import type { Tensor } from "../tensor.js";

/** `keepdim` leaves the reduced dimension in the shape, with length 1. */
export interface Keep {
  readonly keepdim?: boolean;
}

/** `correction` is what the number of elements is lessened by: 1 for a sample, 0 for a whole population. */
export interface VarianceOptions extends Keep {
  readonly correction?: number;
}

/** `p` is which norm: 2 is the Euclidean length, 1 the sum of magnitudes, Infinity the largest magnitude. */
export interface NormOptions extends Keep {
  readonly p?: number;
}

/** One dimension, several, or null for all. */
export type Dims = number | readonly number[] | null;

export interface ReductionMethods {
  /** The sum of all elements, or along one dimension or several. */
  sum(dim?: Dims, options?: Keep): Tensor;
  /** The mean of all elements, or along one dimension or several. */
  mean(dim?: Dims, options?: Keep): Tensor;
  /** The product of all elements, or along a dimension. */
  prod(dim?: number | null, options?: Keep): Tensor;
  /** The largest element along one dimension or several; those that tie share the gradient. */
  amax(dim?: Dims, options?: Keep): Tensor;
  /** The smallest element along one dimension or several; those that tie share the gradient. */
  amin(dim?: Dims, options?: Keep): Tensor;
  /** The indices that put the elements along a dimension in order; equal ones keep theirs, and NaN counts as largest. */
  argsort(dim?: number, options?: { readonly descending?: boolean }): Tensor;
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
  variance(dim?: Dims, options?: VarianceOptions): Tensor;
  /** The standard deviation of all elements, or along a dimension. */
  std(dim?: Dims, options?: VarianceOptions): Tensor;
  /** The length of all elements, or of the vectors along a dimension or several: (Σ|x|ᵖ)^(1/p). */
  norm(dim?: Dims, options?: NormOptions): Tensor;
  /** ln Σ eˣ of all elements, or along a dimension, without overflow. */
  logSumExp(dim?: Dims, options?: Keep): Tensor;
}

export const reductionMethods: ReductionMethods & ThisType<Tensor> = {
  sum(dim = null, { keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "sum", dim, keepdim, (x) => x.sum(-1));
    return apply("sum", [this], { dim, keepdim });
  },
  mean(dim = null, { keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "mean", dim, keepdim, (x) => x.mean(-1));
    return apply("mean", [this, reducedLength("mean", this.shape, dim)], { dim, keepdim });
  },
  prod(dim = null, { keepdim = false } = {}) {
    return apply("prod", [this], { dim, keepdim });
  },
  max(dim = null, { keepdim = false } = {}) {
    return apply("max", [this], { dim: asDim("max", dim), keepdim });
  },
  min(dim = null, { keepdim = false } = {}) {
    return apply("min", [this], { dim: asDim("min", dim), keepdim });
  },
  amax(dim = null, { keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "amax", dim, keepdim, (x) => x.amax(-1));
    return apply("amax", [this], { dim, keepdim });
  },
  amin(dim = null, { keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "amin", dim, keepdim, (x) => x.amin(-1));
    return apply("amin", [this], { dim, keepdim });
  },
  argmax(dim = null, { keepdim = false } = {}) {
    return apply("argmax", [this], { dim, keepdim });
  },
  argmin(dim = null, { keepdim = false } = {}) {
    return apply("argmin", [this], { dim, keepdim });
  },
  argsort(dim = -1, { descending = false } = {}) {
    return apply("argsort", [this], { dim, order: descending ? "descending" : "ascending" });
  },
  cumsum(dim) {
    return apply("cumsum", [this], { dim });
  },
  variance(dim = null, { correction = 1, keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "variance", dim, keepdim, (x) => x.variance(-1, { correction }));
    return apply("variance", [this, ...divisors(this, dim, correction)], { dim, keepdim, correction });
  },
  std(dim = null, { correction = 1, keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "std", dim, keepdim, (x) => x.std(-1, { correction }));
    return apply("std", [this, ...divisors(this, dim, correction)], { dim, keepdim, correction });
  },
  norm(dim = null, { keepdim = false, p = 2 } = {}) {
    if (isSeveral(dim)) return overDims(this, "norm", dim, keepdim, (x) => x.norm(-1, { p }));
    return apply("norm", [this], { dim, keepdim, p });
  },
  logSumExp(dim = null, { keepdim = false } = {}) {
    if (isSeveral(dim)) return overDims(this, "logSumExp", dim, keepdim, (x) => x.logSumExp(-1));
    return apply("logSumExp", [this], { dim, keepdim });
  },
};

export function isSeveral(dim: Dims): dim is readonly number[] {
  return Array.isArray(dim);
}

/** Several dimensions are joined into one last one, which is then reduced. No dimensions at all means every one. */
export function overDims(
  x: Tensor,
  call: string,
  dims: readonly number[],
  keepdim: boolean,
  reduceLast: (x: Tensor) => Tensor,
): Tensor {
  const rank = x.shape.length;
  const every = x.shape.map((_, dim) => dim);
  const reduced = dims.length === 0 ? every : dims.map((dim) => reducedDimension(call, dim, x.shape));
  if (new Set(reduced).size < reduced.length) {
    throw new EngineError(
      `${call}: dimension ${reduced.find((dim, at) => reduced.indexOf(dim) !== at)} is named twice in [${dims.join(", ")}]`,
      "a dimension is reduced once",
      "Name each dimension once; negative numbers count from the end.",
    );
  }
  if (rank === 0) return reduceLast(x.reshape([1]));
  const kept = every.filter((dim) => !reduced.includes(dim));
  const lengths = kept.map((dim) => x.shape[dim]);
  const joined = reduced.reduce((product, dim) => product * x.shape[dim], 1);
  const result = reduceLast(x.permute([...kept, ...reduced]).reshape([...lengths, joined]));
  return keepdim ? result.reshape(x.shape.map((length, dim) => (reduced.includes(dim) ? 1 : length))) : result;
}

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
