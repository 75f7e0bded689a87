/**
 * Which place in its row each node gets, so that few edges cross: barycenter sweeps, then exchanges of neighbors
 * (Sugiyama, Tagawa and Toda 1981). Distances are left to `coordinates.ts`.
 */
import { at, realAt, type Links, type Rows } from "./rows.js";

/** Sweeps without a better order before the search ends. */
const patience = 6;
const mostRounds = 8;
const mostPairs = 4000;
/** Up to so many members the search begins in more places; beyond so many one short search must do. */
const small = 400;
const large = 700;
const shuffles = 6;

/**
 * The rows reordered. From any order the search begins with the order given, with those of two walks through the graph and some of
 * chance, and sweeps first in either direction, since each ends in another place; the first of the best wins, so that
 * pictures stay stable.
 */
export function ordered(rows: Rows, from: "any order" | "the order given"): Rows {
  let fewest = allCrossings(rows);
  let best = rows.order;
  const isBound = from === "the order given";
  const directions: readonly Direction[] = isBound || rows.order.length > large ? ["down"] : ["down", "up"];
  for (const first of directions)
    for (const start of isBound ? [() => rows.order.slice()] : startsFor(rows)) {
      if (fewest === 0) return { ...rows, order: best };
      const found = improved({ ...rows, order: start() }, first);
      if (found.crossings >= fewest) continue;
      fewest = found.crossings;
      best = found.order;
    }
  return { ...rows, order: best };
}

type Direction = "down" | "up";

function startsFor(rows: Rows): readonly (() => Int32Array)[] {
  const given = (): Int32Array => rows.order.slice();
  const { length } = rows.order;
  if (length > large) return [given];
  const walks = [given, () => walked(rows, "up"), () => walked(rows, "down")];
  if (length > small) return walks;
  return [...walks, ...Array.from({ length: shuffles }, (_, seed) => () => shuffled(rows, seed + 1))];
}

/** Each row in an order of chance that is always the same (Park and Miller's generator, Durstenfeld's shuffle). */
function shuffled({ order, starts }: Rows, seed: number): Int32Array {
  const result = order.slice();
  let state = seed;
  for (let row = 0; row + 1 < starts.length; row++) {
    const start = at(starts, row);
    for (let index = at(starts, row + 1) - 1; index > start; index--) {
      state = (state * 48271) % 2147483647;
      const other = start + (state % (index - start + 1));
      [result[index], result[other]] = [at(result, other), at(result, index)];
    }
  }
  return result;
}

/** The rows in the order in which a walk in depth meets their members, from the last row upwards or from the first downwards. */
function walked({ order, starts, above, below }: Rows, direction: Direction): Int32Array {
  const rowOf = new Int32Array(order.length);
  for (let row = 0; row + 1 < starts.length; row++)
    for (let index = at(starts, row); index < at(starts, row + 1); index++) rowOf[at(order, index)] = row;
  const links = direction === "up" ? above : below;
  const next = starts.slice();
  const result = new Int32Array(order.length);
  const seen = new Int32Array(order.length);
  const roots = direction === "up" ? [...order].reverse() : [...order];
  for (const root of roots) {
    const pending = [root];
    for (let member = pending.pop(); member !== undefined; member = pending.pop()) {
      if (at(seen, member) === 1) continue;
      seen[member] = 1;
      const row = at(rowOf, member);
      result[at(next, row)] = member;
      next[row] = at(next, row) + 1;
      for (let link = at(links.starts, member + 1) - 1; link >= at(links.starts, member); link--)
        pending.push(at(links.ends, link));
    }
  }
  return result;
}

function improved(rows: Rows, first: Direction): { readonly order: Int32Array; readonly crossings: number } {
  const { order, starts } = rows;
  const place = placesOf(order, starts);
  const sweeps = order.length > large ? 3 : 24;
  let best = order.slice();
  let fewest = allCrossings(rows);
  for (let sweep = 0, since = 0; sweep < sweeps && since < patience && fewest > 0; sweep++, since++) {
    sweepOver(rows, place, (sweep % 2 === 0) === (first === "down") ? "down" : "up");
    // Exchanges that change nothing lead out of places where no single exchange helps.
    const alsoEqual = sweep % 4 >= 2 ? "equal" : "better";
    for (let round = 0; round < mostRounds && transpose(rows, place, alsoEqual) > 0; round++);
    for (let round = 0; round < mostRounds && transpose(rows, place, "better") > 0; round++);
    const crossings = allCrossings(rows);
    if (crossings >= fewest) continue;
    best = order.slice();
    fewest = crossings;
    since = -1;
  }
  return { order: best, crossings: fewest };
}

function placesOf(order: Int32Array, starts: Int32Array): Int32Array {
  const place = new Int32Array(order.length);
  for (let row = 0; row + 1 < starts.length; row++)
    for (let index = at(starts, row); index < at(starts, row + 1); index++)
      place[at(order, index)] = index - at(starts, row);
  return place;
}

