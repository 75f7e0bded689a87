/**
 * A graph without anything but its edges → where its nodes and edges lie: ranks, then order, then coordinates. All of it
 * is arrays of numbers, so that twenty thousand nodes are placed in a blink, and so that a worker can do it: arrays
 * change threads without being copied. Pure.
 */
import { centers } from "./coordinates.js";
import { allCrossings, ordered } from "./order.js";
import { ranks } from "./ranks.js";
import { at, linksOf, realAt, rowsOf, type Links, type Rows } from "./rows.js";

export const nodeWidth = 168;
export const nodeHeight = 58;
const columnGap = 46;
/** Between two rows; deep pictures are drawn closer, so that their words can still be read when they fit the window. */
const rowGap = 64;
const narrowRowGap = 40;
const deepRows = 7;
const bendWidth = 26;
const margin = 30;
const mostBends = 1500;
export const longestWithBends = 6;
/** Room above the first row for the words over a hatched region. */
const marginTop = 44;

/** The nodes are numbered in the order of the file; `from` and `to` hold the ends of each edge. */
export interface Skeleton {
  readonly nodeCount: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** By node: where it stood in the picture before, NaN for a new one; null for a first picture. */
  readonly before: Float64Array | null;
}

export interface Placement {
  /** By node: the upper left corner, in pixels. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** By edge: where its points begin in `points`; one more entry than there are edges. */
  readonly pointStarts: Int32Array;
  /** x and y in turn, from the lower side of the input to the upper side of the output, with the bends between. */
  readonly points: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** Members of the layered graph: the nodes, and behind them the bends of each edge from above to below. */
interface Members {
  readonly rowOf: Int32Array;
  readonly rowCount: number;
  /** By edge: its first bend; one more entry than there are edges. */
  readonly bendStarts: Int32Array;
}

export function placementOf(skeleton: Skeleton): Placement {
  const { nodeCount } = skeleton;
  const members = membersOf(skeleton);
  const first = rowsOf(members.rowOf, members.rowCount, pairsOf(skeleton, members));
  const rows = orderedLike(first, skeleton, members);
  const memberCount = members.rowOf.length;
  const center = centers(rows, {
    gap: columnGap,
    width: new Float64Array(memberCount).fill(nodeWidth, 0, nodeCount).fill(bendWidth, nodeCount),
    firstBend: nodeCount,
  });
  if (members.rowCount > deepEnoughToLean) straighten(members, center);
  return drawn(skeleton, members, center);
}

const deepEnoughToLean = 80;
const rowsAround = 24;

/**
 * Each row of a repeated pattern may stand a little to one side of the one above; over thousands of rows the picture
 * would lean by the width of a house. So each row is set back by the mean place of the rows around it.
 */
function straighten({ rowOf, rowCount }: Members, center: Float64Array): void {
  const sums = new Float64Array(rowCount);
  const counts = new Int32Array(rowCount);
  for (let member = 0; member < center.length; member++) {
    const row = at(rowOf, member);
    sums[row] = realAt(sums, row) + realAt(center, member);
    counts[row] = at(counts, row) + 1;
  }
  // Sums of the rows' means up to, and without, each row.
  const upTo = new Float64Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++)
    upTo[row + 1] = realAt(upTo, row) + realAt(sums, row) / Math.max(1, at(counts, row));
  for (let member = 0; member < center.length; member++) {
    const first = Math.max(0, at(rowOf, member) - rowsAround);
    const behind = Math.min(rowCount, at(rowOf, member) + rowsAround + 1);
    center[member] = realAt(center, member) - (realAt(upTo, behind) - realAt(upTo, first)) / (behind - first);
  }
}

/** What is known from the picture before stays on its side, unless a fresh start leaves far fewer crossings. */
function orderedLike(rows: Rows, skeleton: Skeleton, members: Members): Rows {
  const { before } = skeleton;
  if (before === null) return ordered(rows, "any order");
  const kept = ordered(asBefore(rows, skeleton, members, before), "the order given");
  const crossings = allCrossings(kept);
  if (crossings <= fewCrossings) return kept;
  const fresh = ordered(rows, "any order");
  return crossings <= mostForStability * allCrossings(fresh) + fewCrossings ? kept : fresh;
}

