/**
 * What a sample of an op is, and the builders that samples of one family share: elementwise formulas, pairs that
 * broadcast, and reductions of one table. Values keep away from kinks and ties, where a derivative is a convention.
 */
import type { Nested, NestedInput, Tensor } from "@gradlens/engine";

export interface Sample {
  readonly given: readonly NestedInput[];
  /** Takes one tensor for each entry of `given`. */
  readonly call: (...inputs: Tensor[]) => Tensor;
  readonly gives: Nested;
}

export const row = [0.5, -1.25, 2];
export const column = [[1.5], [-0.75]];
export const table = [
  [0.5, -1.25, 2],
  [3, 0.25, -0.5],
];
export const positive = [0.5, 1.25, 2];

/** An op on one input, given by its formula for one number. */
export function each(values: readonly number[], call: (x: Tensor) => Tensor, formula: (x: number) => number): Sample {
  return { given: [values], call, gives: values.map(formula) };
}

/** An op on two inputs: one pair of equal shapes, one that broadcasts, one with a number. */
export function pairs(
  call: (a: Tensor, b: Tensor | number) => Tensor,
  formula: (a: number, b: number) => number,
): readonly Sample[] {
  return [
    { given: [row, [2, 0.75, -1.5]], call, gives: [formula(0.5, 2), formula(-1.25, 0.75), formula(2, -1.5)] },
    { given: [row, column], call, gives: column.map(([b]) => row.map((a) => formula(a, b))) },
    { given: [column, row], call, gives: column.map(([a]) => row.map((b) => formula(a, b))) },
    { given: [row], call: (a) => call(a, 3), gives: row.map((a) => formula(a, 3)) },
  ];
}

/** As `pairs`, for ops that take tensors alone. */
export function ofTensors(call: Sample["call"], formula: (a: number, b: number) => number): readonly Sample[] {
  const others = [2, 0.875, -1.5];
  const second = [[1.75], [-0.875]];
  return [
    { given: [row, others], call, gives: row.map((a, i) => formula(a, others[i])) },
    { given: [row, second], call, gives: second.map(([b]) => row.map((a) => formula(a, b))) },
  ];
}

/** In-place ops work on a copy, since a leaf that requires grad must not be changed. */
export function pairsInPlace(
  call: (a: Tensor, b: Tensor | number) => Tensor,
  formula: (a: number, b: number) => number,
): readonly Sample[] {
  return [
    {
      given: [row, [2, 0.75, -1.5]],
      call: (a, b) => call(a.clone(), b),
      gives: [formula(0.5, 2), formula(-1.25, 0.75), formula(2, -1.5)],
    },
    { given: [table, [4]], call: (a, b) => call(a.clone(), b), gives: table.map((r) => r.map((a) => formula(a, 4))) },
    { given: [row], call: (a) => call(a.clone(), 3), gives: row.map((a) => formula(a, 3)) },
  ];
}

/** Reductions of `table`: all elements, along each dimension, and with the dimension kept. */
export function reductions(
  call: (x: Tensor, dim?: number | null, options?: { readonly keepdim: boolean }) => Tensor,
  formula: (values: readonly number[]) => number,
): readonly Sample[] {
  const columns = [0, 1, 2].map((at) => formula(table.map((r) => r[at])));
  const rows = table.map((r) => formula(r));
  return [
    { given: [table], call: (x) => call(x), gives: formula(table.flat()) },
    { given: [table], call: (x) => call(x, 0), gives: columns },
    { given: [table], call: (x) => call(x, -1), gives: rows },
    { given: [table], call: (x) => call(x, 1, { keepdim: true }), gives: rows.map((value) => [value]) },
    { given: [row], call: (x) => call(x, null, { keepdim: true }), gives: [formula(row)] },
    { given: [2.5], call: (x) => call(x), gives: formula([2.5]) },
    { given: [2.5], call: (x) => call(x, 0), gives: formula([2.5]) },
  ];
}

/** Without the scalars, which have no variance. */
export function reductionsOfSeveral(
  call: (x: Tensor, dim?: number | null, options?: { readonly keepdim: boolean }) => Tensor,
  formula: (values: readonly number[]) => number,
): readonly Sample[] {
  return reductions(call, formula).filter(({ given: [data] }) => Array.isArray(data));
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const square = [
  [0.5, -1.25],
  [3, 0.25],
];

export const other = [
  [1.5, 2.25],
  [-0.75, 0.5],
];

/** Calls on one matrix, and on two. */
export const one = (call: (x: Tensor) => Tensor): Sample => ({ given: [square], call, gives: 0 });
export const two = (call: (a: Tensor, b: Tensor) => Tensor): Sample => ({ given: [square, other], call, gives: 0 });
