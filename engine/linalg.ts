/**
 * Linear algebra, under the names of `torch.linalg`. Matrices stand in the last two dimensions and batches before them;
 * everything is computed in float64 inside and rounded to the dtype of what was given.
 */
import { concat } from "./functions.js";
import { isFloat } from "./dtype.js";
import { EngineError, shapesDoNotFit, shapeText } from "./errors.js";
import { dimensionOf, elementCount, sameShape } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** x with a · x = b, or x · a = b where `left` is false; b may be a vector, or one for each matrix. */
export function solve(a: Tensor, b: Tensor, { left = true }: { readonly left?: boolean } = {}): Tensor {
  const isVector =
    b.shape.length === 1 || (b.shape.length + 1 === a.shape.length && sameShape(b.shape, a.shape.slice(0, -1)));
  if (isVector) return a.solve(b.unsqueeze(-1)).squeeze(-1);
  return left ? a.solve(b) : a.transpose(-2, -1).solve(b.transpose(-2, -1)).transpose(-2, -1);
}

/** Which triangle `solveTriangular` reads, and on which side it stands. */
export interface TriangularOptions {
  /** Whether the upper triangle is read; the rest is taken as zero. */
  readonly upper: boolean;
  /** Whether the matrix stands on the left of the unknown, as it does unless given. */
  readonly left?: boolean;
  /** Whether the diagonal counts as ones. */
  readonly unitriangular?: boolean;
}

/** The same for a triangular matrix, whose other triangle is not looked at. */
export function solveTriangular(a: Tensor, b: Tensor, options: TriangularOptions): Tensor {
  const { upper, left = true, unitriangular = false } = options;
  const diagonal = unitriangular ? "ones" : "given";
  if (left) return a.solveTriangular(b, { triangle: upper ? "upper" : "lower", diagonal });
  const turned = { triangle: upper ? "lower" : "upper", diagonal } as const;
  return a.transpose(-2, -1).solveTriangular(b.transpose(-2, -1), turned).transpose(-2, -1);
}

/** The inverse of a square matrix. */
export function inv(a: Tensor): Tensor {
  return a.inverse();
}

/** The determinant of a square matrix. */
export function det(a: Tensor): Tensor {
  return a.det();
}

/** The sign of the determinant and the logarithm of its size. */
export function slogdet(a: Tensor): { sign: Tensor; logabsdet: Tensor } {
  return { sign: a.detSign(), logabsdet: a.logAbsDet() };
}

/** The logarithm of the determinant; NaN where it is negative. */
export function logdet(a: Tensor): Tensor {
  return a.logAbsDet().maskedFill(a.detSign().lt(0), NaN);
}

/** L with L · Lᵀ = a, or U with Uᵀ · U = a. */
export function cholesky(a: Tensor, { upper = false }: { readonly upper?: boolean } = {}): Tensor {
  return upper ? a.cholesky().transpose(-2, -1) : a.cholesky();
}

/** x with a · x = b, where the triangle of a's Cholesky factorization is given. */
export function choleskySolve(
  b: Tensor,
  triangle: Tensor,
  { upper = false }: { readonly upper?: boolean } = {},
): Tensor {
  const lower = upper ? triangle.transpose(-2, -1) : triangle;
  const half = lower.solveTriangular(b, { triangle: "lower", diagonal: "given" });
  return lower.transpose(-2, -1).solveTriangular(half, { triangle: "upper", diagonal: "given" });
}

/** The inverse of the matrix whose Cholesky triangle is given. */
export function choleskyInverse(triangle: Tensor, { upper = false }: { readonly upper?: boolean } = {}): Tensor {
  const given = upper ? triangle.transpose(-2, -1) : triangle;
  const lower = withValuesOf(given, given.detach().tril());
  return lower.matmul(lower.transpose(-2, -1)).inverse();
}

/** Q with orthogonal columns, as many as the smaller side, and R, an upper triangle, with Q · R = a. */
export function qr(a: Tensor): { q: Tensor; r: Tensor } {
  const [rows, columns] = matrixSides("qr", a);
  if (rows >= columns) return { q: a.qrOrthogonal(), r: a.qrTriangular() };
  const first = a.narrow(-1, 0, rows);
  const q = first.qrOrthogonal();
  const rest = q.transpose(-2, -1).matmul(a.narrow(-1, rows, columns - rows));
  return { q, r: concat([first.qrTriangular(), rest], -1) };
}

/** The eigenvalues of a symmetric matrix, ascending, and its eigenvectors as columns; only the lower triangle is read. */
export function eigh(a: Tensor): { eigenvalues: Tensor; eigenvectors: Tensor } {
  return { eigenvalues: a.eigvalsh(), eigenvectors: a.eigvectorsh() };
}

/** The eigenvalues of a symmetric matrix, ascending. */
export function eigvalsh(a: Tensor): Tensor {
  return a.eigvalsh();
}

/** a = u · diag(s) · vh, with as many columns as the smaller side. */
export function svd(a: Tensor): { u: Tensor; s: Tensor; vh: Tensor } {
  return { u: a.svdLeft(), s: a.svdvals(), vh: a.svdRight().transpose(-2, -1) };
}

