/**
 * Which nodes and edges of a large picture lie in a rectangle of it: the nodes row by row from left to right, the edges
 * in bands. An edge that spans many rows is drawn as two stubs, since thousands of long lines hide what lies below them.
 * Pure.
 */
import { nodeHeight, nodeWidth, type Placement } from "../layout/placement.js";
import { at, realAt } from "../layout/rows.js";

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Grid {
  readonly placement: Placement;
  /** The upper sides of the rows, from above to below. */
  readonly rowTops: Float64Array;
  /** By row: where its nodes begin in `inRows`. */
  readonly rowStarts: Int32Array;
  readonly inRows: Int32Array;
  /** By band: where its edges begin in `inBands`. */
  readonly bandStarts: Int32Array;
  readonly inBands: Int32Array;
  /** By edge: 1 where only its ends are drawn. */
  readonly isStub: Int32Array;
}

const bandHeight = 1024;
/** An edge without bends that is longer than this spans so many rows that it got none. */
const longest = 8 * (nodeHeight + 64);
/** How much of such an edge is drawn at either end. */
export const stubLength = 26;

export function gridOf(placement: Placement): Grid {
  const { y, pointStarts, points, height } = placement;
  const edgeCount = pointStarts.length - 1;
  const rowTops = Float64Array.from(new Set(y)).sort();
  const inRows = inOrder(placement, rowTops);
  const rowStarts = new Int32Array(rowTops.length + 1);
  let row = -1;
  inRows.forEach((node, index) => {
    if (row >= 0 && realAt(rowTops, row) === realAt(y, node)) return;
    rowStarts[++row] = index;
  });
  rowStarts[rowTops.length] = inRows.length;
  const bandCount = Math.floor(height / bandHeight) + 1;
  const isStub = new Int32Array(edgeCount);
  const bandStarts = new Int32Array(bandCount + 1);
  const entries: number[] = [];
  for (let edge = 0; edge < edgeCount; edge++) {
    const [first, behind] = [at(pointStarts, edge), at(pointStarts, edge + 1)];
    const top = bandAt(realAt(points, 2 * first + 1));
    const bottom = bandAt(realAt(points, 2 * behind - 1));
    const isLong = behind - first === 2 && realAt(points, 2 * behind - 1) - realAt(points, 2 * first + 1) > longest;
    isStub[edge] = isLong ? 1 : 0;
    for (let band = top; band <= bottom; band++)
      if (!isLong || band === top || band === bottom) entries.push(band, edge);
  }
  for (let entry = 0; entry < entries.length; entry += 2) {
    const band = (entries[entry] ?? 0) + 1;
    bandStarts[band] = at(bandStarts, band) + 1;
  }
  for (let band = 0; band < bandCount; band++) bandStarts[band + 1] = at(bandStarts, band + 1) + at(bandStarts, band);
  const next = bandStarts.slice();
  const inBands = new Int32Array(entries.length / 2);
  for (let entry = 0; entry < entries.length; entry += 2) {
    const band = entries[entry] ?? 0;
    inBands[at(next, band)] = entries[entry + 1] ?? 0;
    next[band] = at(next, band) + 1;
  }
  return { placement, rowTops, rowStarts, inRows, bandStarts, inBands, isStub };
}

/** The nodes row by row, each from left to right. */
function inOrder({ x, y, width }: Placement, rowTops: Float64Array): Int32Array {
  const rowOf = new Map([...rowTops].map((top, row) => [top, row]));
  // One whole number of row, place and node sorts ten times as fast as a comparison of all three.
  const places = Math.ceil(width) + 1;
  const keys = Float64Array.from(x, (left, node) => {
    return ((rowOf.get(realAt(y, node)) ?? 0) * places + Math.max(0, Math.round(left))) * x.length + node;
  });
  return Int32Array.from(keys.sort(), (key) => key % x.length);
}

function bandAt(y: number): number {
  return Math.max(0, Math.floor(y / bandHeight));
}

/** The nodes that touch a rectangle. */
export function nodesIn({ placement: { x }, rowTops, rowStarts, inRows }: Grid, inside: Rectangle): number[] {
  const found: number[] = [];
  for (let row = firstAfter(rowTops, inside.top - nodeHeight); row < rowTops.length; row++) {
    if (realAt(rowTops, row) > inside.bottom) break;
    let low = at(rowStarts, row);
    let high = at(rowStarts, row + 1);
    const behind = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (realAt(x, at(inRows, middle)) < inside.left - nodeWidth) low = middle + 1;
      else high = middle;
    }
    for (let index = low; index < behind; index++) {
      const node = at(inRows, index);
      if (realAt(x, node) > inside.right) break;
      found.push(node);
    }
  }
  return found;
}

/** The edges whose bands touch a rectangle, each once. */
export function edgesIn({ bandStarts, inBands }: Grid, { top, bottom }: Rectangle): number[] {
  const first = bandAt(top);
  const last = Math.min(bandStarts.length - 2, bandAt(bottom));
  if (first === last) return [...inBands.subarray(at(bandStarts, first), at(bandStarts, first + 1))];
  const found = new Set<number>();
  for (let band = first; band <= last; band++)
    for (let entry = at(bandStarts, band); entry < at(bandStarts, band + 1); entry++) found.add(at(inBands, entry));
  return [...found];
}

/** The node under a point, or null. */
export function nodeAt(grid: Grid, x: number, y: number): number | null {
  const { placement } = grid;
  const near = nodesIn(grid, { left: x, right: x, top: y, bottom: y });
  const isUnder = (node: number): boolean => {
    const [left, top] = [realAt(placement.x, node), realAt(placement.y, node)];
    return x >= left && x <= left + nodeWidth && y >= top && y <= top + nodeHeight;
  };
  return near.find(isUnder) ?? null;
}

function firstAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (realAt(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
