/** A leaf whose every path to a loss is cut: it will keep its first value forever. */
import type { Meeting } from "../activity/activity.js";
import { leafStep, stepsOf } from "../activity/story.js";
import type { Cut, LeafSite, NamedAt } from "../flow/flow-graph.js";
import { cutLeaves, unreachedLeaves, type CutLeaf } from "./reported.js";
import { markAsIntended, removals } from "./remedies.js";
import type { Rule, Statement } from "./rule.js";
import { cutsInWords, leafName, lineOf, listed, lossName } from "./words.js";

export const neverReceivesGradient: Rule = {
  code: "never-receives-gradient",
  severity: "warning",
  explanation: `The leaf is used, but every path from it to a \`backward()\` is cut: by \`detach()\`, by \`noGrad()\`, by reading
the value out with \`item()\`, or by an op that has no derivative. In no run will it receive a gradient, so training
does not change it.

\`\`\`ts
const code = input.matmul(encoder).detach(); // encoder never receives a gradient
const loss = code.matmul(decoder).sum();
loss.backward();
\`\`\`

Remove the cut if the leaf should learn:

\`\`\`ts
const code = input.matmul(encoder);
\`\`\`

If it is meant to stay as it is, say so: \`requiresGrad: false\`, or \`// gradlens-intended: reason\` above its declaration.`,
  check: (_flow, activity) => [
    ...cutLeaves(activity).map((leaf) => ({
      message: `${leafName(leaf.site)} never receives a gradient: ${reason(leaf)}`,
      span: leaf.site.span,
      path: stepsOf(leaf),
      fixes: [...removals(leaf.arrival.cuts, leaf.arrival.distance, activity), markAsIntended(leaf.site)],
    })),
    ...unreachedLeaves(activity, "named").flatMap(({ site }) =>
      site.named === null ? [] : [missed(site, site.named)],
    ),
  ],
};

/** It is differentiated by, and nothing that is differentiated depends on it. */
function missed(site: LeafSite, named: NamedAt): Statement {
  const so = named.without === "zeros" ? ", so its gradient is always zero" : "";
  return {
    message: `${leafName(site)} never receives a gradient: it is given to \`${named.call}\`, and no loss depends on it${so}`,
    span: site.span,
    path: [leafStep(site), { span: named.span, message: `\`${named.call}\` is to differentiate by it` }],
    fixes: [markAsIntended(site)],
  };
}

/** Says how, in the words of the one case that fits. */
export function reason({ site, arrival }: CutLeaf): string {
  const { cuts, distance, loss, meeting } = arrival;
  const [first] = cuts;
  const { uri } = site.span;
  const target = lossName(loss);
  if (first === undefined) return `every path to ${target} is cut`;
  if (distance > 1) return `every path to ${target} is cut more than once, by ${cutsInWords(cuts, uri)}`;
  if (meeting !== null && cuts.every(({ kind }) => kind === "detach")) return together(meeting, cuts, target, uri);
  const kinds = new Set(cuts.map(({ kind }) => kind));
  if (kinds.size === 1) return oneKind(first, cuts, target, uri);
  return `every path to ${target} is cut, by ${cutsInWords(cuts, uri)}`;
}

function together({ node, as }: Meeting, cuts: readonly Cut[], target: string, uri: string): string {
  if (as === "branches") return `on every branch to ${target} it is detached, by ${cutsInWords(cuts, uri)}`;
  const operands = cuts.length === 2 ? "both operands" : "all operands";
  return `${operands} of \`${node.op ?? "the op"}()\` on line ${lineOf(node.wordSpan)} are detached`;
}

function oneKind(first: Cut, cuts: readonly Cut[], target: string, uri: string): string {
  switch (first.kind) {
    case "detach":
      return cuts.length === 1
        ? `${cutsInWords(cuts, uri)} cuts its only path to ${target}`
        : `every path to ${target} is detached, by ${cutsInWords(cuts, uri)}`;
    case "stopGradient":
      return `${cutsInWords(cuts, uri)} cuts ${cuts.length === 1 ? "its only path" : "every path"} to ${target}`;
    case "noGrad":
      return `it reaches ${target} only through ops inside ${cutsInWords(cuts, uri)}, which are not recorded`;
    case "item":
    case "tolist":
    case "data":
      return `only its value, read with ${cutsInWords(cuts, uri)}, reaches ${target}`;
    case "grad":
      return `only its own gradient, read on line ${lineOf(first.span)}, reaches ${target}`;
    case "copy":
      return `only its value, copied by ${cutsInWords(cuts, uri)}, reaches ${target}`;
    case "outsideClosure": {
      const labels = new Set(cuts.map(({ label }) => `\`${label}\``));
      const verb = labels.size === 1 ? "is" : "are";
      return `${listed([...labels])} ${first.because.replace(/^it is/, verb)}`;
    }
    case "op":
    case "throwingOp": {
      const reasons = listed(cuts.map(({ because }) => because));
      return `it reaches ${target} only through ${cutsInWords(cuts, uri)}, and ${reasons}`;
    }
  }
}
