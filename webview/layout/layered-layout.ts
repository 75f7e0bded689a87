/**
 * GradientGraph → positions: ranks, then order, then coordinates. The order follows the file:
 * leaves at the top, the loss at the bottom. The same graph always gives the same picture.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";
import { centers } from "./coordinates.js";
import { ordered } from "./order.js";
import { ranks } from "./ranks.js";
import { linksOf, rowsOf, type Rows } from "./rows.js";

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
const longestWithBends = 6;
/** Room above the first row for the words over a hatched region. */
const marginTop = 44;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode {
  readonly node: GraphNode;
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  /** From the lower side of the input to the upper side of the output, with the bends between. */
  readonly points: readonly Point[];
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

interface Chain {
  readonly edge: GraphEdge;
  readonly members: readonly number[];
}

interface Link {
  readonly edge: GraphEdge;
  readonly from: number;
  readonly to: number;
}

export function layeredLayout(graph: GradientGraph): Layout {
  const inFileOrder = [...graph.nodes].sort(byPlaceInFile);
  const nodeCount = inFileOrder.length;
  const indexOf = new Map<NodeId, number>(inFileOrder.map(({ id }, index) => [id, index]));
  const links = graph.edges.flatMap((edge): Link[] => {
    const from = indexOf.get(edge.from);
    const to = indexOf.get(edge.to);
    return from === undefined || to === undefined || from === to ? [] : [{ edge, from, to }];
  });
  const rank = ranks(
    nodeCount,
    linksOf(
      nodeCount,
      links.flatMap(({ from, to }) => [from, to]),
      "upper",
    ),
  );
  const top = rank.reduce((least, row) => Math.min(least, row), 0);
  const rowOf = (index: number): number => (rank[index] ?? 0) - top;
  const rows: number[][] = Array.from(
    { length: rank.reduce((most, row) => Math.max(most, row), top) - top + 1 },
    () => [],
  );
  inFileOrder.forEach((_, index) => rows[rowOf(index)]?.push(index));

  // Of a deep graph whose leaves are used over and over, the bends would be a multiple of the nodes.
  const bendCount = links.reduce((sum, { from, to }) => sum + Math.max(0, rowOf(to) - rowOf(from) - 1), 0);
  const longest = bendCount > mostBends ? longestWithBends : Infinity;
  let members = nodeCount;
  const pairs: number[] = [];
  const chains = links.map(({ edge, from, to }): Chain => {
    const chain = [from];
    const isTooLong = rowOf(to) - rowOf(from) > longest;
    for (let row = rowOf(from) + 1; row < rowOf(to) && !isTooLong; row++) {
      rows[row]?.push(members);
      chain.push(members++);
    }
    chain.push(to);
    // An edge without its bends passes behind the rows between and has no say in their order.
    const isWhole = chain.length - 1 === rowOf(to) - rowOf(from);
    for (let index = 0; isWhole && index + 1 < chain.length; index++)
      pairs.push(chain[index] ?? 0, chain[index + 1] ?? 0);
    return { edge, members: chain };
  });

  const placed = ordered(rowsOf(rows, pairs));
  const center = centers(placed, {
    gap: columnGap,
    width: new Float64Array(members).fill(nodeWidth, 0, nodeCount).fill(bendWidth, nodeCount),
    weight: (a, b) => (a < nodeCount ? (b < nodeCount ? 1 : 2) : b < nodeCount ? 2 : 8),
  });
  return drawn(inFileOrder, chains, placed, center);
}

function drawn(
  nodes: readonly GraphNode[],
  chains: readonly Chain[],
  { order, starts }: Rows,
  center: Float64Array,
): Layout {
  const rowCount = starts.length - 1;
  const rowOf = new Int32Array(order.length);
  for (let row = 0; row < rowCount; row++)
    for (const member of order.subarray(starts[row], starts[row + 1])) rowOf[member] = row;
  const halfWidth = (index: number) => (index < nodes.length ? nodeWidth / 2 : bendWidth / 2);
  const left = center.reduce((least, x, index) => Math.min(least, x - halfWidth(index)), Infinity);
  const right = center.reduce((most, x, index) => Math.max(most, x + halfWidth(index)), -Infinity);
  const shift = Number.isFinite(left) ? margin - left : margin;
  const x = (index: number) => rounded((center[index] ?? 0) + shift);
  const gap = rowCount > deepRows ? narrowRowGap : rowGap;
  const y = (index: number) => marginTop + (rowOf[index] ?? 0) * (nodeHeight + gap);
  const port = portsOf(chains, x);
  return {
    nodes: nodes.map((node, index) => ({ node, x: rounded(x(index) - nodeWidth / 2), y: y(index) })),
    edges: chains.map((chain) => ({ edge: chain.edge, points: pointsOf(chain, x, y, port) })),
    width: Number.isFinite(left) ? Math.ceil(right - left + 2 * margin) : 2 * margin,
    height: margin + marginTop + Math.max(0, rowCount * (nodeHeight + gap) - gap),
  };
}

type Ports = (chain: Chain, end: "start" | "end") => number;

/** Edges that share a side of a node spread over its middle part, in the order of their other ends. */
function portsOf(chains: readonly Chain[], x: (index: number) => number): Ports {
  const offsets = { start: new Map<Chain, number>(), end: new Map<Chain, number>() };
  for (const end of ["start", "end"] satisfies ("start" | "end")[]) {
    const sides = new Map<number, Chain[]>();
    for (const chain of chains) {
      const at = chain.members.at(end === "start" ? 0 : -1) ?? 0;
      const side = sides.get(at);
      if (side === undefined) sides.set(at, [chain]);
      else side.push(chain);
    }
    const next = (chain: Chain) => x(chain.members.at(end === "start" ? 1 : -2) ?? 0);
    for (const side of sides.values()) {
      const inOrder = [...side].sort((a, b) => next(a) - next(b));
      const step = Math.min(64, (nodeWidth - 40) / inOrder.length);
      inOrder.forEach((chain, index) => offsets[end].set(chain, (index - (inOrder.length - 1) / 2) * step));
    }
  }
  return (chain, end) => offsets[end].get(chain) ?? 0;
}

function pointsOf(chain: Chain, x: (index: number) => number, y: (index: number) => number, port: Ports): Point[] {
  const last = chain.members.length - 1;
  return chain.members.flatMap((index, place) => {
    if (place === 0) return [{ x: rounded(x(index) + port(chain, "start")), y: y(index) + nodeHeight }];
    if (place === last) return [{ x: rounded(x(index) + port(chain, "end")), y: y(index) }];
    return [
      { x: x(index), y: y(index) },
      { x: x(index), y: y(index) + nodeHeight },
    ];
  });
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function byPlaceInFile(a: GraphNode, b: GraphNode): number {
  if (a.span !== null && b.span !== null) {
    const lines = a.span.start.line - b.span.start.line || a.span.start.character - b.span.start.character;
    if (lines !== 0) return lines;
  }
  return Number(a.id.slice(1)) - Number(b.id.slice(1));
}
