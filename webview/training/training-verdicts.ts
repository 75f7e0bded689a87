/** What the strip says of a training run: one sentence for each trouble, with the step where it began. Pure. */
import type { GradientGraph, GraphNode } from "@gradlens/engine/graph";
import { callOf, onLine } from "../cuts.js";
import { percent } from "../numbers-as-text.js";
import { isSameSpan } from "../spans.js";
import { unreachable } from "../unreachable.js";
import type { Verdict } from "../verdicts.js";
import { code, labelOf, listed, strong, text, type Sentence } from "../words.js";
import type { Trouble } from "./trouble.js";

export function trainingVerdicts(troubles: readonly Trouble[], graph: GradientGraph): readonly Verdict[] {
  const stuck = troubles.filter(({ kind }) => kind === "stuck");
  // Stuck units explain a gradient that vanishes or is dead; alone they are a remark.
  const explained = troubles.some(({ kind }) => kind === "vanishing" || kind === "dead");
  return troubles
    .filter(({ kind }) => kind !== "stuck" || !explained)
    .map((trouble): Verdict => {
      const span = trouble.span;
      const here = graph.nodes.filter((each) => span !== null && each.span !== null && isSameSpan(each.span, span));
      const node = here.find((each) => labelOf(each) === trouble.leaves[0]?.name) ?? here[0];
      const cause = causeOf(trouble, stuck, node === undefined ? null : { node, graph });
      return {
        kind: trouble.kind === "notFinite" ? "lostNumbers" : trouble.kind,
        tone: trouble.kind === "stuck" || trouble.kind === "roundedAway" ? "information" : "warning",
        sentence: [...sentenceOf(trouble), ...cause, ...since(trouble)],
        node: node?.id ?? null,
        nodes: [],
        place: span,
        cuts: [],
        step: trouble.kind === "roundedAway" ? null : trouble.step,
      };
    });
}

function sentenceOf({ kind, leaves, units, size, span }: Trouble): Sentence {
  const names = listed(leaves.map(({ name }) => name));
  const gets = leaves.length === 1 ? "gets" : "get";
  switch (kind) {
    case "vanishing":
      return [
        strong(`Gradient vanishes at ${names}${onLine(span)}.`),
        text(` A typical entry is ${fraction(size)} of the largest.`),
      ];
    case "roundedAway": {
      const verb = leaves.length === 1 ? "has a path, yet its gradient is" : "have a path, yet their gradients are";
      return [
        strong(`${names} ${verb} 0 up to rounding.`),
        text(` A typical entry is ${fraction(size)} of the largest:`),
      ];
    }
    case "dead":
      return [
        strong(`${names}${onLine(span)} ${gets} a gradient of exactly 0.`),
        text(" A path exists, but nothing comes through."),
      ];
    case "addsUp": {
      const its = leaves.length === 1 ? "The gradient of" : "The gradients of";
      return [
        strong(`${its} ${names} ${leaves.length === 1 ? "adds" : "add"} up from step to step.`),
        text(" Nothing clears "),
        text(leaves.length === 1 ? "it; call " : "them; call "),
        code("zeroGrad()"),
        text(" before each "),
        code("backward()"),
        text("."),
      ];
    }
    case "exploding":
      return [strong("The gradient explodes."), text(` It is ${rounded(size)} times what it was before.`)];
    case "notFinite":
      return [strong("The run lost its numbers."), text(" The loss or a gradient is NaN or infinite.")];
    case "stuck":
      return [
        strong(`${percent(size)} of the units of `),
        code(units?.op ?? ""),
        strong(`${onLine(span)} are ${units?.word ?? "stuck"}.`),
      ];
    default:
      return unreachable(kind);
  }
}

interface Found {
  readonly node: GraphNode;
  readonly graph: GradientGraph;
}

function causeOf({ kind }: Trouble, stuck: readonly Trouble[], found: Found | null): Sentence {
  if (kind === "roundedAway") return found === null ? [text(" the terms cancel.")] : whereTermsCancel(found);
  const [worst] = [...stuck].sort((a, b) => b.size - a.size);
  if ((kind !== "vanishing" && kind !== "dead") || worst === undefined || worst.units === null) return [];
  const { units, size, span } = worst;
  return [text(` ${percent(size)} of the units of `), code(units.op), text(`${onLine(span)} are ${units.word}.`)];
}

/** Where the leaf is used, its gradient is a sum; what comes there is not 0. */
function whereTermsCancel({ node, graph }: Found): Sentence {
  const use = graph.edges.find(({ from }) => from === node.id)?.to;
  const user = graph.nodes.find(({ id }) => id === use);
  if (user === undefined) return [text(" the terms cancel.")];
  return [text(" the terms of its sum at "), code(callOf(user)), text(`${onLine(user.span)} cancel.`)];
}

function since({ step, kind }: Trouble): Sentence {
  if (kind === "roundedAway") return [];
  const isFromTheStart = step <= 1 && kind !== "exploding" && kind !== "notFinite";
  return [text(isFromTheStart ? " It was so from the first step." : ` It began at step ${step}.`)];
}

function fraction(ratio: number): string {
  return ratio < 1e6 ? `1/${rounded(ratio)}` : `${(1 / ratio).toExponential(0).replace("-", "−")}`;
}

function rounded(value: number): string {
  return value >= 1e6 ? value.toExponential(0).replace("+", "") : String(Number(value.toPrecision(2)));
}
