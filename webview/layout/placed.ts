/** A folded graph together with the places of its cards: what the picture draws, and what stays while only values change. */
import type { GradientGraph } from "@gradlens/engine/graph";
import type { FoldedGraph } from "../folding/fold.js";
import { layoutOf, type Drawing, type Layout } from "./layered-layout.js";
import type { Placement } from "./placement.js";

export interface Placed {
  readonly folded: FoldedGraph;
  readonly uncut: GradientGraph | null;
  readonly drawing: Drawing;
  readonly placement: Placement;
}

/** Two graphs of the same form have the same places: the same nodes at the same lines, joined in the same way. */
export function isSameForm(a: Drawing, b: Drawing): boolean {
  if (a.nodes.length !== b.nodes.length || a.edges.length !== b.edges.length) return false;
  const isSameNode = a.nodes.every(({ id, span }, index) => {
    const other = b.nodes[index];
    return (
      other?.id === id &&
      other.span?.start.line === span?.start.line &&
      other.span?.start.character === span?.start.character
    );
  });
  const isSame = (one: Int32Array, other: Int32Array): boolean => one.every((end, edge) => end === other[edge]);
  return isSameNode && isSame(a.skeleton.from, b.skeleton.from) && isSame(a.skeleton.to, b.skeleton.to);
}

const layouts = new WeakMap<Placed, Layout>();

/** The same as objects, which a picture in SVG and the keys need; made when it is first asked for. */
export function layoutOfPlaced(placed: Placed): Layout {
  const known = layouts.get(placed);
  if (known !== undefined) return known;
  const layout = layoutOf(placed.drawing, placed.placement);
  layouts.set(placed, layout);
  return layout;
}
