/** Choosing and comparing as methods. */
import { apply } from "../autograd/apply.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface SelectionMethods {
  /** The rows, or slices along `dim`, that an index names. The index gets no gradient. */
  indexSelect(index: Tensor, dim?: number): Tensor;
  /** One element for each entry of an index, along a dimension. The index gets no gradient. */
  gather(dim: number, index: Tensor): Tensor;
  /** A number, or a scalar tensor, where the mask holds, this tensor's values elsewhere. */
  maskedFill(mask: Tensor, value: Tensor | number): Tensor;
  /** Rows added up at the places an index names in zeros of a shape: the way back of `indexSelect`. */
  indexInto(shape: readonly number[], dim: number, index: Tensor): Tensor;
  /** Elements added up at the places an index names in zeros of a shape: the way back of `gather`. */
  scatterInto(shape: readonly number[], dim: number, index: Tensor): Tensor;
  /** Whether a > b, element by element. A comparison has no derivative, so gradients stop here. */
  gt(o: Tensor | number): Tensor;
  /** Whether a < b, element by element. A comparison has no derivative, so gradients stop here. */
  lt(o: Tensor | number): Tensor;
  /** Whether a ≥ b, element by element. A comparison has no derivative, so gradients stop here. */
  ge(o: Tensor | number): Tensor;
  /** Whether a ≤ b, element by element. A comparison has no derivative, so gradients stop here. */
  le(o: Tensor | number): Tensor;
  /** Whether a = b, element by element. A comparison has no derivative, so gradients stop here. */
  eq(o: Tensor | number): Tensor;
  /** Whether a ≠ b, element by element. A comparison has no derivative, so gradients stop here. */
  ne(o: Tensor | number): Tensor;
  /** Whether each element is zero. */
  logicalNot(): Tensor;
}

export const selectionMethods: SelectionMethods & ThisType<Tensor> = {
  indexSelect(index, dim = 0) {
    // As in PyTorch a scalar has one element to choose from, in one dimension.
    if (this.shape.length === 0) return apply("indexSelect", [this.reshape([1]), index], { dim }).reshape([]);
    return apply("indexSelect", [this, index], { dim });
  },
  gather(dim, index) {
    const isScalar = this.shape.length === 0 && index.shape.length === 1;
    return apply("gather", [isScalar ? this.reshape([1]) : this, index], { dim });
  },
  maskedFill(mask, value) {
    if (typeof value === "object") return apply("where", [mask, value, this], none);
    return apply("maskedFill", [this, mask, value], { value });
  },
  indexInto(shape, dim, index) {
    return apply("indexInto", [this, index], { shape, dim });
  },
  scatterInto(shape, dim, index) {
    return apply("scatterInto", [this, index], { shape, dim });
  },
  gt(o) {
    return apply("gt", [this, o], none);
  },
  lt(o) {
    return apply("lt", [this, o], none);
  },
  ge(o) {
    return apply("ge", [this, o], none);
  },
  le(o) {
    return apply("le", [this, o], none);
  },
  eq(o) {
    return apply("eq", [this, o], none);
  },
  ne(o) {
    return apply("ne", [this, o], none);
  },
  logicalNot() {
    return this.eq(0);
  },
};
