/** An op without a derivative stands between a leaf and its loss. */
import { lossStep } from "../activity/story.js";
import { blamedCuts } from "./cut.js";
import type { Rule } from "./rule.js";
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
  check: (_flow, activity) =>
    blamedCuts(activity)
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
};
