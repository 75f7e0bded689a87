/** A write that lets leaves learn again which were frozen before, and the freeze never had an effect. */
import type { Rule } from "./rule.js";
import { leafName, lineOf, listed } from "./words.js";

export const freezeUndone: Rule = {
  code: "freeze-undone",
  severity: "warning",
  explanation: `\`requiresGrad\` was switched off for these leaves, and this switches it on again before anything was computed in
between. So the freeze has no effect, and they are trained like all others. Often a loop over all parameters undoes what
was frozen one by one.

\`\`\`ts
for (const p of model.encoder.parameters()) p.requiresGrad = false;
for (const p of model.parameters()) p.requiresGrad = true; // the encoder is trained after all
\`\`\`

\`\`\`ts
for (const p of model.parameters()) p.requiresGrad = true;
for (const p of model.encoder.parameters()) p.requiresGrad = false;
\`\`\`

A freeze for a part of the program, such as a discriminator's while the generator learns, is not reported.`,
  check: ({ training, leafSites }) =>
    training.undoneFreezes.map(({ wordSpan, leaves, freezes }) => {
      const sites = leafSites.filter(({ nodes }) => nodes.some((node) => leaves.includes(node)));
      const where = `${freezes.length === 1 ? "line" : "lines"} ${listed(freezes.map(lineOf))}`;
      const isNamed = sites.length > 0 && sites.every(({ name }) => name !== null);
      const what = isNamed ? `${listed(sites.map(leafName))}, which ${where} froze,` : `what ${where} froze`;
      return {
        message: `this lets ${what} learn again before the freeze had any effect`,
        span: wordSpan,
        path: freezes.map((span) => ({ span, message: "frozen here" })),
        fixes: [],
      };
    }),
};
