/**
 * The part of a graph that is drawn when there are more nodes than anyone can look at: those nearest to what the panel
 * speaks of. What is left out is said beside the picture; the table has it all.
 */
import type { GradientGraph, GraphNode, NodeId } from "@gradlens/engine/graph";
import { walkOf } from "./walk.js";

export const mostDrawn = 800;

/** The graph itself while it is small; else the nodes nearest to `centers` and the edges between them. */
export function partAround(graph: GradientGraph, centers: readonly NodeId[]): GradientGraph {
  if (graph.nodes.length <= mostDrawn) return graph;
  const { incoming, outgoing, node } = walkOf(graph);
  const starts = [...centers, ...(graph.loss === null ? [] : [graph.loss])].filter((id) => node.has(id));
  const kept = new Set(starts);
  const pending = [...kept];
  for (let next = 0; next < pending.length && kept.size < mostDrawn; next++) {
    const id = pending[next];
    if (id === undefined) break;
    const around = [
      ...(incoming.get(id) ?? []).map(({ from }) => from),
      ...(outgoing.get(id) ?? []).map(({ to }) => to).slice(0, mostNeighbors),
    ];
    for (const neighbor of around) {
      if (kept.size >= mostDrawn) break;
      if (kept.has(neighbor)) continue;
      kept.add(neighbor);
      pending.push(neighbor);
    }
  }
  const isKept = ({ id }: GraphNode): boolean => kept.has(id);
  return {
    ...graph,
    nodes: graph.nodes.filter(isKept),
    edges: graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

/** A leaf that a thousand ops use would fill the picture with them. */
const mostNeighbors = 12;
