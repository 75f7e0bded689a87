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

/** By node id; a node that is missing has no path to a loss. */
export type Distances = ReadonlyMap<number, number>;

export function cost({ kind }: FlowEdge): number {
  return kind.kind === "cut" ? 1 : 0;
}

/** What an edge counts in a search: 0, 1, or Infinity where it may not be taken. */
export type Price = (edge: FlowEdge, to: number) => number;

/** Walks backward from these nodes, and sees only what stands behind them. */
export function distancesTo(roots: Iterable<number>, flow: FlowGraph, price: Price = cost): Distances {
  const distances = new Map<number, number>();
  let frontier = [...roots];
  for (const root of frontier) distances.set(root, 0);
  for (let distance = 0; frontier.length > 0; distance++) {
    const next: number[] = [];
    // The list grows while it is walked: edges without cost stay at this distance.
    for (const id of frontier) {
      if (distances.get(id) !== distance) continue;
      for (const edge of flow.nodes[id]?.inputs ?? []) {
        const reached = distance + price(edge, id);
        if (reached >= (distances.get(edge.from) ?? Infinity)) continue;
        distances.set(edge.from, reached);
        (reached === distance ? frontier : next).push(edge.from);
      }
    }
    frontier = next;
  }
  return distances;
}

export type Outputs = readonly (readonly Output[])[];

export interface Output {
  readonly to: number;
  readonly edge: FlowEdge;
}

/** The edges of the graph from the other side: who takes each node. */
export function outputsOf(flow: FlowGraph): Outputs {
  const outputs: Output[][] = flow.nodes.map(() => []);
  for (const node of flow.nodes) for (const edge of node.inputs) outputs[edge.from]?.push({ to: node.id, edge });
  return outputs;
}

/** Every value that carries a gradient back to some leaf: the leaves, and what is made of them without a cut. */
export function variedFrom(sources: Iterable<number>, outputs: Outputs): ReadonlySet<number> {
  const varied = new Set(sources);
  // The set grows while it is walked.
  for (const id of varied) for (const { to, edge } of outputs[id] ?? []) if (cost(edge) === 0) varied.add(to);
  return varied;
}