/** The singular values, descending. */
export function svdvals(a: Tensor): Tensor {
  return a.svdvals();
}

/** Which singular values `pinv` takes for zero. */
export interface PseudoInverseOptions {
  /** The part of the largest singular value below which one counts as zero; ε · max(m, n) unless given. */
  readonly rtol?: number | null;
  /** Whether the matrix is symmetric: then only its lower triangle is read. */
  readonly hermitian?: boolean;
}

/** The pseudo-inverse; singular values below a part of the largest, by default its last digit, count as zero. */
export function pinv(a: Tensor, options: PseudoInverseOptions = {}): Tensor {
  const { rtol = null, hermitian = false } = options;
  const [rows, columns] = matrixSides("pinv", a);
  const lower = a.detach().tril();
  const whole = hermitian ? withValuesOf(a, lower.add(lower.tril(-1).transpose(-2, -1))) : a;
  return whole.pseudoInverse({ relative: rtol ?? Math.max(rows, columns) * epsilonOf(a) });
}

/** How many singular values are above a part of the largest; in int32, so it has no gradient. */
export function matrixRank(a: Tensor, { rtol = null }: { readonly rtol?: number | null } = {}): Tensor {
  const [rows, columns] = matrixSides("matrixRank", a);
  const values = a.detach().svdvals();
  const smallest = values.amax(-1, { keepdim: true }).mul(rtol ?? Math.max(rows, columns) * epsilonOf(a));
  return values.gt(smallest).to("int32").sum(-1);
}

/** What is closest to a · x = b: the solution of least squares, for matrices of full rank. */
export function lstsq(a: Tensor, b: Tensor): { solution: Tensor } {
  return { solution: pinv(a).matmul(b) };
}

/** By how much a matrix may enlarge errors: the norm of it times that of its inverse; by singular values unless asked otherwise. */
export function cond(a: Tensor, p: MatrixNorm | null = null): Tensor {
  if (p === null || p === 2) {
    const values = a.svdvals();
    return values.amax(-1).div(values.amin(-1));
  }
  if (p === -2) {
    const values = a.svdvals();
    return values.amin(-1).div(values.amax(-1));
  }
  return matrixNorm(a, p).mul(matrixNorm(a.inverse(), p));
}

/** "fro" of all elements, "nuc" the sum of singular values, 2 and −2 the largest and smallest, 1 and ∞ sums of columns and rows. */
export type MatrixNorm = "fro" | "nuc" | 1 | -1 | 2 | -2 | number;

/** Over which dimensions `matrixNorm` goes. */
export interface MatrixNormOptions {
  /** The dimensions of the rows and the columns, the last two unless given. */
  readonly dim?: readonly [number, number];
  /** Whether these dimensions stay, with length 1. */
  readonly keepdim?: boolean;
}

/** The norm of the matrices in two dimensions. */
export function matrixNorm(a: Tensor, ord: MatrixNorm = "fro", options: MatrixNormOptions = {}): Tensor {
  const { dim = [-2, -1], keepdim = false } = options;
  const [row, column] = dim.map((each) => dimensionOf("matrixNorm", each, a.shape));
  if (ord === "fro") return a.norm([row, column], { keepdim });
  if (ord === "nuc" || ord === 2 || ord === -2) {
    const matrices = a.movedim([row, column], [-2, -1]);
    const values = matrices.svdvals();
    const whole = ord === "nuc" ? values.sum(-1) : ord === 2 ? values.amax(-1) : values.amin(-1);
    return keepdim ? whole.reshape(a.shape.map((length, at) => (at === row || at === column ? 1 : length))) : whole;
  }
  const size = Math.abs(ord);
  if (size !== 1 && size !== Infinity) {
    throw new EngineError(
      `matrixNorm: the norm ${String(ord)}`,
      'matrices have "fro", "nuc", 1, −1, 2, −2, ∞ and −∞',
      "Use `vectorNorm` for other powers of the elements.",
      "ValueError",
    );
  }
  const [summed, chosen] = size === 1 ? [row, column] : [column, row];
  const sums = a.abs().sum(summed, { keepdim: true });
  const picked = ord > 0 ? sums.amax(chosen, { keepdim: true }) : sums.amin(chosen, { keepdim: true });
  return keepdim ? picked : picked.reshape(a.shape.filter((_, at) => at !== row && at !== column));
}

/** The p-norm of the elements, along some dimensions or all. */
export function vectorNorm(
  a: Tensor,
  ord = 2,
  {
    dim = null,
    keepdim = false,
  }: { readonly dim?: number | readonly number[] | null; readonly keepdim?: boolean } = {},
): Tensor {
  return a.norm(dim, { p: ord, keepdim });
}

/** A square matrix multiplied by itself so often. */
export function matrixPower(a: Tensor, n: number): Tensor {
  return a.matrixPower(n);
}

/** Σ aⁿ/n! of a square matrix. */
export function matrixExp(a: Tensor): Tensor {
  return a.matrixExp();
}

