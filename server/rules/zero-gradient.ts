/** A leaf that a gradient reaches only through ops that are flat: what arrives is recorded, and it is zero. */
import type { FlatOp, ZeroArrival } from "../activity/activity.js";
import { leafStep, lossStep } from "../activity/story.js";
import { markAsIntended } from "./remedies.js";
import type { Fix, Rule } from "./rule.js";
import { leafName, listed, lossName, placeInWords } from "./words.js";

export const zeroGradient: Rule = {
  code: "zero-gradient",
  severity: "information",
  explanation: `The gradient arrives and is zero, in every run: it passes an op whose result does not change when its input changes a
little. \`round\` is constant between half-integers, \`sign\` on either side of zero. An optimizer step changes nothing.
It is a warning where the leaf is a parameter that is trained.

\`\`\`ts
const hard = gate.round(); // the gradient of gate is zero
const loss = hard.mul(x).sum();
\`\`\`

A straight-through estimator keeps the rounded value, and lets the gradient pass as if nothing had been rounded:

\`\`\`ts
const hard = gate.round().sub(gate).detach().add(gate);
const loss = hard.mul(x).sum();
\`\`\``,
  check: ({ training }, { zeros }) =>
    zeros.flatMap((zero) => {
      const { site, ops, loss } = zero;
      if (site.silenced || ops.some(({ node }) => node.site.meant)) return [];
      const statement = {
        message: `the gradient of ${leafName(site)} is always zero: ${reason(zero)}`,
        span: site.span,
        path: [
          leafStep(site),
          ...ops.map(({ node, because }) => ({ span: node.wordSpan, message: `zero from here on: ${because}` })),
          ...(loss === null ? [] : [lossStep(loss)]),
        ],
        fixes: [...straightThrough(zero), markAsIntended(site)],
      };
      const isHeld = training.optimizers.some(({ holds }) => site.nodes.some((id) => holds.has(id)));
      return [site.what === "tensor" && !isHeld ? statement : { ...statement, level: "warning" as const }];
    }),
};

function reason({ site, ops, loss }: ZeroArrival): string {
  const places = listed(
    ops.map(({ node }) => `\`${node.op ?? ""}()\` on ${placeInWords(node.wordSpan, site.span.uri)}`),
  );
  const target = loss === null ? "the loss" : lossName(loss);
  return `it reaches ${target} only through ${places}, and ${listed(ops.map(({ because }) => because))}`;
}

/** Offered where one op of one named value is all that stands in the way. */
function straightThrough({ ops, distance }: ZeroArrival): readonly Fix[] {
  const [only] = ops;
  if (only === undefined || ops.length > 1 || distance > 1) return [];
  const name = plainReceiver(only);
  const canDetach = only.node.library.methods.get("detach")?.kind === "cuts";
  if (name === null || !canDetach) return [];
  const { uri, end } = only.node.span;
  const text = `.sub(${name}).detach().add(${name})`;
  return [
    {
      title: `Let the gradient pass as if \`${name}\` were returned`,
      edits: [{ span: { uri, start: end, end }, text }],
    },
  ];
}

/** `x` of `x.round()`; null where more than a name, or more than one input, takes part. */
function plainReceiver({ node }: FlatOp): string | null {
  const { receiver, wordSpan, span } = node.site;
  const isName = receiver !== null && span.start.character + receiver.length + 1 === wordSpan.start.character;
  return isName && span.start.line === wordSpan.start.line && node.inputs.length === 1 ? receiver : null;
}
