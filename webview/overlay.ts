/**
 * What one may lay over the picture: the size of the gradients, their exact zeros, lost numbers, or what is cut off.
 * Cards it says nothing about step back, so it is a filter as well. Words repeat what the color says. Pure.
 */
import type { GraphNode, NodeId } from "@gradlens/engine/graph";
import { gradientAsText, roleOf, type Ink, type NodeRole } from "./appearance.js";
import type { FoldedGraph } from "./folding/fold.js";
import { percent } from "./numbers-as-text.js";
import { unreachable } from "./unreachable.js";
import { walkOf, withoutGradient } from "./walk.js";
import { counted } from "./words.js";

export type Overlay = "none" | "norm" | "zeros" | "lost" | "cut";

export const overlays: readonly { readonly overlay: Overlay; readonly words: string }[] = [
  { overlay: "none", words: "no overlay" },
  { overlay: "norm", words: "gradient norm" },
  { overlay: "zeros", words: "exact zeros" },
  { overlay: "lost", words: "NaN and infinities" },
  { overlay: "cut", words: "cut off" },
];

export interface Mark {
  readonly ink: Ink;
  /** From 0 to 1. */
  readonly strength: number;
  /** In place of the words for the gradient; null leaves those. */
  readonly words: string | null;
}

/** By card; cards without a mark step back. Null where nothing is laid over. */
export type Marks = ReadonlyMap<NodeId, Mark> | null;

export function marksOf({ graph, folds }: FoldedGraph, whole: readonly GraphNode[], overlay: Overlay): Marks {
  if (overlay === "none") return null;
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const range = rangeOf(whole);
  const marks = new Map<NodeId, Mark>();
  for (const card of graph.nodes) {
    // A group speaks for what is in it.
    const members = folds.get(card.id)?.members ?? [card];
    const found = members.map((node) => markOf(overlay, node, roleOf(walk, dead, card.id), range));
    const strongest = found.reduce(
      (best, mark) => ((mark?.strength ?? -1) > (best?.strength ?? -1) ? mark : best),
      null,
    );
    if (strongest !== null) marks.set(card.id, strongest);
  }
  return marks;
}

/** The color over a card: the mark's, else the card's own. */
export function tintOf(mark: Mark | null, own: Ink | null): { readonly ink: Ink; readonly alpha: number } | null {
  if (mark !== null) return { ink: mark.ink, alpha: Math.round(100 * (0.08 + 0.34 * mark.strength)) / 100 };
  return own === null ? null : { ink: own, alpha: 0.12 };
}

/** Logarithms of the smallest and the largest norm that is not 0. */
interface Range {
  readonly from: number;
  readonly to: number;
}

function rangeOf(nodes: readonly GraphNode[]): Range {
  let from = Infinity;
  let to = -Infinity;
  for (const { gradient } of nodes) {
    if (gradient.kind !== "received" || !(gradient.summary.norm > 0)) continue;
    const size = Math.log(gradient.summary.norm);
    if (!Number.isFinite(size)) continue;
    from = Math.min(from, size);
    to = Math.max(to, size);
  }
  return { from, to };
}

function markOf(overlay: Exclude<Overlay, "none">, node: GraphNode, role: NodeRole, range: Range): Mark | null {
  const summary = node.gradient.kind === "received" ? node.gradient.summary : null;
  switch (overlay) {
    case "norm": {
      if (summary === null) return null;
      const share = (Math.log(summary.norm) - range.from) / (range.to - range.from || 1);
      const strength = summary.norm === 0 ? 0 : Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 1;
      return { ink: "positive", strength, words: gradientAsText(summary) };
    }
    case "zeros": {
      if (summary === null || summary.exactZeros === 0) return null;
      const share = summary.exactZeros / summary.size;
      return { ink: "negative", strength: share, words: summary.size === 1 ? "0" : `${percent(share)} zeros` };
    }
    case "lost": {
      const lost = (node.value?.nonFinite ?? 0) + (summary?.nonFinite ?? 0);
      return lost === 0 ? null : { ink: "warning", strength: 1, words: `${counted(lost, "number")} lost` };
    }
    case "cut": {
      const isCut = role === "cut" || role === "blocked" || role === "left the tape" || role === "failed";
      return isCut || role === "dead" ? { ink: "none", strength: isCut ? 1 : 0.5, words: null } : null;
    }
    default:
      return unreachable(overlay);
  }
}
