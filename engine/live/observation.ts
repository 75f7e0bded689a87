/**
 * What a run sees of its program: the marks, the trace, the leaves and the failures, wired to each other.
 * It changes nothing global; that is the watch's business.
 */
import type { GradientGraph } from "../graph/gradient-graph.js";
import type { LeafReport, RunEvent, RunRequest } from "../graph/run-report.js";
import { Trace, type TracedPass } from "../graph/trace.js";
import { Module } from "../nn/index.js";
import { Tensor } from "../tensor.js";
import { Failures } from "./failures.js";
import { KeptMemory } from "./kept-memory.js";
import { LeafBook } from "./leaves.js";
import { nameResult, type Naming } from "./names.js";
import type { RunSetting } from "./run-setting.js";
import { PassTeller, Sampler, type RecordedPass } from "./sampling.js";
import { SiteStack } from "./sites.js";
import { StackPlaces } from "./stack-places.js";
import { StepBook } from "./step-book.js";
import { WatchingListener } from "./watching-listener.js";

export interface Observation {
  readonly sites: SiteStack;
  readonly places: StackPlaces;
  readonly failures: Failures;
  readonly kept: KeptMemory;
  readonly listener: WatchingListener;
  leaves(): readonly LeafReport[];
  /** Tells what the pace has held back, and gives the last recorded pass of each loss. */
  end(): readonly RecordedPass[];
  /** What the program had made since its last pass, when an error stopped it. */
  unfinished(message: string): GradientGraph | null;
}

export function observe(setting: RunSetting, request: RunRequest, tell: (event: RunEvent) => void): Observation {
  const now = (): number => performance.now();
  const places = new StackPlaces();
  const failures = new Failures(setting.sites, places);
  const kept = new KeptMemory(setting.mayKeep ?? Infinity);
  const leaves = new LeafBook<Tensor>({ sites: setting.sites, valuesOf });
  const gradients = new HeldGradients();
  const sampler = new Sampler(request.recording, now);
  const teller = new PassTeller(request.recording.kind === "sampled" ? request.recording.everyMs : 50, now, tell);
  const steps = request.steps === "told" ? new StepBook({ sites: setting.sites, now, tell }) : null;
  const tellLeaves = paced(setting.snapshotEveryMs ?? Infinity, now, () =>
    tell({ kind: "leaves", leaves: leaves.reports() }),
  );
  const passEnded = (pass: TracedPass): void => {
    sampler.passEnded(pass.site);
    teller.passEnded(pass);
    steps?.passEnded(pass);
    if (setting.snapshotEveryMs !== undefined) tellLeaves();
  };
  const sites: SiteStack = new SiteStack((site, value) => {
    if (value instanceof Error) failures.madeAt(site, value);
    // The ops of a tape have been counted when they were recorded.
    else if (!(value instanceof Tensor && value.gradFn !== null)) kept.note(value);
    const name = setting.sites[site]?.name ?? null;
    const isUnseen = value instanceof Tensor && trace.originOf(value) === null;
    if (name !== null && !isUnseen) nameResult(naming, name, value);
  });
  const trace = new Trace<Tensor>({
    sites: setting.sites,
    place: () => sites,
    valuesOf,
    versionOf: (tensor) => tensor.storage.version,
    detail: () => sampler.detail(),
    leafSeen: (leaf, origin) => leaves.see(leaf, origin, sites.countLeaf()),
    deposited: (leaf, origin, grad) => {
      const held = gradients.after(leaf, grad);
      leaves.deposit(origin, valuesOf(held));
      steps?.deposited(origin, {
        brought: () => valuesOf(grad),
        held: () => valuesOf(held),
        values: () => valuesOf(leaf),
      });
    },
    passEnded,
  });
  const naming: Naming = {
    originOf: (value) => (value instanceof Tensor ? trace.originOf(value) : null),
    parametersOf: (value) => (value instanceof Module ? Module.prototype.namedParameters.call(value) : []),
  };
  const endOfPatience = now() + (setting.patienceMs ?? Infinity);
  const listener = new WatchingListener(trace, sites, request.overrides, {
    op: () => {
      if (now() > endOfPatience) throw new Error("The run took longer than it may.");
    },
    recorded: (op, output) => {
      kept.note(output);
      steps?.applied(op, sites.site, sites.began, () => valuesOf(output));
    },
    failed: (error) => failures.madeAt(sites.site, error),
    place: () => {
      const span = sites.site === null ? null : (setting.sites[sites.site]?.span ?? null);
      return span === null
        ? null
        : `on line ${span.start.line + 1} of \`${span.uri.slice(span.uri.lastIndexOf("/") + 1)}\``;
    },
  });
  const unfinished = (message: string): GradientGraph | null => trace.unfinished(message);
  const end = (): readonly RecordedPass[] => {
    steps?.end();
    return teller.end();
  };
  return { sites, places, failures, kept, listener, leaves: () => leaves.reports(), end, unfinished };
}

/**
 * What a leaf holds after a pass has reached it: `backward()` has added to its `grad`, which thereby changed;
 * `grad()` leaves that alone and returns what it found.
 */
class HeldGradients {
  private readonly seen = new WeakMap<Tensor, string>();

  after(leaf: Tensor, cotangent: Tensor): Tensor {
    const { grad } = leaf;
    if (grad === null) return cotangent;
    const state = `${grad.id} at ${grad.storage.version}`;
    const isUnchanged = this.seen.get(leaf) === state;
    this.seen.set(leaf, state);
    return isUnchanged ? cotangent : grad;
  }
}

function valuesOf(tensor: Tensor): ArrayLike<number> {
  return tensor.storage.toArray();
}

/** Acts at most this often, and never spends more than a tenth of the time on it. */
function paced(everyMs: number, now: () => number, act: () => void): () => void {
  let nextAt = 0;
  return () => {
    const started = now();
    if (started < nextAt) return;
    act();
    nextAt = started + Math.max(everyMs, 10 * (now() - started));
  };
}
