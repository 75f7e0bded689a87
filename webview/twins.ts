/**
 * Which node of one run is which node of another: what-if runs ignore cuts, so ids may shift while places in the
 * source do not. Nodes are paired by kind, name, op and span, and among equals by the order in which they came.
 */
import type { GradientGraph, GraphNode, NodeId } from "@gradlens/engine/graph";

/** For the nodes of `graph`, by id: their twins in `other`. */
export function twinsOf(graph: GradientGraph, other: GradientGraph): ReadonlyMap<NodeId, GraphNode> {
  const keysOfOther = nodeKeys(other);
  const byKey = new Map(other.nodes.map((node) => [keysOfOther.get(node.id), node]));
  const twins = new Map<NodeId, GraphNode>();
  for (const [id, key] of nodeKeys(graph)) {
    const twin = byKey.get(key);
    if (twin !== undefined) twins.set(id, twin);
  }
  return twins;
}

/** A name for each node that stays the same from run to run. */
export function nodeKeys(graph: GradientGraph): ReadonlyMap<NodeId, string> {
  const seen = new Map<string, number>();
  return new Map(
    graph.nodes.map((node) => {
      const base = `${node.kind} ${node.name ?? ""} ${node.op ?? ""} ${placeOf(node)}`;
      const occurrence = seen.get(base) ?? 0;
      seen.set(base, occurrence + 1);
      return [node.id, `${base} ${occurrence}`];
    }),
  );
}

function placeOf({ span }: GraphNode): string {
  return span === null
    ? ""
    : `${span.uri}:${span.start.line}:${span.start.character}-${span.end.line}:${span.end.character}`;
}
