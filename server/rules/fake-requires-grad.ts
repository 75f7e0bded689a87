/** `requiresGrad = true` on a loss that has lost its history: `backward()` no longer throws, and nothing is trained. */
import { outputsOf, variedFrom } from "../activity/reach.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import type { Remark } from "../flow/remarks.js";
import { remarked } from "./remarked.js";
import type { Rule, Statement } from "./rule.js";
import { lossName } from "./words.js";

export const fakeRequiresGrad: Rule = {
  code: "fake-requires-grad",
  severity: "error",
  explanation: `\`backward()\` on a value without history throws. Setting \`requiresGrad\` on that value silences the error and nothing
else: the value becomes a leaf of its own, the gradient ends right there, and no parameter receives any.

\`\`\`ts
const loss = tensor(mse(model.forward(x), y).item());
loss.requiresGrad = true; // hides that the loss is cut off from the model
loss.backward();
\`\`\`

\`\`\`ts
const loss = mse(model.forward(x), y);
loss.backward();
\`\`\``,
  check: (flow) => remarked("turnedOn", flow).flatMap((remark) => statement(remark, flow)),
};

function statement(remark: Remark, flow: FlowGraph): readonly Statement[] {
  const nodes = new Set(remark.nodes);
  const loss = flow.losses.find(
    (each) => !each.unknown && each.nodes.length > 0 && each.nodes.every((id) => nodes.has(id)),
  );
  if (loss === undefined || !remark.nodes.every((id) => isComputed(id, flow))) return [];
  // What has a history without the flag is only told again what it knows.
  const others = [...flow.sources].filter((id) => !nodes.has(id));
  const varied = variedFrom(others, outputsOf(flow));
  if (remark.nodes.some((id) => varied.has(id) || flow.escaped.has(id))) return [];
  const name = lossName(loss);
  return [
    {
      message: `${name} has no gradient history, and this only hides it: \`backward()\` trains nothing`,
      span: remark.site.span,
      path: [{ span: loss.wordSpan, message: `\`backward()\` is called here, on ${name}` }],
      fixes:
        remark.site.removal.length === 0
          ? []
          : [{ title: "Delete the assignment", edits: remark.site.removal.map((span) => ({ span, text: "" })) }],
    },
  ];
}

/** Made from other values, and not a leaf that a program starts with. */
function isComputed(id: number, { nodes }: FlowGraph): boolean {
  const node = nodes[id];
  return node !== undefined && node.inputs.length > 0;
}
