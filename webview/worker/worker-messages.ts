/**
 * What the panel and its worker say to each other. User code shares the worker, so the panel takes what comes from
 * there as a claim of that code and of nothing else.
 */
import type { RunEvent, RunRequest, Site } from "@gradlens/engine/graph";

export type ToWorker =
  /** The program's text, which hands itself over. */
  | { readonly kind: "load"; readonly address: string; readonly mayKeep: number }
  | {
      readonly kind: "start";
      readonly sites: readonly Site[];
      readonly files: Readonly<Record<string, Uint8Array>>;
    }
  | { readonly kind: "run"; readonly run: number; readonly request: RunRequest }
  /** Of the run that goes on; it is heard where the run may pause. */
  | { readonly kind: "pause" | "resume" };

/** A few events of one run in their order; the last batch of a run ends with `ended`. */
export interface Batch {
  readonly events: readonly RunEvent[];
  /** Console lines that were left out because there were too many. */
  readonly droppedLines: number;
  /** Since the run began. */
  readonly milliseconds: number;
}

export interface FromWorker extends Batch {
  readonly kind: "events";
  readonly run: number;
}
