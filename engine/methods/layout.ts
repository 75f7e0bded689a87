/** Where the values lie, as PyTorch tells it: strides, offset, and whether they follow each other without gaps. */
import { layoutOf } from "../layout.js";
import { dimensionOf } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { isDense } from "../view-walks.js";

export interface LayoutMethods {
  /** How many elements apart the neighbors along each dimension lie in the shared values. */
  stride(): number[];
  /** The same for one dimension. */
  stride(dim: number): number;
  /** At which of the shared values this tensor begins. */
  storageOffset(): number;
  /** Whether the elements follow each other without gaps, row by row. */
  isContiguous(): boolean;
  /** Whether a change in place of one of the two may be seen in the other: views, detached tensors and their relatives. */
  sharesValuesWith(other: Tensor): boolean;
  /** The tensor itself if its elements follow each other without gaps, otherwise a copy, which stays on the tape. */
  contiguous(): Tensor;
}

function stride(this: Tensor): number[];
function stride(this: Tensor, dim: number): number;
function stride(this: Tensor, dim?: number): number | number[] {
  const { strides } = layoutOf(this);
  return dim === undefined ? [...strides] : strides[dimensionOf("stride", dim, this.shape)];
}

export const layoutMethods: LayoutMethods & ThisType<Tensor> = {
  stride,
  storageOffset() {
    return layoutOf(this).offset;
  },
  isContiguous() {
    return isDense(layoutOf(this), this.shape);
  },
  sharesValuesWith(other) {
    return this.held.root === other.held.root;
  },
  contiguous() {
    return this.isContiguous() ? this : this.clone();
  },
};
