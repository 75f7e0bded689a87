/**
 * What the strip says about one loss: sentences with the tensor, the cause and the line, the most severe first.
 * Pure: a graph in, sentences out. Which of them is shown, and what its buttons do, is decided elsewhere.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId, RunError, SourceSpan } from "@gradlens/engine/graph";
import { isZero } from "./appearance.js";
import { cutsBetween, edgesBetween, sources, walkOf, withoutGradient, type Walk } from "./walk.js";
import { code, counted, labelOf, listed, sentenceOf, strong, text, type Phrase, type Sentence } from "./words.js";

export type Tone = "bad" | "warning" | "information" | "good";

export interface Cut {
  readonly edge: GraphEdge;
  /** The control or op at which the gradient ends. */
  readonly at: GraphNode;
  /** A run can ignore `detach()` and `noGrad()`; a value that left the tape cannot be brought back. */
  readonly ignorable: "yes" | "no";
}

export interface Verdict {
  readonly kind: "threw" | "notFinite" | "cut" | "none" | "fault" | "zero" | "unreached" | "partly" | "well" | "noLeaf";
  readonly tone: Tone;
  readonly sentence: Sentence;
  /** The tensor that the sentence is about. */
  readonly node: NodeId | null;
  readonly place: SourceSpan | null;
  readonly cuts: readonly Cut[];
}

/** The smaller, the more severe. */
const severity: Readonly<Record<Verdict["kind"], number>> = {
  threw: 0,
  notFinite: 1,
  cut: 2,
  none: 3,
  fault: 4,
  zero: 5,
  unreached: 6,
  noLeaf: 7,
  partly: 8,
  well: 9,
};

export function verdictsOf(graph: GradientGraph): readonly Verdict[] {
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const leaves = wantingLeaves(graph);
  const ofLeaves = leaves.flatMap((leaf) => ofLeaf(walk, leaf, dead));
  const verdicts = [
    ...notFinite(walk),
    ...ofLeaves,
    // Where a cut leaf is told, the failed pass is only its consequence.
    ...(ofLeaves.some(({ kind }) => kind === "cut") ? [] : fault(graph)),
    ...(leaves.length === 0 && graph.loss !== null ? [noLeaf(walk)] : []),
  ].sort((a, b) => severity[a.kind] - severity[b.kind]);
  return leaves.length > 0 && verdicts.length === 0 ? [well(graph, leaves)] : verdicts;
}

/** How bad a loss is, for the choice of the one that is shown first. */
export function severityOf(verdicts: readonly Verdict[]): number {
  const [first] = verdicts;
  return first === undefined ? severity.well : severity[first.kind];
}

/** The program ended with an error; a `backward()` that failed is told by its graph already. */
export function threw(error: RunError): Verdict {
  return {
    kind: "threw",
    tone: "bad",
    sentence: [strong(`The program stopped with ${error.name}.`), text(" "), ...sentenceOf(error.message)],
    node: null,
    place: error.span,
    cuts: [],
  };
}

/** Leaves that ask for a gradient; a static graph may be unsure. */
export function wantingLeaves(graph: GradientGraph): readonly GraphNode[] {
  return graph.nodes.filter(
    ({ kind, requiresGrad, gradient }) => kind === "leaf" && requiresGrad !== "no" && gradient.kind !== "frozen",
  );
}

