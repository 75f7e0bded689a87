/**
 * Matrices taken apart: eigenvalues of symmetric ones, singular values, Q and R, and the pseudo-inverse. What PyTorch
 * gives as one result of several parts is here one op for each part, and its derivative is the part's share of the
 * joint one (Giles 2008, 2.3.1; Townsend 2016; Walter, Lehmann & Lamour 2012; Golub & Pereyra 1973).
 */
import { EngineError, shapeText } from "../errors.js";
import type { Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { matricesIn, matrixOf, qrOf, writeAll, type Matrix } from "./dense.js";
import { squareShape } from "./inverse.js";
import { eigenOf, singularPartsOf } from "./jacobi.js";
import { flows, op, type OpSpec } from "./op-spec.js";

export interface Cutoff {
  /** Singular values below this part of the largest count as zero. */
  readonly relative: number;
}

export const spectral = {
  eigvalsh: op<"x">({
    summary: "The eigenvalues of a symmetric matrix, ascending.",
    inputs: {
      x: flows((g, { x }) => {
        const vectors = x.eigvectorsh();
        return vectors.mul(g.unsqueeze(-2)).matmul(vectors.transpose(-2, -1));
      }, "x"),
    },
    dtype: "floating",
    shape: ([x]) => squareShape("eigvalsh", x).slice(0, -1),
    forward: (_kernels, [x], out) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => eigenOf(matrix).values),
      );
    },
  }),

  eigvectorsh: op<"x">({
    summary: "The eigenvectors of a symmetric matrix, one column for each eigenvalue.",
    inputs: {
      x: flows(
        (g, { x, out }) => {
          const inner = out.transpose(-2, -1).matmul(g).mul(reciprocalGaps(x.eigvalsh()));
          return out.matmul(inner).matmul(out.transpose(-2, -1));
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x]) => squareShape("eigvectorsh", x),
    forward: (_kernels, [x], out) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => signed(eigenOf(matrix).vectors).values),
      );
    },
  }),

  svdvals: op<"x">({
    summary: "The singular values of a matrix, descending.",
    inputs: {
      x: flows((g, { x }) => x.svdLeft().mul(g.unsqueeze(-2)).matmul(x.svdRight().transpose(-2, -1)), "x"),
    },
    dtype: "floating",
    shape: ([x]) => {
      const [rows, columns] = matrixShape("svdvals", x).slice(-2);
      return [...x.slice(0, -2), Math.min(rows, columns)];
    },
    forward: (_kernels, [x], out) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => singularPartsOf(matrix).s),
      );
    },
  }),

  svdLeft: side("left"),
  svdRight: side("right"),

  qrOrthogonal: op<"x">({
    summary: "The orthogonal columns that span those of a matrix with at least as many rows as columns.",
    inputs: {
      x: flows(
        (g, { x, out }) => {
          const right = out.transpose(-2, -1).matmul(x);
          const inner = g.transpose(-2, -1).matmul(out).neg();
          return dividedBy(g.add(out.matmul(symmetric(inner))), right);
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x]) => tallShape("qrOrthogonal", x),
    forward: (_kernels, [x], out) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => qrOf(matrix).q.values),
      );
    },
  }),

  qrTriangular: op<"x">({
    summary: "The triangle that makes a matrix of its orthogonal columns.",
    inputs: {
      x: flows(
        (g, { x, out }) => {
          const inner = out.matmul(g.transpose(-2, -1));
          return dividedBy(x.qrOrthogonal().matmul(symmetric(inner)), out);
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x]) => {
      const columns = tallShape("qrTriangular", x)[x.length - 1];
      return [...x.slice(0, -2), columns, columns];
    },
    forward: (_kernels, [x], out) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => qrOf(matrix).r.values),
      );
    },
  }),

  pseudoInverse: op<"x", Cutoff>({
    summary: "The pseudo-inverse of a matrix.",
    inputs: {
      x: flows(
        (g, { x, out }) => {
          const [turned, turnedG] = [out.transpose(-2, -1), g.transpose(-2, -1)];
          const main = turned.matmul(g).matmul(turned);
          const left = turnedG.sub(x.matmul(out).matmul(turnedG)).matmul(out).matmul(turned);
          const right = turned.matmul(out).matmul(turnedG.sub(turnedG.matmul(out).matmul(x)));
          return left.add(right).sub(main);
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x]) => {
      const [rows, columns] = matrixShape("pseudoInverse", x).slice(-2);
      return [...x.slice(0, -2), columns, rows];
    },
    forward: (_kernels, [x], out, { relative }) => {
      writeAll(
        out,
        matricesIn(x).map((matrix) => pseudoInverseOf(matrix, relative).values),
      );
    },
  }),
};

