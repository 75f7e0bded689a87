/**
 * What is known of a file at a glance: each of its leaves with its state, and above each loss how many leaves it
 * reaches. The same answers as those of the rules, in a few words.
 *
 *     x: receives · y1: cut off at line 10        2 of 3 leaves get a gradient · y1 is cut off at line 10
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Activity } from "./activity/activity.js";
import { distancesTo } from "./activity/reach.js";
import type { FlowGraph, LeafSite, Loss } from "./flow/flow-graph.js";
import type { Overview, OverviewLeaf, OverviewLoss } from "./protocol.js";
import { reason } from "./rules/never-receives-gradient.js";
import { lineOf } from "./rules/words.js";

interface Known {
  readonly flow: FlowGraph;
  readonly activity: Activity;
}

export function overviewOf(programs: readonly Known[], uri: string): Overview {
  const leaves = programs.flatMap(({ activity }) => activity.arrivals.map((leaf) => leafOf(leaf, activity)));
  const losses = programs.flatMap((known) =>
    known.flow.losses.filter(({ span }) => span.uri === uri).flatMap((loss) => lossOf(loss, known)),
  );
  return {
    leaves: inOrder(leaves.filter(({ span }) => span.uri === uri)),
    losses: inOrder(losses),
  };
}

function leafOf({ site, arrival, isTarget }: Activity["arrivals"][number], activity: Activity): OverviewLeaf {
  const of = { name: nameOf(site), span: site.span };
  const isMeant = site.silenced || isTarget;
  switch (arrival.kind) {
    case "arrives": {
      if (activity.zeros.some((zero) => zero.site === site))
        return { ...of, state: "zero", because: "its gradient is always zero", cut: null };
      const from = arrival.from === "loss" ? "a gradient reaches it" : "it leaves this program, so nothing is claimed";
      return { ...of, state: arrival.from === "loss" ? "receives" : "open", because: from, cut: null };
    }
    case "unreached":
      return { ...of, state: isMeant ? "meant" : "unused", because: "no loss depends on it", cut: null };
    case "cut": {
      const because = reason({ site, arrival });
      return { ...of, state: isMeant ? "meant" : "cut", because, cut: arrival.cuts[0]?.span ?? null };
    }
  }
}

/** Nothing is said where the loss may be something unknown, or where no leaf stands behind it. */
function lossOf(loss: Loss, { flow, activity }: Known): readonly OverviewLoss[] {
  if (loss.unknown || loss.nodes.length === 0 || flow.gaveUp !== null) return [];
  const distances = distancesTo(loss.nodes, flow);
  const distanceOf = ({ nodes }: LeafSite): number => Math.min(...nodes.map((id) => distances.get(id) ?? Infinity));
  const behind = activity.arrivals.filter(({ site }) => distanceOf(site) < Infinity);
  if (behind.length === 0) return [];
  const reached = behind.filter(({ site }) => distanceOf(site) === 0).length;
  const [lost] = behind.filter(({ site, arrival, isTarget }) => arrival.kind === "cut" && !site.silenced && !isTarget);
  const count =
    reached === behind.length
      ? reached === 1
        ? "the one leaf gets a gradient"
        : `all ${reached} leaves get a gradient`
      : `${reached} of ${behind.length} ${behind.length === 1 ? "leaf gets" : "leaves get"} a gradient`;
  const cut = lost?.arrival.kind === "cut" ? lost.arrival.cuts[0] : undefined;
  const where =
    lost === undefined || cut === undefined ? [] : [`${nameOf(lost.site)} is cut off at ${placeOf(cut.span, loss)}`];
  return [{ span: loss.wordSpan, text: [count, ...where].join(" · ") }];
}

function placeOf(span: SourceSpan, { span: { uri } }: Loss): string {
  const file = span.uri === uri ? "" : ` of ${decodeURIComponent(span.uri.slice(span.uri.lastIndexOf("/") + 1))}`;
  return `line ${lineOf(span)}${file}`;
}

function nameOf({ name, what }: LeafSite): string {
  return name ?? (what === "module" ? "this module" : "this tensor");
}

/** By place; what several programs say of one place is said once. */
function inOrder<Placed extends { readonly span: SourceSpan }>(all: readonly Placed[]): readonly Placed[] {
  const byPlace = new Map(all.map((each) => [`${each.span.start.line}:${each.span.start.character}`, each] as const));
  return [...byPlace.values()].sort(
    ({ span: { start: a } }, { span: { start: b } }) => a.line - b.line || a.character - b.character,
  );
}
