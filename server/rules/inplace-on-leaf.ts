/** A leaf that requires a gradient is changed in place while ops are recorded: the call throws. */
import type { FlowGraph, LeafChange } from "../flow/flow-graph.js";
import { inNoGrad } from "./remedies.js";
import type { Fix, Rule } from "./rule.js";
import { leafName, listed } from "./words.js";

export const inplaceOnLeaf: Rule = {
  code: "inplace-on-leaf",
  severity: "error",
  explanation: `A leaf that requires a gradient cannot be changed in place while ops are recorded: its gradient would belong to a
value that no longer exists, so the call throws.

\`\`\`ts
w.sub_(w.grad!.mul(0.1)); // throws
\`\`\`

\`\`\`ts
noGrad(() => w.sub_(w.grad!.mul(0.1)));
\`\`\``,
  check: (flow) =>
    flow.tape.leafChanges.map((change) => ({
      message: messageOf(change),
      span: change.site.wordSpan,
      path: change.leaves.map((leaf) => ({ span: leaf.span, message: `the leaf ${leafName(leaf)}` })),
      fixes: fixesOf(change, flow),
    })),
};

function fixesOf({ site, leaves }: LeafChange, flow: FlowGraph): readonly Fix[] {
  const { span, wordSpan } = site;
  const library = leaves.flatMap(({ nodes }) => nodes.flatMap((id) => flow.nodes[id]?.library ?? []))[0];
  // Of a chain over several lines only the last part is known.
  if (library === undefined || span.start.character === wordSpan.start.character) return [];
  return inNoGrad(
    "Wrap it in `noGrad()`",
    { ...span, end: span.start },
    { span, library },
    { changes: [], then: null },
    flow,
  );
}

function messageOf({ site, op, leaves }: LeafChange): string {
  const name = site.receiver === null ? listed(leaves.map(leafName)) : `\`${site.receiver}\``;
  return `${name} is a leaf that requires a gradient, so \`${op}()\` throws outside \`noGrad()\``;
}
