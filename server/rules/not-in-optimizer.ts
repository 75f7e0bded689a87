/** A leaf that receives a gradient and that no optimizer holds: no step changes it. */
import { startsBefore } from "./places.js";
import type { Fix, Rule } from "./rule.js";
import { untrainedLeaves, type Untrained } from "./untrained.js";
import { leafName, lossName } from "./words.js";

export const notInOptimizer: Rule = {
  code: "not-in-optimizer",
  severity: "warning",
  explanation: `The loss depends on the leaf and sends it a gradient, and an optimizer steps on other leaves of the same loss. But no
optimizer was given this one, so it keeps its first value. An optimizer holds what it was given when it was made: a layer
that replaces another one later is not among it.

\`\`\`ts
const backbone = new nn.Linear(6, 6);
const head = new nn.Linear(6, 3);
const optimizer = new optim.Adam(backbone.parameters()); // head is not updated
\`\`\`

\`\`\`ts
const optimizer = new optim.Adam([...backbone.parameters(), ...head.parameters()]);
\`\`\`

If it is meant to stay as it is, freeze it: \`head.requiresGrad_(false)\`, or \`requiresGrad: false\` for a tensor.`,
  check: (flow, activity) =>
    untrainedLeaves(flow, activity).map((untrained) => {
      const { site, loss, optimizers } = untrained;
      return {
        message: `${leafName(site)} receives a gradient, but no optimizer holds it, so no \`step()\` changes it`,
        span: site.span,
        path: [
          { span: loss.wordSpan, message: `\`backward()\` on ${lossName(loss)} sends it a gradient` },
          ...optimizers.map(({ span, name }) => ({
            span,
            message: `${name === null ? "the optimizer" : `\`${name}\``} is made here, without it`,
          })),
        ],
        fixes: additions(untrained),
      };
    }),
};

/** `[...a.parameters(), ...head.parameters()]`, where the leaf has a name that can be used there. */
function additions({ site, optimizers }: Untrained): readonly Fix[] {
  const [only, ...others] = optimizers;
  if (only === undefined || others.length > 0) return [];
  const { given, visible, name } = only;
  const isNear = site.name !== null && visible.has(site.name) && startsBefore(site.span, only.span);
  if (given === null || !isNear || site.indent !== only.indent) return [];
  const added = site.what === "module" ? `...${site.name ?? ""}.parameters()` : (site.name ?? "");
  const end = { ...given, start: given.end };
  return [
    {
      title: `Add ${leafName(site)} to ${name === null ? "the optimizer" : `\`${name}\``}`,
      edits: [
        { span: { ...given, end: given.start }, text: "[..." },
        { span: end, text: `, ${added}]` },
      ],
    },
  ];
}
