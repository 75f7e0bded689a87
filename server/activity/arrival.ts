/**
 * Does a gradient arrive at this leaf, and if not, why and by which path? Asked by four rules, answered here.
 *
 *     const x = tensor(1, { requiresGrad: true });   // cut, by both
 *     const a = x.mul(2).detach();
 *     const b = x.mul(7).detach();
 *     a.sub(b).backward();                           // a dead loss
 */
import type { Cut, FlowEdge, FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Activity, Arrival, DeadLoss, Meeting } from "./activity.js";
import { isTarget } from "./target.js";
import { cost, distancesTo, outputsOf, variedFrom, type Distances, type Outputs } from "./reach.js";
import { maybeArrivals } from "./maybes.js";
import { zeroArrivals } from "./zeros.js";
import { waypointsAround, type Seen } from "./waypoints.js";

/** `seen` says what each variable holds, so that a story can name the places on its way. */
export function findActivity(flow: FlowGraph, seen: Seen, elsewhere: LossesElsewhere = "no losses"): Activity {
  const outputs = outputsOf(flow);
  const varied = variedFrom(flow.sources, outputs);
  // Without any loss there is nothing to reach.
  const hasLosses = flow.losses.length > 0 || elsewhere === "losses";
  if (flow.gaveUp !== null || !hasLosses) return { arrivals: [], zeros: [], maybes: [], deadLosses: [], varied };
  const roots = flow.losses.flatMap(({ nodes }) => nodes);
  const searched: Searched = {
    flow,
    seen,
    outputs,
    toLoss: distancesTo(roots, flow),
    toAnywhere: distancesTo([...roots, ...flow.escaped], flow),
  };
  return {
    arrivals: flow.leafSites.map((site) => {
      const arrival = arrivalOf(site, searched);
      return { site, arrival, isTarget: isTarget(site, arrival, flow) };
    }),
    zeros: zeroArrivals(flow, outputs),
    maybes: maybeArrivals(flow, outputs),
    deadLosses: flow.losses.flatMap((loss) => deadLoss(loss, varied, searched)),
    varied,
  };
}

/** Whether other parts of the program have a loss, so that a leaf could have been meant to reach one. */
export type LossesElsewhere = "losses" | "no losses";

interface Searched {
  readonly flow: FlowGraph;
  readonly seen: Seen;
  readonly outputs: Outputs;
  readonly toLoss: Distances;
  /** To a loss or out of the program, where anything may happen. */
  readonly toAnywhere: Distances;
}

function arrivalOf(site: LeafSite, { flow, seen, toLoss, toAnywhere, outputs }: Searched): Arrival {
  const nodes = [...site.nodes, ...site.aliases];
  const nearestIn = (distances: Distances): number => Math.min(...nodes.map((id) => distances.get(id) ?? Infinity));
  const distance = nearestIn(toLoss);
  const anywhere = nearestIn(toAnywhere);
  if (anywhere === 0 || distance === 0) return { kind: "arrives", from: distance === 0 ? "loss" : "outside" };
  if (distance === Infinity)
    return anywhere === Infinity ? { kind: "unreached" } : { kind: "arrives", from: "outside" };
  const nearest = nodes.filter((id) => toLoss.get(id) === distance);
  const path = shortestPath(nearest[0] ?? 0, toLoss, outputs);
  const end = path.at(-1);
  const loss = flow.losses.find((each) => end !== undefined && each.nodes.includes(end));
  if (loss === undefined) return { kind: "arrives", from: "outside" };
  const cuts = cutsOnShortestPaths(nearest, toLoss, outputs);
  const meeting = cuts.length > 1 ? meetingOf(nearest, toLoss, outputs, flow) : null;
  const [cut] = cuts;
  const cutAt = path.findIndex((id, index) => toLoss.get(id) === 1 && toLoss.get(path[index + 1] ?? -1) === 0);
  const isOne = cut !== undefined && cuts.length === 1 && distance === 1 && cutAt >= 0;
  const via = isOne ? waypointsAround(cut, path, cutAt, { site, loss, seen }) : { before: null, after: null };
  return { kind: "cut", cuts, distance, loss, meeting, via };
}