const fewCrossings = 2;
const mostForStability = 1.3;

/**
 * The rows with each member where it stood before, so that an edit of the program leaves everything on its side. A bend
 * stands between the ends of its edge, a new node beside the one before it.
 */
function asBefore(rows: Rows, { nodeCount, from, to }: Skeleton, { bendStarts }: Members, before: Float64Array): Rows {
  const hint = new Float64Array(rows.order.length);
  let last = 0;
  for (let node = 0; node < nodeCount; node++) {
    const known = realAt(before, node);
    last = Number.isNaN(known) ? last : known;
    hint[node] = last;
  }
  for (let edge = 0; edge < from.length; edge++) {
    const [first, behind] = [at(bendStarts, edge), at(bendStarts, edge + 1)];
    const [start, end] = [realAt(hint, at(from, edge)), realAt(hint, at(to, edge))];
    for (let bend = first; bend < behind; bend++)
      hint[bend] = start + ((end - start) * (bend - first + 1)) / (behind - first + 1);
  }
  const order = rows.order.slice();
  for (let row = 0; row + 1 < rows.starts.length; row++)
    order
      .subarray(at(rows.starts, row), at(rows.starts, row + 1))
      .sort((a, b) => realAt(hint, a) - realAt(hint, b) || a - b);
  return { ...rows, order };
}

function membersOf({ nodeCount, from, to }: Skeleton): Members {
  const rank = ranks(nodeCount, linksOf(nodeCount, inTurn(from, to), "upper"));
  let top = 0;
  let bottom = 0;
  for (let node = 0; node < nodeCount; node++) {
    top = Math.min(top, at(rank, node));
    bottom = Math.max(bottom, at(rank, node));
  }
  // Of a deep graph whose leaves are used over and over, the bends would be a multiple of the nodes.
  let wanted = 0;
  for (let edge = 0; edge < from.length; edge++) wanted += Math.max(0, spanOf(rank, from, to, edge) - 1);
  const longest = wanted > mostBends ? longestWithBends : Infinity;
  const bendStarts = new Int32Array(from.length + 1);
  let count = nodeCount;
  for (let edge = 0; edge < from.length; edge++) {
    bendStarts[edge] = count;
    const span = spanOf(rank, from, to, edge);
    if (span <= longest) count += Math.max(0, span - 1);
  }
  bendStarts[from.length] = count;
  const rowOf = new Int32Array(count);
  for (let node = 0; node < nodeCount; node++) rowOf[node] = at(rank, node) - top;
  for (let edge = 0; edge < from.length; edge++) {
    const first = at(bendStarts, edge);
    const row = at(rowOf, at(from, edge));
    for (let bend = first; bend < at(bendStarts, edge + 1); bend++) rowOf[bend] = row + 1 + bend - first;
  }
  return { rowOf, rowCount: nodeCount === 0 ? 0 : bottom - top + 1, bendStarts };
}

function spanOf(rank: Int32Array, from: Int32Array, to: Int32Array, edge: number): number {
  return at(rank, at(to, edge)) - at(rank, at(from, edge));
}

function inTurn(from: Int32Array, to: Int32Array): Int32Array {
  const pairs = new Int32Array(2 * from.length);
  for (let edge = 0; edge < from.length; edge++) {
    pairs[2 * edge] = at(from, edge);
    pairs[2 * edge + 1] = at(to, edge);
  }
  return pairs;
}

/** An edge without its bends passes behind the rows between and has no say in their order. */
function pairsOf({ nodeCount, from, to }: Skeleton, { rowOf, bendStarts }: Members): Int32Array {
  const pairs = new Int32Array(2 * (from.length + rowOf.length - nodeCount));
  let length = 0;
  for (let edge = 0; edge < from.length; edge++) {
    const bends = at(bendStarts, edge + 1) - at(bendStarts, edge);
    if (at(rowOf, at(to, edge)) - at(rowOf, at(from, edge)) !== bends + 1) continue;
    let before = at(from, edge);
    for (let bend = at(bendStarts, edge); bend < at(bendStarts, edge + 1); bend++) {
      pairs[length++] = before;
      pairs[length++] = bend;
      before = bend;
    }
    pairs[length++] = before;
    pairs[length++] = at(to, edge);
  }
  return pairs.subarray(0, length);
}

