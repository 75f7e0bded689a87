/**
 * Which sites a run must ignore so that a cut is gone, and what that changes at each leaf. A cut whose value left the
 * tape has no such site: there nothing can be previewed, and the panel says so.
 */
import type { GradientGraph, GraphNode, Site, SiteId } from "@gradlens/engine/graph";
import { gradientAsText, inkOfGradient, type Ink } from "./appearance.js";
import { twinsOf } from "./twins.js";
import { isSameSpan, isWithin } from "./spans.js";
import { nameOfCut, type Cut } from "./cuts.js";
import { walkOf, withoutGradient } from "./walk.js";
import { labelOf } from "./words.js";

/** The sites of the cuts that a run can ignore, each once. */
export function sitesOfCuts(cuts: readonly Cut[], sites: readonly Site[]): readonly SiteId[] {
  const found = cuts.filter(({ ignorable }) => ignorable === "yes").flatMap((cut) => sitesOfCut(cut, sites));
  return [...new Set(found)].sort((a, b) => a - b);
}

function sitesOfCut(cut: Cut, sites: readonly Site[]): readonly SiteId[] {
  const { span } = cut.at;
  if (span === null) return [];
  const same = sites.flatMap((site, id) => (isSameSpan(site.span, span) ? [id] : []));
  if (nameOfCut(cut) !== "noGrad()" || cut.at.op === "noGrad") return same;
  // The op stands inside the call of `noGrad`; the other calls around it are not cuts, and ignoring them does nothing.
  return sites.flatMap((site, id) => (isWithin(span, site.span) && !isSameSpan(span, site.span) ? [id] : []));
}

export interface Change {
  readonly leaf: GraphNode;
  readonly name: string;
  readonly before: { readonly words: string; readonly ink: Ink };
  readonly after: { readonly words: string; readonly ink: Ink };
}

/** Before → after for every leaf of a loss. */
export function changesOf(graph: GradientGraph, uncut: GradientGraph): readonly Change[] {
  const twins = twinsOf(graph, uncut);
  const dead = withoutGradient(walkOf(graph));
  return graph.nodes
    .filter(
      ({ kind, requiresGrad, gradient }) => kind === "leaf" && requiresGrad !== "no" && gradient.kind !== "frozen",
    )
    .map((leaf) => {
      const before = gradientCell(leaf, dead.has(leaf.id));
      const twin = twins.get(leaf.id);
      const after = twin === undefined ? { words: "not made", ink: "dim" as const } : gradientCell(twin, false);
      const same = before.words === after.words;
      return { leaf, name: labelOf(leaf), before, after: same ? { words: "same", ink: "dim" } : after };
    });
}

function gradientCell({ gradient }: GraphNode, isDead: boolean): Change["before"] {
  if (gradient.kind === "received")
    return { words: gradientAsText(gradient.summary), ink: inkOfGradient(gradient.summary) };
  if (gradient.kind === "frozen") return { words: "frozen", ink: "dim" };
  return isDead || gradient.kind === "none" ? { words: "none", ink: "none" } : { words: "–", ink: "dim" };
}
