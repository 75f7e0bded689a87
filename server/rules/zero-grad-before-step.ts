/** Gradients that are cleared after the pass and before the step: the step has nothing to do. */
import { distancesTo } from "../activity/reach.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import { onePerPlace } from "./places.js";
import type { Act, LostGradients } from "../flow/training.js";
import type { Fix, Rule } from "./rule.js";
import { lineOf } from "./words.js";

export const zeroGradBeforeStep: Rule = {
  code: "zero-grad-before-step",
  severity: "error",
  explanation: `The gradients of \`backward()\` are cleared before \`step()\` reads them. The step finds none and changes nothing, so the
model never learns.

\`\`\`ts
loss.backward();
optimizer.zeroGrad(); // clears what step() needs
optimizer.step();
\`\`\`

\`\`\`ts
loss.backward();
optimizer.step();
optimizer.zeroGrad();
\`\`\``,
  check: (flow) =>
    onePerPlace(lostForCertain(flow), ({ clearing }) => clearing.wordSpan).map((lost) => ({
      message: `the gradients are cleared here, between \`backward()\` and \`step()\` on line ${lineOf(lost.step.wordSpan)}, so the step changes nothing`,
      span: lost.clearing.wordSpan,
      path: [
        ...lost.passes.map((span) => ({ span, message: "the gradients arrive here" })),
        { span: lost.step.wordSpan, message: "the step finds none" },
      ],
      fixes: exchange(lost),
    })),
};

/** Unless code outside may call `backward()` in between, on something that leads back to what is held. */
function lostForCertain(flow: FlowGraph): readonly LostGradients[] {
  const toOutside = distancesTo(flow.escaped, flow);
  return flow.training.lostGradients.filter(({ holds }) => [...holds].every((node) => toOutside.get(node) !== 0));
}

/** The two calls change places, where they stand on lines that follow each other. */
function exchange({ clearing, step }: LostGradients): readonly Fix[] {
  const isNext =
    clearing.span.uri === step.span.uri &&
    clearing.span.end.line + 1 === step.span.start.line &&
    clearing.indent === step.indent;
  const texts = [textOf(clearing, "zeroGrad"), textOf(step, "step")];
  const [clearingText, stepText] = texts;
  if (!isNext || clearingText === null || stepText === null) return [];
  return [
    {
      title: "Clear the gradients after the step",
      edits: [
        { span: clearing.span, text: stepText ?? "" },
        { span: step.span, text: clearingText ?? "" },
      ],
    },
  ];
}

/** What is written there, if it is this call on a plain name and a statement of its own. */
function textOf({ span, receiver, statement }: Act, method: string): string | null {
  const text = `${receiver ?? ""}.${method}()`;
  const isWhole = span.start.line === span.end.line && span.end.character - span.start.character === text.length;
  return receiver !== null && statement !== null && isWhole ? text : null;
}
