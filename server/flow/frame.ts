/**
 * One activation of a function in one calling context: where its variables live, what `this` is and whether ops are
 * recorded. Contexts are chains of call sites; a chain that grows too long is merged into one frame per closure.
 */
import type { FunctionCode, Variable } from "./code.js";
import type { Cut } from "./flow-graph.js";
import type { AbstractObject } from "./objects.js";
import type { Deliver } from "./pull.js";
import type { CellId, Writes } from "./store.js";
import type { Value } from "./value.js";

export interface Frame {
  readonly id: number;
  readonly code: FunctionCode;
  /** The frame of the function around it in the source. */
  readonly parent: Frame | null;
  readonly depth: number;
  readonly mode: Mode;
  /** The class whose method this is, for `super`. */
  readonly home: AbstractObject | null;
  /** May stand for several activations at once: called in a loop, merged, or called from outside. */
  readonly multiple: boolean;
  /** One frame for all calls of a closure; its parameters only grow. */
  readonly merged: boolean;
  readonly cells: Map<Variable, CellId>;
  self: Value;
  /** How many loops of this function are being walked. */
  loopDepth: number;
  targets: JumpTarget[];
  /** Whether its caller, or the thread that it is, waits for its end. */
  caller: "waits" | "goes on";
  /** What the caller of a generator got. */
  iterator: AbstractObject | null;
  /** Who gets each element of a generator at once; null where it is a thread. */
  consumer: Deliver | null;
}

/**
 * Whether ops are recorded; if not, what paused it. It is assumed where whoever calls or resumes the code may have
 * paused recording: a gradient may flow then, and nothing that recording alone would do is certain.
 */
export type Mode =
  { readonly kind: "records"; readonly known: "certain" | "assumed" } | { readonly kind: "paused"; readonly cut: Cut };

export interface JumpTarget {
  readonly kind: "loop" | "switch" | "label" | "function";
  readonly labels: readonly string[];
  /** Where a jump lands: so many branches deep. */
  readonly level: number;
  readonly breaks: Writes[];
  readonly continues: Writes[];
  /** Of a function: what its `return`s hand out. */
  result: Value;
}

/** The frame whose variables a function's code may use: its own or one around it. */
export function frameOf(variable: Variable, frame: Frame): Frame | null {
  for (let around: Frame | null = frame; around !== null; around = around.parent) {
    if (around.code === variable.owner) return around;
  }
  return null;
}
