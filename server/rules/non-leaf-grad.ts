/** `grad` is read from the result of an op: only leaves keep a gradient, so it stays null. */
import type { FlowGraph, FlowNode } from "../flow/flow-graph.js";
import { remarked } from "./remarked.js";
import type { Fix, Rule } from "./rule.js";
import { lineOf, listed } from "./words.js";

export const nonLeafGrad: Rule = {
  code: "non-leaf-grad",
  severity: "warning",
  explanation: `\`backward()\` keeps gradients on leaves only. The gradient of a computed value is used on the way and dropped, so its
\`grad\` stays null unless \`retainGrad()\` asks for it before the pass.

\`\`\`ts
const h = x.matmul(w).tanh();
h.sum().backward();
console.log(h.grad); // null
\`\`\`

\`\`\`ts
const h = x.matmul(w).tanh().retainGrad();
h.sum().backward();
console.log(h.grad);
\`\`\``,
  check: (flow) =>
    remarked("computedGrad", flow).flatMap(({ site, nodes }) => {
      const made = nodes.flatMap((id) => flow.nodes[id] ?? []);
      if (nodes.some((id) => flow.tape.gradOwners.has(id))) return [];
      const ops = listed(made.map(({ op }) => `\`${op ?? "?"}()\``));
      const [first] = made;
      const name = site.receiver ?? first?.name ?? null;
      return [
        {
          message: `${name === null ? "this" : `\`${name}\``} is the result of ${ops} and no leaf, so its \`grad\` stays null: \`retainGrad()\` before the pass keeps it`,
          span: site.wordSpan,
          path: made.map(({ wordSpan, op }) => ({ span: wordSpan, message: `computed here, by \`${op ?? "?"}()\`` })),
          fixes: fixesOf(made, flow),
        },
      ];
    }),
};

/** `retainGrad()` gives back the tensor, so it can follow the call; it throws on a value without history. */
function fixesOf(made: readonly FlowNode[], { tape }: FlowGraph): readonly Fix[] {
  const [only, ...others] = made;
  if (only === undefined || others.length > 0 || !tape.recorded.has(only.id)) return [];
  const { uri, end } = only.span;
  return [
    {
      title: `Keep its gradient: \`retainGrad()\` on line ${lineOf(only.wordSpan)}`,
      edits: [{ span: { uri, start: end, end }, text: ".retainGrad()" }],
    },
  ];
}
