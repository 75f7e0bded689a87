/** A leaf on which no loss depends: it will keep its first value forever. */
import { unreachedLeaves } from "./reported.js";
import { markAsIntended } from "./remedies.js";
import type { Rule } from "./rule.js";
import { leafName } from "./words.js";

export const unusedParameter: Rule = {
  code: "unused-parameter",
  severity: "warning",
  explanation: `The leaf requires a gradient, but nothing that \`backward()\` is called on was computed from it. Often a layer is
declared and then forgotten in \`forward()\`, or one name hides another.

\`\`\`ts
const head = randn([3, 1], { requiresGrad: true }); // no loss depends on head
const loss = input.matmul(encoder).sum();
loss.backward();
\`\`\`

\`\`\`ts
const head = randn([3, 1], { requiresGrad: true });
const loss = input.matmul(encoder).matmul(head).sum(); // now it does
loss.backward();
\`\`\`

Use it, delete it, or say that it is meant with \`// gradlens-intended: reason\` above its declaration.`,
  check: (_flow, activity) =>
    unreachedLeaves(activity, "unnamed").map(({ site }) => ({
      message: `no loss depends on ${leafName(site)}, so it never receives a gradient`,
      span: site.span,
      path: [],
      fixes: [markAsIntended(site)],
    })),
};
