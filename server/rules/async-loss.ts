/** An asynchronous function that is given away to be differentiated: it returns a promise where a tensor is needed. */
import { remarked } from "./remarked.js";
import type { Rule } from "./rule.js";

export const asyncLoss: Rule = {
  code: "async-loss",
  severity: "error",
  explanation: `Recording covers what runs before the function given to \`minimize()\`, \`variableGrads()\` or \`grad()\` returns, and that
must be a tensor. An asynchronous function returns a promise at once, and the call throws.

\`\`\`ts
optimizer.minimize(async () => {
  const batch = await load();
  return model(batch).mean();
});
\`\`\`

Wait first, and differentiate what follows:

\`\`\`ts
const batch = await load();
optimizer.minimize(() => model(batch).mean());
\`\`\``,
  check: (flow) =>
    remarked("asyncLoss", flow).map(({ site, detail }) => ({
      message: `\`${detail}\` needs a tensor, and this function returns a promise, so the call throws: await first, and give it a function that does not`,
      span: site.operands[0]?.span ?? site.wordSpan,
      path: [],
      fixes: [],
    })),
};
