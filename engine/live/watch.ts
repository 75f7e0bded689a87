/**
 * One run of a program under watch: puts the run's globals in place, listens to the engine, and puts everything back.
 * It tells what happens as it happens; what a run means, and what is told at its end, is the runner's business.
 */
import type { CutPolicy, Listener } from "../autograd/listener.js";
import { hooks } from "../autograd/hooks.js";
import { Trace } from "../graph/trace.js";
import type { LeafReport, RunError, RunEvent, RunOutcome, RunRequest, Site, SiteId } from "../graph/run-report.js";
import * as library from "../library.js";
import { Generator, manualSeed } from "../random.js";
import { Tensor } from "../tensor.js";
import { captureConsole } from "./console.js";
import { serveFiles } from "./files.js";
import { listenToRejections, replaceGlobals } from "./host.js";
import type { TensorText } from "./inspect.js";
import { LeafBook } from "./leaves.js";
import { nameResult } from "./names.js";
import { PassTeller, Sampler, type RecordedPass } from "./sampling.js";
import { SiteStack } from "./sites.js";
import { countTimers } from "./timers.js";

export type UserProgram = () => Promise<void>;

export interface RunSetting {
  readonly sites: readonly Site[];
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** For hosts that may have to end a run: tells the leaves as they stand, also before the end, at most this often. */
  readonly snapshotEveryMs?: number;
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
  const failures = new Failures(setting.sites);
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
  const captured = captureConsole({ tell: (level, text) => tell({ kind: "console", level, text }), asTensor, now });
  const served = serveFiles(setting.files);
  const globals = replaceGlobals({
    ...timers.globals,
    $enter: sites.enter,
    $leave: sites.leave,
    $libs: { "@gradlens/engine": library, "node:fs": served.fs, "node:fs/promises": served.fsPromises },
    console: captured.console,
    fetch: served.fetch,
  });
  const rejections = (setting.listenToRejections ?? listenToRejections)((reason) => failures.add(reason, sites.site));
  const { random } = Math;
  Math.random = () => coins.uniform() + coins.uniform() / 2 ** 24;
  manualSeed(request.seed);
  hooks.listener = withOverrides(trace, request, sites, (error) => failures.madeAt(sites.site, error));
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

/** What ended the run, and where: the call that made the error, else the innermost call when it arrived. */
class Failures {
  error: RunError | null = null;
  readonly first: Promise<void>;
  private resolve: () => void = () => undefined;
  private readonly sitesOf = new WeakMap<Error, SiteId>();

  constructor(private readonly sites: readonly Site[]) {
    this.first = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  madeAt(site: SiteId | null, error: Error): void {
    if (site !== null && !this.sitesOf.has(error)) this.sitesOf.set(error, site);
  }

  add(thrown: unknown, site: SiteId | null): void {
    const known = thrown instanceof Error ? (this.sitesOf.get(thrown) ?? site) : site;
    const span = known === null ? null : (this.sites[known]?.span ?? null);
    this.error ??=
      thrown instanceof Error
        ? { name: thrown.name, message: thrown.message, span }
        : { name: "Error", message: `The program threw ${textOf(thrown)}.`, span };
    this.resolve();
  }
}

function textOf(thrown: unknown): string {
  return typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown);
}

/** The values of a leaf are replaced before anyone sees it. */
function withOverrides(
  trace: Trace<Tensor>,
  request: RunRequest,
  sites: SiteStack,
  failed: (error: Error) => void,
): Listener<Tensor> {
  const overrides = new Map(request.overrides.map(({ site, values }) => [site, values]));
  return {
    leafMade: (leaf) => {
      const values = sites.site === null ? undefined : overrides.get(sites.site);
      if (values?.length === leaf.storage.size) values.forEach((value, index) => leaf.storage.write(index, value));
      trace.leafMade(leaf);
    },
    applied: (op, inputs, inputNames, output, recorded) => trace.applied(op, inputs, inputNames, output, recorded),
    control: (name, input, output) => trace.control(name, input, output),
    backwardStarted: (loss) => trace.backwardStarted(loss),
    cotangent: (tensor, grad) => trace.cotangent(tensor, grad),
    deposited: (leaf, grad) => trace.deposited(leaf, grad),
    backwardEnded: () => trace.backwardEnded(),
    backwardFailed: (loss, error) => {
      failed(error);
      trace.backwardFailed(loss, error);
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

function valuesOf(tensor: Tensor): ArrayLike<number> {
  return tensor.storage.toArray();
}

function asTensor(value: object): TensorText | null {
  if (!(value instanceof Tensor)) return null;
  const { shape, dtype, requiresGrad } = value;
  return { shape, dtype, requiresGrad, values: valuesOf(value) };
}
