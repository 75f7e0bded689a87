/**
 * Eigenvalues and singular values by Jacobi's rotations: slower than what large libraries do and accurate to the last
 * digit for small ones as well (Demmel & Veselić 1992). In float64.
 */
import { matrixOf, transposed, type Matrix } from "./dense.js";

const mostSweeps = 60;

export interface Eigen {
  /** Ascending. */
  readonly values: readonly number[];
  /** One column for each value. */
  readonly vectors: Matrix;
}

/** Of a symmetric matrix, read from its lower triangle. */
export function eigenOf({ rows: size, values: given }: Matrix): Eigen {
  const a = matrixOf(size, size, (row, column) => given[Math.max(row, column) * size + Math.min(row, column)]).values;
  const v = matrixOf(size, size, (row, column) => Number(row === column)).values;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let isDone = true;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const [app, aqq, apq] = [a[p * size + p], a[q * size + q], a[p * size + q]];
        if (Math.abs(apq) <= Number.EPSILON * 0.01 * Math.sqrt(Math.abs(app * aqq)) || apq === 0) continue;
        isDone = false;
        const rotation = rotationOf((aqq - app) / (2 * apq));
        rotateColumns(a, size, p, q, rotation);
        rotateRows(a, size, p, q, rotation);
        rotateColumns(v, size, p, q, rotation);
      }
    }
    if (isDone) break;
  }
  const order = Array.from({ length: size }, (_, at) => at).sort(
    (one, other) => a[one * size + one] - a[other * size + other],
  );
  return {
    values: order.map((at) => a[at * size + at]),
    vectors: matrixOf(size, size, (row, column) => v[row * size + order[column]]),
  };
}

export interface SingularParts {
  /** As many columns as the smaller side. */
  readonly u: Matrix;
  /** Descending. */
  readonly s: readonly number[];
  readonly v: Matrix;
}

/** A = U·diag(s)·Vᵀ, by making the columns orthogonal. */
export function singularPartsOf(matrix: Matrix): SingularParts {
  if (matrix.rows < matrix.columns) {
    const { u, s, v } = singularPartsOf(transposed(matrix));
    return { u: v, s, v: u };
  }
  const { rows, columns } = matrix;
  const a = matrix.values.slice();
  const v = matrixOf(columns, columns, (row, column) => Number(row === column)).values;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let isDone = true;
    for (let p = 0; p < columns; p++) {
      for (let q = p + 1; q < columns; q++) {
        const [alpha, beta, gamma] = [product(a, columns, p, p), product(a, columns, q, q), product(a, columns, p, q)];
        if (Math.abs(gamma) <= Number.EPSILON * 0.1 * Math.sqrt(alpha * beta) || gamma === 0) continue;
        isDone = false;
        const rotation = rotationOf((beta - alpha) / (2 * gamma));
        rotateColumns(a, columns, p, q, rotation);
        rotateColumns(v, columns, p, q, rotation);
      }
    }
    if (isDone) break;
  }
  const lengths = Array.from({ length: columns }, (_, at) => Math.sqrt(product(a, columns, at, at)));
  const order = lengths.map((_, at) => at).sort((one, other) => lengths[other] - lengths[one]);
  const s = order.map((at) => lengths[at]);
  const unfinished = matrixOf(rows, columns, (row, column) =>
    s[column] === 0 ? 0 : a[row * columns + order[column]] / s[column],
  );
  return {
    u: completed(unfinished, s),
    s,
    v: matrixOf(columns, columns, (row, column) => v[row * columns + order[column]]),
  };
}

/** Directions that the matrix does not have are filled up with any that are orthogonal to the others. */
function completed(u: Matrix, s: readonly number[]): Matrix {
  const { rows, columns } = u;
  const values = u.values.slice();
  for (let column = 0; column < columns; column++) {
    if (s[column] > 0) continue;
    for (let unit = 0; unit < rows; unit++) {
      const candidate = Float64Array.from({ length: rows }, (_, row) => Number(row === unit));
      // Twice, so that the second pass takes away what rounding has left of the first.
      for (let pass = 0; pass < 2; pass++) {
        for (let other = 0; other < columns; other++) {
          if (other >= column && !(s[other] > 0)) continue;
          let along = 0;
          for (let row = 0; row < rows; row++) along += candidate[row] * values[row * columns + other];
          for (let row = 0; row < rows; row++) candidate[row] -= along * values[row * columns + other];
        }
      }
      const length = Math.hypot(...candidate);
      if (length < 0.5 / Math.sqrt(rows)) continue;
      for (let row = 0; row < rows; row++) values[row * columns + column] = candidate[row] / length;
      break;
    }
  }
  return { rows, columns, values };
}

interface Rotation {
  readonly cosine: number;
  readonly sine: number;
}

/** The smaller of the two angles that make an element zero. */
function rotationOf(slope: number): Rotation {
  const tangent = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.sqrt(1 + slope * slope));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  return { cosine, sine: cosine * tangent };
}

function rotateColumns(a: Float64Array, columns: number, p: number, q: number, { cosine, sine }: Rotation): void {
  for (let start = 0; start < a.length; start += columns) {
    const [left, right] = [a[start + p], a[start + q]];
    a[start + p] = cosine * left - sine * right;
    a[start + q] = sine * left + cosine * right;
  }
}

function rotateRows(a: Float64Array, columns: number, p: number, q: number, { cosine, sine }: Rotation): void {
  for (let at = 0; at < columns; at++) {
    const [upper, lower] = [a[p * columns + at], a[q * columns + at]];
    a[p * columns + at] = cosine * upper - sine * lower;
    a[q * columns + at] = sine * upper + cosine * lower;
  }
}

function product(a: Float64Array, columns: number, p: number, q: number): number {
  let sum = 0;
  for (let start = 0; start < a.length; start += columns) sum += a[start + p] * a[start + q];
  return sum;
}
