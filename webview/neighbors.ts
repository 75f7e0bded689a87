/**
 * Which card the arrow keys lead to: up and down along the edges, left and right within the row; with Shift along the
 * road on which most of the gradient comes.
 */
import type { NodeId } from "@gradlens/engine/graph";
import type { Layout, PlacedNode } from "./layout/layered-layout.js";
import type { Walk } from "./walk.js";

export function neighborOf(layout: Layout, walk: Walk, id: NodeId, key: string): NodeId | null {
  const here = layout.nodes.find(({ node }) => node.id === id);
  if (here === undefined) return null;
  switch (key) {
    case "ArrowUp":
      return nearest(
        here,
        among(
          layout,
          (walk.incoming.get(id) ?? []).map(({ from }) => from),
        ),
      );
    case "ArrowDown":
      return nearest(
        here,
        among(
          layout,
          (walk.outgoing.get(id) ?? []).map(({ to }) => to),
        ),
      );
    case "ArrowLeft":
      return nearest(
        here,
        layout.nodes.filter(({ x, y }) => y === here.y && x < here.x),
      );
    case "ArrowRight":
      return nearest(
        here,
        layout.nodes.filter(({ x, y }) => y === here.y && x > here.x),
      );
    default:
      return null;
  }
}

/** Up to the input that got most of the gradient, down to the user that it came from; null where none came. */
export function alongGradient(walk: Walk, id: NodeId, key: string): NodeId | null {
  const sides = {
    ArrowUp: (walk.incoming.get(id) ?? []).map(({ from }) => from),
    ArrowDown: (walk.outgoing.get(id) ?? []).map(({ to }) => to),
  };
  const side = key === "ArrowUp" || key === "ArrowDown" ? sides[key] : [];
  const sizeOf = (each: NodeId): number => {
    const gradient = walk.node.get(each)?.gradient;
    return gradient?.kind === "received" ? gradient.summary.norm : -1;
  };
  const best = side.reduce<NodeId | null>((most, each) => {
    return sizeOf(each) > (most === null ? -1 : sizeOf(most)) ? each : most;
  }, null);
  return best;
}

function among(layout: Layout, ids: readonly NodeId[]): readonly PlacedNode[] {
  return layout.nodes.filter(({ node }) => ids.includes(node.id));
}

function nearest(here: PlacedNode, others: readonly PlacedNode[]): NodeId | null {
  const distance = ({ x, y }: PlacedNode): number => Math.hypot(x - here.x, y - here.y);
  const best = others.reduce<PlacedNode | null>((found, each) => {
    return found === null || distance(each) < distance(found) ? each : found;
  }, null);
  return best?.node.id ?? null;
}
