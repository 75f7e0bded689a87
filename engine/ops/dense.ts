/**
 * Dense matrices in float64, row by row, and the classical ways to take them apart. Results are rounded to the dtype of
 * the tensor only when they are written.
 */
import { elementCount } from "../shape.js";
import type { Operand } from "./op-spec.js";

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export function matrixOf(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) values[row * columns + column] = value(row, column);
  return { rows, columns, values };
}

export function transposed({ rows, columns, values }: Matrix): Matrix {
  return matrixOf(columns, rows, (row, column) => values[column * columns + row]);
}

/** Every matrix of a batch. */
export function matricesIn({ storage, shape }: Operand): readonly Matrix[] {
  const [rows, columns] = shape.slice(-2);
  return Array.from({ length: elementCount(shape.slice(0, -2)) }, (_, at) =>
    matrixOf(rows, columns, (row, column) => storage.read((at * rows + row) * columns + column)),
  );
}

/** One list of numbers for each matrix of a batch, one after the other. */
export function writeAll({ storage }: Operand, results: readonly (readonly number[] | Float64Array)[]): void {
  let place = 0;
  for (const result of results) for (const value of result) storage.write(place++, value);
}

export interface Factored {
  /** L below the diagonal, whose own is ones, and U from it on. */
  readonly lu: Matrix;
  /** Which row of the matrix stands in each row. */
  readonly order: readonly number[];
  /** Whether an even number of rows was exchanged. */
  readonly sign: 1 | -1;
  /** The first column without a pivot other than zero. */
  readonly singularAt: number | null;
}

/** P·A = L·U with the largest element of each column as its pivot (Golub & Van Loan, algorithm 3.4.1). */
export function luOf(matrix: Matrix): Factored {
  const size = matrix.rows;
  const values = matrix.values.slice();
  const order = Array.from({ length: size }, (_, row) => row);
  let sign: 1 | -1 = 1;
  let singularAt: number | null = null;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(values[row * size + column]) > Math.abs(values[pivot * size + column])) pivot = row;
    if (values[pivot * size + column] === 0) {
      singularAt ??= column;
      continue;
    }
    if (pivot !== column) {
      exchangeRows(values, size, pivot, column);
      [order[pivot], order[column]] = [order[column], order[pivot]];
      sign = sign === 1 ? -1 : 1;
    }
    for (let row = column + 1; row < size; row++) {
      const factor = (values[row * size + column] /= values[column * size + column]);
      for (let at = column + 1; at < size; at++) values[row * size + at] -= factor * values[column * size + at];
    }
  }
  return { lu: { rows: size, columns: size, values }, order, sign, singularAt };
}

export function pivotsOf({ lu }: Factored): readonly number[] {
  return Array.from({ length: lu.rows }, (_, at) => lu.values[at * lu.columns + at]);
}

/** The solution of A·X = B. */
export function solvedBy({ lu, order }: Factored, right: Matrix): Matrix {
  const exchanged = matrixOf(
    right.rows,
    right.columns,
    (row, column) => right.values[order[row] * right.columns + column],
  );
  return solvedTriangle(lu, solvedTriangle(lu, exchanged, "lower", "ones"), "upper", "given");
}

/** Substitution along one triangle of a matrix; the other one is not looked at. */
export function solvedTriangle(
  { rows: size, values: a }: Matrix,
  right: Matrix,
  triangle: "upper" | "lower",
  diagonal: "given" | "ones",
): Matrix {
  const { columns } = right;
  const values = right.values.slice();
  for (let step = 0; step < size; step++) {
    const row = triangle === "lower" ? step : size - 1 - step;
    for (let known = 0; known < step; known++) {
      const other = triangle === "lower" ? known : size - 1 - known;
      const factor = a[row * size + other];
      if (factor === 0) continue;
      for (let at = 0; at < columns; at++) values[row * columns + at] -= factor * values[other * columns + at];
    }
    if (diagonal === "given") for (let at = 0; at < columns; at++) values[row * columns + at] /= a[row * size + row];
  }
  return { rows: size, columns, values };
}

/** L with L·Lᵀ = A, read from the lower triangle; null where A is not positive definite. */
export function choleskyOf({ rows: size, values: a }: Matrix): Matrix | null {
  const values = new Float64Array(size * size);
  for (let column = 0; column < size; column++) {
    for (let row = column; row < size; row++) {
      let rest = a[row * size + column];
      for (let at = 0; at < column; at++) rest -= values[row * size + at] * values[column * size + at];
      if (row === column && !(rest > 0)) return null;
      values[row * size + column] = row === column ? Math.sqrt(rest) : rest / values[column * size + column];
    }
  }
  return { rows: size, columns: size, values };
}

/** Q, as many columns as the smaller side, and R, by reflections (Golub & Van Loan, algorithm 5.2.1; signs as LAPACK's). */
export function qrOf(matrix: Matrix): { readonly q: Matrix; readonly r: Matrix } {
  const { rows, columns } = matrix;
  const kept = Math.min(rows, columns);
  const r = matrix.values.slice();
  const reflections: { readonly vector: Float64Array; readonly scale: number }[] = [];
  for (let step = 0; step < kept; step++) {
    const vector = new Float64Array(rows);
    for (let row = step; row < rows; row++) vector[row] = r[row * columns + step];
    const below = Math.hypot(...vector.subarray(step + 1));
    const head = vector[step];
    // A column that is zero below its diagonal stays as it is.
    if (below === 0) {
      reflections.push({ vector, scale: 0 });
      continue;
    }
    vector[step] = head + (head >= 0 ? 1 : -1) * Math.hypot(head, below);
    const scale = 2 / vector.reduce((sum, value) => sum + value * value, 0);
    reflections.push({ vector, scale });
    reflect(r, columns, vector, scale);
  }
  const q = matrixOf(rows, kept, (row, column) => Number(row === column));
  for (const { vector, scale } of reflections.toReversed()) reflect(q.values, kept, vector, scale);
  return { q, r: matrixOf(kept, columns, (row, column) => (row > column ? 0 : r[row * columns + column])) };
}

function reflect(values: Float64Array, columns: number, vector: Float64Array, scale: number): void {
  if (scale === 0) return;
  for (let column = 0; column < columns; column++) {
    let product = 0;
    for (let row = 0; row < vector.length; row++) product += vector[row] * values[row * columns + column];
    for (let row = 0; row < vector.length; row++) values[row * columns + column] -= scale * product * vector[row];
  }
}

function exchangeRows(values: Float64Array, columns: number, one: number, other: number): void {
  for (let at = 0; at < columns; at++) {
    const kept = values[one * columns + at];
    values[one * columns + at] = values[other * columns + at];
    values[other * columns + at] = kept;
  }
}
