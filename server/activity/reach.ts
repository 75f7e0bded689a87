/**
 * The 0-1 search: how many cuts lie between a node and the nearest loss. Values flow freely along identity, derive
 * and vanish edges; each cut costs one. Zero means that a gradient may arrive.
 *
 *     const y = x.mul(w);          // x, w: 1
 *     const z = y.detach();        // y: 1     the edge y → z is a cut
 *     z.add(b).sum().backward();   // z, b: 0
 *
 * What escapes counts as a loss: code outside may call `backward()` on it.
 */
import type { FlowEdge, FlowGraph } from "../flow/flow-graph.js";

export interface Reach {
  /** By node id; Infinity where no path leads to a loss. */
  readonly distances: readonly number[];
}

export function cost({ kind }: FlowEdge): number {
  return kind.kind === "cut" ? 1 : 0;
}

/** Walks backward from these nodes. */
export function reachFrom(roots: Iterable<number>, flow: FlowGraph): Reach {
  const distances = flow.nodes.map(() => Infinity);
  let frontier = [...roots];
  for (const root of frontier) distances[root] = 0;
  for (let distance = 0; frontier.length > 0; distance++) {
    const next: number[] = [];
    // The list grows while it is walked: edges without cost stay at this distance.
    for (const id of frontier) {
      if (distances[id] !== distance) continue;
      for (const edge of flow.nodes[id]?.inputs ?? []) {
        const reached = distance + cost(edge);
        if (reached >= (distances[edge.from] ?? Infinity)) continue;
        distances[edge.from] = reached;
        (reached === distance ? frontier : next).push(edge.from);
      }
    }
    frontier = next;
  }
  return { distances };
}
