/** A property that is nearly `requiresGrad`: nobody reads it, so the tensor is no leaf. */
import { remarked } from "./remarked.js";
import type { Rule } from "./rule.js";

export const requiresGradTypo: Rule = {
  code: "requires-grad-typo",
  severity: "warning",
  explanation: `The property is spelled \`requiresGrad\`. Another spelling, such as Python's \`requires_grad\`, makes no leaf: as an option
it is refused or ignored, and set on a tensor it is a property that nobody reads.

\`\`\`ts
w.requires_grad = true; // no effect
\`\`\`

\`\`\`ts
w.requiresGrad = true;
\`\`\``,
  check: (flow) =>
    [...remarked("unreadOption", flow), ...remarked("unreadProperty", flow)]
      .filter(({ detail }) => similar.test(detail) && detail !== wanted)
      .map(({ site, detail }) => ({
        message: `\`${detail}\` has no effect: did you mean \`${wanted}\`?`,
        span: site.wordSpan,
        path: [],
        fixes: [{ title: `Rename to \`${wanted}\``, edits: [{ span: site.wordSpan, text: wanted }] }],
      })),
};

const wanted = "requiresGrad";
const similar = /^req?u?i?e?re?s?_?gra?d(ient)?s?$/i;
