/**
 * Reductions that are made of other ops and have no row of their own: counting, ordering, quantiles, differences and
 * integrals. What passes through each stands in `ops/composites.ts`.
 */
import { isFloat } from "../dtype.js";
import { EngineError } from "../errors.js";
import { dimensionOf, reducedDimension } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { Dims, Keep } from "./reduction.js";

/** Values along a dimension together with where they were found. */
export interface Found {
  readonly values: Tensor;
  /** In int32. */
  readonly indices: Tensor;
}

export interface StatisticsMethods {
  /** Whether all elements are other than zero, or all along a dimension. */
  all(dim?: Dims, options?: Keep): Tensor;
  /** Whether any element is other than zero, or any along a dimension. */
  any(dim?: Dims, options?: Keep): Tensor;
  /** How many elements are other than zero, in int32. */
  countNonzero(dim?: Dims): Tensor;
  /** The sum of the elements that are numbers. */
  nansum(dim?: Dims, options?: Keep): Tensor;
  /** The mean of the elements that are numbers. */
  nanmean(dim?: Dims, options?: Keep): Tensor;
  /** The elements along a dimension in order, and where they were; equal ones keep theirs, and NaN counts as largest. */
  sort(dim?: number, options?: { readonly descending?: boolean }): Found;
  /** The k largest elements along a dimension, or the smallest, in order. */
  topk(k: number, dim?: number, options?: { readonly largest?: boolean }): Found;
  /** The k-th smallest element along a dimension, counted from 1. */
  kthvalue(k: number, dim?: number, options?: Keep): Found;
  /** The middle element along a dimension, the lower one of two; NaN if there is one. */
  median(dim: number, options?: Keep): Found;
  /** The middle one of all elements, the lower of two; those that are equal to it share the gradient. */
  median(): Tensor;
  /** Running products along a dimension. */
  cumprod(dim: number): Tensor;
  /** The differences of neighbors along a dimension, `n` times. */
  diff(n?: number, dim?: number): Tensor;
  /** The integral along a dimension by the trapezoid rule, with steps of `dx` or at the places `x`. */
  trapezoid(dim?: number, options?: Steps): Tensor;
  /** The running integral along a dimension by the trapezoid rule. */
  cumulativeTrapezoid(dim?: number, options?: Steps): Tensor;
  /** The sum of the diagonal of a matrix. */
  trace(): Tensor;
}

export interface Steps {
  readonly dx?: number;
  readonly x?: Tensor;
}

export const statisticsMethods: StatisticsMethods & ThisType<Tensor> = {
  all(dim = null, options = {}) {
    return this.eq(0).to("int32").sum(dim, options).eq(0);
  },
  any(dim = null, options = {}) {
    return this.ne(0).to("int32").sum(dim, options).gt(0);
  },
  countNonzero(dim = null) {
    return this.ne(0).to("int32").sum(dim);
  },
  nansum(dim = null, options = {}) {
    return this.maskedFill(this.isnan(), 0).sum(dim, options);
  },
  nanmean(dim = null, options = {}) {
    return this.nansum(dim, options).div(this.isnan().logicalNot().to(this.dtype).sum(dim, options));
  },
  sort(dim = -1, options = {}) {
    if (this.shape.length === 0) return { values: this.clone(), indices: this.argsort(dim, options) };
    const indices = this.argsort(dim, options);
    return { values: this.gather(dim, indices), indices };
  },
  topk(k, dim = -1, { largest = true } = {}) {
    checkRank("topk", this, dim, k);
    const indices = firstOf(this.argsort(dim, { descending: largest }), dim, k);
    return { values: chosen(this, dim, indices), indices };
  },
  kthvalue(k, dim = -1, { keepdim = false } = {}) {
    checkRank("kthvalue", this, dim, k);
    if (k < 1) throw outside("kthvalue", k, this.shape[dimensionOf("kthvalue", dim, this.shape)] ?? 1);
    return pickedAt(this, this.argsort(dim), dim, k - 1, keepdim);
  },
  median: medianOf,
  cumprod(dim) {
    const at = reducedDimension("cumprod", dim, this.shape);
    if (this.shape.length === 0 || this.shape.includes(0))
      return this.clone().to(this.dtype === "bool" ? "int32" : this.dtype);
    const line = this.transpose(at, -1);
    const length = line.shape[line.shape.length - 1];
    const rows = line.unsqueeze(-2).expand([...line.shape, length]);
    const ones = rows.eq(rows).add(rows.ne(rows)).to("int32");
    const isLater = ones.cumsum(-1).gt(ones.cumsum(-2));
    return rows.maskedFill(isLater, 1).prod(-1).transpose(at, -1);
  },
  diff(n = 1, dim = -1) {
    if (this.shape.length === 0) {
      throw new EngineError("diff: the tensor is a scalar", "it has no neighbors", "Give it a dimension first.");
    }
    const at = dimensionOf("diff", dim, this.shape);
    let result = this.slice(at, 0);
    for (let round = 0; round < n; round++) {
      const length = result.shape[at];
      if (length === 0) return result;
      const [ahead, behind] = [result.narrow(at, 1, length - 1), result.narrow(at, 0, length - 1)];
      result = this.dtype === "bool" ? ahead.ne(behind) : ahead.sub(behind);
    }
    return result;
  },
  trapezoid(dim = -1, options = {}) {
    return trapezoids(this, dim, options).sum(dim);
  },
  cumulativeTrapezoid(dim = -1, options = {}) {
    return trapezoids(this, dim, options).cumsum(dim);
  },
  trace() {
    if (this.shape.length !== 2) {
      throw new EngineError(
        `trace: the tensor has ${this.shape.length} dimensions`,
        "the trace is of one matrix",
        "Select a matrix first.",
      );
    }
    const length = Math.min(...this.shape);
    const places = this.slice(0, 0, length).slice(1, 0, length);
    const ones = places.eq(places).add(places.ne(places)).to("int32");
    return places.mul(ones.cumsum(0).eq(ones.cumsum(1))).sum();
  },
};