/** With g for one side alone; the other's share is the same with the matrix turned. */
function side(which: "left" | "right"): OpSpec<"x"> {
  const name = which === "left" ? "svdLeft" : "svdRight";
  return op<"x">({
    summary: `The singular vectors of a matrix on the ${which}, one column for each singular value.`,
    inputs: {
      x: flows(
        (g, { x, out }) => {
          const values = x.svdvals();
          const other = which === "left" ? x.svdRight() : x.svdLeft();
          const inner = out.transpose(-2, -1).matmul(g);
          const skew = inner.sub(inner.transpose(-2, -1)).mul(reciprocalGaps(values.square()));
          const own = out.matmul(skew.mul(values.unsqueeze(-2)));
          // What points out of the columns turns them as well.
          const outside = g.sub(out.matmul(inner)).div(values.unsqueeze(-2));
          const result = own.add(outside).matmul(other.transpose(-2, -1));
          return which === "left" ? result : result.transpose(-2, -1);
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x]) => {
      const [rows, columns] = matrixShape(name, x).slice(-2);
      return [...x.slice(0, -2), which === "left" ? rows : columns, Math.min(rows, columns)];
    },
    forward: (_kernels, [x], out) => {
      const vectors = matricesIn(x).map((matrix) => {
        const { u, v } = singularPartsOf(matrix);
        const flips = flipsOf(u);
        return flipped(which === "left" ? u : v, flips).values;
      });
      writeAll(out, vectors);
    },
  });
}

/** 1 / (valueⱼ − valueᵢ) off the diagonal, and zeros on it. */
function reciprocalGaps(values: Tensor): Tensor {
  const gaps = values.unsqueeze(-2).sub(values.unsqueeze(-1));
  const ones = values.mul(0).add(1).diagEmbed();
  return gaps.add(ones).reciprocal().sub(ones);
}

/** The lower triangle with its mirror in place of the upper one. */
function symmetric(x: Tensor): Tensor {
  const lower = x.tril(-1);
  return x.tril().add(lower.transpose(-2, -1));
}

/** x · R⁻ᵀ */
function dividedBy(x: Tensor, right: Tensor): Tensor {
  const upper = { triangle: "upper", diagonal: "given" } as const;
  return right.solveTriangular(x.transpose(-2, -1), upper).transpose(-2, -1);
}

function pseudoInverseOf(matrix: Matrix, relative: number): Matrix {
  const { u, s, v } = singularPartsOf(matrix);
  const smallest = relative * (s[0] ?? 0);
  return matrixOf(matrix.columns, matrix.rows, (row, column) => {
    let sum = 0;
    for (let at = 0; at < s.length; at++) {
      if (s[at] > smallest) sum += (v.values[row * v.columns + at] * u.values[column * u.columns + at]) / s[at];
    }
    return sum;
  });
}

/** The sign of a vector is free; here its largest element is positive, so that it does not depend on the algorithm. */
function signed(vectors: Matrix): Matrix {
  return flipped(vectors, flipsOf(vectors));
}

function flipsOf({ rows, columns, values }: Matrix): readonly number[] {
  return Array.from({ length: columns }, (_, column) => {
    let largest = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row * columns + column];
      if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value;
    }
    return largest < 0 ? -1 : 1;
  });
}

function flipped({ rows, columns, values }: Matrix, flips: readonly number[]): Matrix {
  return matrixOf(rows, columns, (row, column) => values[row * columns + column] * flips[column]);
}

function matrixShape(call: string, shape: Shape): Shape {
  if (shape.length >= 2) return shape;
  throw new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)}`,
    "it takes matrices, in the last two dimensions",
    "Add a dimension with `unsqueeze`.",
  );
}

function tallShape(call: string, shape: Shape): Shape {
  const [rows, columns] = matrixShape(call, shape).slice(-2);
  if (rows >= columns) return shape;
  throw new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)}`,
    "these parts are those of a matrix with at least as many rows as columns",
    "Use `linalg.qr`, which takes matrices of any shape.",
  );
}