function drawn(skeleton: Skeleton, members: Members, center: Float64Array): Placement {
  const { nodeCount, from, to } = skeleton;
  const { rowOf, rowCount, bendStarts } = members;
  let left = Infinity;
  let right = -Infinity;
  for (let member = 0; member < center.length; member++) {
    const half = (member < nodeCount ? nodeWidth : bendWidth) / 2;
    left = Math.min(left, realAt(center, member) - half);
    right = Math.max(right, realAt(center, member) + half);
  }
  const shift = center.length === 0 ? 0 : margin - left;
  const gap = rowCount > deepRows ? narrowRowGap : rowGap;
  const middle = new Float64Array(center.length);
  for (let member = 0; member < center.length; member++) middle[member] = tenths(realAt(center, member) + shift);
  const topOf = (member: number): number => marginTop + at(rowOf, member) * (nodeHeight + gap);
  const x = new Float64Array(nodeCount);
  const y = new Float64Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    x[node] = tenths(realAt(middle, node) - nodeWidth / 2);
    y[node] = topOf(node);
  }
  const starting = portsOf(skeleton, members, middle, "start");
  const ending = portsOf(skeleton, members, middle, "end");
  const pointStarts = new Int32Array(from.length + 1);
  const points = new Float64Array(4 * (from.length + center.length - nodeCount));
  let length = 0;
  const put = (toX: number, toY: number): void => {
    points[length++] = toX;
    points[length++] = toY;
  };
  for (let edge = 0; edge < from.length; edge++) {
    pointStarts[edge] = length / 2;
    const [start, end] = [at(from, edge), at(to, edge)];
    put(tenths(realAt(middle, start) + realAt(starting, edge)), topOf(start) + nodeHeight);
    for (let bend = at(bendStarts, edge); bend < at(bendStarts, edge + 1); bend++) {
      put(realAt(middle, bend), topOf(bend));
      put(realAt(middle, bend), topOf(bend) + nodeHeight);
    }
    put(tenths(realAt(middle, end) + realAt(ending, edge)), topOf(end));
  }
  pointStarts[from.length] = length / 2;
  return {
    x,
    y,
    pointStarts,
    points,
    width: center.length === 0 ? 2 * margin : Math.ceil(right - left + 2 * margin),
    height: margin + marginTop + Math.max(0, rowCount * (nodeHeight + gap) - gap),
  };
}

/** By edge: how far from the middle of its node it ends. Edges that share a side spread, in the order of their other ends. */
function portsOf(
  { nodeCount, from, to }: Skeleton,
  { bendStarts }: Members,
  middle: Float64Array,
  end: "start" | "end",
): Float64Array {
  const here = end === "start" ? from : to;
  const there = end === "start" ? to : from;
  const next = new Float64Array(from.length);
  for (let edge = 0; edge < from.length; edge++) {
    const [first, behind] = [at(bendStarts, edge), at(bendStarts, edge + 1)];
    const neighbor = first === behind ? at(there, edge) : end === "start" ? first : behind - 1;
    next[edge] = realAt(middle, neighbor);
  }
  const sides = edgesBySide(nodeCount, here);
  const offset = new Float64Array(from.length);
  for (let node = 0; node < nodeCount; node++) {
    const [start, stop] = [at(sides.starts, node), at(sides.starts, node + 1)];
    if (stop - start < 2) continue;
    const side = sides.ends.subarray(start, stop).sort((a, b) => realAt(next, a) - realAt(next, b) || a - b);
    const step = Math.min(64, (nodeWidth - 40) / side.length);
    side.forEach((edge, index) => (offset[edge] = (index - (side.length - 1) / 2) * step));
  }
  return offset;
}

/** By node the edges that touch it at this end, as `Links` whose ends are edges. */
function edgesBySide(nodeCount: number, here: Int32Array): Links {
  const numbers = Int32Array.from(here, (_, edge) => edge);
  return linksOf(nodeCount, inTurn(here, numbers), "upper");
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
