/**
 * Runs a bundled program inside a web worker or the command line's child process and tells what it saw.
 * A worker cannot end its own endless loop: whoever started it keeps the deadline.
 */
import type { RunEvent, RunRequest } from "../graph/run-report.js";
import { addWouldBe, cutSitesIn } from "./would-be.js";
import type { RunSetting } from "./run-setting.js";
import { watch, type UserProgram } from "./watch.js";

export type { RunSetting, UserProgram };

let last: Promise<void> = Promise.resolve();

/**
 * Ends with one `leaves` and one `ended` event and never rejects for an error of the user's. Runs that are asked for
 * at once follow each other, since each has the global object for itself.
 */
export function runProgram(
  program: UserProgram,
  setting: RunSetting,
  request: RunRequest,
  tell: (event: RunEvent) => void,
): Promise<void> {
  const run = last.then(() => runNow(program, setting, request, tell));
  last = run.catch(() => undefined);
  return run;
}

/** Runs longer than this are not repeated to learn what would be. */
const longestRepeatedMs = 500;

async function runNow(
  program: UserProgram,
  setting: RunSetting,
  request: RunRequest,
  tell: (event: RunEvent) => void,
): Promise<void> {
  const started = performance.now();
  const run = await watch(program, setting, request, tell);
  const duration = performance.now() - started;
  const cuts = cutSitesIn(run.passes, setting.sites);
  if (cuts.length > 0 && duration < longestRepeatedMs) {
    const uncut: RunRequest = {
      ...request,
      ignoredCuts: [...request.ignoredCuts, ...cuts],
      recording: { kind: "every pass" },
      steps: "untold",
    };
    if (setting.snapshotEveryMs !== undefined) tell({ kind: "leaves", leaves: run.leaves });
    const other = await watch(program, { ...setting, patienceMs: 4 * duration + 200 }, uncut, () => undefined);
    for (const { site, step, graph } of addWouldBe(run.passes, other.passes))
      tell({ kind: "graph", site, step, graph });
  }
  tell({ kind: "leaves", leaves: run.leaves });
  tell({ kind: "ended", outcome: run.outcome });
}
