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

/** The drawing of a graph that takes the place of another: what both have stays on its side. */
export function drawnAfter(drawing: Drawing, last: Placed | null): Drawing {
  if (last === null) return drawing;
  const places = new Map<string, number>();
  looseKeys(last.drawing).forEach((key, index) => places.set(key, last.placement.x[index] ?? NaN));
  const before = Float64Array.from(looseKeys(drawing), (key) => places.get(key) ?? NaN);
  return before.every(Number.isNaN) ? drawing : { ...drawing, skeleton: { ...drawing.skeleton, before } };
}

/** By kind, name and op, and among equals by their order: lines change with every edit above them. */
function looseKeys({ nodes }: Drawing): readonly string[] {
  const seen = new Map<string, number>();
  return nodes.map(({ kind, name, op }) => {
    const key = `${kind} ${name ?? ""} ${op ?? ""}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${key} ${count}`;
  });
}
