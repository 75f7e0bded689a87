/** A gradient is read right after it was cleared: it is null, in every run. */
import { remarked } from "./remarked.js";
import type { Rule } from "./rule.js";
import { leafName, listed, placeInWords } from "./words.js";

export const gradReadAfterClear: Rule = {
  code: "grad-read-after-clear",
  severity: "information",
  explanation: `\`zeroGrad()\` and \`grad = null\` take the gradient away, and only the next \`backward()\` brings one. What is read
in between is null.

\`\`\`ts
loss.backward();
optimizer.step();
optimizer.zeroGrad();
console.log(w.grad); // null
\`\`\`

\`\`\`ts
loss.backward();
console.log(w.grad);
optimizer.step();
optimizer.zeroGrad();
\`\`\``,
  check: (flow) =>
    remarked("clearedGrad", flow).map(({ site, nodes, from }) => {
      const leaves = flow.leafSites.filter((leaf) => nodes.some((id) => leaf.nodes.includes(id)));
      const name = site.receiver === null ? listed(leaves.map(leafName)) : `\`${site.receiver}\``;
      const cleared = from === null ? "the program" : placeInWords(from.wordSpan, site.wordSpan.uri);
      return {
        message: `the gradient of ${name} is null here: ${cleared} clears it, and no \`backward()\` follows before this`,
        span: site.wordSpan,
        path: leaves.map(({ span }) => ({ span, message: "the leaf" })),
        fixes: [],
      };
    }),
};
