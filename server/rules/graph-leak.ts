/** A loss that is added up or collected over a loop keeps the graph of every iteration alive. */
import { distancesTo } from "../activity/reach.js";
import type { FlowGraph, FlowNode, Loss } from "../flow/flow-graph.js";
import type { Kept } from "../flow/iterations.js";
import type { SourcePart } from "../flow/code.js";
import type { Fix, Rule, Statement } from "./rule.js";
import { lossName } from "./words.js";

export const graphLeak: Rule = {
  code: "graph-leak",
  severity: "information",
  explanation: `A tensor leads to everything that it was computed from. A loss that is added to a total, or put into a list, therefore
keeps the graph of its iteration alive, and memory grows with every iteration.

\`\`\`ts
for (const batch of batches) {
  const loss = model.forward(batch).square().mean();
  loss.backward();
  total = total.add(loss); // keeps every graph
}
\`\`\`

\`\`\`ts
for (const batch of batches) {
  const loss = model.forward(batch).square().mean();
  loss.backward();
  total = total.add(loss.detach());
}
\`\`\`

A total that is itself sent back is no leak: its graph is needed.`,
  check: (flow) => {
    if (flow.gaveUp !== null) return [];
    const toLoss = distancesTo(
      flow.losses.flatMap(({ nodes }) => nodes),
      flow,
    );
    const isUsed = (id: number): boolean => toLoss.get(id) === 0 || flow.escaped.has(id);
    const sums = flow.nodes.filter((node) => node.kind === "op" && recordedIn(node).includes(node.id));
    return flow.losses.flatMap((loss) => [...totals(loss, sums, isUsed, flow), ...lists(loss, isUsed, flow)]);
  },
};

function recordedIn({ inputs }: FlowNode): readonly number[] {
  return inputs.flatMap(({ from, kind }) => (kind.kind === "derive" ? [from] : []));
}

/** `total = total.add(loss)`: a sum that is made of itself and of a loss that was sent back in the same loop. */
function totals(
  loss: Loss,
  sums: readonly FlowNode[],
  isUsed: (id: number) => boolean,
  flow: FlowGraph,
): readonly Statement[] {
  const [id, ...others] = loss.nodes;
  if (id === undefined || others.length > 0 || loss.unknown) return [];
  const { madeIn } = flow.iterations;
  return sums
    .filter((sum) => {
      const isRepeated = (madeIn.get(sum.id) ?? []).some((loop) => loss.loops.has(loop));
      return recordedIn(sum).includes(id) && isRepeated && !isUsed(sum.id);
    })
    .map((sum) => ({
      message: `${sum.name === null ? "the total" : `\`${sum.name}\``} keeps the graph of every iteration: ${lossName(loss)} is added with its history`,
      span: sum.wordSpan,
      path: [{ span: loss.wordSpan, message: `${lossName(loss)} is sent back here, in each iteration` }],
      fixes: detached(operandOf(sum, loss)),
    }));
}

/** `losses.push(loss)`: a list from outside the loop, whose elements no pass starts from. */
function lists(loss: Loss, isUsed: (id: number) => boolean, flow: FlowGraph): readonly Statement[] {
  const [id, ...others] = loss.nodes;
  const isOnlyPass = flow.losses.every((each) => each === loss || id === undefined || !each.nodes.includes(id));
  if (id === undefined || others.length > 0 || loss.unknown || !isOnlyPass) return [];
  const kept = flow.iterations.kept.filter((each) => each.node === id && isTogether(each, loss));
  const isUsedAgain =
    kept.length > 0 &&
    flow.nodes.some(
      ({ inputs, id: taker }) => isUsed(taker) && inputs.some(({ from, kind }) => from === id && kind.kind !== "cut"),
    );
  if (isUsedAgain) return [];
  return kept.map(({ site }) => ({
    message: `the list keeps the graph of every iteration: ${lossName(loss)} is added with its history`,
    span: site.wordSpan,
    path: [{ span: loss.wordSpan, message: `${lossName(loss)} is sent back here, in each iteration` }],
    fixes: detached(site.operands[0] ?? null),
  }));
}

function isTogether({ loops }: Kept, loss: Loss): boolean {
  return loops.some((loop) => loss.loops.has(loop));
}

/** The argument that is the loss, where it is written by its name. */
function operandOf({ site }: FlowNode, { name }: Loss): SourcePart | null {
  return site.operands.find(({ text }) => text === name) ?? null;
}

function detached(part: SourcePart | null): readonly Fix[] {
  if (part === null || part.form === "loose") return [];
  const { uri, end } = part.span;
  return [{ title: `Add \`${part.text}.detach()\``, edits: [{ span: { uri, start: end, end }, text: ".detach()" }] }];
}
