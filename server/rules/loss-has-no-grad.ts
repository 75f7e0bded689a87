/** `backward()` on a value without history: it throws, in every run. */
import { remarked } from "./remarked.js";
import { removals } from "./remedies.js";
import type { Rule } from "./rule.js";
import { deadLossInWords } from "./words.js";

export const lossHasNoGrad: Rule = {
  code: "loss-has-no-grad",
  severity: "error",
  explanation: `\`backward()\` walks back through the ops that made a value. This value has none that were recorded: everything it was
made from is detached, made inside \`noGrad()\`, or does not require a gradient. The call throws.

\`\`\`ts
const loss = x.mul(2).detach().sum();
loss.backward(); // throws
\`\`\`

\`\`\`ts
const loss = x.mul(2).sum();
loss.backward();
\`\`\``,
  check: (flow, activity) => [
    ...remarked("emptyLoss", flow).map(({ site, detail }) => ({
      message: `the function given to \`${detail}\` returns nothing, so \`${detail}\` throws: return the loss`,
      span: site.wordSpan,
      path: [],
      fixes: [],
    })),
    // What is computed outside, and an op that throws, has a finding of its own.
    ...activity.deadLosses
      .filter(({ cuts }) => cuts.every(({ kind }) => kind !== "outsideClosure" && kind !== "throwingOp"))
      .map(({ loss, cuts, distance }) => ({
        message: deadLossInWords(loss),
        span: loss.wordSpan,
        path: cuts.map((cut) => ({ span: cut.span, message: `cut here: ${cut.because}` })),
        fixes: removals(cuts, distance, activity),
      })),
  ],
};
