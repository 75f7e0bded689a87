/** The inverse of square matrices. */
import { EngineError, shapeText } from "../errors.js";
import { lengthAt, type Shape } from "../shape.js";
import { flows, op, type Operand } from "./op-spec.js";

export const inverses = {
  inverse: op<"x">({
    summary: "The inverse of a square matrix, or of each of a batch.",
    inputs: {
      // d(A⁻¹) = −A⁻¹·dA·A⁻¹, so the cotangent of A is −A⁻ᵀ·g·A⁻ᵀ (Giles 2008, 2.2.3).
      x: flows((g, { out }) => {
        const turned = out.transpose(-2, -1);
        return turned.matmul(g).matmul(turned).neg();
      }, "out"),
    },
    dtype: "floating",
    shape: ([x]) => squareShape("inverse", x),
    forward: (_kernels, [x], out) => invertAll(x, out),
  }),
};

/** The shape itself, if its last two dimensions are equal. */
export function squareShape(call: string, shape: Shape): Shape {
  if (shape.length >= 2 && shape[shape.length - 1] === shape[shape.length - 2]) return shape;
  throw new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)}`,
    "this is defined for square matrices only",
    "Check its last two dimensions.",
  );
}

function invertAll(x: Operand, out: Operand): void {
  const size = lengthAt(x.shape, x.shape.length - 1);
  for (let start = 0; start < x.storage.size; start += size * size) {
    const values = Array.from({ length: size }, (_, row) =>
      Float64Array.from({ length: size }, (_value, column) => x.storage.read(start + row * size + column)),
    );
    const inverse = inverted(values, start / (size * size));
    inverse.forEach((row, at) => {
      row.forEach((value, column) => {
        out.storage.write(start + at * size + column, value);
      });
    });
  }
}

/** Gauss and Jordan with the largest element of each column as its pivot, in float64. */
function inverted(rows: Float64Array[], matrix: number): Float64Array[] {
  const size = rows.length;
  const result = rows.map((_, at) => Float64Array.from({ length: size }, (_value, column) => (column === at ? 1 : 0)));
  for (let column = 0; column < size; column++) {
    const pivot = pivotRow(rows, column);
    if (rows[pivot][column] === 0) throw singular(matrix, column);
    for (const both of [rows, result]) [both[column], both[pivot]] = [both[pivot], both[column]];
    const scale = rows[column][column];
    for (const row of [rows[column], result[column]]) for (let at = 0; at < size; at++) row[at] /= scale;
    for (let other = 0; other < size; other++) {
      const factor = rows[other][column];
      if (other === column || factor === 0) continue;
      subtract(rows[other], rows[column], factor);
      subtract(result[other], result[column], factor);
    }
  }
  return result;
}

function pivotRow(rows: readonly Float64Array[], column: number): number {
  let pivot = column;
  for (let row = column + 1; row < rows.length; row++) {
    if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
  }
  return pivot;
}

function subtract(from: Float64Array, row: Float64Array, factor: number): void {
  for (let at = 0; at < from.length; at++) from[at] -= factor * row[at];
}

function singular(matrix: number, column: number): EngineError {
  return new EngineError(
    `inverse: matrix ${matrix} of the batch is singular: column ${column} has no pivot other than 0`,
    "a matrix whose columns depend on each other has no inverse",
    "Check how it was computed, or add a small multiple of the identity.",
  );
}