/** Sorts each row by the mean place of its members' neighbors in the row before it. */
function sweepOver({ order, starts, above, below }: Rows, place: Int32Array, direction: Direction): void {
  const rowCount = starts.length - 1;
  const links = direction === "down" ? above : below;
  const center = new Float64Array(order.length);
  for (let step = 1; step < rowCount; step++) {
    const row = direction === "down" ? step : rowCount - 1 - step;
    const start = at(starts, row);
    const end = at(starts, row + 1);
    if (end - start < 2) continue;
    for (let index = start; index < end; index++) {
      const member = at(order, index);
      center[member] = meanPlace(member, links, place);
    }
    insertionSort(order, center, start, end);
    for (let index = start; index < end; index++) place[at(order, index)] = index - start;
  }
}

/** Without neighbors a member keeps its own place. */
function meanPlace(member: number, { starts, ends }: Links, place: Int32Array): number {
  const start = at(starts, member);
  const end = at(starts, member + 1);
  if (start === end) return at(place, member);
  let sum = 0;
  for (let index = start; index < end; index++) sum += at(place, at(ends, index));
  return sum / (end - start);
}

/** Stable; wide rows, which are nearly sorted only after a few sweeps, are left to the language. */
function insertionSort(order: Int32Array, key: Float64Array, start: number, end: number): void {
  if (end - start > 64) {
    const sorted = [...order.subarray(start, end)].sort((a, b) => realAt(key, a) - realAt(key, b));
    order.set(sorted, start);
    return;
  }
  for (let index = start + 1; index < end; index++) {
    const member = at(order, index);
    let hole = index;
    while (hole > start && realAt(key, at(order, hole - 1)) > realAt(key, member)) {
      order[hole] = at(order, hole - 1);
      hole--;
    }
    order[hole] = member;
  }
}

/** Exchanges neighbors where fewer edges cross then, or also as many; gives the number of exchanges. */
function transpose({ order, starts, above, below }: Rows, place: Int32Array, when: "better" | "equal"): number {
  let exchanges = 0;
  for (let row = 0; row + 1 < starts.length; row++) {
    const start = at(starts, row);
    for (let index = start; index + 1 < at(starts, row + 1); index++) {
      const left = at(order, index);
      const right = at(order, index + 1);
      const now = pairCrossings(left, right, above, place) + pairCrossings(left, right, below, place);
      if (now === 0) continue;
      const then = pairCrossings(right, left, above, place) + pairCrossings(right, left, below, place);
      if (when === "better" ? then >= now : then > now) continue;
      order[index] = right;
      order[index + 1] = left;
      place[right] = index - start;
      place[left] = index + 1 - start;
      exchanges++;
    }
  }
  return exchanges;
}

/** How many edges of two neighbors cross on one side. */
function pairCrossings(left: number, right: number, { starts, ends }: Links, place: Int32Array): number {
  const leftEnd = at(starts, left + 1);
  const rightEnd = at(starts, right + 1);
  // Two values that are used in hundreds of places are left to the barycenters.
  if ((leftEnd - at(starts, left)) * (rightEnd - at(starts, right)) > mostPairs) return 0;
  let count = 0;
  for (let i = at(starts, left); i < leftEnd; i++) {
    const ofLeft = at(place, at(ends, i));
    for (let j = at(starts, right); j < rightEnd; j++) if (ofLeft > at(place, at(ends, j))) count++;
  }
  return count;
}

/**
 * How many pairs of links cross between all rows: the inversions among the lower ends, taken in the order of the upper
 * ones and counted with a tree of partial sums (Barth, Jünger and Mutzel 2002).
 */
export function allCrossings({ order, starts, below }: Rows): number {
  const place = placesOf(order, starts);
  let count = 0;
  for (let row = 0; row + 2 < starts.length; row++) {
    const width = at(starts, row + 2) - at(starts, row + 1);
    if (width < 2 || at(starts, row + 1) - at(starts, row) < 2) continue;
    const sums = new Int32Array(width + 1);
    let before = 0;
    for (let index = at(starts, row); index < at(starts, row + 1); index++) {
      const member = at(order, index);
      const [from, to] = [at(below.starts, member), at(below.starts, member + 1)];
      // The ends of one member do not cross each other, so all are counted before one is entered.
      for (let link = from; link < to; link++) {
        let notAfter = 0;
        for (let i = at(place, at(below.ends, link)) + 1; i > 0; i -= i & -i) notAfter += at(sums, i);
        count += before - notAfter;
      }
      for (let link = from; link < to; link++)
        for (let i = at(place, at(below.ends, link)) + 1; i <= width; i += i & -i) sums[i] = at(sums, i) + 1;
      before += to - from;
    }
  }
  return count;
}
