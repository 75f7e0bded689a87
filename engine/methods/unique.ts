/** The different values of a tensor, or its different slices along a dimension, with where they are and how often. */
import { Storage } from "../kernels/storage.js";
import { dimensionOf, slicedAt } from "../shape.js";
import { Tensor } from "../tensor.js";

export interface UniqueOptions {
  /** Compares whole slices along a dimension; null, which it is unless given, compares elements. */
  readonly dim?: number | null;
}

export interface Different {
  readonly values: Tensor;
  /** For every element, or slice, the place of its value in `values`, in int32. */
  readonly inverse: Tensor;
  /** How often each value occurs, in int32. */
  readonly counts: Tensor;
}

export interface UniqueMethods {
  /** The different elements in ascending order; with `dim` the different slices in lexical order. */
  unique(options?: UniqueOptions): Different;
  /** The elements without those that equal the one before them; with `dim` the same of slices. */
  uniqueConsecutive(options?: UniqueOptions): Different;
}

export const uniqueMethods: UniqueMethods & ThisType<Tensor> = {
  unique({ dim = null } = {}) {
    return different("unique", this, dim, (rows) => inOrder(rows));
  },
  uniqueConsecutive({ dim = null } = {}) {
    return different("uniqueConsecutive", this, dim, (rows) => rows.map((_, at) => at));
  },
};

type Row = readonly number[];

/** Goes through the rows in some order and starts a new group wherever one differs from the one before. */
function different(
  call: string,
  x: Tensor,
  dim: number | null,
  orderOf: (rows: readonly Row[]) => number[],
): Different {
  const at = dim === null || x.shape.length === 0 ? null : dimensionOf(call, dim, x.shape);
  const rows = rowsOf(x, at);
  const inverse = new Array<number>(rows.length).fill(0);
  const [firsts, counts]: [number[], number[]] = [[], []];
  let before: Row | null = null;
  for (const place of orderOf(rows)) {
    if (before === null || compare(before, rows[place]) !== 0) {
      firsts.push(place);
      counts.push(0);
    }
    before = rows[place];
    counts[counts.length - 1]++;
    inverse[place] = counts.length - 1;
  }
  const count = [counts.length];
  return {
    values: chosen(x, at, firsts),
    inverse: new Tensor(Storage.of("int32", inverse), at === null ? x.shape : [rows.length]),
    counts: new Tensor(Storage.of("int32", counts), count),
  };
}

function chosen(x: Tensor, dim: number | null, places: readonly number[]): Tensor {
  const index = new Tensor(Storage.of("int32", places), [places.length]);
  // Which elements are the first of their kind is no smooth question, so PyTorch gives no gradient here either.
  const source = new Tensor(x.storage, x.shape);
  return dim === null ? source.reshape([-1]).indexSelect(index) : source.indexSelect(index, dim);
}

/** Each slice as a list of its elements. */
function rowsOf({ storage, shape }: Tensor, dim: number | null): Row[] {
  const values = storage.toArray();
  if (dim === null) return Array.from(values, (value) => [value]);
  const { outer, length, inner } = slicedAt(shape, dim);
  return Array.from({ length }, (_, row) => {
    const own: number[] = [];
    for (let i = 0; i < outer; i++) for (let j = 0; j < inner; j++) own.push(values[(i * length + row) * inner + j]);
    return own;
  });
}

function inOrder(rows: readonly Row[]): number[] {
  return rows.map((_, at) => at).sort((a, b) => compare(rows[a], rows[b]) || a - b);
}

/** Lexical; a NaN comes after every number, and equals nothing. */
function compare(a: Row, b: Row): number {
  for (let at = 0; at < a.length; at++) {
    if (a[at] === b[at]) continue;
    if (Number.isNaN(a[at])) return 1;
    if (Number.isNaN(b[at])) return -1;
    return a[at] < b[at] ? -1 : 1;
  }
  return 0;
}
