/**
 * The tape: one record per recorded op, with where its inputs came from and what its formulas saved. Records are ordered
 * by their numbers and kept in no list: only the tensor that an op made leads to its record, so a graph lives exactly as
 * long as something that was computed with it. `saved` is set to null when a pass has freed it.
 */
import { savedValueOverwritten } from "../errors.js";
import type { DType } from "../kernels/storage.js";
import type { Derivative, Shape } from "../ops/op-spec.js";
import type { OpName } from "../ops/table.js";
import type { Tensor } from "../tensor.js";
import type { GradientHook } from "./gradient-hooks.js";

/** Where a cotangent goes: to the op that made an input, or to a leaf. */
export type Target = TapeRecord | Tensor;

export interface Link {
  readonly target: Target;
  readonly effect: Derivative<unknown>;
  readonly position: number;
  readonly dtype: DType;
}

export interface SavedValue {
  readonly name: string;
  readonly tensor: Tensor;
  readonly version: number;
}

export interface RecordParts {
  readonly op: OpName;
  readonly attributes: unknown;
  readonly links: readonly Link[];
  /** Of all operands, also of those that no link leads to. */
  readonly shapes: readonly Shape[];
  readonly saved: readonly SavedValue[];
  readonly shape: Shape;
  readonly dtype: DType;
}

let count = 0;

export class TapeRecord {
  readonly number = count++;
  readonly op: OpName;
  readonly attributes: unknown;
  readonly links: readonly Link[];
  readonly shapes: readonly Shape[];
  readonly shape: Shape;
  readonly dtype: DType;
  /** Null once a pass has freed it. */
  saved: readonly SavedValue[] | null;
  /** The tensor that the op made, held only while a listener wants to hear of its cotangent. */
  output: Tensor | null = null;
  /** The tensor whose `grad` keeps this record's cotangent, if the program asked for it. */
  retained: Tensor | null = null;
  /** What the program wants to see of its cotangent. */
  gradientHooks: Set<GradientHook> | null = null;

  constructor(parts: RecordParts) {
    this.op = parts.op;
    this.attributes = parts.attributes;
    this.links = parts.links;
    this.shapes = parts.shapes;
    this.saved = parts.saved;
    this.shape = parts.shape;
    this.dtype = parts.dtype;
  }
}

/** What a tensor's cotangent would go to; null where it goes nowhere. */
export function targetOf(tensor: Tensor): Target | null {
  return tensor.record ?? (tensor.requiresGrad ? tensor : null);
}

/** The saved values by name, after checking that nobody has overwritten them. */
export function savedValues(call: string, record: TapeRecord, saved: readonly SavedValue[]): Record<string, Tensor> {
  const values: Record<string, Tensor> = {};
  for (const { name, tensor, version } of saved) {
    const now = tensor.held.version;
    if (now !== version) throw savedValueOverwritten(call, record.op, name, version, now);
    values[name] = tensor;
  }
  return values;
}
