/**
 * What each edge of a graph carries, and the words on it. An edge knows only what its op does to a gradient; together
 * with the nodes at its ends, and with the run that ignored the cut, it can say what passed, stopped or would be.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId, TensorSummary } from "@gradlens/engine/graph";
import { gradientAsText, isZero, type Carriage } from "./appearance.js";
import { onlyValue, signedAsText } from "./numbers-as-text.js";
import { twinsOf } from "./twins.js";
import { isCutEdge, reachedByGradient, type Walk } from "./walk.js";

export interface Carried {
  readonly carriage: Carriage;
  readonly label: string | null;
}

/** One answer per edge of the walk's graph; `uncut` is the same pass with the cuts ignored, where a run has told it. */
export function carriedBy(walk: Walk, uncut: GradientGraph | null): ReadonlyMap<GraphEdge, Carried> {
  const open = reachedByGradient(walk);
  const twins = uncut === null ? new Map<NodeId, GraphNode>() : twinsOf(walk.graph, uncut);
  const afterCut = new Set(walk.graph.edges.filter((edge) => isCutEdge(walk, edge)).map(({ to }) => to));
  const roads = liveRoads(walk, open);
  const result = new Map<GraphEdge, Carried>();
  for (const edge of walk.graph.edges) {
    const from = walk.node.get(edge.from);
    const to = walk.node.get(edge.to);
    if (from === undefined || to === undefined) continue;
    result.set(edge, carried({ edge, from, to, walk, open, roads, twins, afterCut }));
  }
  return result;
}

interface Ends {
  readonly edge: GraphEdge;
  readonly from: GraphNode;
  readonly to: GraphNode;
  readonly walk: Walk;
  /** What a gradient from the loss reaches. */
  readonly open: ReadonlySet<NodeId>;
  /** By node: on how many edges a gradient comes to it. */
  readonly roads: ReadonlyMap<NodeId, number>;
  readonly twins: ReadonlyMap<NodeId, GraphNode>;
  readonly afterCut: ReadonlySet<NodeId>;
}

function carried(ends: Ends): Carried {
  const { edge, from, to, walk, open, afterCut } = ends;
  if (edge.flow.kind === "blocks") {
    const isCut = isCutEdge(walk, edge);
    return { carriage: { kind: isCut ? "cut" : "valueOnly" }, label: null };
  }
  const toIsReached = open.has(to.id) && to.requiresGrad !== "no";
  if (afterCut.has(from.id)) return toIsReached ? stopped(ends) : { carriage: { kind: "valueOnly" }, label: null };
  if (from.requiresGrad === "no" && from.gradient.kind !== "received")
    return { carriage: { kind: "valueOnly" }, label: null };
  if (!toIsReached) return wouldBe(ends);
  if (edge.flow.kind === "unknown") return { carriage: { kind: "unknown" }, label: "unknown" };
  if (edge.flow.kind === "vanishes") return { carriage: { kind: "vanishes" }, label: "vanishes" };
  if (from.gradient.kind !== "received") return { carriage: { kind: "flows" }, label: null };
  return passed(ends, from.gradient.summary);
}

function passed(ends: Ends, summary: TensorSummary): Carried {
  if (isZero(summary)) return { carriage: { kind: "zero" }, label: "0" };
  const shares = ends.roads.get(ends.from.id) ?? 0;
  const total = gradientAsText(summary);
  return shares === 1
    ? { carriage: { kind: "gradient", summary }, label: total }
    : { carriage: { kind: "part", summary }, label: `part of ${total}` };
}

/** The gradient that arrives at a cut: what its input would receive, if the cut is that input's only road. */
function stopped({ from, walk, twins }: Ends): Carried {
  const cutEdge = (walk.incoming.get(from.id) ?? []).find(({ flow }) => flow.kind === "blocks");
  const input = cutEdge === undefined ? undefined : walk.node.get(cutEdge.from);
  const isOnlyRoad = input !== undefined && (walk.outgoing.get(input.id) ?? []).length === 1;
  const summary = isOnlyRoad ? wouldReceive(input, twins) : null;
  const label = summary === null ? "stops here" : `${gradientAsText(summary)} stops here`;
  return { carriage: { kind: "stopped" }, label };
}

function wouldBe(ends: Ends): Carried {
  const { from, walk, roads, twins } = ends;
  const carriage: Carriage = { kind: "wouldBe" };
  const total = wouldReceive(from, twins);
  if (total === null) return { carriage, label: null };
  const deadRoads = (walk.outgoing.get(from.id) ?? []).length - (roads.get(from.id) ?? 0);
  if (deadRoads !== 1) return { carriage, label: null };
  if (from.gradient.kind !== "received") return { carriage, label: `would be ${gradientAsText(total)}` };
  // The missing part is the difference between the gradient without the cut and the one that arrived.
  const without = onlyValue(total);
  const arrived = onlyValue(from.gradient.summary);
  return {
    carriage,
    label: without === null || arrived === null ? null : `would be ${signedAsText(without - arrived)}`,
  };
}

function wouldReceive(node: GraphNode, twins: Ends["twins"]): TensorSummary | null {
  const twin = twins.get(node.id);
  if (twin?.gradient.kind === "received") return twin.gradient.summary;
  return node.gradient.kind === "none" ? node.gradient.wouldBe : null;
}

/** A weight may be used thousands of times, so the roads are counted once for all. */
function liveRoads({ graph, node }: Walk, open: ReadonlySet<NodeId>): ReadonlyMap<NodeId, number> {
  const counts = new Map<NodeId, number>();
  for (const { from, to, flow } of graph.edges) {
    const isLive = flow.kind !== "blocks" && open.has(to) && node.get(to)?.requiresGrad !== "no";
    if (isLive) counts.set(from, (counts.get(from) ?? 0) + 1);
  }
  return counts;
}
