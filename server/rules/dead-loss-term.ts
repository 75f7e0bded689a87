/** A summand of the loss that was read out as a number, or came through an op without derivative: it only looks like one. */
import type { Activity } from "../activity/activity.js";
import { cutsOnShortestPaths } from "../activity/arrival.js";
import { distancesTo, outputsOf, type Outputs } from "../activity/reach.js";
import { cutStep, lossStep } from "../activity/story.js";
import type { Cut, FlowGraph, FlowNode, LeafSite, Loss } from "../flow/flow-graph.js";
import { cutLeaves } from "./reported.js";
import type { Rule, Statement } from "./rule.js";
import { cutsInWords, leafName, listed, lossName } from "./words.js";

export const deadLossTerm: Rule = {
  code: "dead-loss-term",
  severity: "warning",
  explanation: `A term is added to the loss and cannot be learned from: on its way it became a plain number, or passed an op without a
derivative. The loss shows its value, and no gradient comes of it.

\`\`\`ts
const penalty = weight.square().sum().item();
const loss = mse(output, target).add(penalty); // the penalty has no effect on weight
\`\`\`

\`\`\`ts
const penalty = weight.square().sum();
const loss = mse(output, target).add(penalty);
\`\`\``,
  check: (flow, activity) => {
    const outputs = outputsOf(flow);
    const terms = flow.losses.flatMap((loss) => termsOf(loss, flow, activity, outputs));
    // One place may be walked in several contexts; it is dead only if it is in all of them.
    const dead = terms.filter(({ at }) => terms.every((other) => other.at.site !== at.site || other.cuts.length > 0));
    return dead
      .filter(({ at }, index) => dead.findIndex((other) => other.at.site === at.site) === index)
      .map(statement);
  },
};

interface Term {
  readonly at: FlowNode;
  readonly loss: Loss;
  /** None where the sum is alive. */
  readonly cuts: readonly Cut[];
  readonly leaves: readonly LeafSite[];
}

/** Goes down from the loss through the sums that it is made of. */
function termsOf(loss: Loss, flow: FlowGraph, activity: Activity, outputs: Outputs): readonly Term[] {
  if (loss.unknown) return [];
  const terms: Term[] = [];
  const sums = new Set(loss.nodes);
  // The set grows while it is walked.
  for (const id of sums) {
    const node = flow.nodes[id];
    if (node?.op !== "add" || flow.unsure.has(`${id}/*`) || flow.sources.has(id)) continue;
    const operands = [...new Set(node.inputs.map(({ input }) => input))].map((name) =>
      node.inputs.filter(({ input }) => input === name).map(({ from }) => from),
    );
    const isAlive = (operand: readonly number[]): boolean => operand.some((from) => activity.varied.has(from));
    const alive = operands.filter(isAlive);
    const dead = operands.filter((operand) => !isAlive(operand));
    const [only] = dead;
    const found =
      only === undefined || alive.length === 0 ? null : causeOf(only, alive.flat(), flow, activity, outputs);
    terms.push({ at: node, loss, cuts: found?.cuts ?? [], leaves: found?.leaves ?? [] });
    for (const from of alive.flat()) sums.add(from);
  }
  return terms;
}

/** What cuts a summand off from leaves that learn otherwise; null where it is a constant, or meant. */
function causeOf(
  summand: readonly number[],
  alive: readonly number[],
  flow: FlowGraph,
  activity: Activity,
  outputs: Outputs,
): Pick<Term, "cuts" | "leaves"> | null {
  const distances = distancesTo(summand, flow);
  const said = new Set(cutLeaves(activity).map(({ site }) => site));
  const leaves = flow.leafSites.filter(
    (site) => !site.silenced && !said.has(site) && site.nodes.some((id) => distances.has(id)),
  );
  const near = leaves.flatMap(({ nodes }) => nodes).filter((id) => distances.get(id) === 1);
  const cuts = cutsOnShortestPaths(near, distances, outputs);
  const isNumber = ({ kind, meant }: Cut): boolean => !meant && ["item", "tolist", "data", "op"].includes(kind);
  if (near.length === 0 || !cuts.every(isNumber)) return null;
  // A number that the living part uses as well belongs to its formula: the shift of a softmax, a straight-through value.
  const behind = distancesTo(alive, flow);
  const isShared = [...distances.keys()].some((id) =>
    flow.nodes[id]?.inputs.some(({ kind }) => kind.kind === "cut" && cuts.includes(kind.cut) && behind.has(id)),
  );
  return isShared ? null : { cuts, leaves: leaves.filter(({ nodes }) => nodes.some((id) => near.includes(id))) };
}

function statement({ at, loss, cuts, leaves }: Term): Statement {
  const { wordSpan } = at;
  return {
    message: `a summand of ${lossName(loss)} carries no gradient to ${listed(leaves.map(leafName))}: it is cut by ${cutsInWords(cuts, wordSpan.uri)}`,
    span: wordSpan,
    path: [...cuts.map(cutStep), lossStep(loss)],
    fixes: [],
  };
}
