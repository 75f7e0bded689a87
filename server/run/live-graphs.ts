/**
 * The graphs of a program by running it, for `gradlens graph --live`: the last pass of each `backward()` call with
 * values and gradients, and the error that ended the run, if one did.
 */
import type { RunError } from "@gradlens/engine/graph";
import { runFile, type RunOptions, type RunResult } from "./run-file.js";
import type { PlacedGraph } from "./run-report.js";

export type LiveGraphs =
  | { readonly kind: "ran"; readonly graphs: readonly PlacedGraph[]; readonly error: RunError | null }
  | Extract<RunResult, { kind: "not started" }>;

export async function liveGraphs(options: RunOptions): Promise<LiveGraphs> {
  const result = await runFile(options);
  if (result.kind === "not started") return result;
  const { graphs, error } = result.report;
  return { kind: "ran", graphs, error };
}
