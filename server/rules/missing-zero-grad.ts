/** A training loop that never clears: each pass adds to the gradients of all the passes before. */
import { certainlyFrom } from "../activity/certain.js";
import type { Activity } from "../activity/activity.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import type { Accumulation } from "../flow/training.js";
import { onePerPlace } from "./places.js";
import type { Fix, Rule } from "./rule.js";
import { lineOf } from "./words.js";

export const missingZeroGrad: Rule = {
  code: "missing-zero-grad",
  severity: "warning",
  explanation: `\`backward()\` adds to the gradients that are there. In this loop a step uses them and nothing clears them before the
next pass, so every step is taken along the sum of all gradients so far.

\`\`\`ts
for (const [x, y] of batches) {
  const loss = model.forward(x).sub(y).pow(2).mean();
  loss.backward(); // adds to the gradients of the last batch
  optimizer.step();
}
\`\`\`

\`\`\`ts
for (const [x, y] of batches) {
  const loss = model.forward(x).sub(y).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}
\`\`\`

Gradients that are added up on purpose, over several batches for each step, are not reported.`,
  check: (flow, activity) => {
    const found = flow.training.accumulations.filter((accumulation) => isCertain(accumulation, flow, activity));
    return onePerPlace(found, ({ wordSpan }) => wordSpan).map((accumulation) => ({
      message: message(accumulation),
      span: accumulation.wordSpan,
      path: accumulation.steps.map(({ wordSpan }) => ({
        span: wordSpan,
        message: "used here, and still there in the next iteration",
      })),
      fixes: clearing(accumulation),
    }));
  },
};

/** Whatever the loss is, it depends on something that is held. */
function isCertain({ losses, holds }: Accumulation, flow: FlowGraph, { varied }: Activity): boolean {
  const { certainLeaves } = flow.training;
  const isFrom = certainlyFrom(new Set([...holds].filter((node) => certainLeaves.has(node))), flow);
  // A value without history would throw.
  const tracked = losses.filter((node) => varied.has(node));
  return tracked.length > 0 && tracked.every(isFrom);
}

function message({ name, steps, by }: Accumulation): string {
  const [step] = steps;
  const where = step === undefined ? "" : ` on line ${lineOf(step.wordSpan)}`;
  switch (by) {
    case "optimizer":
      return `the gradients${name === null ? "" : ` of \`${name}\``} add up over the iterations: nothing clears them between \`step()\`${where} and the next \`backward()\``;
    case "hand":
      return `the gradient${name === null ? "" : ` of \`${name}\``} adds up over the iterations: nothing clears it between the update${where} and the next \`backward()\``;
  }
}

/** After the one step that uses them, where another statement can stand. */
function clearing({ steps, by }: Accumulation): readonly Fix[] {
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0 || step.receiver === null || step.statement === null) return [];
  const { statement, receiver, indent } = step;
  const act = by === "optimizer" ? `${receiver}.zeroGrad();` : `${receiver}.grad = null;`;
  const end = { ...statement, start: statement.end };
  return [
    { title: `Clear the gradients with \`${act.slice(0, -1)}\``, edits: [{ span: end, text: `\n${indent}${act}` }] },
  ];
}
