/** Changes of shape, order and dtype as methods. */
import { apply } from "../autograd/apply.js";
import { isDType } from "../dtype.js";
import { EngineError, shapeText, valueText } from "../errors.js";
import type { DType } from "../kernels/storage.js";
import { sharedWalk } from "../layout.js";
import { none } from "../ops/op-spec.js";
import { dimensionOf, elementCount, lengthAt, reshaped } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface MovementMethods {
  /**
   * The same elements in another shape; one dimension may be −1 and is filled in. The values are shared where strides allow
   * it, and copied where they do not.
   */
  reshape(shape: readonly number[]): Tensor;
  /** As `reshape`, and an error where the values cannot be shared. */
  view(shape: readonly number[]): Tensor;
  /** The same elements in one dimension, or with the dimensions from `start` to `end` joined. */
  flatten(start?: number, end?: number): Tensor;
  /** The same elements without dimensions of length 1, or without one of them. */
  squeeze(dim?: number): Tensor;
  /** The same elements with a new dimension of length 1 at `dim`. */
  unsqueeze(dim: number): Tensor;
  /** Two dimensions exchanged; by default the last two. The values are shared. */
  transpose(dim0?: number, dim1?: number): Tensor;
  /** A matrix with rows and columns exchanged. The values are shared. */
  t(): Tensor;
  /** The dimensions in another order. The values are shared. */
  permute(dims: readonly number[]): Tensor;
  /** The values repeated along dimensions of length 1; −1 keeps a length. The values are shared. */
  expand(shape: readonly number[]): Tensor;
  /** The sum over the dimensions that broadcasting added or repeated: the way back of `expand`. */
  sumTo(shape: readonly number[]): Tensor;
  /** As `strided`; of a view, they are elements of what it views, as in PyTorch. */
  asStrided(shape: readonly number[], strides: readonly number[], offset?: number): Tensor;
  /**
   * Elements of the flat tensor at `offset` and the strides' multiples, in any shape; they may overlap, and then gradients
   * add up. The values are shared.
   */
  strided(shape: readonly number[], strides: readonly number[], offset: number): Tensor;
  /** These elements added up at the strides' multiples in zeros of a shape: the way back of `strided`. */
  stridedInto(into: readonly number[], strides: readonly number[], offset: number): Tensor;
  /** This tensor with the elements at the strides' multiples overwritten. */
  stridedScatter(source: Tensor, strides: readonly number[], offset?: number): Tensor;
  /** The `length` elements from `start` along a dimension. The values are shared. */
  narrow(dim: number, start: number, length: number): Tensor;
  /** The elements from `start` up to and without `end` along a dimension; negative numbers count from its end. The values are shared. */
  slice(dim: number, start: number, end?: number, step?: number): Tensor;
  /** One slice along a dimension, without that dimension. The values are shared. */
  select(dim: number, index: number): Tensor;
  /** This section at `start` along a dimension of length `total`, with zeros around it: the way back of `narrow`. */
  placed(dim: number, start: number, total: number): Tensor;
  /** The elements in reverse order along a dimension. A copy. */
  flip(dim: number): Tensor;
  /** A copy that stays on the tape: gradients pass through. */
  clone(): Tensor;
  /** The values in another dtype. An integer has no derivative, so a cast to int32 or bool stops gradients. */
  to(dtype: DType): Tensor;
}

