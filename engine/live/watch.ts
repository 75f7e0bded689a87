/**
 * One run of a program under watch: puts the run's globals in place, listens to the engine, and puts everything back.
 * It tells what happens as it happens; what a run means, and what is told at its end, is the runner's business.
 */
import type { CutPolicy } from "../autograd/listener.js";
import { hooks } from "../autograd/hooks.js";
import type { LeafReport, RunEvent, RunOutcome, RunRequest } from "../graph/run-report.js";
import * as library from "../library.js";
import { Generator, manualSeed } from "../random.js";
import { captureConsole } from "./console.js";
import { serveFiles } from "./files.js";
import { listenToRejections, replaceGlobals, type Replacement } from "./host.js";
import { observe, type Observation } from "./observation.js";
import { pauseMarks } from "./pausing.js";
import type { RunSetting } from "./run-setting.js";
import type { RecordedPass } from "./sampling.js";
import type { SiteStack } from "./sites.js";
import { countTimers } from "./timers.js";

export type UserProgram = () => Promise<void>;

export interface WatchedRun {
  readonly outcome: RunOutcome;
  readonly leaves: readonly LeafReport[];
  /** The last recorded pass of each loss. */
  readonly passes: readonly RecordedPass[];
}

export async function watch(
  program: UserProgram,
  setting: RunSetting,
  request: RunRequest,
  tell: (event: RunEvent) => void,
): Promise<WatchedRun> {
  const observation = observe(setting, request, tell);
  const { failures, sites } = observation;
  const now = (): number => performance.now();
  const captured = captureConsole({ tell: (level, text) => tell({ kind: "console", level, text }), now });
  const timers = countTimers((error) => failures.add(error, sites.site));
  const surroundings = [
    replaceGlobals({ ...timers.globals, ...librariesOf(setting, observation), console: captured.console }),
    (setting.listenToRejections ?? listenToRejections)((reason) => failures.add(reason, sites.site)),
    seedEverything(request.seed),
    listen(observation, cutPolicyOf(request, sites)),
  ];
  try {
    // A rejection that nobody handles ends the run also while the program waits for something else.
    await Promise.race([program().then(() => timers.settled()), failures.first]);
  } catch (error) {
    failures.add(error, sites.site);
  } finally {
    timers.clear();
    for (const surrounding of surroundings) surrounding.restore();
  }
  captured.end();
  const passes = observation.end();
  const { error } = failures;
  // A pass that failed has told its graph itself.
  const isTold =
    error === null || passes.some(({ graph }) => graph.fault !== null && error.message.includes(graph.fault.message));
  const unfinished = isTold ? null : observation.unfinished(error.message);
  if (unfinished !== null) tell({ kind: "graph", site: null, step: 0, graph: unfinished });
  const outcome: RunOutcome = error === null ? { kind: "finished" } : { kind: "threw", error };
  return { outcome, leaves: observation.leaves(), passes };
}

/** What the bundle's own text reads from the global object, and the one road to files. */
function librariesOf(setting: RunSetting, { sites, places, kept }: Observation): Readonly<Record<string, unknown>> {
  const { fetch, fs, fsPromises } = serveFiles(setting.files, () => places.folder);
  return {
    $begin: places.begin,
    $enter: sites.enter,
    $leave: sites.leave,
    $made: <Made extends object>(value: Made): Made => {
      kept.note(value);
      return value;
    },
    ...pauseMarks(setting.pausing, () => performance.now()),
    $libs: { "@gradlens/engine": library, "node:fs": fs, "node:fs/promises": fsPromises },
    fetch,
  };
}

function seedEverything(seed: number): Replacement {
  const { random } = Math;
  const coins = new Generator(seed);
  // One draw has 24 bits; two make a fraction as fine as the one that is replaced.
  Math.random = () => coins.uniform() + coins.uniform() / 2 ** 24;
  manualSeed(seed);
  return {
    restore: () => {
      Math.random = random;
    },
  };
}

function listen({ listener }: Observation, cutPolicy: CutPolicy): Replacement {
  const { stackTraceLimit } = Error;
  // An error's place is the innermost frame of the user's, and a package's frames may lie above it.
  Error.stackTraceLimit = 50;
  hooks.listener = listener;
  hooks.cutPolicy = cutPolicy;
  return {
    restore: () => {
      Error.stackTraceLimit = stackTraceLimit;
      hooks.listener = null;
      hooks.cutPolicy = () => "cut";
    },
  };
}

function cutPolicyOf(request: RunRequest, sites: SiteStack): CutPolicy {
  const ignored = new Set(request.ignoredCuts);
  return (control) => {
    const isIgnored = sites.site !== null && ignored.has(sites.site);
    if (control === "noGrad" && !isIgnored) sites.pause();
    return isIgnored ? "ignore" : "cut";
  };
}
