/** An asynchronous callback in `noGrad`: the pause ends before the callback does. */
import { remarked } from "./remarked.js";
import type { Rule } from "./rule.js";

export const asyncNoGrad: Rule = {
  code: "async-no-grad",
  severity: "error",
  explanation: `\`noGrad()\` pauses recording while its callback runs, and puts it back when the callback returns. An asynchronous
callback returns at its first \`await\`; what it does afterwards would be recorded. The engine refuses such a callback.

\`\`\`ts
await noGrad(async () => {
  const batch = await load();
  return model.forward(batch);
});
\`\`\`

\`\`\`ts
const batch = await load();
const output = noGrad(() => model.forward(batch));
\`\`\``,
  check: (flow) =>
    remarked("asyncPause", flow).map(({ site, detail }) => ({
      message: `\`${detail}()\` covers synchronous code only, and this callback goes on after it has returned: await first, and call \`${detail}()\` around the ops alone`,
      span: site.operands[0]?.span ?? site.span,
      path: [],
      fixes: [],
    })),
};
