/** The recorded graph as a program may look at it: what made a tensor, and what its gradient goes on to. */
import type { Tensor } from "../tensor.js";
import { TapeRecord, type Target } from "./tape.js";

/** A recorded op: its name in the op table, and for each operand where its gradient goes; null for one that gets none. */
export interface RecordedOp {
  readonly kind: "op";
  readonly op: string;
  readonly next: readonly (GradFn | null)[];
}

/** The end of a path: the gradient is added to this leaf's `grad`. */
export interface Accumulation {
  readonly kind: "accumulate";
  readonly leaf: Tensor;
}

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
