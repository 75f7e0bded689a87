/**
 * Which row each node stands in: values go down, so a node stands below all of its inputs.
 * A graph that has a cycle (it should not) keeps the members of the cycle where they were met.
 */
import type { NodeId } from "@gradlens/engine/graph";

export interface Link {
  readonly from: NodeId;
  readonly to: NodeId;
}

/** Longest path from the top; what has no inputs goes just above its first consumer. */
export function ranks(nodes: readonly NodeId[], links: readonly Link[]): ReadonlyMap<NodeId, number> {
  const outgoing = new Map<NodeId, NodeId[]>(nodes.map((id) => [id, []]));
  const waitingFor = new Map<NodeId, number>(nodes.map((id) => [id, 0]));
  for (const { from, to } of links) {
    outgoing.get(from)?.push(to);
    waitingFor.set(to, (waitingFor.get(to) ?? 0) + 1);
  }
  const hasInputs = new Set(links.map(({ to }) => to));
  const rank = new Map<NodeId, number>(nodes.map((id) => [id, 0]));
  const ready = nodes.filter((id) => !hasInputs.has(id));
  for (let next = 0; next < ready.length; next++) {
    const id = ready[next];
    if (id === undefined) break;
    for (const to of outgoing.get(id) ?? []) {
      rank.set(to, Math.max(rank.get(to) ?? 0, (rank.get(id) ?? 0) + 1));
      const left = (waitingFor.get(to) ?? 0) - 1;
      waitingFor.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  for (const id of nodes) {
    const consumers = outgoing.get(id) ?? [];
    if (hasInputs.has(id) || consumers.length === 0) continue;
    rank.set(id, Math.min(...consumers.map((to) => rank.get(to) ?? 0)) - 1);
  }
  return rank;
}
