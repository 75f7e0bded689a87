/** `backward()` on a value of several elements, without saying what gradient it begins with: it throws. */
import { remarked } from "./remarked.js";
import type { Fix, Rule } from "./rule.js";
import type { Remark } from "../flow/remarks.js";

export const nonScalarBackward: Rule = {
  code: "non-scalar-backward",
  severity: "error",
  explanation: `A backward pass begins with the gradient of the loss with respect to itself, which is 1 for a single value. A value of
several elements has no such gradient unless one is given, so the call throws.

\`\`\`ts
const errors = output.sub(target).square(); // one for each element
errors.backward();
\`\`\`

\`\`\`ts
const loss = output.sub(target).square().mean();
loss.backward();
\`\`\``,
  check: (flow, { deadLosses }) =>
    remarked("nonScalar", flow)
      .filter(({ site }) => !deadLosses.some(({ loss }) => loss.site === site))
      .map((remark) => ({
        message: `${remark.site.receiver === null ? "this value" : `\`${remark.site.receiver}\``} has the shape ${remark.detail}, and \`backward()\` without a \`gradient\` needs a single value: reduce it first`,
        span: remark.site.wordSpan,
        path: [],
        fixes: [...reduced("mean", remark), ...reduced("sum", remark)],
      })),
};

function reduced(method: string, { site }: Remark): readonly Fix[] {
  return site.removal.map(({ uri, start }) => ({
    title: `Reduce it with \`${method}()\``,
    edits: [{ span: { uri, start, end: start }, text: `.${method}()` }],
  }));
}
