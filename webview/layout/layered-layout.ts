/**
 * GradientGraph → positions. The order follows the file: leaves at the top, the loss at the bottom. The same graph
 * always gives the same picture. The numbers are made in `placement.ts`; here they meet the nodes and edges again.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";
import { placementOf, type Placement, type Skeleton } from "./placement.js";
import { at, realAt } from "./rows.js";

export { nodeHeight, nodeWidth } from "./placement.js";

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

/** A graph's nodes and edges in the order in which its skeleton numbers them. */
export interface Drawing {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly skeleton: Skeleton;
}

export function layeredLayout(graph: GradientGraph): Layout {
  const drawing = drawingOf(graph);
  return layoutOf(drawing, placementOf(drawing.skeleton));
}

/** Edges to themselves, and to nodes that are not there, are left out. */
export function drawingOf(graph: GradientGraph): Drawing {
  const nodes = inOrderOfFile(graph.nodes);
  const indexOf = new Map<NodeId, number>();
  nodes.forEach(({ id }, index) => indexOf.set(id, index));
  const from = new Int32Array(graph.edges.length);
  const to = new Int32Array(graph.edges.length);
  const edges: GraphEdge[] = [];
  for (const edge of graph.edges) {
    const start = indexOf.get(edge.from);
    const end = indexOf.get(edge.to);
    if (start === undefined || end === undefined || start === end) continue;
    from[edges.length] = start;
    to[edges.length] = end;
    edges.push(edge);
  }
  const { length } = edges;
  return {
    nodes,
    edges,
    skeleton: { nodeCount: nodes.length, from: from.slice(0, length), to: to.slice(0, length), before: null },
  };
}

export function layoutOf({ nodes, edges }: Drawing, placement: Placement): Layout {
  const { x, y, width, height } = placement;
  return {
    nodes: nodes.map((node, index) => ({ node, x: realAt(x, index), y: realAt(y, index) })),
    edges: edges.map((edge, index) => ({ edge, points: pointsOf(placement, index) })),
    width,
    height,
  };
}

function pointsOf({ pointStarts, points }: Placement, edge: number): readonly Point[] {
  const result: Point[] = [];
  for (let point = at(pointStarts, edge); point < at(pointStarts, edge + 1); point++)
    result.push({ x: realAt(points, 2 * point), y: realAt(points, 2 * point + 1) });
  return result;
}

/** Bits of a sorting key: the line, the column, and the place among the nodes; together they fill a float64. */
const columns = 2 ** 11;
const places = 2 ** 22;

/**
 * By line and column, and of one place in the order of the run. A node without a place in the file stays with the one
 * before it. The keys are sorted as plain numbers, which is ten times as fast as comparing nodes.
 */
function inOrderOfFile(nodes: readonly GraphNode[]): readonly GraphNode[] {
  const keys = new Float64Array(nodes.length);
  let place = 0;
  nodes.forEach(({ span }, index) => {
    if (span !== null) place = span.start.line * columns + Math.min(span.start.character, columns - 1);
    keys[index] = place * places + index;
  });
  keys.sort();
  return Array.from(keys, (key) => nodes[key % places]).filter((node) => node !== undefined);
}
