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
      return site.kept !== null || !site.isNameable;
    case "cut":
      return (
        (arrival.cuts.every(isByHand) && (site.kept === "from a leaf" || isLeftOut(site, flow))) ||
        (arrival.cuts.every(isEntry) && (!site.isNameable || isUnasked(site, flow)))
      );
  }
}

/** A cut that somebody writes to keep a value; an op without a derivative is none. */
function isByHand({ kind }: Cut): boolean {
  return kind !== "op";
}

/** A value that was computed before enters a recorded function: it may be data, if nobody wants it to learn. */
function isEntry({ kind }: Cut): boolean {
  return kind === "outsideClosure";
}

/** Every loss says by what it is differentiated, and none says by this. */
function isUnasked({ named }: LeafSite, { losses }: FlowGraph): boolean {
  return named === null && losses.every(({ is, isListed }) => is === "resultByArguments" || isListed);
}

/** A module that no optimizer holds, in a program that trains others with one. */
function isLeftOut({ what, nodes }: LeafSite, { training }: FlowGraph): boolean {
  const { optimizers, isUnderstood } = training;
  const isHeld = nodes.some((node) => optimizers.some(({ holds }) => holds.has(node)));
  return what === "module" && isUnderstood && !isHeld && optimizers.some(({ steps }) => steps.length > 0);
}
