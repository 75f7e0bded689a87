/**
 * Leaves that learn nothing although they receive: a loss reaches them, its optimizer steps, and no optimizer holds
 * them. Where a module does not register them that is why, and it is said of the field.
 */
import type { Activity } from "../activity/activity.js";
import { distancesTo } from "../activity/reach.js";
import type { SourceSpan } from "@gradlens/engine/graph";
import type { FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Optimizer, UnregisteredField } from "../flow/training.js";

export interface Untrained {
  readonly site: LeafSite;
  readonly loss: Loss;
  /** Those that step on what the same loss depends on. */
  readonly optimizers: readonly Optimizer[];
}

export interface Unregistered {
  readonly field: UnregisteredField;
  /** Where the gradients come from. */
  readonly losses: readonly SourceSpan[];
}

export function untrainedLeaves(flow: FlowGraph, activity: Activity): readonly Untrained[] {
  const { optimizers } = flow.training;
  const trained = reachingLosses(flow).flatMap(({ loss, reaches }) => {
    const using = optimizers.filter(({ holds, steps }) => steps.length > 0 && [...holds].some(reaches));
    return using.length === 0 ? [] : [{ loss, reaches, optimizers: using }];
  });
  const isFree = freeNodes(flow);
  const said = new Set(unregisteredFields(flow, activity).flatMap(({ field }) => [...field.holds]));
  return activity.arrivals.flatMap(({ site, arrival }) => {
    const isMeant = site.silenced || !site.nodes.every(isFree) || site.nodes.some((node) => said.has(node));
    if (arrival.kind !== "arrives" || isMeant) return [];
    const found = trained.find(({ reaches }) => site.nodes.some(reaches));
    return found === undefined ? [] : [{ site, loss: found.loss, optimizers: found.optimizers }];
  });
}

/** Fields of modules whose `parameters()` an optimizer was given. */
export function unregisteredFields(flow: FlowGraph, { arrivals }: Activity): readonly Unregistered[] {
  const isFree = freeNodes(flow);
  const silenced = new Set(arrivals.flatMap(({ site }) => (site.silenced ? site.nodes : [])));
  return flow.training.unregistered.flatMap((field) => {
    const nodes = [...field.holds];
    if (!field.isAskedFor || !nodes.every((node) => isFree(node) && !silenced.has(node))) return [];
    const losses = reachingLosses(flow).filter(({ reaches }) => nodes.some(reaches));
    return losses.length === 0 ? [] : [{ field, losses: losses.map(({ loss }) => loss.wordSpan) }];
  });
}

interface ReachingLoss {
  readonly loss: Loss;
  readonly reaches: (node: number) => boolean;
}

function reachingLosses(flow: FlowGraph): readonly ReachingLoss[] {
  return flow.losses.map((loss) => {
    const distances = distancesTo(loss.nodes, flow);
    return { loss, reaches: (node) => distances.get(node) === 0 };
  });
}

/** Held by no optimizer, and left alone by the program and by code outside. */
function freeNodes(flow: FlowGraph): (node: number) => boolean {
  const { optimizers, isUnderstood, handled } = flow.training;
  // Where an optimizer is given what was computed from a leaf, that is what is wrong with it.
  const behind = distancesTo(
    optimizers.flatMap(({ holds }) => [...holds]),
    flow,
  );
  const hasOptimizers = isUnderstood && optimizers.length > 0;
  return (node) => hasOptimizers && !handled.has(node) && !flow.escaped.has(node) && !behind.has(node);
}
