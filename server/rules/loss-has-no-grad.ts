/** `backward()` on a value without history: it throws, in every run. */
import { removals } from "./remedies.js";
import type { Rule } from "./rule.js";

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
  check: (_flow, activity) =>
    activity.deadLosses.map(({ loss, cuts, distance }) => ({
      message: `${loss.name === null ? "this value" : `\`${loss.name}\``} has no gradient history here, so \`backward()\` throws`,
      span: loss.wordSpan,
      path: cuts.map((cut) => ({ span: cut.span, message: `cut here: ${cut.because}` })),
      fixes: removals(cuts, distance, activity),
    })),
};
