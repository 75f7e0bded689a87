/** A state that is cut at every step of a loop, while the only pass comes after it: just the last step learns. */
import { distancesTo, outputsOf, type Outputs } from "../activity/reach.js";
import type { Cut, FlowGraph, FlowNode } from "../flow/flow-graph.js";
import type { Rule } from "./rule.js";
import { lossName } from "./words.js";

export const truncatedRecurrence: Rule = {
  code: "truncated-recurrence",
  severity: "warning",
  explanation: `A state that is carried from step to step and detached at each of them has the history of one step. Where
\`backward()\` comes after the loop, only the last step receives a gradient: the network learns as if it had no memory.

\`\`\`ts
for (const input of sequence) state = cell(input, state.detach());
loss(state).backward(); // reaches the last step only
\`\`\`

\`\`\`ts
for (const input of sequence) state = cell(input, state);
loss(state).backward();
\`\`\`

To bound the memory, detach between passes: truncated backpropagation calls \`backward()\` inside the loop.`,
  check: (flow) => {
    if (flow.gaveUp !== null) return [];
    const outputs = outputsOf(flow);
    const found = flow.nodes.flatMap((node) => {
      const cut = cutOf(node);
      const loss = cut === null || cut.meant ? null : lossAfter(node, flow, outputs);
      return cut === null || loss === null ? [] : [{ cut, loss }];
    });
    const first = new Map(found.map((each) => [each.cut, each]));
    return [...first.values()].map(({ cut, loss }) => ({
      message: `the state is cut at every step by \`${cut.label}\`, and \`backward()\` comes after the loop: only its last step receives a gradient`,
      span: cut.span,
      path: [{ span: loss.wordSpan, message: `\`backward()\` is called here, on ${lossName(loss)}` }],
      fixes: [],
    }));
  },
};

/** What carries the state over, without its history. */
function cutOf({ inputs, kind }: FlowNode): Cut | null {
  if (kind !== "control") return null;
  for (const { kind: edge } of inputs) if (edge.kind === "cut" && edge.cut.kind === "detach") return edge.cut;
  return null;
}

/** The loss that the recurrence reaches through its last step alone, if it is so. */
function lossAfter(cut: FlowNode, flow: FlowGraph, outputs: Outputs): FlowGraph["losses"][number] | null {
  const { madeIn, stored } = flow.iterations;
  const loop = madeIn.get(cut.id)?.at(-1);
  if (loop === undefined || flow.losses.some(({ loops }) => loops.has(loop))) return null;
  const isInside = (id: number): boolean => madeIn.get(id)?.includes(loop) === true;
  const step = reachedFrom(cut.id, isInside, outputs);
  const states = cut.inputs.map(({ from }) => from).filter((id) => step.has(id));
  const [state, ...others] = states;
  if (state === undefined || others.length > 0) return null;
  const after = reachedFrom(state, isInside, outputs);
  if (after.has(state) || [...step].some((id) => stored.has(id) || flow.escaped.has(id))) return null;
  const loss = flow.losses.find(({ nodes }) => distancesTo(nodes, flow).get(state) === 0);
  if (loss === undefined) return null;
  const toLosses = distancesTo(
    flow.losses.flatMap(({ nodes }) => nodes),
    flow,
  );
  // What leaves the loop must be the new state itself, and nothing else of the step.
  const leaving = [cut.id, ...step].filter((id) =>
    (outputs[id] ?? []).some(({ to, edge }) => edge.kind.kind !== "cut" && !isInside(to) && toLosses.get(to) === 0),
  );
  const isSummed = [...after].some((id) => toLosses.get(id) === 0);
  return leaving.length === 1 && leaving[0] === state && !isSummed ? loss : null;
}

/** What is computed from a value inside the loop; itself only where it comes around without a cut. */
function reachedFrom(start: number, isInside: (id: number) => boolean, outputs: Outputs): ReadonlySet<number> {
  const seen = new Set<number>();
  const pending = [start];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const { to, edge } of outputs[id] ?? []) {
      if (edge.kind.kind === "cut" || seen.has(to) || !isInside(to)) continue;
      seen.add(to);
      pending.push(to);
    }
  }
  return seen;
}
