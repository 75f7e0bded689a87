/**
 * Systems of linear equations and what goes with them: solutions, determinants, Cholesky's triangle. Each works on the
 * matrices in the last two dimensions; derivatives are those of Giles 2008 and, for Cholesky, of Murray 2016.
 */
import { EngineError, shapesDoNotFit } from "../errors.js";
import { sameShape, type Shape } from "../shape.js";
import { choleskyOf, luOf, matricesIn, pivotsOf, solvedBy, solvedTriangle, writeAll } from "./dense.js";
import { singular, squareShape } from "./inverse.js";
import { flows, op, vanishes } from "./op-spec.js";

export interface Triangle {
  readonly triangle: "upper" | "lower";
  /** Whether the diagonal is taken as it is, or as ones without being looked at. */
  readonly diagonal: "given" | "ones";
}

export const systems = {
  solve: op<"x" | "b">({
    summary: "The solution of x · y = b for a square matrix x.",
    inputs: {
      x: flows((g, { x, out }) => x.transpose(-2, -1).solve(g).matmul(out.transpose(-2, -1)).neg(), "x", "out"),
      b: flows((g, { x }) => x.transpose(-2, -1).solve(g), "x"),
    },
    dtype: "floating",
    shape: ([x, b]) => rightShape("solve", x, b),
    forward: (_kernels, [x, b], out) => {
      const rights = matricesIn(b);
      const solutions = matricesIn(x).map((matrix, at) => {
        const factored = luOf(matrix);
        if (factored.singularAt !== null) throw singular("solve", at, factored.singularAt);
        return solvedBy(factored, rights[at]).values;
      });
      writeAll(out, solutions);
    },
  }),

  solveTriangular: op<"x" | "b", Triangle>({
    summary: "The solution of x · y = b for a triangular matrix x.",
    inputs: {
      x: flows(
        (g, { x, out }, { attributes }) => {
          const back = x.transpose(-2, -1).solveTriangular(g, turned(attributes));
          const whole = back.matmul(out.transpose(-2, -1)).neg();
          const inner = attributes.diagonal === "ones" ? 1 : 0;
          return attributes.triangle === "upper" ? whole.triu(inner) : whole.tril(-inner);
        },
        "x",
        "out",
      ),
      b: flows((g, { x }, { attributes }) => x.transpose(-2, -1).solveTriangular(g, turned(attributes)), "x"),
    },
    dtype: "floating",
    shape: ([x, b]) => rightShape("solveTriangular", x, b),
    forward: (_kernels, [x, b], out, { triangle, diagonal }) => {
      const rights = matricesIn(b);
      writeAll(
        out,
        matricesIn(x).map((matrix, at) => solvedTriangle(matrix, rights[at], triangle, diagonal).values),
      );
    },
  }),

  det: op<"x">({
    summary: "The determinant of a square matrix.",
    inputs: { x: flows((g, { x }) => x.cofactors().mul(g.unsqueeze(-1).unsqueeze(-1)), "x") },
    dtype: "floating",
    shape: ([x]) => squareShape("det", x).slice(0, -2),
    forward: (_kernels, [x], out) => {
      const determinants = matricesIn(x).map((matrix) => {
        const factored = luOf(matrix);
        return pivotsOf(factored).reduce((product, pivot) => product * pivot, factored.sign);
      });
      writeAll(out, [determinants]);
    },
  }),

  detSign: op<"x">({
    summary: "The sign of the determinant of a square matrix.",
    inputs: { x: vanishes("the sign of a determinant is constant wherever it is not zero") },
    dtype: "floating",
    shape: ([x]) => squareShape("detSign", x).slice(0, -2),
    forward: (_kernels, [x], out) => {
      const signs = matricesIn(x).map((matrix) => {
        const factored = luOf(matrix);
        return pivotsOf(factored).reduce((product, pivot) => product * Math.sign(pivot), factored.sign);
      });
      writeAll(out, [signs]);
    },
  }),

  logAbsDet: op<"x">({
    summary: "The logarithm of the size of the determinant of a square matrix.",
    inputs: {
      x: flows((g, { x }) => x.inverse().transpose(-2, -1).mul(g.unsqueeze(-1).unsqueeze(-1)), "x"),
    },
    dtype: "floating",
    shape: ([x]) => squareShape("logAbsDet", x).slice(0, -2),
    forward: (_kernels, [x], out) => {
      const logarithms = matricesIn(x).map((matrix) =>
        pivotsOf(luOf(matrix)).reduce((sum, pivot) => sum + Math.log(Math.abs(pivot)), 0),
      );
      writeAll(out, [logarithms]);
    },
  }),

  cholesky: op<"x">({
    summary: "The lower triangle L with L · Lᵀ = x, for a positive definite matrix.",
    inputs: {
      x: flows((g, { out }) => {
        const lower = out.transpose(-2, -1).matmul(g).tril();
        const halved = lower.sub(lower.diagonal({ dim1: -2, dim2: -1 }).diagEmbed().mul(0.5));
        const turnedOut = out.transpose(-2, -1);
        const upper: Triangle = { triangle: "upper", diagonal: "given" };
        const half = turnedOut.solveTriangular(halved, upper).transpose(-2, -1);
        const whole = turnedOut.solveTriangular(half, upper);
        return whole.add(whole.transpose(-2, -1)).mul(0.5);
      }, "out"),
    },
    dtype: "floating",
    shape: ([x]) => squareShape("cholesky", x),
    forward: (_kernels, [x], out) => {
      const triangles = matricesIn(x).map((matrix, at) => {
        const triangle = choleskyOf(matrix);
        if (triangle !== null) return triangle.values;
        throw new EngineError(
          `cholesky: matrix ${at} of the batch is not positive definite`,
          "only such a matrix is a triangle times its transpose",
          "Check how it was computed, or add a small multiple of the identity.",
        );
      });
      writeAll(out, triangles);
    },
  }),
};

function turned({ triangle, diagonal }: Triangle): Triangle {
  return { triangle: triangle === "upper" ? "lower" : "upper", diagonal };
}

function rightShape(call: string, x: Shape, b: Shape): Shape {
  squareShape(call, x);
  const fits = b.length === x.length && b[b.length - 2] === x[x.length - 1];
  if (fits && sameShape(b.slice(0, -2), x.slice(0, -2))) return b;
  const because = "the right side has a row for each row of the matrix";
  throw shapesDoNotFit(call, x, b, because, "Check the last two dimensions.");
}
