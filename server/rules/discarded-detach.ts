/** `detach()` as a statement of its own: what it returns is lost, and nothing was detached. */
import { remarked } from "./remarked.js";
import type { Fix, Rule } from "./rule.js";
import type { Remark } from "../flow/remarks.js";

export const discardedDetach: Rule = {
  code: "discarded-detach",
  severity: "warning",
  explanation: `\`detach()\` changes nothing: it returns a new tensor without history. If nobody takes that tensor, the old one goes on
with its history as before.

\`\`\`ts
target.detach(); // no effect
const loss = mse(prediction, target);
\`\`\`

\`\`\`ts
const fixed = target.detach();
const loss = mse(prediction, fixed);
\`\`\``,
  check: (flow) =>
    remarked("discardedDetach", flow).map((remark) => ({
      message: `this \`detach()\` has no effect: it returns a new tensor, which nobody takes, and ${remark.detail === "" ? "the old one" : `\`${remark.detail}\``} keeps its history`,
      span: remark.site.wordSpan,
      path: [],
      fixes: fixesFor(remark),
    })),
};

/** A constant cannot be assigned to, and a statement that is the only one of an `if` cannot be deleted. */
function fixesFor({ site, detail: name }: Remark): readonly Fix[] {
  const { start } = site.span;
  const assigned: Fix = {
    title: `Assign the result to \`${name}\``,
    edits: [{ span: { uri: site.span.uri, start, end: start }, text: `${name} = ` }],
  };
  const deleted: Fix = { title: "Delete the call", edits: site.removal.map((span) => ({ span, text: "" })) };
  return [...(name === "" ? [] : [assigned]), ...(site.removal.length === 0 ? [] : [deleted])];
}
