/**
 * The gradient that would arrive where a cut lets none through: taken from a silent second run of the same program
 * that ignores the cuts. A number is taken over only where both runs computed the same values, so that it is the
 * derivative at the very point that the user sees.
 */
import type { GradientGraph, GraphNode, NodeId, TensorSummary } from "../graph/gradient-graph.js";
import type { Site, SiteId } from "../graph/run-report.js";
import type { RecordedPass } from "./sampling.js";

/** The `detach()` and `noGrad()` calls that keep a gradient from a leaf in these passes. */
export function cutSitesIn(passes: readonly RecordedPass[], sites: readonly Site[]): readonly SiteId[] {
  const cuts = passes.flatMap(({ graph }) => {
    const dead = new Set(graph.nodes.filter(({ gradient }) => gradient.kind === "none").map(({ id }) => id));
    const blocked = new Set(
      graph.edges.filter(({ flow, from }) => flow.kind === "blocks" && dead.has(from)).map(({ to }) => to),
    );
    return graph.nodes.filter(({ id, op }) => blocked.has(id) && (op === "detach" || op === "noGrad"));
  });
  const spans = cuts.map(({ span }) => span);
  return sites.flatMap(({ span }, site) => (spans.includes(span) ? [site] : []));
}

/** The passes in which something is now known, with it. */
export function addWouldBe(passes: readonly RecordedPass[], uncut: readonly RecordedPass[]): readonly RecordedPass[] {
  return passes.flatMap((pass) => {
    const other = uncut.find(({ site, step }) => site === pass.site && step === pass.step);
    const graph = other === undefined ? pass.graph : withWouldBe(pass.graph, other.graph);
    return graph === pass.graph ? [] : [{ ...pass, graph }];
  });
}

function withWouldBe(graph: GradientGraph, uncut: GradientGraph): GradientGraph {
  const others = new Map(uncut.nodes.map((node) => [node.id, node]));
  const isSamePoint = graph.loss !== null && hasSameValue(nodeOf(graph, graph.loss), others.get(graph.loss));
  if (!isSamePoint) return graph;
  const found = new Map<NodeId, TensorSummary>();
  for (const node of graph.nodes) {
    const other = others.get(node.id);
    if (other?.gradient.kind === "received" && hasSameValue(node, other)) found.set(node.id, other.gradient.summary);
  }
  // A `detach()` that is ignored is not there; where it alone uses its input, it stands for it.
  for (const node of graph.nodes) {
    if (node.kind !== "control") continue;
    const source = graph.edges.find(({ to }) => to === node.id)?.from;
    const isOnlyUse = graph.edges.filter(({ from }) => from === source).length === 1;
    const wouldBe = source === undefined || !isOnlyUse ? undefined : found.get(source);
    if (wouldBe !== undefined) found.set(node.id, wouldBe);
  }
  const nodes = graph.nodes.map((node): GraphNode => {
    const wouldBe = found.get(node.id);
    const { gradient } = node;
    const isNone = gradient.kind === "none" && wouldBe !== undefined;
    return isNone ? { ...node, gradient: { ...gradient, wouldBe } } : node;
  });
  return { ...graph, nodes };
}

function nodeOf(graph: GradientGraph, id: NodeId): GraphNode | undefined {
  return graph.nodes.find((node) => node.id === id);
}

function hasSameValue(a: GraphNode | undefined, b: GraphNode | undefined): boolean {
  const one = a?.value ?? null;
  const other = b?.value ?? null;
  return one !== null && other !== null && JSON.stringify(one) === JSON.stringify(other);
}
