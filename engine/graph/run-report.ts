/**
 * What is asked of a run and what a run tells: plain data between the runner, the panel and the command line.
 * The runner (`engine/live`) makes it; this file only says what it looks like.
 */
import type { GradientGraph, Position, Shape, SourceSpan, TensorSummary } from "./gradient-graph.js";

/** Index into the table of sites that travels with a bundle. */
export type SiteId = number;

/** A call or `new` in the user's program: where it stands and which variable takes its result. */
/** A loop around a call, within the same function. */
export interface LoopPlace {
  /** Its variable: `head` of `for (const head of heads)`. */
  readonly name: string | null;
  readonly start: Position;
}

export interface Site {
  readonly name: string | null;
  readonly span: SourceSpan;
  /** The functions and classes around it, outermost first. */
  readonly group: readonly string[];
  /** What is called, as it stands in the source: `this.query.forward`; shortened where it is long. */
  readonly callee: string;
  /** The loops around it within its function, outermost first. */
  readonly loops: readonly LoopPlace[];
}

/**
 * The user's program, ready to run: `code` is a module's text without imports or exports that declares
 * `async function program()` and reads `$enter`, `$leave`, `$due`, `$tick` and `$libs` from the global object.
 */
export interface BundledProgram {
  readonly code: string;
  readonly sites: readonly Site[];
  /** Files of the workspace that the program may read, by path relative to its project's folder. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Nested arrays as in `tolist()`; a scalar is a number. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Replaces the values of every leaf made at a site before the program sees it. */
export interface LeafOverride {
  readonly site: SiteId;
  readonly values: readonly number[];
}

export interface RunRequest {
  readonly seed: number;
  readonly overrides: readonly LeafOverride[];
  /** Sites of `detach()` or `noGrad()` whose cut this run ignores: the what-if preview. */
  readonly ignoredCuts: readonly SiteId[];
  /** Which passes are recorded whole. `step`: the one pass of a loss with this number, and no other. */
  readonly recording:
    | { readonly kind: "every pass" }
    | { readonly kind: "sampled"; readonly everyMs: number }
    | { readonly kind: "step"; readonly site: SiteId | null; readonly step: number };
  /** Whether the numbers of every pass are told as `steps` events; a run that is only compared needs none. */
  readonly steps: "told" | "untold";
}

/** One leaf by its declaration site, and whether any pass of this run deposited a gradient into it. */
export interface LeafReport {
  readonly site: SiteId | null;
  readonly name: string | null;
  readonly span: SourceSpan | null;
  readonly shape: Shape;
  readonly value: NestedNumbers;
  readonly received: boolean;
  /** It received, and every gradient so far was zero everywhere. */
  readonly allZero: boolean;
  /** The gradient right after the last pass that reached the leaf. */
  readonly grad: NestedNumbers | null;
}

export interface RunError {
  readonly name: string;
  readonly message: string;
  readonly span: SourceSpan | null;
}

export type RunOutcome = { readonly kind: "finished" } | { readonly kind: "threw"; readonly error: RunError };

/** A leaf as the passes of one loss meet it. */
export interface LeafSeries {
  readonly site: SiteId | null;
  readonly name: string | null;
  readonly span: SourceSpan | null;
  readonly shape: Shape;
}

/** The units of one activation: all outputs of an op at one call, in all rounds of a loop around it. */
export interface UnitSeries {
  readonly site: SiteId | null;
  readonly op: string;
  readonly name: string | null;
  readonly span: SourceSpan | null;
  /** Which op of that name in one call, from 1: a `Sequential` makes several in one. */
  readonly place: number;
  /** What a unit is called at whose output the curve is flat. */
  readonly word: "saturated" | "zero";
}

/** One leaf in one pass. Norms are Euclidean. */
export interface LeafStep {
  readonly gradientNorm: number;
  /** Entries of the gradient that are exactly 0, and those that are NaN or infinite. */
  readonly zeros: number;
  readonly nonFinite: number;
  readonly valueNorm: number;
  /** How far the leaf has moved since the pass before that was measured; null in the first. */
  readonly updateNorm: number | null;
  /** How many updates of the leaf its gradient has outlived: 0 where it was cleared before this pass. */
  readonly outlivedUpdates: number;
}

/** One pass of a loss in numbers. The lists go by the tables of series, null where the pass did not meet one. */
export interface StepRecord {
  readonly step: number;
  readonly loss: number;
  /** Null for a pass that was only counted, since measuring it would have slowed the program down. */
  readonly measured: {
    readonly leaves: readonly (LeafStep | null)[];
    /** The share of flat units, from 0 to 1. */
    readonly units: readonly (number | null)[];
  } | null;
}

/** The passes of one loss, with all that is known of its series so far. */
export interface StepsOfLoss {
  readonly site: SiteId | null;
  readonly leaves: readonly LeafSeries[];
  readonly units: readonly UnitSeries[];
  readonly records: readonly StepRecord[];
}

export type RunEvent =
  | { readonly kind: "graph"; readonly site: SiteId | null; readonly step: number; readonly graph: GradientGraph }
  | { readonly kind: "leaves"; readonly leaves: readonly LeafReport[] }
  | { readonly kind: "progress"; readonly site: SiteId | null; readonly step: number; readonly loss: number }
  | ({ readonly kind: "steps" } & StepsOfLoss)
  /** The run has come to a place where it may pause, has paused there, or goes on. */
  | { readonly kind: "pause"; readonly state: "offered" | "paused" | "resumed" }
  | { readonly kind: "console"; readonly level: "log" | "info" | "warn" | "error" | "debug"; readonly text: string }
  | { readonly kind: "ended"; readonly outcome: RunOutcome };

/** A named value as the last run left it: what decorations and hovers show. */
export interface LiveValue {
  readonly name: string | null;
  readonly span: SourceSpan;
  readonly value: TensorSummary | null;
  readonly gradient: TensorSummary | null;
  readonly requiresGrad: boolean;
}
