/** Where the values of a tensor lie in the storage that it shares, and whether another shape can share them. */
import type { Walk } from "./kernels/kernels.js";
import { stridesOf, type Shape } from "./shape.js";
import type { Tensor } from "./tensor.js";
import { reshapedWalk } from "./view-walks.js";

/** The tensor's elements in row-major order, as a walk over the root of its storage. */
export function layoutOf({ held, shape }: Tensor): Walk {
  const { source } = held;
  const own: Walk = { offset: 0, strides: stridesOf(shape) };
  // Tensors of another shape share a window only where its strides allow it, so that the second never comes.
  return source === null ? own : (reshapedWalk(source.walk, source.shape, shape) ?? own);
}

/** The walk of this tensor's values in another shape, which has as many elements; null where they must be copied. */
export function sharedWalk(tensor: Tensor, shape: Shape): Walk | null {
  return reshapedWalk(layoutOf(tensor), tensor.shape, shape);
}
