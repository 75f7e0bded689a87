/** What passes through the functions of `linalg`, which are made of ops. */
import type { Composite } from "./composites.js";
import { blocks, type GradientEffect } from "./op-spec.js";

const flows: GradientEffect = { kind: "flows" };

export const linearAlgebra = {
  "linalg.solve": two("a", "b", "The solution of a · x = b."),
  "linalg.solveTriangular": two("a", "b", "The solution of a · x = b for a triangular matrix."),
  "linalg.inv": one("The inverse of a square matrix."),
  "linalg.det": one("The determinant of a square matrix."),
  "linalg.slogdet": one("The sign of the determinant and the logarithm of its size.", ["sign", "logabsdet"]),
  "linalg.logdet": one("The logarithm of the determinant."),
  "linalg.cholesky": one("The triangle that a positive definite matrix is the square of."),
  "linalg.choleskySolve": two("b", "triangle", "The solution of a · x = b by a's Cholesky triangle."),
  "linalg.choleskyInverse": one("The inverse of the matrix whose Cholesky triangle is given."),
  "linalg.qr": one("Orthogonal columns, and the triangle that makes the matrix of them.", ["q", "r"]),
  "linalg.eigh": one("The eigenvalues and eigenvectors of a symmetric matrix.", ["eigenvalues", "eigenvectors"]),
  "linalg.eigvalsh": one("The eigenvalues of a symmetric matrix."),
  "linalg.svd": one("The singular values and vectors of a matrix.", ["u", "s", "vh"]),
  "linalg.svdvals": one("The singular values of a matrix."),
  "linalg.pinv": one("The pseudo-inverse of a matrix."),
  "linalg.matrixRank": {
    summary: "How many singular values are not zero.",
    inputs: { a: blocks("counting has no derivative") },
    method: false,
  },
  "linalg.lstsq": { ...two("a", "b", "What is closest to a · x = b."), gives: ["solution"] },
  "linalg.cond": one("By how much a matrix may enlarge errors."),
  "linalg.matrixNorm": one("The norm of a matrix."),
  "linalg.vectorNorm": one("The norm of the elements."),
  "linalg.matrixPower": one("A square matrix multiplied by itself."),
  "linalg.matrixExp": one("The exponential of a square matrix."),
  "linalg.multiDot": one("The product of several matrices."),
  "linalg.vander": one("Powers of each element."),
  "linalg.tensorsolve": two("a", "b", "The solution of a tensor equation."),
  "linalg.tensorinv": one("The inverse of a tensor under contraction."),
} as const satisfies Readonly<Record<string, Composite>>;

function one(summary: string, gives?: readonly string[]): Composite {
  return { summary, inputs: { a: flows }, method: false, ...(gives === undefined ? {} : { gives }) };
}

function two(first: string, second: string, summary: string): Composite {
  return { summary, inputs: { [first]: flows, [second]: flows }, method: false };
}
