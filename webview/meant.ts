/**
 * What is cut off in one loss and gets its gradient from another: the picture shows it without alarm, in grey, since
 * the program is meant that way. Pure.
 */
import type { GradientGraph, NodeId } from "@gradlens/engine/graph";
import type { Palette } from "./appearance.js";
import type { Verdict } from "./verdicts.js";
import { dependents, walkOf, withoutGradient } from "./walk.js";

const nothing: ReadonlySet<NodeId> = new Set();

/** Leaves, the values behind them and the cuts; but nothing that is missed by some leaf that has no other loss. */
export function meantNodes(graph: GradientGraph, verdicts: readonly Verdict[]): ReadonlySet<NodeId> {
  const elsewhere = verdicts.filter(({ kind }) => kind === "elsewhere");
  if (elsewhere.length === 0) return nothing;
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const cuts = new Set(elsewhere.flatMap((verdict) => verdict.cuts.map(({ at }) => at.id)));
  const behind = (of: readonly Verdict[]): readonly NodeId[] =>
    of.flatMap(({ nodes }) => nodes.flatMap((leaf) => [...dependents(walk, leaf)]));
  const missed = new Set(behind(verdicts.filter(({ kind }) => kind === "cut" || kind === "partly" || kind === "none")));
  return new Set(behind(elsewhere).filter((id) => (dead.has(id) || cuts.has(id)) && !missed.has(id)));
}

/** The same colors without the alarm. */
export function quiet(palette: Palette): Palette {
  return { ...palette, none: palette.dim };
}
