/**
 * A leaf whose gradient is always zero: a second search, in which a cut may not be passed and each op that is flat
 * costs one. A leaf that arrives at a cost of one or more has no path on which a number other than zero could come.
 *
 *     const hard = w.round();             // w: 1
 *     const both = v.round().add(v);      // v: 0     the other path is live
 *     hard.mul(both).sum().backward();
 */
import type { FlowEdge, FlowGraph, FlowNode, LeafSite } from "../flow/flow-graph.js";
import type { ZeroArrival } from "./activity.js";
import { distancesTo, type Distances, type Outputs } from "./reach.js";

export function zeroArrivals(flow: FlowGraph, outputs: Outputs): readonly ZeroArrival[] {
  const roots = flow.losses.flatMap(({ nodes }) => nodes);
  const toLoss = distancesTo(roots, flow, price);
  const toAnywhere = distancesTo([...roots, ...flow.escaped], flow, price);
  return flow.leafSites.flatMap((site) => {
    const nodes = [...site.nodes, ...site.aliases];
    const near = (distances: Distances): number => Math.min(...nodes.map((id) => distances.get(id) ?? Infinity));
    const distance = near(toLoss);
    const isZero = distance >= 1 && distance < Infinity && near(toAnywhere) >= 1;
    return isZero ? [zeroArrival(site, distance, toLoss, flow, outputs)] : [];
  });
}

function price({ kind }: FlowEdge): number {
  if (kind.kind === "cut") return Infinity;
  return kind.kind === "vanish" ? 1 : 0;
}

/** With every flat op that lies on some path with as few of them as possible. */
function zeroArrival(
  site: LeafSite,
  distance: number,
  toLoss: Distances,
  flow: FlowGraph,
  outputs: Outputs,
): ZeroArrival {
  const flat = new Map<FlowNode, string>();
  const visited = new Set([...site.nodes, ...site.aliases].filter((id) => toLoss.get(id) === distance));
  // The set grows while it is walked.
  for (const id of visited) {
    for (const { to, edge } of outputs[id] ?? []) {
      if ((toLoss.get(to) ?? Infinity) + price(edge) !== toLoss.get(id)) continue;
      const node = flow.nodes[to];
      if (edge.kind.kind === "vanish" && node !== undefined) flat.set(node, edge.kind.because);
      visited.add(to);
    }
  }
  const loss = flow.losses.find(({ nodes }) => nodes.some((id) => visited.has(id))) ?? null;
  return { site, distance, loss, ops: [...flat].map(([node, because]) => ({ node, because })) };
}
