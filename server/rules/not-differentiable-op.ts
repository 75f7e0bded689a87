/** An op without a derivative stands between a leaf and its loss. */
import type { Activity } from "../activity/activity.js";
import { certainThrows } from "../activity/certain-throws.js";
import { leafStep, lossStep } from "../activity/story.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import { blamedCuts } from "./cut.js";
import type { Rule, Statement } from "./rule.js";
import { leafName, listed } from "./words.js";

export const notDifferentiableOp: Rule = {
  code: "not-differentiable-op",
  severity: "warning",
  explanation: `An index, a comparison or a cast to an integer has no derivative, so no gradient passes. The usual remedies are a
softmax in place of an argmax, a sigmoid in place of a comparison, or a straight-through estimator:

\`\`\`ts
const hard = gate.gt(0.5).to("float32"); // no gradient passes to gate
\`\`\`

\`\`\`ts
const hard = gate.gt(0.5).to("float32");
const keep = hard.sub(gate).detach().add(gate); // the value of hard, the gradient of gate
\`\`\``,
  check: (flow, activity) => [
    ...blamedCuts(activity)
      .filter(({ cut, leaves }) => (cut.kind === "op" || cut.kind === "throwingOp") && leaves.length > 0)
      .map(({ cut, leaves, losses }) => ({
        message: `${listed(leaves.map(leafName))} ${leaves.length === 1 ? "reaches" : "reach"} the loss only through \`${cut.label}\`, and ${cut.because}`,
        span: cut.span,
        ...(cut.kind === "throwingOp" ? { level: "error" as const } : {}),
        path: [
          ...leaves.map((site) => ({ span: site.span, message: `${leafName(site)} receives no gradient` })),
          ...losses.map(lossStep),
        ],
        fixes: [],
      })),
    ...throwsBeside(flow, activity),
  ],
};

/** Other paths carry a gradient, but the library gives up at this op. */
function throwsBeside(flow: FlowGraph, activity: Activity): readonly Statement[] {
  const told = new Set(blamedCuts(activity).flatMap(({ cut, leaves }) => (leaves.length > 0 ? [cut] : [])));
  const untold = certainThrows(flow).filter(({ cut }) => !told.has(cut));
  const first = untold.filter(({ cut }, index) => untold.findIndex((other) => other.cut === cut) === index);
  return first.map(({ cut, leaf, loss }) => ({
    message: `${leafName(leaf)} reaches the loss through \`${cut.label}\`, and ${cut.because}`,
    span: cut.span,
    level: "error",
    path: [leafStep(leaf), lossStep(loss)],
    fixes: [],
  }));
}
