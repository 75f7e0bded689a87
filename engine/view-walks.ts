/**
 * Where the elements of a view lie, as pure index arithmetic: a walk counts elements of the flat, row-major base.
 * What a view of a view is, and which shapes a view can take without being copied, is decided here.
 */
import type { Walk } from "./kernels/kernels.js";
import { elementCount, stridesOf, type Shape } from "./shape.js";

/** A walk over the elements of a tensor of shape `over`, as one over what that tensor itself is a walk `on`. */
export function composed(walk: Walk, over: Shape, on: Walk): Walk {
  const own = stridesOf(over);
  const moved = (distance: number): number => {
    let [rest, total] = [distance, 0];
    for (let dim = 0; dim < over.length; dim++) {
      // A dimension of one element has no distance, whatever its stride.
      if (over[dim] <= 1) continue;
      const steps = Math.floor(rest / own[dim]);
      rest -= steps * own[dim];
      total += steps * on.strides[dim];
    }
    return total;
  };
  return { offset: on.offset + moved(walk.offset), strides: walk.strides.map(moved) };
}

/**
 * The walk of the same elements in another shape, or null where no strides give it: dimensions can be joined only if one
 * step walks them. `to` has as many elements as `from`.
 */
export function reshapedWalk({ offset, strides }: Walk, from: Shape, to: Shape): Walk | null {
  if (elementCount(from) === 0) return { offset, strides: stridesOf(to) };
  const result: number[] = new Array<number>(to.length).fill(1);
  let open = to.length - 1;
  let step = strides[from.length - 1] ?? 1;
  let [own, taken] = [1, 1];
  for (let dim = from.length - 1; dim >= 0; dim--) {
    own *= from[dim];
    const isJoined = dim > 0 && (from[dim - 1] === 1 || strides[dim - 1] === own * step);
    if (isJoined) continue;
    while (open >= 0 && (taken < own || to[open] === 1)) {
      result[open] = taken * step;
      taken *= to[open];
      open--;
    }
    if (taken !== own) return null;
    if (dim > 0) [step, own, taken] = [strides[dim - 1], 1, 1];
  }
  while (open >= 0) result[open--] = taken * step;
  return { offset, strides: result };
}

/** Whether two elements are certainly in one place: a dimension of several that never moves on. */
export function repeatsElements({ strides }: Walk, shape: Shape): boolean {
  return strides.some((stride, dim) => stride === 0 && shape[dim] > 1);
}

/** Whether the elements follow each other without gaps, row by row. */
export function isDense({ strides }: Walk, shape: Shape): boolean {
  const wanted = stridesOf(shape);
  return elementCount(shape) === 0 || strides.every((stride, dim) => shape[dim] === 1 || stride === wanted[dim]);
}
