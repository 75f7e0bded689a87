/**
 * One run of a program under watch: puts the run's globals in place, listens to the engine, and puts everything back.
 * It tells what happens as it happens; what a run means, and what is told at its end, is the runner's business.
 */
import type { CutPolicy } from "../autograd/listener.js";
import { hooks } from "../autograd/hooks.js";
import { Trace } from "../graph/trace.js";
import type { LeafReport, RunEvent, RunOutcome, RunRequest, Site } from "../graph/run-report.js";
import * as library from "../library.js";
import { Generator, manualSeed } from "../random.js";
import { Tensor } from "../tensor.js";
import { captureConsole } from "./console.js";
import { Failures } from "./failures.js";
import { serveFiles } from "./files.js";
import { listenToRejections, replaceGlobals } from "./host.js";
import { LeafBook } from "./leaves.js";
import { nameResult } from "./names.js";
import { PassTeller, Sampler, type RecordedPass } from "./sampling.js";
import { SiteStack } from "./sites.js";
import { StackPlaces } from "./stack-places.js";
import { WatchingListener } from "./watching-listener.js";
import { countTimers } from "./timers.js";

export type UserProgram = () => Promise<void>;

export interface RunSetting {
  readonly sites: readonly Site[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** For hosts that may have to end a run: tells the leaves as they stand, also before the end, at most this often. */
  readonly snapshotEveryMs?: number;
  /** Lets every op after so many milliseconds throw: for runs that nobody has asked for. */
  readonly patienceMs?: number;
  /** For hosts that report unhandled rejections otherwise than by an event of the global object. */
  readonly listenToRejections?: (failed: (reason: unknown) => void) => { restore(): void };
}

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
  const now = (): number => performance.now();
  const coins = new Generator(request.seed);
  const places = new StackPlaces();
  const failures = new Failures(setting.sites, places);
  const sites: SiteStack = new SiteStack((site, value) => {
    if (value instanceof Error) failures.madeAt(site, value);
    const name = setting.sites[site]?.name ?? null;
    if (name !== null)
      nameResult({ originOf: (part) => (part instanceof Tensor ? trace.originOf(part) : null) }, name, value);
  });
  const leaves = new LeafBook<Tensor>({ sites: setting.sites, valuesOf });
  const sampler = new Sampler(request.recording, now);
  const everyMs = request.recording.kind === "sampled" ? request.recording.everyMs : 50;
  const teller = new PassTeller(everyMs, now, tell);
  let nextSnapshotAt = 0;
  const trace = new Trace<Tensor>({
    sites: setting.sites,
    place: () => sites,
    valuesOf,
    versionOf: (tensor) => tensor.storage.version,
    detail: () => sampler.detail(),
    leafSeen: (leaf, origin) => leaves.see(leaf, origin, sites.countLeaf()),
    deposited: (leaf, origin, grad) => leaves.deposit(origin, valuesOf(leaf.grad ?? grad)),
    passEnded: (pass) => {
      sampler.passEnded(pass.site);
      teller.passEnded(pass);
      if (setting.snapshotEveryMs === undefined || now() < nextSnapshotAt) return;
      const started = now();
      tell({ kind: "leaves", leaves: leaves.reports() });
      nextSnapshotAt = now() + Math.max(setting.snapshotEveryMs, 10 * (now() - started));
    },
  });

  const timers = countTimers((error) => failures.add(error, sites.site));
  const captured = captureConsole({ tell: (level, text) => tell({ kind: "console", level, text }), now });
  const served = serveFiles(setting.files);
  const globals = replaceGlobals({
    ...timers.globals,
    $enter: sites.enter,
    $leave: sites.leave,
    $begin: places.begin,
    $libs: { "@gradlens/engine": library, "node:fs": served.fs, "node:fs/promises": served.fsPromises },
    console: captured.console,
    fetch: served.fetch,
  });
  const rejections = (setting.listenToRejections ?? listenToRejections)((reason) => failures.add(reason, sites.site));
  const { random } = Math;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  Math.random = () => coins.uniform() + coins.uniform() / 2 ** 24;
  manualSeed(request.seed);
  const endOfPatience = now() + (setting.patienceMs ?? Infinity);
  hooks.listener = new WatchingListener(trace, sites, request.overrides, {
    op: () => {
      if (now() > endOfPatience) throw new Error("The run took longer than it may.");
    },
    failed: (error) => failures.madeAt(sites.site, error),
  });
  hooks.cutPolicy = cutPolicyOf(request, sites);
  try {
    await program();
    await Promise.race([timers.settled(), failures.first]);
  } catch (error) {
    failures.add(error, sites.site);
  } finally {
    timers.clear();
    hooks.listener = null;
    hooks.cutPolicy = () => "cut";
    Math.random = random;
    Error.stackTraceLimit = stackTraceLimit;
    rejections.restore();
    globals.restore();
  }
  captured.end();
  const passes = teller.end();
  const { error } = failures;
  return {
    outcome: error === null ? { kind: "finished" } : { kind: "threw", error },
    leaves: leaves.reports(),
    passes,
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

function valuesOf(tensor: Tensor): ArrayLike<number> {
  return tensor.storage.toArray();
}