function ofLeaf(walk: Walk, leaf: GraphNode, dead: ReadonlySet<NodeId>): readonly Verdict[] {
  const { loss, origin } = walk.graph;
  const lossNode = loss === null ? undefined : walk.node.get(loss);
  if (lossNode === undefined) return [];
  const { gradient } = leaf;
  if (gradient.kind === "received" && isZero(gradient.summary)) return [zero(walk, leaf, lossNode)];
  const cuts = cutsBetween(walk, leaf.id, lossNode.id).flatMap((edge) => cutOf(walk, edge));
  if (!dead.has(leaf.id)) return cuts.length > 0 ? [partly(leaf, lossNode, cuts)] : [];

  const verb = origin === "live" ? "received no gradient" : "can never receive a gradient";
  const base = { tone: "bad", node: leaf.id, place: leaf.span, cuts } satisfies Partial<Verdict>;
  const opening = strong(`${labelOf(leaf)} ${verb}.`);
  if (cuts.length > 0) {
    const roads = cuts.length === 1 && isOnlyRoad(walk, leaf.id, lossNode.id) ? "its only path" : "every path";
    const consequence = walk.graph.fault === null ? "." : ", so `backward()` failed.";
    return [
      {
        ...base,
        kind: "cut",
        sentence: [
          opening,
          text(" "),
          ...namesOf(cuts),
          text(` ${verbOf(cuts)} ${roads} to ${labelOf(lossNode)}`),
        ].concat(sentenceOf(consequence)),
      },
    ];
  }
  if (!sources(walk, lossNode.id).has(leaf.id)) {
    const why = text(` ${labelOf(lossNode)} does not depend on it.`);
    return [{ ...base, kind: "unreached", tone: "warning", sentence: [opening, why] }];
  }
  const because = gradient.kind === "none" ? gradient.because : (walk.graph.fault?.message ?? "the pass failed");
  return [{ ...base, kind: "none", sentence: [opening, text(" "), ...sentenceOf(capitalized(because))] }];
}

function zero(walk: Walk, leaf: GraphNode, loss: GraphNode): Verdict {
  const vanishing = edgesBetween(walk, leaf.id, loss.id).find(({ flow }) => flow.kind === "vanishes");
  const at = vanishing === undefined ? undefined : walk.node.get(vanishing.to);
  const opening = strong(`${labelOf(leaf)} has a path to ${labelOf(loss)}, yet its gradient is 0.`);
  const cause: Sentence =
    at !== undefined && vanishing?.flow.kind === "vanishes"
      ? [
          text(" "),
          code(callOf(at)),
          text(`${onLine(at.span)} vanishes: `),
          ...sentenceOf(`${vanishing.flow.because}.`),
        ]
      : [text(" The terms cancel, or a factor on the way is 0.")];
  return {
    kind: "zero",
    tone: "information",
    sentence: [opening, ...cause],
    node: leaf.id,
    place: at?.span ?? leaf.span,
    cuts: [],
  };
}

function partly(leaf: GraphNode, loss: GraphNode, cuts: readonly Cut[]): Verdict {
  return {
    kind: "partly",
    tone: "information",
    sentence: [
      strong(`${labelOf(leaf)} gets only part of its gradient.`),
      text(" "),
      ...namesOf(cuts),
      text(` ${verbOf(cuts)} ${cuts.length === 1 ? "one of its paths" : "some of its paths"} to ${labelOf(loss)}.`),
    ],
    node: leaf.id,
    place: leaf.span,
    cuts,
  };
}

function notFinite(walk: Walk): readonly Verdict[] {
  const first = walk.graph.nodes.find(({ value, gradient }) => {
    return (value?.nonFinite ?? 0) > 0 || (gradient.kind === "received" && gradient.summary.nonFinite > 0);
  });
  if (first === undefined) return [];
  const inValue = (first.value?.nonFinite ?? 0) > 0;
  const where = inValue ? "Its value" : "Its gradient";
  const summary = inValue ? first.value : first.gradient.kind === "received" ? first.gradient.summary : null;
  const share = summary === null || summary.size === 1 ? "is" : `has ${summary.nonFinite} of ${summary.size} entries`;
  return [
    {
      kind: "notFinite",
      tone: "warning",
      sentence: [
        strong(`${labelOf(first)} is the first tensor that is not finite.`),
        text(` ${where} ${share} NaN or infinite`),
        ...(first.op === null ? [] : [text(", made by "), code(callOf(first))]),
        text(`${onLine(first.span)}.`),
      ],
      node: first.id,
      place: first.span,
      cuts: [],
    },
  ];
}

