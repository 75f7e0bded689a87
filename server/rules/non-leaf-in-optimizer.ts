/** An optimizer that is given the result of an op: its constructor throws, in every run. */
import { opTable } from "@gradlens/engine/ops";
import { certainlyFrom } from "../activity/certain.js";
import type { FlowGraph, FlowNode } from "../flow/flow-graph.js";
import type { Construction } from "../flow/training.js";
import type { Rule } from "./rule.js";
import { lineOf } from "./words.js";

export const nonLeafInOptimizer: Rule = {
  code: "non-leaf-in-optimizer",
  severity: "error",
  explanation: `An optimizer changes leaves: tensors that the program made itself. The result of an op is computed anew from its inputs
each time and keeps no gradient, so the constructor throws.

\`\`\`ts
const w = randn([4, 2], { requiresGrad: true }).mul(0.1); // w is the result of mul()
const optimizer = new optim.SGD([w], { lr: 0.1 }); // throws
\`\`\`

\`\`\`ts
const w = randn([4, 2]).mul(0.1);
w.requiresGrad = true; // now w itself is the leaf
const optimizer = new optim.SGD([w], { lr: 0.1 });
\`\`\``,
  check: (flow) => {
    const isTracked = certainlyFrom(flow.training.certainLeaves, flow);
    const isComputed = (id: number): boolean =>
      isResult(flow.nodes[id]) && !flow.training.certainLeaves.has(id) && isTracked(id);
    return flow.training.constructions.flatMap((construction) => {
      const node = computedIn(construction, isComputed, flow);
      if (node === null) return [];
      const { name } = node;
      const what =
        name === null ? "one of the parameters" : `${name.endsWith("()") ? "what comes from " : ""}\`${name}\``;
      return [
        {
          message: `${what} is the result of \`${node.op ?? "an op"}()\` on line ${lineOf(node.wordSpan)} and no leaf, so \`${construction.className}\` throws`,
          span: construction.wordSpan,
          path: [{ span: node.wordSpan, message: "computed here, with a history" }],
          fixes: [],
        },
      ];
    });
  },
};

/** The first element that is computed for certain, if there is one in whatever way the optimizer is made here. */
function computedIn(
  { lists }: Construction,
  isComputed: (id: number) => boolean,
  { nodes }: FlowGraph,
): FlowNode | null {
  const found = lists.map((list) => list.find((element) => element.length > 0 && element.every(isComputed)));
  const [id] = found[0] ?? [];
  return id === undefined || found.includes(undefined) ? null : (nodes[id] ?? null);
}

/** An op of the table makes a new tensor; a cast to the same type, a layer or a composite may give back its input. */
function isResult(node: FlowNode | undefined): boolean {
  return node?.kind === "op" && node.op !== null && node.op !== "to" && Object.hasOwn(opTable, node.op);
}
