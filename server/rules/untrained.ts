/** Leaves that learn nothing although they receive: a loss reaches them, its optimizer steps, and no optimizer holds them. */
import type { Activity } from "../activity/activity.js";
import { distancesTo } from "../activity/reach.js";
import type { FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Optimizer } from "../flow/training.js";

export interface Untrained {
  readonly site: LeafSite;
  readonly loss: Loss;
  /** Those that step on what the same loss depends on. */
  readonly optimizers: readonly Optimizer[];
}

export function untrainedLeaves(flow: FlowGraph, { arrivals }: Activity): readonly Untrained[] {
  const { optimizers, isUnderstood, handled } = flow.training;
  if (!isUnderstood || optimizers.length === 0) return [];
  const trained = flow.losses.flatMap((loss) => {
    const distances = distancesTo(loss.nodes, flow);
    const reaches = (node: number): boolean => distances.get(node) === 0;
    const using = optimizers.filter(({ holds, steps }) => steps.length > 0 && [...holds].some(reaches));
    return using.length === 0 ? [] : [{ loss, reaches, optimizers: using }];
  });
  const isFree = (node: number): boolean =>
    !handled.has(node) && !flow.escaped.has(node) && optimizers.every(({ holds }) => !holds.has(node));
  // Where an optimizer is given what was computed from a leaf, that is what is wrong with it.
  const behind = distancesTo(
    optimizers.flatMap(({ holds }) => [...holds]),
    flow,
  );
  return arrivals.flatMap(({ site, arrival }) => {
    const isMeant = site.silenced || !site.nodes.every(isFree) || site.nodes.some((node) => behind.has(node));
    if (arrival.kind !== "arrives" || isMeant) return [];
    const found = trained.find(({ reaches }) => site.nodes.some(reaches));
    return found === undefined ? [] : [{ site, loss: found.loss, optimizers: found.optimizers }];
  });
}
