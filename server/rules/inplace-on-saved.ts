/** A change in place of a value that an op has saved for the way back: the pass through that op throws. */
import type { Site } from "../flow/code.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import { remarked } from "./remarked.js";
import type { Fix, Rule } from "./rule.js";
import { placeInWords } from "./words.js";

export const inplaceOnSaved: Rule = {
  code: "inplace-on-saved",
  severity: "error",
  explanation: `Some ops save their inputs or their result, because their derivative is computed from them. If such a value is changed
in place before \`backward()\` has walked through the op, the derivative would be wrong, so the pass throws.

\`\`\`ts
const h = x.exp(); // saves h
h.mul_(2); // overwrites it
h.sum().backward(); // throws
\`\`\`

\`\`\`ts
const h = x.exp();
const scaled = h.mul(2);
scaled.sum().backward();
\`\`\`

An update of a parameter belongs after the pass: \`backward()\` first, then the change inside \`noGrad()\`.`,
  check: (flow) =>
    flow.tape.doomedPasses
      .filter(({ because }) => because.kind === "overwritten")
      .map(({ site, because }) => ({
        message: `this overwrites ${because.site.receiver === null ? "a value" : `\`${because.site.receiver}\``} in place, which \`${because.op}()\`${because.name === null ? "" : ` of \`${because.name}\``} has saved: \`backward()\` on ${placeInWords(site.wordSpan, because.site.wordSpan.uri)} throws`,
        span: because.site.wordSpan,
        path: [{ span: site.wordSpan, message: "this pass needs the value that was saved" }],
        fixes: fixesOf(because.site, flow),
      })),
};

/** `h.relu_()` becomes `h = h.relu()`, where `h` can be assigned to. */
function fixesOf(changed: Site, flow: FlowGraph): readonly Fix[] {
  const variable = remarked("changedVariable", flow).find(({ site }) => site === changed);
  const word = flow.tape.doomedPasses.find(({ because }) => because.site === changed)?.because.twin ?? null;
  const { span, wordSpan } = changed;
  if (variable === undefined || word === null || span.start.line !== wordSpan.start.line) return [];
  const assignment = { span: { ...span, end: span.start }, text: `${variable.detail} = ` };
  return [{ title: `Give \`${variable.detail}\` a new value`, edits: [assignment, { span: wordSpan, text: word }] }];
}
