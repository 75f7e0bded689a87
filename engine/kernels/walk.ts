/**
 * Strided walks: visiting the elements of a shape in row-major order while two offsets follow their own strides,
 * and joining dimensions that one step can walk together. Pure index arithmetic; what happens at each place is the caller's.
 */
import type { Walk } from "./kernels.js";

/** A walk's dimensions after joining, the innermost last. */
export interface JoinedWalk {
  readonly shape: readonly number[];
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** Calls `visit` once for each element of `shape`, with both offsets there. A shape without dimensions has one element. */
export function walkPair(
  shape: readonly number[],
  a: Walk,
  b: Walk,
  visit: (aOffset: number, bOffset: number) => void,
): void {
  const visitFrom = (dimension: number, aOffset: number, bOffset: number): void => {
    if (dimension === shape.length) {
      visit(aOffset, bOffset);
      return;
    }
    const length = shape[dimension];
    const aStride = a.strides[dimension];
    const bStride = b.strides[dimension];
    for (let i = 0; i < length; i++) visitFrom(dimension + 1, aOffset + i * aStride, bOffset + i * bStride);
  };
  visitFrom(0, a.offset, b.offset);
}

/** Leaves out dimensions of one step and joins neighbors that both sides walk as if they were one. At least two dimensions come back. */
export function joinDimensions(
  shape: readonly number[],
  aStrides: readonly number[],
  bStrides: readonly number[],
): JoinedWalk {
  const joined: { shape: number[]; a: number[]; b: number[] } = { shape: [], a: [], b: [] };
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    const length = shape[dimension];
    if (length === 1) continue;
    const inner = joined.shape[0];
    const continues =
      inner !== undefined && aStrides[dimension] === joined.a[0] * inner && bStrides[dimension] === joined.b[0] * inner;
    if (continues) {
      joined.shape[0] = inner * length;
    } else {
      joined.shape.unshift(length);
      joined.a.unshift(aStrides[dimension]);
      joined.b.unshift(bStrides[dimension]);
    }
  }
  while (joined.shape.length < 2) {
    joined.shape.unshift(1);
    joined.a.unshift(0);
    joined.b.unshift(0);
  }
  return joined;
}

/** The steps of a contiguous tensor. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides: number[] = new Array<number>(shape.length);
  let step = 1;
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    strides[dimension] = step;
    step *= shape[dimension];
  }
  return strides;
}
