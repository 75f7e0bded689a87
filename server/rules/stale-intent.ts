/** A mark of intent on a leaf that does receive: it was true once, or it stands on the wrong line. */
import { certainlyFrom } from "../activity/certain.js";
import type { FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Rule } from "./rule.js";
import { leafName, lossName, placeInWords } from "./words.js";

export const staleIntent: Rule = {
  code: "stale-intent",
  severity: "information",
  explanation: `\`// gradlens-intended\` says that a leaf receives no gradient on purpose. This one does receive, so the comment misleads
its readers, and would hide it if the leaf were cut off later.

\`\`\`ts
// gradlens-intended: the encoder is frozen
const encoder = randn([4, 3], { requiresGrad: true });
input.matmul(encoder).sum().backward(); // but the encoder receives
\`\`\`

\`\`\`ts
const encoder = randn([4, 3], { requiresGrad: true });
input.matmul(encoder).sum().backward();
\`\`\``,
  check: (flow, { arrivals }) =>
    arrivals.flatMap(({ site, arrival }) => {
      const { mark } = site;
      const loss = mark === null || arrival.kind !== "arrives" ? null : certainLoss(site, flow);
      if (mark === null || loss === null || isUntrained(site, flow)) return [];
      return [
        {
          message: `marked as intended, but ${leafName(site)} does receive a gradient, from ${lossName(loss)} on ${placeInWords(loss.wordSpan, mark.span.uri)}`,
          span: mark.span,
          path: [
            { span: site.span, message: `the leaf ${leafName(site)}` },
            { span: loss.wordSpan, message: `\`${loss.call}\` sends it a gradient` },
          ],
          fixes: [{ title: "Delete the mark", edits: [{ span: mark.whole, text: "" }] }],
        },
      ];
    }),
};

/** A loss whose every value depends on the leaf, whatever happens. */
function certainLoss({ nodes }: LeafSite, flow: FlowGraph): Loss | null {
  const isFrom = certainlyFrom(new Set(nodes), flow);
  const found = flow.losses.find((loss) => !loss.unknown && loss.nodes.length > 0 && loss.nodes.every(isFrom));
  return found ?? null;
}

/** The mark may as well say that no optimizer is meant to hold it. */
function isUntrained({ nodes }: LeafSite, { training }: FlowGraph): boolean {
  const { optimizers } = training;
  return optimizers.length > 0 && !nodes.every((id) => optimizers.some(({ holds }) => holds.has(id)));
}
