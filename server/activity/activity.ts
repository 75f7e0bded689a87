/**
 * The answers of the analysis: for every leaf whether a gradient may arrive and, if not, why; for every loss whether
 * it can have a history at all. Made by `arrival.ts` from the flow graph; the rules only put it into words.
 */
import type { Waypoints } from "./waypoints.js";
import type { Site } from "../flow/code.js";
import type { Cut, FlowNode, LeafSite, Loss } from "../flow/flow-graph.js";

export type Arrival =
  /** From a loss of the program, or perhaps from code outside. */
  | { readonly kind: "arrives"; readonly from: "loss" | "outside" }
  /** No path at all to any loss. */
  | { readonly kind: "unreached" }
  /** Every path is cut; these are the cuts on the shortest paths. */
  | {
      readonly kind: "cut";
      readonly cuts: readonly Cut[];
      readonly distance: number;
      readonly loss: Loss;
      /** The op that takes every one of several cut values, where there is one. */
      readonly meeting: Meeting | null;
      /** The named places around the cut, where there is one cut. */
      readonly via: Waypoints;
    };

/** Cut values that come together: as the operands of one op, or as what one operand is on each branch. */
export interface Meeting {
  readonly node: FlowNode;
  readonly as: "operands" | "branches";
}

export interface LeafArrival {
  readonly site: LeafSite;
  readonly arrival: Arrival;
  /** It is there to give values and not to learn: a target network, an average of weights. */
  readonly isTarget: boolean;
}

export interface DeadLoss {
  readonly loss: Loss;
  /** The cuts between it and the nearest leaves; none where no leaf is behind it at all. */
  readonly cuts: readonly Cut[];
  readonly distance: number;
}

/** A leaf that a gradient reaches only through ops that are flat: it is recorded, and it is zero. */
export interface ZeroArrival {
  readonly site: LeafSite;
  /** How many flat ops are passed at least. */
  readonly distance: number;
  readonly loss: Loss | null;
  readonly ops: readonly FlatOp[];
}

export interface FlatOp {
  readonly node: FlowNode;
  readonly because: string;
}

/** A leaf that a gradient reaches on one side of a condition only. */
export interface MaybeArrival {
  readonly site: LeafSite;
  readonly test: Site;
  /** What the condition must be for a gradient to arrive. */
  readonly when: "true" | "false";
  /** What cuts on the other side; none where the leaf is not used there. */
  readonly cuts: readonly Cut[];
}

export interface Activity {
  readonly arrivals: readonly LeafArrival[];
  readonly zeros: readonly ZeroArrival[];
  readonly maybes: readonly MaybeArrival[];
  readonly deadLosses: readonly DeadLoss[];
  /** Nodes that carry a gradient back to some leaf. */
  readonly varied: ReadonlySet<number>;
}
