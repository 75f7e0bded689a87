/**
 * Networks that are there to give values: nobody who writes one wants it to receive a gradient, so nothing is said.
 *
 *     const target = new nn.Linear(4, 2);                        // in no optimizer, or kept by hand:
 *     noGrad(() => target.weight.mul_(0.99).add_(online.weight.mul(0.01)));
 *     const y = noGrad(() => target.forward(next));              // every use is cut
 *     online.forward(now).sub(y).pow(2).mean().backward();
 */
import type { Cut, FlowGraph, LeafSite } from "../flow/flow-graph.js";
import type { Arrival } from "./activity.js";

export function isTarget(site: LeafSite, arrival: Arrival, flow: FlowGraph): boolean {
  switch (arrival.kind) {
    case "arrives":
      return false;
    case "unreached":
      return site.kept !== null;
    case "cut":
      return (
        (arrival.cuts.every(isByHand) && (site.kept === "from a leaf" || isLeftOut(site, flow))) ||
        isData(site, arrival.cuts)
      );
  }
}

/** A cut that somebody writes to keep a value; an op without a derivative is none. */
function isByHand({ kind }: Cut): boolean {
  return kind !== "op";
}

/** It made a value that enters a recorded function, and nobody can name it any more: that value is data. */
function isData({ isNamed }: LeafSite, cuts: readonly Cut[]): boolean {
  return !isNamed && cuts.every(({ kind }) => kind === "outsideClosure");
}

/** A module that no optimizer holds, in a program that trains others with one. */
function isLeftOut({ what, nodes }: LeafSite, { training }: FlowGraph): boolean {
  const { optimizers, isUnderstood } = training;
  const isHeld = nodes.some((node) => optimizers.some(({ holds }) => holds.has(node)));
  return what === "module" && isUnderstood && !isHeld && optimizers.some(({ steps }) => steps.length > 0);
}
