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

/** The members of each row in the order of their numbers; `pairs` holds an upper and a lower member in turn. */
export function rowsOf(rowOf: Int32Array, rowCount: number, pairs: Int32Array): Rows {
  const starts = new Int32Array(rowCount + 1);
  for (const row of rowOf) starts[row + 1] = at(starts, row + 1) + 1;
  for (let row = 0; row < rowCount; row++) starts[row + 1] = at(starts, row + 1) + at(starts, row);
  const next = starts.slice();
  const order = new Int32Array(rowOf.length);
  for (let member = 0; member < rowOf.length; member++) {
    const row = at(rowOf, member);
    order[at(next, row)] = member;
    next[row] = at(next, row) + 1;
  }
  return { order, starts, above: linksOf(order.length, pairs, "lower"), below: linksOf(order.length, pairs, "upper") };
}

/** The neighbors on one side, from pairs of an upper and a lower member in turn. */
export function linksOf(memberCount: number, pairs: Int32Array, of: "upper" | "lower"): Links {
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

/**
 * An entry of an array whose bounds the caller keeps. Each kind of array has a function of its own, since one that has
 * seen several kinds takes six times as long.
 */
export function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}

export function realAt(array: Float64Array, index: number): number {
  return array[index] ?? 0;
}
