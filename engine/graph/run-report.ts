/**
 * What is asked of a run and what a run tells: plain data between the runner, the panel and the command line.
 * The runner (`engine/live`) makes it; this file only says what it looks like.
 */
import type { GradientGraph, Shape, SourceSpan, TensorSummary } from "./gradient-graph.js";

/** Index into the table of sites that travels with a bundle. */
export type SiteId = number;

/** A call or `new` in the user's program: where it stands and which variable takes its result. */
export interface Site {
  readonly name: string | null;
  readonly span: SourceSpan;
  /** The functions and classes around it, outermost first. */
  readonly group: readonly string[];
}

/**
 * The user's program, ready to run: `code` is a module's text without imports or exports that declares
 * `async function program()` and reads `$enter`, `$leave` and `$libs` from the global object.
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
  readonly recording: { readonly kind: "every pass" } | { readonly kind: "sampled"; readonly everyMs: number };
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

export type RunEvent =
  | { readonly kind: "graph"; readonly site: SiteId | null; readonly step: number; readonly graph: GradientGraph }
  | { readonly kind: "leaves"; readonly leaves: readonly LeafReport[] }
  | { readonly kind: "progress"; readonly site: SiteId | null; readonly step: number; readonly loss: number }
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
