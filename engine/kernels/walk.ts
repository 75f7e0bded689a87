/**
 * Strided walks: visiting the elements of a shape in row-major order while two offsets follow their own strides.
 * Pure index arithmetic; what happens at each place is the caller's.
 */
import type { Walk } from "./kernels.js";

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
    const length = shape[dimension] ?? 0;
    const aStride = a.strides[dimension] ?? 0;
    const bStride = b.strides[dimension] ?? 0;
    for (let i = 0; i < length; i++) visitFrom(dimension + 1, aOffset + i * aStride, bOffset + i * bStride);
  };
  visitFrom(0, a.offset, b.offset);
}
