/**
 * Leaves that receive on one side of a condition only. For each condition that nothing known decides, and each of its
 * sides, the edges that bring what that side chose are taken away: a leaf that is reached no more needs that side.
 *
 *     const h = Math.random() < 0.5 ? w.mul(2) : w.detach();   // taken away on the true side: { mul }
 *     h.mul(u).sum().backward();                               // w: when true; u: in every run
 *
 * A leaf with another path, through whatever else, is reached still, and nothing is said. Nor is it of a leaf that
 * does not certainly receive on the one side: then it may be that no run reaches it.
 */
import type { TakenChoice } from "../flow/choices.js";
import type { Cut, FlowEdge, FlowGraph, LeafSite } from "../flow/flow-graph.js";
import type { MaybeArrival } from "./activity.js";
import { cutsOnShortestPaths } from "./arrival.js";
import { certainlyFrom } from "./certain.js";
import { cost, distancesTo, type Distances, type Outputs } from "./reach.js";

/** Each condition costs two searches; beyond these many, nothing is said. */
const mostConditions = 64;

export function maybeArrivals(flow: FlowGraph, outputs: Outputs): readonly MaybeArrival[] {
  const conditions = [...new Set(flow.choices.map(({ site }) => site))];
  if (conditions.length === 0 || conditions.length > mostConditions) return [];
  const reached = leavesAt(distancesTo([...flow.losses.flatMap(({ nodes }) => nodes), ...flow.escaped], flow), flow);
  return conditions.flatMap((test) => {
    const taken = flow.choices.filter(({ site }) => site === test);
    return (["true", "false"] as const).flatMap((when) => {
      const distances = without(taken, when, flow);
      const left = reached.filter((site) => nearest(site, distances) > 0 && isCertain(site, taken, when, flow));
      return left.map((site) => ({ site, test, when, cuts: cutsOtherwise(site, taken, when, flow, outputs) }));
    });
  });
}

function leavesAt(distances: Distances, { leafSites }: FlowGraph): readonly LeafSite[] {
  return leafSites.filter((site) => !site.silenced && nearest(site, distances) === 0);
}

function nearest({ nodes, aliases }: LeafSite, distances: Distances): number {
  return Math.min(...[...nodes, ...aliases].map((id) => distances.get(id) ?? Infinity));
}

/** The distances in the runs in which this condition is not `when`. */
function without(taken: readonly TakenChoice[], when: MaybeArrival["when"], flow: FlowGraph): Distances {
  const gone = new Set(taken.flatMap((choice) => onlyOn(choice, when).map((from) => edgeKey(from, choice))));
  const isGone = ({ from, input }: FlowEdge, to: number): boolean => gone.has(edgeKey(from, { to, input }));
  const roots = flow.losses.flatMap(({ site, nodes }) => {
    const goneHere = taken.filter(({ loss }) => loss === site).flatMap((choice) => onlyOn(choice, when));
    return nodes.filter((id) => !goneHere.includes(id));
  });
  return distancesTo([...roots, ...flow.escaped], flow, (edge, to) => (isGone(edge, to) ? Infinity : cost(edge)));
}

/** With the condition decided, some loss is certainly computed from the leaf. */
function isCertain(
  { nodes, aliases }: LeafSite,
  taken: readonly TakenChoice[],
  when: MaybeArrival["when"],
  flow: FlowGraph,
): boolean {
  const chosenBy = (choices: readonly TakenChoice[]): readonly number[] | null =>
    choices.length === 0
      ? null
      : choices.flatMap(({ whenTrue, whenFalse }) => (when === "true" ? whenTrue : whenFalse));
  const isFrom = certainlyFrom(new Set([...nodes, ...aliases]), flow, (node, input) =>
    chosenBy(taken.filter((choice) => choice.to === node && choice.input === input)),
  );
  return flow.losses.some(({ site, nodes: roots }) => {
    const starts = chosenBy(taken.filter(({ loss }) => loss === site)) ?? roots;
    return starts.length > 0 && starts.every(isFrom);
  });
}

function edgeKey(from: number, { to, input }: Pick<TakenChoice, "to" | "input">): string {
  return `${from} ${to === null ? "loss" : to} ${input}`;
}

function onlyOn({ whenTrue, whenFalse }: TakenChoice, when: MaybeArrival["when"]): readonly number[] {
  const [here, there] = when === "true" ? [whenTrue, whenFalse] : [whenFalse, whenTrue];
  return here.filter((id) => !there.includes(id));
}

/** What cuts the leaf off from everything that the other side chooses. */
function cutsOtherwise(
  site: LeafSite,
  taken: readonly TakenChoice[],
  when: MaybeArrival["when"],
  flow: FlowGraph,
  outputs: Outputs,
): readonly Cut[] {
  const others = taken.flatMap(({ whenTrue, whenFalse }) => (when === "true" ? whenFalse : whenTrue));
  const distances = distancesTo(others, flow);
  const distance = nearest(site, distances);
  const starts = [...site.nodes, ...site.aliases].filter((id) => distances.get(id) === distance);
  return distance > 0 && distance < Infinity ? cutsOnShortestPaths(starts, distances, outputs) : [];
}