function fault({ fault: failed, nodes, loss }: GradientGraph): readonly Verdict[] {
  if (failed === null) return [];
  const node = nodes.find(({ id }) => id === (failed.node ?? loss));
  const sentence = [strong("The backward pass failed."), text(" "), ...sentenceOf(failed.message)];
  return [{ kind: "fault", tone: "bad", sentence, node: node?.id ?? null, place: node?.span ?? null, cuts: [] }];
}

function well({ origin }: GradientGraph, leaves: readonly GraphNode[]): Verdict {
  const [only] = leaves;
  const verb = origin === "live" ? "gets a gradient" : "can get a gradient";
  const many = origin === "live" ? "leaves get a gradient" : "leaves can get a gradient";
  const words =
    leaves.length === 1 && only !== undefined
      ? `The one leaf, ${labelOf(only)}, ${verb}.`
      : `All ${leaves.length} ${many}.`;
  return { kind: "well", tone: "good", sentence: [strong(words)], node: null, place: null, cuts: [] };
}

function noLeaf({ graph, node }: Walk): Verdict {
  const loss = graph.loss === null ? undefined : node.get(graph.loss);
  const sentence = [
    strong(`No leaf of ${loss === undefined ? "this loss" : labelOf(loss)} asks for a gradient.`),
    text(" Give one "),
    code("requiresGrad: true"),
    text(" to see where its gradient goes."),
  ];
  return { kind: "noLeaf", tone: "information", sentence, node: loss?.id ?? null, place: loss?.span ?? null, cuts: [] };
}

function cutOf(walk: Walk, edge: GraphEdge): readonly Cut[] {
  const at = walk.node.get(edge.to);
  if (at === undefined || edge.flow.kind !== "blocks") return [];
  const isIgnorable = at.op === "detach" || /noGrad/.test(`${at.op ?? ""} ${edge.flow.because}`);
  return [{ edge, at, ignorable: isIgnorable ? "yes" : "no" }];
}

/** What stands at the cut, in the user's words: a block of `noGrad()` cuts at ops that say nothing of it. */
export function nameOfCut({ at, edge }: Cut): string {
  const inNoGrad = at.op !== "noGrad" && edge.flow.kind === "blocks" && /noGrad/.test(edge.flow.because);
  return inNoGrad ? "noGrad()" : callOf(at);
}

function namesOf(cuts: readonly Cut[]): readonly Phrase[] {
  const lines = new Map<string, Set<number>>();
  for (const cut of cuts) {
    const name = nameOfCut(cut);
    const known = lines.get(name) ?? new Set();
    lines.set(name, known);
    if (cut.at.span !== null) known.add(cut.at.span.start.line + 1);
  }
  return [...lines].flatMap(([name, numbers], index): readonly Phrase[] => {
    const inOrder = [...numbers].sort((a, b) => a - b).map(String);
    const where = inOrder.length === 0 ? "" : ` on ${inOrder.length === 1 ? "line" : "lines"} ${listed(inOrder)}`;
    return [...(index === 0 ? [] : [text(" and ")]), code(name), text(where)];
  });
}

function verbOf(cuts: readonly Cut[]): string {
  return new Set(cuts.map(nameOfCut)).size === 1 ? "cuts" : "cut";
}

function callOf({ op, name }: GraphNode): string {
  return op === null ? (name ?? "value") : `${op}()`;
}

function onLine(span: SourceSpan | null): string {
  return span === null ? "" : ` on line ${span.start.line + 1}`;
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

/** `2 leaves reached, 1 cut off`: the counts beside the strip and in the status bar. */
export function leafCounts(graph: GradientGraph): {
  readonly reached: number;
  readonly cutOff: number;
} {
  const dead = withoutGradient(walkOf(graph));
  const leaves = wantingLeaves(graph);
  const cutOff = leaves.filter(({ id }) => dead.has(id)).length;
  return { reached: leaves.length - cutOff, cutOff };
}

/** For the status bar: `∂ L 25, 1 leaf cut off`. */
export function statusOf(graph: GradientGraph, lossAsText: string): string {
  const { cutOff } = leafCounts(graph);
  return `∂ ${lossAsText}, ${cutOff === 0 ? "no leaf cut off" : `${counted(cutOff, "leaf", "leaves")} cut off`}`;
}
