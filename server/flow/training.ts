/**
 * What the program does to train, as plain data: which leaves each optimizer holds, which gradients add up or are
 * cleared before they were used, and which leaves the program takes care of itself. `training-builder.ts` makes it.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Wrapping } from "./code.js";
import type { Hiding } from "./unregistered.js";

/** One `new optim.Adam(…)`, all contexts together. */
export interface Optimizer {
  /** The variable that takes it. */
  readonly name: string | null;
  readonly className: string;
  readonly span: SourceSpan;
  readonly wordSpan: SourceSpan;
  readonly holds: ReadonlySet<number>;
  /** Where `step()` is called on it. */
  readonly steps: readonly SourceSpan[];
  /** `model.parameters()`, where that is written as what it is given. */
  readonly given: SourceSpan | null;
  /** The names of variables that the code around it may use. */
  readonly visible: ReadonlySet<string>;
  readonly indent: string;
}

/** One place that makes an optimizer, in one context. */
export interface Construction {
  readonly className: string;
  readonly wordSpan: SourceSpan;
  /** For each way to get here: what each of the given parameters may be, of those that are certain to be there. */
  readonly lists: readonly (readonly (readonly number[])[])[];
}

/** A `backward()` that adds to gradients which an earlier round left behind and has already used. */
export interface Accumulation {
  readonly span: SourceSpan;
  readonly wordSpan: SourceSpan;
  /** What uses the gradients: an optimizer, or the program that changes the leaf by hand. */
  readonly by: "optimizer" | "hand";
  /** The variable that takes the optimizer or the leaf. */
  readonly name: string | null;
  readonly losses: readonly number[];
  readonly holds: ReadonlySet<number>;
  readonly steps: readonly Act[];
}

/** A `zeroGrad()` after whose call `step()` finds nothing to do. */
export interface LostGradients {
  readonly clearing: Act;
  readonly step: Act;
  readonly passes: readonly SourceSpan[];
  readonly holds: ReadonlySet<number>;
}

/** A call that does something to an optimizer, with what a fix needs to know. */
export interface Act {
  readonly span: SourceSpan;
  readonly wordSpan: SourceSpan;
  readonly receiver: string | null;
  /** The whole statement, where it is nothing but this call. */
  readonly statement: SourceSpan | null;
  readonly indent: string;
}

/** A field of a module in which `parameters()` finds nothing, or not all. */
export interface UnregisteredField {
  readonly name: string;
  readonly by: Hiding;
  readonly span: SourceSpan;
  readonly holds: ReadonlySet<number>;
  readonly isOfModules: boolean;
  /** An optimizer was given what `parameters()` of the module does find. */
  readonly isAskedFor: boolean;
  readonly wrapping: Wrapping | null;
}

/** An op takes a leaf that is frozen whenever it does. */
export interface FrozenEdge {
  readonly from: number;
  readonly to: number;
  readonly freezes: readonly SourceSpan[];
}

/** A place that switches `requiresGrad` on again, before anything was computed since it was switched off. */
export interface UndoneFreeze {
  readonly wordSpan: SourceSpan;
  readonly leaves: readonly number[];
  readonly freezes: readonly SourceSpan[];
}

export interface Training {
  readonly frozenEdges: readonly FrozenEdge[];
  readonly undoneFreezes: readonly UndoneFreeze[];
  readonly unregistered: readonly UnregisteredField[];
  readonly optimizers: readonly Optimizer[];
  readonly constructions: readonly Construction[];
  /** Leaves that require a gradient in every run and from the start. */
  readonly certainLeaves: ReadonlySet<number>;
  /** Every optimizer's leaves are known, so what none of them holds is held by none. */
  readonly isUnderstood: boolean;
  readonly accumulations: readonly Accumulation[];
  readonly lostGradients: readonly LostGradients[];
  /** Leaves whose gradient is read or set, or that are changed in place: the program takes care of them itself. */
  readonly handled: ReadonlySet<number>;
}

export const noTraining: Training = {
  optimizers: [],
  constructions: [],
  unregistered: [],
  frozenEdges: [],
  undoneFreezes: [],
  certainLeaves: new Set(),
  isUnderstood: true,
  accumulations: [],
  lostGradients: [],
  handled: new Set(),
};
