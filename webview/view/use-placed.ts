/**
 * The places of a graph's cards, kept as long as the graph keeps its form, so that new values never move a card. A small
 * graph is placed at once; a large one by the thread of the layout, and till then the last picture stays.
 */
import type { GradientGraph } from "@gradlens/engine/graph";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FoldedGraph } from "../folding/fold.js";
import { drawingOf } from "../layout/layered-layout.js";
import { drawnAfter, isSameForm, type Placed } from "../layout/placed.js";
import { placementOf } from "../layout/placement.js";
import { Placer } from "../placer.js";

/** Up to so many cards the picture is SVG, each card an element that can have the focus; beyond, it is painted. */
export const mostInSvg = 250;

const placer = new Placer();
/** The thread starts when the first picture is there and the page has nothing better to do. */
const warmUpAfterMs = 1500;

export function usePlaced(folded: FoldedGraph, uncut: GradientGraph | null): Placed | null {
  const kept = useRef<Placed | null>(null);
  const drawing = useMemo(() => drawingOf(folded.graph), [folded]);
  const [, redraw] = useState(0);
  const last = kept.current?.drawing ?? null;
  const isKnown = last !== null && (last === drawing || isSameForm(last, drawing));
  const isSmall = drawing.nodes.length <= mostInSvg;
  if (kept.current !== null && isKnown) {
    const { placement } = kept.current;
    if (kept.current.folded !== folded || kept.current.uncut !== uncut)
      kept.current = { folded, uncut, drawing, placement };
  } else if (isSmall) {
    const { skeleton } = drawnAfter(drawing, kept.current);
    kept.current = { folded, uncut, drawing, placement: placementOf(skeleton) };
  }
  useEffect(() => {
    if (isKnown || isSmall) return;
    let isWanted = true;
    void placer.place(drawnAfter(drawing, kept.current).skeleton).then((placement) => {
      if (!isWanted) return;
      kept.current = { folded, uncut, drawing, placement };
      redraw((count) => count + 1);
    });
    return () => {
      isWanted = false;
    };
  }, [drawing]);
  useEffect(() => {
    const timer = setTimeout(() => placer.start(), warmUpAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return kept.current;
}
