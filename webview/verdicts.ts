/**
 * What the strip says about one loss: sentences with the tensor, the cause and the line, the most severe first.
 * Pure: a graph in, sentences out. Which of them is shown, and what its buttons do, is decided elsewhere.
 */
import type { GradientGraph, GraphNode, NodeId, RunError, SourceSpan } from "@gradlens/engine/graph";
import { callOf, onLine, type Cut } from "./cuts.js";
import { leafVerdicts } from "./leaf-verdicts.js";
import { numberAsText } from "./numbers-as-text.js";
import { walkOf, withoutGradient, type Walk } from "./walk.js";
import { code, counted, labelOf, sentenceOf, strong, text, type Sentence } from "./words.js";

export type Tone = "bad" | "warning" | "information" | "good";

export interface Verdict {
  readonly kind:
    | "threw"
    | "notFinite"
    | "lostNumbers"
    | "cut"
    | "none"
    | "fault"
    | "addsUp"
    | "exploding"
    | "vanishing"
    | "dead"
    | "roundedAway"
    | "zero"
    | "unreached"
    | "stuck"
    | "partly"
    | "elsewhere"
    | "well"
    | "noLeaf";
  readonly tone: Tone;
  readonly sentence: Sentence;
  /** The tensor that the sentence is about. */
  readonly node: NodeId | null;
  /** All tensors of which the same is true. */
  readonly nodes: readonly NodeId[];
  readonly place: SourceSpan | null;
  readonly cuts: readonly Cut[];
  /** Where in a training run it began; null for what is said of one pass. */
  readonly step: number | null;
}

/** The smaller, the more severe. */
const severity: Readonly<Record<Verdict["kind"], number>> = {
  threw: 0,
  notFinite: 1,
  lostNumbers: 1,
  cut: 2,
  none: 3,
  fault: 4,
  addsUp: 4,
  exploding: 5,
  vanishing: 5,
  dead: 6,
  roundedAway: 8,
  zero: 6,
  unreached: 7,
  noLeaf: 8,
  stuck: 9,
  partly: 9,
  elsewhere: 9,
  well: 10,
};

export function verdictsOf(graph: GradientGraph): readonly Verdict[] {
  const walk = walkOf(graph);
  if (graph.loss === null) return notFinite(walk);
  const dead = withoutGradient(walk);
  const leaves = wantingLeaves(graph);
  const ofLeaves = leafVerdicts(walk, leaves, dead);
  const verdicts = [
    ...notFinite(walk),
    ...ofLeaves,
    // Where a cut leaf is told, the failed pass is only its consequence.
    ...(ofLeaves.some(({ kind }) => kind === "cut") ? [] : fault(graph)),
    ...(leaves.length === 0 ? [noLeaf(walk)] : []),
  ].sort(bySeverity);
  return leaves.length > 0 && verdicts.length === 0 ? [well(graph, leaves)] : verdicts;
}

/** What is said of a pass and of the run around it, the most severe first; that all is well only where nothing else is said. */
export function together(ofPass: readonly Verdict[], ofRun: readonly Verdict[]): readonly Verdict[] {
  if (ofRun.length === 0) return ofPass;
  const isLost = ofPass.some(({ kind }) => kind === "notFinite");
  const kept = ofRun.filter(({ kind }) => kind !== "lostNumbers" || !isLost);
  const isDead = kept.some(({ kind }) => kind === "dead");
  const others = ofPass.filter(({ kind }) => kind !== "well" && !(kind === "zero" && isDead));
  return [...others, ...kept].sort(bySeverity);
}

function bySeverity(a: Verdict, b: Verdict): number {
  return severity[a.kind] - severity[b.kind];
}

/** How bad a loss is, for the choice of the one that is shown first. */
export function severityOf(verdicts: readonly Verdict[]): number {
  const [first] = verdicts;
  return first === undefined ? severity.well : severity[first.kind];
}

/** The program ended with an error, at an op of the graph or elsewhere; a `backward()` that failed is told by its graph already. */
export function threw(error: RunError, node: NodeId | null): Verdict {
  return {
    kind: "threw",
    tone: "bad",
    sentence: [strong(`The program stopped with ${error.name}.`), text(" "), ...sentenceOf(error.message)],
    node,
    nodes: [],
    place: error.span,
    cuts: [],
    step: null,
  };
}

/** Leaves that ask for a gradient; a static graph may be unsure. */
export function wantingLeaves(graph: GradientGraph): readonly GraphNode[] {
  return graph.nodes.filter(
    ({ kind, requiresGrad, gradient }) => kind === "leaf" && requiresGrad !== "no" && gradient.kind !== "frozen",
  );
}

