/** Everything that a loss depends on was frozen before it was computed: its `backward()` throws. */
import type { Activity } from "../activity/activity.js";
import { outputsOf, variedFrom, distancesTo } from "../activity/reach.js";
import type { SourceSpan } from "@gradlens/engine/graph";
import type { FlowGraph, Loss } from "../flow/flow-graph.js";
import { onePerPlace, startsBefore } from "./places.js";
import type { Rule } from "./rule.js";
import { lineOf, lossName } from "./words.js";

export const allParametersFrozen: Rule = {
  code: "all-parameters-frozen",
  severity: "error",
  explanation: `\`requiresGrad\` is switched off for every leaf that the loss depends on. So nothing is recorded, the loss has no
history, and \`backward()\` throws. Often the freeze was meant for a part of the model, or the new layer was added before it.

\`\`\`ts
for (const p of model.parameters()) p.requiresGrad = false;
const loss = model.forward(x).mean();
loss.backward(); // throws
\`\`\`

\`\`\`ts
for (const p of model.body.parameters()) p.requiresGrad = false; // the head still learns
const loss = model.forward(x).mean();
loss.backward();
\`\`\``,
  check: (flow, activity) =>
    onePerPlace(frozenLosses(flow, activity), ({ last }) => last).map(({ loss, last, others }) => ({
      message: `everything that ${lossName(loss)} depends on is frozen here, so \`backward()\` on line ${lineOf(loss.wordSpan)} throws`,
      span: last,
      path: [
        ...others.map((span) => ({ span, message: "a part is frozen here" })),
        { span: loss.wordSpan, message: `${lossName(loss)} has no history here` },
      ],
      fixes: [],
    })),
};

interface FrozenLoss {
  readonly loss: Loss;
  /** The freeze that left nothing. */
  readonly last: SourceSpan;
  readonly others: readonly SourceSpan[];
}

/** Losses that would have a history if nothing were frozen. */
function frozenLosses(flow: FlowGraph, { varied }: Activity): readonly FrozenLoss[] {
  const edges = flow.training.frozenEdges;
  if (edges.length === 0) return [];
  const isFrozen = (from: number, to: number): boolean => edges.some((edge) => edge.from === from && edge.to === to);
  const outputs = outputsOf(flow).map((all, from) => all.filter(({ to }) => !isFrozen(from, to)));
  const live = variedFrom(flow.sources, outputs);
  return flow.losses.flatMap((loss) => {
    const isDead = !loss.unknown && loss.nodes.length > 0 && !loss.nodes.some((node) => live.has(node));
    if (!isDead || !loss.nodes.some((node) => varied.has(node))) return [];
    const distances = distancesTo(loss.nodes, flow);
    const freezes = edges.filter(({ to }) => distances.get(to) === 0).flatMap((edge) => edge.freezes);
    const ordered = [...onePerPlace(freezes, (span) => span)].sort((a, b) => (startsBefore(a, b) ? -1 : 1));
    const last = ordered.at(-1);
    return last === undefined ? [] : [{ loss, last, others: ordered.slice(0, -1) }];
  });
}
