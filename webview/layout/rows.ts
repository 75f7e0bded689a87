/**
 * A layered graph as plain arrays: which members stand in which row, and whom each touches in the rows beside its own.
 * Members are nodes and, behind them, the bends of long edges. Order and coordinates work on this form alone, since a
 * tape of twenty thousand ops leaves no time for objects.
 */

/** For member `m`: its neighbors are `ends[starts[m]]` up to, and without, `ends[starts[m + 1]]`. */
export interface Links {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export interface Rows {
  /** The members row by row, from left to right. */
  readonly order: Int32Array;
  /** Where each row begins in `order`; one more entry than there are rows. */
  readonly starts: Int32Array;
  readonly above: Links;
  readonly below: Links;
}

/** `pairs` holds an upper and a lower member in turn, which stand in rows beside each other. */
export function rowsOf(rows: readonly (readonly number[])[], pairs: readonly number[]): Rows {
  const order = Int32Array.from(rows.flat());
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, index) => (starts[index + 1] = (starts[index] ?? 0) + row.length));
  return { order, starts, above: linksOf(order.length, pairs, "lower"), below: linksOf(order.length, pairs, "upper") };
}

/** The neighbors on one side, from pairs of an upper and a lower member in turn. */
export function linksOf(memberCount: number, pairs: readonly number[], of: "upper" | "lower"): Links {
  const own = of === "upper" ? 0 : 1;
  const starts = new Int32Array(memberCount + 1);
  for (let i = own; i < pairs.length; i += 2) starts[at(pairs, i) + 1] = at(starts, at(pairs, i) + 1) + 1;
  for (let member = 0; member < memberCount; member++) starts[member + 1] = at(starts, member + 1) + at(starts, member);
  const next = starts.slice();
  const ends = new Int32Array(pairs.length / 2);
  for (let i = 0; i < pairs.length; i += 2) {
    const member = at(pairs, i + own);
    ends[at(next, member)] = at(pairs, i + 1 - own);
    next[member] = at(next, member) + 1;
  }
  return { starts, ends };
}

/** An entry of an array whose bounds the caller keeps. */
export function at(array: ArrayLike<number>, index: number): number {
  return array[index] ?? 0;
}
