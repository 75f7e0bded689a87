/** The inverse of square matrices. */
import { EngineError, shapeText } from "../errors.js";
import type { Shape } from "../shape.js";
import { luOf, matricesIn, matrixOf, solvedBy, writeAll } from "./dense.js";
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
  const inverses = matricesIn(x).map((matrix, at) => {
    const factored = luOf(matrix);
    if (factored.singularAt !== null) throw singular("inverse", at, factored.singularAt);
    return solvedBy(
      factored,
      matrixOf(matrix.rows, matrix.rows, (row, column) => Number(row === column)),
    ).values;
  });
  writeAll(out, inverses);
}

export function singular(call: string, matrix: number, column: number): EngineError {
  return new EngineError(
    `${call}: matrix ${matrix} of the batch is singular: column ${column} has no pivot other than 0`,
    "a matrix whose columns depend on each other has no inverse",
    "Check how it was computed, or add a small multiple of the identity.",
  );
}