/** The product of several matrices, in the order that takes the fewest multiplications; the outer ones may be vectors. */
export function multiDot(matrices: readonly Tensor[]): Tensor {
  if (matrices.length < 2) {
    throw new EngineError(
      `multiDot: ${matrices.length} matrices`,
      "a product has at least two factors",
      "Pass an array of two or more tensors.",
    );
  }
  const first = matrices[0].shape.length === 1 ? [matrices[0].unsqueeze(0)] : [matrices[0]];
  const last = matrices[matrices.length - 1];
  const all = [...first, ...matrices.slice(1, -1), last.shape.length === 1 ? last.unsqueeze(1) : last];
  const product = inBestOrder(all);
  const shape = [
    ...(matrices[0].shape.length === 1 ? [] : [product.shape[0]]),
    ...(last.shape.length === 1 ? [] : [product.shape[1]]),
  ];
  return sameShape(shape, product.shape) ? product : product.reshape(shape);
}

/** Powers of each element: 1, x, x², …; as many as elements unless asked otherwise. */
export function vander(x: Tensor, { n = null }: { readonly n?: number | null } = {}): Tensor {
  const line = x.shape.length === 0 ? x.reshape([1]) : x;
  const count = n ?? line.shape[line.shape.length - 1];
  if (!Number.isInteger(count) || count <= 1) {
    throw new EngineError(`vander: ${count} powers`, "there are at least two", "Pass a whole number above 1.");
  }
  const ones = line.mul(0).add(1).unsqueeze(-1);
  const repeated = line.unsqueeze(-1).expand([...line.shape, count - 1]);
  return concat([ones, repeated.cumprod(-1)], -1);
}

/** x with tensordot(a, x) = b: the dimensions of b come first in a, and those of x are what is left of it. */
export function tensorsolve(
  a: Tensor,
  b: Tensor,
  { dims = null }: { readonly dims?: readonly number[] | null } = {},
): Tensor {
  const moved =
    dims === null
      ? a
      : a.movedim(
          [...dims],
          dims.map((_, at) => at - dims.length),
        );
  const left = moved.shape.slice(b.shape.length);
  const size = elementCount(left);
  if (elementCount(moved.shape.slice(0, b.shape.length)) !== size) {
    const because = "as many equations as unknowns are needed";
    throw shapesDoNotFit("tensorsolve", a.shape, b.shape, because, "Check which dimensions are the unknowns.");
  }
  return solve(moved.reshape([size, size]), b.reshape([size])).reshape(left);
}

/** The inverse of a tensor whose first dimensions, `ind` of them, multiply to the same number as the others. */
export function tensorinv(a: Tensor, { ind = 2 }: { readonly ind?: number } = {}): Tensor {
  const [first, rest] = [a.shape.slice(0, ind), a.shape.slice(ind)];
  const size = elementCount(rest);
  if (ind <= 0 || elementCount(first) !== size) {
    throw new EngineError(
      `tensorinv: a tensor of shape ${shapeText(a.shape)} cut after ${ind} dimensions`,
      "both parts need as many elements",
      "Check the shape and `ind`.",
    );
  }
  return a
    .reshape([size, size])
    .inverse()
    .reshape([...rest, ...first]);
}

/** Other values, whose gradient is that of the given ones in all places: as in PyTorch where only a triangle is read. */
function withValuesOf(given: Tensor, values: Tensor): Tensor {
  return given.add(values.sub(given.detach()));
}

/** Dynamic programming over all ways to set the parentheses (Cormen et al., chapter 15). */
function inBestOrder(matrices: readonly Tensor[]): Tensor {
  if (matrices.length <= 2) return matrices.reduce((a, b) => a.matmul(b));
  const sides = [matrices[0].shape[0], ...matrices.map(({ shape }) => shape[1])];
  const costs = new Map<string, { readonly cost: number; readonly cut: number }>();
  const best = (from: number, to: number): { readonly cost: number; readonly cut: number } => {
    const key = `${from} ${to}`;
    const known = costs.get(key);
    if (known !== undefined) return known;
    let found = { cost: from === to ? 0 : Infinity, cut: from };
    for (let cut = from; cut < to; cut++) {
      const cost = best(from, cut).cost + best(cut + 1, to).cost + sides[from] * sides[cut + 1] * sides[to + 1];
      if (cost < found.cost) found = { cost, cut };
    }
    costs.set(key, found);
    return found;
  };
  const product = (from: number, to: number): Tensor => {
    if (from === to) return matrices[from];
    const { cut } = best(from, to);
    return product(from, cut).matmul(product(cut + 1, to));
  };
  return product(0, matrices.length - 1);
}

function epsilonOf({ dtype }: Tensor): number {
  return dtype === "float64" ? Number.EPSILON : 2 ** -23;
}

function matrixSides(call: string, { shape, dtype }: Tensor): readonly [number, number] {
  if (shape.length >= 2 && isFloat(dtype)) return [shape[shape.length - 2], shape[shape.length - 1]];
  throw new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)} and dtype ${dtype}`,
    "it takes matrices of floats, in the last two dimensions",
    'Add a dimension with `unsqueeze`, or convert with `to("float32")`.',
  );
}
