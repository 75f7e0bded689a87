/**
 * What must be, where `reach.ts` says what may be: a value that depends on one of these leaves whatever happens. An
 * input counts when it is a tensor in every run and all that it may be counts; one such input is enough.
 *
 *     const h = flag ? x.mul(w) : x;    // { mul, x }: not certain
 *     h.matmul(v)                       // certain for v, not for w
 */
import type { FlowGraph, FlowNode } from "../flow/flow-graph.js";

/** What an input is where a condition is decided; null where the condition does not decide it. */
export type Decided = (node: number, input: string) => readonly number[] | null;

const nothingDecided: Decided = () => null;

/** Tells whether a node certainly carries a gradient back to one of the leaves. */
export function certainlyFrom(
  leaves: ReadonlySet<number>,
  flow: FlowGraph,
  decided: Decided = nothingDecided,
): (node: number) => boolean {
  const known = new Map<number, boolean>();
  const isFrom = (id: number): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    const node = flow.nodes[id];
    // What leads around a loop back here adds nothing.
    known.set(id, leaves.has(id));
    if (leaves.has(id) || node === undefined) return leaves.has(id);
    const answer = carryingInputs(node, flow, decided).some((input) => input.every(isFrom));
    known.set(id, answer);
    return answer;
  };
  return isFrom;
}

/** Of each input that is a tensor in every run and lets the gradient pass, what it may be. */
function carryingInputs(
  { id, inputs }: FlowNode,
  { unsure }: FlowGraph,
  decided: Decided,
): readonly (readonly number[])[] {
  if (unsure.has(`${id}/*`)) return [];
  const names = new Set(inputs.map(({ input }) => input));
  return [...names].flatMap((name) => {
    const chosen = decided(id, name);
    const edges = inputs.filter(({ input, from }) => input === name && chosen?.includes(from) !== false);
    const carries = !unsure.has(`${id}/${name}`) && edges.every(({ kind }) => kind.kind === "derive");
    return carries && edges.length > 0 ? [edges.map(({ from }) => from)] : [];
  });
}
