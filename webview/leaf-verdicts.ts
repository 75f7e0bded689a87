/**
 * What the strip says of leaves: cut off, without a path, with a gradient of zero, or with only a part of it. Leaves
 * with the same cause share one sentence, so that a layer whose input is detached is told once and not per parameter.
 */
import type { GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";
import { isZero } from "./appearance.js";
import { callOf, cutsOf, namesOf, onLine, verbOf, type Cut } from "./cuts.js";
import { unreachable } from "./unreachable.js";
import type { Verdict } from "./verdicts.js";
import { edgesBetween, sources, upstreamOfCuts, type Walk } from "./walk.js";
import { code, labelOf, listed, sentenceOf, strong, text, type Sentence } from "./words.js";

type Cause =
  | { readonly kind: "cut"; readonly cuts: readonly Cut[] }
  | { readonly kind: "partly"; readonly cuts: readonly Cut[] }
  | { readonly kind: "unreached" }
  | { readonly kind: "none"; readonly because: string }
  | { readonly kind: "zero"; readonly vanishing: GraphEdge | null };

interface Group {
  readonly cause: Cause;
  readonly leaves: GraphNode[];
}

export function leafVerdicts(walk: Walk, leaves: readonly GraphNode[], dead: ReadonlySet<NodeId>): readonly Verdict[] {
  const loss = walk.graph.loss === null ? undefined : walk.node.get(walk.graph.loss);
  if (loss === undefined) return [];
  const beforeLoss = sources(walk, loss.id);
  const beforeCut = upstreamOfCuts(walk);
  const groups = new Map<string, Group>();
  for (const leaf of leaves) {
    const cuts = beforeCut.has(leaf.id) && beforeLoss.has(leaf.id) ? cutsOf(walk, leaf.id, loss.id) : [];
    const cause = causeOf(walk, leaf, loss, { cuts, isDead: dead.has(leaf.id), isBefore: beforeLoss.has(leaf.id) });
    if (cause === null) continue;
    const key = keyOf(cause);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { cause, leaves: [leaf] });
    else group.leaves.push(leaf);
  }
  return [...groups.values()].map((group) => verdictOf(walk, group, loss));
}

interface Situation {
  readonly cuts: readonly Cut[];
  readonly isDead: boolean;
  /** The loss depends on the leaf, with a gradient or without. */
  readonly isBefore: boolean;
}

function causeOf(walk: Walk, leaf: GraphNode, loss: GraphNode, { cuts, isDead, isBefore }: Situation): Cause | null {
  const { gradient } = leaf;
  if (gradient.kind === "received" && isZero(gradient.summary)) {
    const vanishing = edgesBetween(walk, leaf.id, loss.id).find(({ flow }) => flow.kind === "vanishes");
    return { kind: "zero", vanishing: vanishing ?? null };
  }
  if (!isDead) return cuts.length > 0 ? { kind: "partly", cuts } : null;
  if (cuts.length > 0) return { kind: "cut", cuts };
  // Of a tape too long to be drawn the road to a leaf is not known, only what arrived.
  if (!isBefore && walk.graph.leftOut === 0) return { kind: "unreached" };
  const because = gradient.kind === "none" ? gradient.because : (walk.graph.fault?.message ?? "the pass failed");
  return { kind: "none", because };
}

function keyOf(cause: Cause): string {
  switch (cause.kind) {
    case "cut":
    case "partly":
      return `${cause.kind} ${cause.cuts.map(({ at }) => at.id).join()}`;
    case "unreached":
      return cause.kind;
    case "none":
      return `${cause.kind} ${cause.because}`;
    case "zero":
      return `${cause.kind} ${cause.vanishing?.to ?? ""}`;
    default:
      return unreachable(cause);
  }
}

function verdictOf(walk: Walk, { cause, leaves }: Group, loss: GraphNode): Verdict {
  const [leaf] = leaves;
  const names = listed([...new Set(leaves.map(labelOf))]);
  const base: Omit<Verdict, "tone" | "sentence"> = {
    kind: cause.kind,
    node: leaf?.id ?? null,
    nodes: leaves.map(({ id }) => id),
    place: leaf?.span ?? null,
    cuts: [],
    step: null,
  };
  const verb = walk.graph.origin === "live" ? "received no gradient" : "can never receive a gradient";
  const opening = strong(`${names} ${verb}.`);
  switch (cause.kind) {
    case "cut": {
      const isOnly = leaves.length === 1 && leaf !== undefined && isOnlyRoad(walk, leaf.id, loss.id);
      const roads = cause.cuts.length === 1 && isOnly ? "its only path" : "every path";
      const consequence = walk.graph.fault === null ? "." : ", so `backward()` failed.";
      const sentence = [
        opening,
        text(" "),
        ...namesOf(cause.cuts),
        text(` ${verbOf(cause.cuts)} ${roads} to ${labelOf(loss)}`),
        ...sentenceOf(consequence),
      ];
      return { ...base, tone: "bad", sentence, cuts: cause.cuts };
    }
    case "partly": {
      const roads = cause.cuts.length === 1 ? "one of the paths" : "some of the paths";
      const verb = leaves.length === 1 ? "gets only part of its gradient." : "get only part of their gradients.";
      const sentence = [
        strong(`${names} ${verb}`),
        text(" "),
        ...namesOf(cause.cuts),
        text(` ${verbOf(cause.cuts)} ${roads} to ${labelOf(loss)}.`),
      ];
      return { ...base, tone: "information", sentence, cuts: cause.cuts };
    }
    case "unreached": {
      const why = text(` ${labelOf(loss)} does not depend on ${leaves.length === 1 ? "it" : "them"}.`);
      return { ...base, tone: "warning", sentence: [opening, why] };
    }
    case "none":
      return { ...base, tone: "bad", sentence: [opening, text(" "), ...sentenceOf(capitalized(cause.because))] };
    case "zero": {
      const at = cause.vanishing === null ? undefined : walk.node.get(cause.vanishing.to);
      const isOne = leaves.length === 1;
      const words = isOne ? "has a path" : "have paths";
      const yet = `${names} ${words} to ${labelOf(loss)}, yet ${isOne ? "its gradient is" : "their gradients are"} 0.`;
      const sentence = [strong(yet), ...vanishingWords(cause.vanishing, at)];
      return { ...base, tone: "information", sentence, place: at?.span ?? base.place };
    }
    default:
      return unreachable(cause);
  }
}

function vanishingWords(vanishing: GraphEdge | null, at: GraphNode | undefined): Sentence {
  if (at === undefined || vanishing?.flow.kind !== "vanishes")
    return [text(" The terms cancel, or a factor on the way is 0.")];
  const { because } = vanishing.flow;
  return [text(" "), code(callOf(at)), text(`${onLine(at.span)} vanishes: `), ...sentenceOf(`${because}.`)];
}

/** Between the leaf and the loss no value is used twice. */
function isOnlyRoad(walk: Walk, leaf: NodeId, loss: NodeId): boolean {
  const edges = edgesBetween(walk, leaf, loss);
  return new Set(edges.map(({ from }) => from)).size === edges.length;
}

function capitalized(clause: string): string {
  const sentence = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