/** A value goes wrong before the gradients do; of gradients the one nearest to the loss is the first. */
function notFinite({ graph: { nodes } }: Walk): readonly Verdict[] {
  const inValue = nodes.find(({ value }) => (value?.nonFinite ?? 0) > 0);
  const inGradient = nodes.findLast(({ gradient }) => gradient.kind === "received" && gradient.summary.nonFinite > 0);
  const first = inValue ?? inGradient;
  if (first === undefined) return [];
  const ofGradient = first.gradient.kind === "received" ? first.gradient.summary : null;
  const summary = inValue === undefined ? ofGradient : first.value;
  if (summary === null) return [];
  const what = inValue === undefined ? "gradient" : "value";
  const [only] = summary.first;
  const extent =
    summary.size === 1 && only !== undefined
      ? `Its ${what} is ${numberAsText(only)}`
      : `${summary.nonFinite} of ${summary.size} entries of its ${what} are NaN or infinite`;
  const maker = first.op === null || first.name === null ? [] : [text(", made by "), code(callOf(first))];
  return [
    {
      kind: "notFinite",
      tone: "warning",
      sentence: [
        strong(`${labelOf(first)}${onLine(first.span)} is the first that is not finite.`),
        text(` ${extent}`),
        ...maker,
        text("."),
      ],
      node: first.id,
      nodes: [first.id],
      place: first.span,
      cuts: [],
      step: null,
    },
  ];
}

function fault({ fault: failed, nodes, loss }: GradientGraph): readonly Verdict[] {
  // Without a loss there was no pass yet: then the run's own error is told.
  if (failed === null || loss === null) return [];
  const node = nodes.find(({ id }) => id === (failed.node ?? loss));
  const sentence = [strong("The backward pass failed."), text(" "), ...sentenceOf(failed.message)];
  return [
    {
      kind: "fault",
      tone: "bad",
      sentence,
      node: node?.id ?? null,
      nodes: [],
      place: node?.span ?? null,
      cuts: [],
      step: null,
    },
  ];
}

function well({ origin }: GradientGraph, leaves: readonly GraphNode[]): Verdict {
  const [only] = leaves;
  const verb = origin === "live" ? "gets a gradient" : "can get a gradient";
  const many = origin === "live" ? "leaves get a gradient" : "leaves can get a gradient";
  const words =
    leaves.length === 1 && only !== undefined
      ? `The one leaf, ${labelOf(only)}, ${verb}.`
      : leaves.length === 2
        ? `Both ${many}.`
        : `All ${leaves.length} ${many}.`;
  return {
    kind: "well",
    tone: "good",
    sentence: [strong(words)],
    node: null,
    nodes: [],
    place: null,
    cuts: [],
    step: null,
  };
}

function noLeaf({ graph, node }: Walk): Verdict {
  const loss = graph.loss === null ? undefined : node.get(graph.loss);
  const sentence = [
    strong(`No leaf of ${loss === undefined ? "this loss" : labelOf(loss)} asks for a gradient.`),
    text(" Give one "),
    code("requiresGrad: true"),
    text(" to see where its gradient goes."),
  ];
  return {
    kind: "noLeaf",
    tone: "information",
    sentence,
    node: loss?.id ?? null,
    nodes: [],
    place: loss?.span ?? null,
    cuts: [],
    step: null,
  };
}

export interface LeafCounts {
  readonly reached: number;
  readonly cutOff: number;
  /** Not reached by this loss, and by another one of the run. */
  readonly elsewhere: number;
}

/** `2 leaves reached, 1 cut off`: the counts beside the strip and in the status bar. */
export function leafCounts(graph: GradientGraph, meant: ReadonlySet<NodeId> = new Set()): LeafCounts {
  const dead = withoutGradient(walkOf(graph));
  const leaves = wantingLeaves(graph);
  const unreached = leaves.filter(({ id }) => dead.has(id));
  const elsewhere = unreached.filter(({ id }) => meant.has(id)).length;
  return { reached: leaves.length - unreached.length, cutOff: unreached.length - elsewhere, elsewhere };
}

/** For the status bar: `∂ L 25, 1 leaf cut off`. */
export function statusOf(graph: GradientGraph, meant: ReadonlySet<NodeId>, lossAsText: string): string {
  const { cutOff } = leafCounts(graph, meant);
  return `∂ ${lossAsText}, ${cutOff === 0 ? "no leaf cut off" : `${counted(cutOff, "leaf", "leaves")} cut off`}`;
}
