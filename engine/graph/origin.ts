/**
 * Where a value came from: the trace's own record of a tensor, in ids and numbers. It lives beside the tape and,
 * unlike it, also leads through `detach()` and `noGrad()`, so that what a cut left behind can still be shown.
 */
import type { Flow, Shape, TensorSummary } from "./gradient-graph.js";
import type { SiteId } from "./run-report.js";

/** A call that was being evaluated. Each call has a frame of its own, so that two calls of one place can be told apart. */
export interface CallFrame {
  readonly site: SiteId;
  readonly parent: CallFrame | null;
}

export interface Origin {
  /** Origins are numbered in the order in which they were made. */
  readonly ordinal: number;
  readonly kind: "leaf" | "op" | "control";
  /** The op's or control's name in its table; null for a leaf. */
  readonly op: string | null;
  readonly site: SiteId | null;
  /** The calls that were being evaluated, by the innermost. */
  readonly frame: CallFrame | null;
  readonly shape: Shape;
  /** How many backward passes had begun when it was made: tells this step's values from those of earlier ones. */
  readonly passCount: number;
  /** The user's variable; known only after the value was made. */
  name: string | null;
  requiresGrad: boolean;
  value: TensorSummary | null;
  /** The storage's version when `value` was copied. */
  version: number;
  /** Emptied when a run remembers too much. */
  inputs: readonly OriginInput[];
}

export interface OriginInput {
  readonly name: string;
  readonly from: Origin;
  readonly flow: Flow;
  readonly certainty: "maybe" | "yes";
}

/** Whether the gradient is stopped on the way from the input to the value. */
export function isCut(input: OriginInput): boolean {
  return input.flow.kind === "blocks";
}
