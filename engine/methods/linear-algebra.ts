/** Linear algebra as methods, on the matrices in the last two dimensions. `linalg` has the forms that people call. */
import { apply } from "../autograd/apply.js";
import { stack } from "../functions.js";
import { luOf, matricesIn, pivotsOf } from "../ops/dense.js";
import { squareShape } from "../ops/inverse.js";
import { none } from "../ops/op-spec.js";
import type { Cutoff } from "../ops/spectral.js";
import type { Triangle } from "../ops/systems.js";
import { broadcast, sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface LinearAlgebraMethods {
  /** y with x · y = b: [..., n, n] and [..., n, k] give [..., n, k]. A singular matrix is an error. */
  solve(b: Tensor): Tensor;
  /** The same for a triangular matrix, whose other triangle is not looked at. */
  solveTriangular(b: Tensor, triangle: Triangle): Tensor;
  /** The determinant: [..., n, n] gives [...]. */
  det(): Tensor;
  /** 1, −1 or 0. */
  detSign(): Tensor;
  /** The logarithm of the determinant's size; −∞ for a singular matrix. */
  logAbsDet(): Tensor;
  /** By which the determinant grows with each element, in the matrix's shape; also for singular matrices. */
  cofactors(): Tensor;
  /** The lower triangle L with L · Lᵀ = x; a matrix that is not positive definite is an error. */
  cholesky(): Tensor;
  /** The eigenvalues of a symmetric matrix, ascending: [..., n]. */
  eigvalsh(): Tensor;
  /** Its eigenvectors, a column for each eigenvalue: [..., n, n]. */
  eigvectorsh(): Tensor;
  /** The singular values, descending: [..., min(m, n)]. */
  svdvals(): Tensor;
  /** The singular vectors on the left: [..., m, min(m, n)]. */
  svdLeft(): Tensor;
  /** The singular vectors on the right, as columns: [..., n, min(m, n)]. */
  svdRight(): Tensor;
  /** Orthogonal columns that span those of the matrix: [..., m, n] for m ≥ n. */
  qrOrthogonal(): Tensor;
  /** The triangle that makes the matrix of them: [..., n, n]. */
  qrTriangular(): Tensor;
  /** The pseudo-inverse: [..., m, n] gives [..., n, m]. */
  pseudoInverse(cutoff: Cutoff): Tensor;
}

export const linearAlgebraMethods: LinearAlgebraMethods & ThisType<Tensor> = {
  solve(b) {
    return apply("solve", withEqualBatches("solve", this, b), none);
  },
  solveTriangular(b, triangle) {
    return apply("solveTriangular", withEqualBatches("solveTriangular", this, b), triangle);
  },
  det() {
    // As in PyTorch nothing is differentiated by a matrix without elements.
    return apply("det", [this.shape.includes(0) ? this.detach() : this], none);
  },
  detSign() {
    return apply("detSign", [this], none);
  },
  logAbsDet() {
    return apply("logAbsDet", [this], none);
  },
  cofactors() {
    const [size] = squareShape("cofactors", this.shape).slice(-1);
    if (size <= 1) return this.mul(0).add(1);
    if (!isNearSingular(this)) {
      const { length } = this.shape;
      const determinant = this.det().reshape([...this.shape.slice(0, length - 2), 1, 1]);
      return this.inverse().transpose(-2, -1).mul(determinant);
    }
    if (size <= mostMinors) return cofactorsByMinors(this, size);
    // A matrix nearby that has an inverse: the cofactors are continuous.
    const steps = this.detach().abs().amax([-2, -1]).mul(1e-6).unsqueeze(-1).expand(this.shape.slice(0, -1));
    const nearby = this.add(steps.diagEmbed());
    return nearby.inverse().transpose(-2, -1).mul(nearby.det().unsqueeze(-1).unsqueeze(-1));
  },
  cholesky() {
    return apply("cholesky", [this], none);
  },
  eigvalsh() {
    return apply("eigvalsh", [this], none);
  },
  eigvectorsh() {
    return apply("eigvectorsh", [this], none);
  },
  svdvals() {
    return apply("svdvals", [this], none);
  },
  svdLeft() {
    return apply("svdLeft", [this], none);
  },
  svdRight() {
    return apply("svdRight", [this], none);
  },
  qrOrthogonal() {
    return apply("qrOrthogonal", [this], none);
  },
  qrTriangular() {
    return apply("qrTriangular", [this], none);
  },
  pseudoInverse(cutoff) {
    return apply("pseudoInverse", [this], cutoff);
  },
};

/** Expanding more minors than those of so many rows takes longer than a nearby matrix is wrong. */
const mostMinors = 6;

function isNearSingular(x: Tensor): boolean {
  return matricesIn(x).some((matrix) => {
    const sizes = pivotsOf(luOf(matrix)).map(Math.abs);
    return Math.min(...sizes) <= 1e-5 * Math.max(...sizes);
  });
}

/** Laplace's expansion: each cofactor is the signed determinant of what is left without its row and column. */
function cofactorsByMinors(x: Tensor, size: number): Tensor {
  const at = Array.from({ length: size }, (_, row) => row);
  const rows = at.map((row) => x.select(-2, row));
  const elements = rows.map((row) => at.map((column) => row.select(-1, column)));
  const cofactors = at.map((row) => {
    const others = elements.filter((_, each) => each !== row);
    const minors = at.map((column) => {
      const minor = determinantOf(others.map((line) => line.filter((_, each) => each !== column)));
      return (row + column) % 2 === 0 ? minor : minor.neg();
    });
    return stack(minors, -1);
  });
  return stack(cofactors, -2);
}

/** Row by row over all sets of columns, so that no minor is expanded twice. */
function determinantOf(elements: readonly (readonly Tensor[])[]): Tensor {
  const size = elements.length;
  const [first] = elements;
  let known = new Map<number, Tensor>(first.map((element, column) => [1 << column, element]));
  for (let row = 1; row < size; row++) {
    const next = new Map<number, Tensor>();
    for (const [used, minor] of known) {
      for (let column = 0; column < size; column++) {
        if ((used & (1 << column)) !== 0) continue;
        const term = minor.mul(elements[row][column]);
        const signed = columnsAbove(used, column) % 2 === 0 ? term : term.neg();
        const all = used | (1 << column);
        const before = next.get(all);
        next.set(all, before === undefined ? signed : before.add(signed));
      }
    }
    known = next;
  }
  return known.get((1 << size) - 1) ?? first[0];
}

/** How many of the columns that are used stand behind this one: each is an exchange. */
function columnsAbove(used: number, column: number): number {
  let count = 0;
  for (let rest = used >> (column + 1); rest !== 0; rest >>= 1) count += rest & 1;
  return count;
}

function withEqualBatches(call: string, a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if (a.shape.length < 2 || b.shape.length < 2 || sameShape(batchA, batchB)) return [a, b];
  const batch = broadcast(call, batchA, batchB);
  return [a.expand([...batch, ...a.shape.slice(-2)]), b.expand([...batch, ...b.shape.slice(-2)])];
}