export const movementMethods: MovementMethods & ThisType<Tensor> = {
  reshape(shape) {
    return apply("reshape", [this], { shape });
  },
  view(shape) {
    if (!canShare(this, shape)) throw cannotShare(this, shape);
    return this.reshape(shape);
  },
  flatten(start = 0, end = -1) {
    if (this.shape.length === 0) return this.reshape([1]);
    const [first, last] = [dimensionOf("flatten", start, this.shape), dimensionOf("flatten", end, this.shape)];
    const joined = elementCount(this.shape.slice(first, last + 1));
    return this.reshape([...this.shape.slice(0, first), joined, ...this.shape.slice(last + 1)]);
  },
  squeeze(dim) {
    if (dim === undefined) return this.reshape(this.shape.filter((length) => length !== 1));
    if (this.shape.length === 0) return this.reshape([]);
    const at = dimensionOf("squeeze", dim, this.shape);
    return this.reshape(this.shape.filter((length, each) => each !== at || length !== 1));
  },
  unsqueeze(dim) {
    const at = dimensionOf("unsqueeze", dim, [...this.shape, 1]);
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  },
  transpose(dim0 = -2, dim1 = -1) {
    // As in PyTorch a scalar has one dimension here, which changes places with itself.
    if (this.shape.length === 0 && [dim0, dim1].every((dim) => dim === 0 || dim === -1)) return this.reshape([]);
    return apply("transpose", [this], { dim0, dim1 });
  },
  asStrided(shape, strides, offset) {
    // The strides of a view count elements of its base.
    const { aliases, walk } = this;
    const isOfBase = aliases !== null && walk !== null && aliases.base.requiresGrad === this.requiresGrad;
    const source = isOfBase ? aliases.base : this;
    return source.strided(shape, strides, offset ?? walk?.offset ?? 0);
  },
  strided(shape, strides, offset) {
    return apply("strided", [this], { shape, strides, offset });
  },
  stridedInto(into, strides, offset) {
    return apply("stridedInto", [this], { into, strides, offset });
  },
  stridedScatter(source, strides, offset = 0) {
    return apply("stridedScatter", [this, source], { strides, offset });
  },
  t() {
    if (this.shape.length < 2) return this.reshape(this.shape);
    if (this.shape.length === 2) return this.transpose(0, 1);
    throw new EngineError(
      `t: the tensor has shape ${shapeText(this.shape)}`,
      "`t()` is for matrices",
      "Use `transpose(dim0, dim1)` or `permute(dims)`.",
    );
  },
  permute(dims) {
    return apply("permute", [this], { dims });
  },
  expand(shape) {
    return apply("expand", [this], { shape });
  },
  sumTo(shape) {
    return apply("sumTo", [this], { shape });
  },
  narrow(dim, start, length) {
    return apply("narrow", [this], { dim, start, length });
  },
  slice(dim, start, end, step = 1) {
    const length = lengthAt(this.shape, dimensionOf("slice", dim, this.shape));
    const fromStart = (index: number): number => Math.min(length, Math.max(0, index < 0 ? index + length : index));
    const first = fromStart(start);
    const count = Math.max(0, Math.ceil((fromStart(end ?? length) - first) / step));
    return apply("narrow", [this], { dim, start: first, length: count, step });
  },
  select(dim, index) {
    const at = dimensionOf("select", dim, this.shape);
    const length = lengthAt(this.shape, at);
    const place = index < 0 ? index + length : index;
    return this.narrow(at, place, 1).squeeze(at);
  },
  placed(dim, start, total) {
    return apply("placed", [this], { dim, start, total });
  },
  flip(dim) {
    return apply("flip", [this], { dim });
  },
  clone() {
    return apply("clone", [this], none);
  },
  to(dtype) {
    if (!isDType(dtype)) {
      throw new EngineError(
        `to: ${valueText(dtype)} is not a dtype`,
        "the dtypes are float32, float64, int32 and bool",
        'Write for example `to("float32")`.',
      );
    }
    return dtype === this.dtype ? this : apply("to", [this], { dtype });
  },
};

function canShare(x: Tensor, shape: readonly number[]): boolean {
  return sharedWalk(x, reshaped(x.shape, shape)) !== null;
}

function cannotShare(x: Tensor, shape: readonly number[]): EngineError {
  return new EngineError(
    `view: a tensor of shape ${shapeText(x.shape)} with strides ${shapeText(x.stride())} as ${shapeText(shape)}`,
    "no strides give these elements that shape, so the values cannot be shared",
    "Use `reshape`, which copies them where it must.",
  );
}
