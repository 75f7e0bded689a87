/** The recorded graph as a program may look at it: what made a tensor, and what its gradient goes on to. */
import type { Tensor } from "../tensor.js";
import { TapeRecord, type Target } from "./tape.js";

/** A recorded op: its name in the op table, and for each operand where its gradient goes; null for one that gets none. */
export interface RecordedOp {
  /** What tells it from a leaf. */
  readonly kind: "op";
  /** The name of the op, as the table of ops has it. */
  readonly op: string;
  /** Where the gradient goes, for each input; null for one that receives none. */
  readonly next: readonly (GradFn | null)[];
}

/** The end of a path: the gradient is added to this leaf's `grad`. */
export interface Accumulation {
  /** What tells it from a recorded op. */
  readonly kind: "accumulate";
  /** The leaf whose `grad` the gradient is added to. */
  readonly leaf: Tensor;
}

/** What a tensor's history leads to next: an op of the graph, or a leaf. */
export type GradFn = RecordedOp | Accumulation;

/** A view of a record that follows the links only as far as it is asked. */
export function gradFnOf(target: Target): GradFn {
  if (!(target instanceof TapeRecord)) return { kind: "accumulate", leaf: target };
  return {
    kind: "op",
    op: target.op,
    get next() {
      const next = new Array<GradFn | null>(target.shapes.length).fill(null);
      for (const link of target.links) next[link.position] = gradFnOf(link.target);
      return next;
    },
  };
}