/** The areas between neighbors. */
function trapezoids(y: Tensor, dim: number, { dx = 1, x }: Steps): Tensor {
  const at = dimensionOf("trapezoid", dim, y.shape);
  const length = y.shape[at];
  const pairs = y.narrow(at, 1, Math.max(0, length - 1)).add(y.narrow(at, 0, Math.max(0, length - 1)));
  if (x === undefined) return pairs.mul(dx / 2);
  const widths = x.shape.length === 1 ? x.diff().reshape([-1, ...y.shape.slice(at + 1).map(() => 1)]) : x.diff(1, dim);
  return pairs.mul(widths).div(2);
}

function firstOf(indices: Tensor, dim: number, k: number): Tensor {
  return indices.shape.length === 0 ? indices : indices.narrow(dimensionOf("topk", dim, indices.shape), 0, k);
}

function chosen(x: Tensor, dim: number, indices: Tensor): Tensor {
  return x.shape.length === 0 ? x.clone() : x.gather(dim, indices);
}

function pickedAt(x: Tensor, sorted: Tensor, dim: number, place: number, keepdim: boolean): Found {
  if (x.shape.length === 0) return { values: x.clone(), indices: sorted };
  const at = dimensionOf("kthvalue", dim, x.shape);
  const indices = sorted.narrow(at, place, 1);
  const values = x.gather(at, indices);
  return keepdim ? { values, indices } : { values: values.squeeze(at), indices: indices.squeeze(at) };
}

function checkRank(call: string, x: Tensor, dim: number, k: number): void {
  const length = x.shape.length === 0 ? 1 : x.shape[dimensionOf(call, dim, x.shape)];
  if (k < 0 || k > length) throw outside(call, k, length);
}

function outside(call: string, k: number, length: number): EngineError {
  return new EngineError(
    `${call}: k is ${k}`,
    `the dimension has ${length} elements`,
    "Pass a number of elements that there are.",
  );
}

function medianOf(this: Tensor, dim: number, options?: Keep): Found;
function medianOf(this: Tensor): Tensor;
function medianOf(this: Tensor, dim?: number, options: Keep = {}): Found | Tensor {
  return dim === undefined ? medianOfAll(this) : medianAlong(this, dim, options);
}

function medianOfAll(x: Tensor): Tensor {
  const flat = x.reshape([-1]);
  if (flat.storage.size === 0) return flat.sum().mul(NaN);
  const { values } = medianAlong(flat.detach(), 0, {});
  if (!isFloat(x.dtype)) return values;
  const isMedian = flat.eq(values).logicalOr(flat.isnan().logicalAnd(values.isnan()));
  return flat.maskedSelect(isMedian).mean();
}

function medianAlong(x: Tensor, dim: number, { keepdim = false }: Keep): Found {
  const length = x.shape.length === 0 ? 1 : x.shape[dimensionOf("median", dim, x.shape)];
  if (length === 0) {
    throw new EngineError(
      "median: the dimension is empty",
      "of no elements none is in the middle",
      "Check how the tensor became empty.",
      "IndexError",
    );
  }
  const middle = pickedAt(x, x.argsort(dim), dim, Math.floor((length - 1) / 2), keepdim);
  if (!x.dtype.startsWith("float")) return middle;
  // NaN counts as the largest, so that a line with one ends with it.
  const last = pickedAt(x, x.argsort(dim), dim, length - 1, keepdim);
  const isBroken = last.values.isnan();
  const first = pickedAt(x, x.isnan().argsort(dim, { descending: true }), dim, 0, keepdim);
  return {
    values: middle.values.maskedFill(isBroken, NaN),
    indices: middle.indices.mul(isBroken.logicalNot()).add(first.indices.mul(isBroken)),
  };
}