/** The one op that takes all the values that come out of the cuts on the shortest paths. */
function meetingOf(starts: readonly number[], distances: Distances, outputs: Outputs, flow: FlowGraph): Meeting | null {
  const takers = new Set<number>();
  const inputs = new Set<string>();
  const cut = new Set<number>();
  for (const { to, edge } of edgesOnShortestPaths(starts, distances, outputs)) {
    if (edge.kind.kind !== "cut" || cut.has(to)) continue;
    cut.add(to);
    for (const next of outputs[to] ?? []) {
      takers.add(next.to);
      inputs.add(next.edge.input);
    }
  }
  const [only] = takers;
  const node = takers.size === 1 && only !== undefined ? flow.nodes[only] : undefined;
  if (node === undefined || cut.size < 2) return null;
  if (inputs.size === cut.size) return { node, as: "operands" };
  return inputs.size === 1 ? { node, as: "branches" } : null;
}

/** Every cut that lies on some path with as few cuts as possible, in the order of the source. */
export function cutsOnShortestPaths(starts: readonly number[], distances: Distances, outputs: Outputs): readonly Cut[] {
  const edges = edgesOnShortestPaths(starts, distances, outputs);
  const cuts = new Set(edges.flatMap(({ edge: { kind } }) => (kind.kind === "cut" ? [kind.cut] : [])));
  return [...cuts].sort(bySource);
}

function edgesOnShortestPaths(starts: readonly number[], distances: Distances, outputs: Outputs): Outputs[number] {
  const found: { to: number; edge: FlowEdge }[] = [];
  const visited = new Set<number>(starts);
  const pending = [...starts];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const output of outputs[id] ?? []) {
      if ((distances.get(output.to) ?? Infinity) + cost(output.edge) !== distances.get(id)) continue;
      found.push(output);
      if (visited.has(output.to)) continue;
      visited.add(output.to);
      pending.push(output.to);
    }
  }
  return found;
}

function bySource({ span: a }: Cut, { span: b }: Cut): number {
  if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
  return a.start.line - b.start.line || a.start.character - b.start.character;
}

/** One path with as few cuts and then as few steps as possible, from the leaf to a loss. */
export function shortestPath(start: number, distances: Distances, outputs: Outputs): readonly number[] {
  const cameFrom = new Map<number, number | null>([[start, null]]);
  const queue = [start];
  for (const id of queue) {
    const next = (outputs[id] ?? []).filter(
      ({ to, edge }) => (distances.get(to) ?? Infinity) + cost(edge) === distances.get(id) && !cameFrom.has(to),
    );
    for (const { to } of next) {
      cameFrom.set(to, id);
      queue.push(to);
    }
  }
  // A root may itself feed another op, so the end is the first node reached that lies at distance zero and ends there.
  const end =
    queue.find((id) => distances.get(id) === 0 && !hasFreeOutput(id, distances, outputs)) ?? queue.at(-1) ?? start;
  const path: number[] = [];
  for (let id: number | null | undefined = end; id !== null && id !== undefined; id = cameFrom.get(id))
    path.unshift(id);
  return path;
}

function hasFreeOutput(id: number, distances: Distances, outputs: Outputs): boolean {
  return (outputs[id] ?? []).some(({ to, edge }) => distances.get(to) === 0 && cost(edge) === 0);
}

/**
 * No leaf and nothing unknown stands behind it without a cut, in any context: it has no history, so it throws. Where it
 * does not, the leaves have a finding of their own.
 */
function deadLoss(loss: Loss, varied: ReadonlySet<number>, { flow, outputs }: Searched): readonly DeadLoss[] {
  if (loss.without === "zeros") return [];
  if (loss.unknown || loss.nodes.length === 0 || loss.nodes.some((id) => varied.has(id))) return [];
  const distances = distancesTo(loss.nodes, flow);
  const behind = [...distances].filter(([id]) => flow.sources.has(id));
  const distance = Math.min(...behind.map(([, each]) => each));
  const nearest = behind.flatMap(([id, each]) => (each === distance ? [id] : []));
  return [{ loss, cuts: cutsOnShortestPaths(nearest, distances, outputs), distance }];
}
