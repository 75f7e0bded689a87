/**
 * Listens to ops, controls and sweeps, and makes of every backward pass what `buildGraph` draws.
 * It holds ids, numbers and origins, never a tensor: origins hang on their tensors and die with them.
 * Where the program stands and which numbers a tensor holds it is told; when to copy values it asks between passes.
 */
import type { Listener } from "../autograd/listener.js";
import { controls } from "../ops/table.js";
import { buildGraph, buildUnfinished } from "./build-graph.js";
import type { Flow, GradientGraph, Shape, TensorSummary } from "./gradient-graph.js";
import { HostReads } from "./host-reads.js";
import { exceptionAt, flowAt } from "./op-flow.js";
import { isCut, type CallFrame, type Origin, type OriginInput } from "./origin.js";
import type { Site, SiteId } from "./run-report.js";
import { summarize } from "./summary.js";

/** What the trace needs to know of a tensor. */
export interface TracedTensor {
  readonly id: number;
  readonly shape: Shape;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
}

/** Where the program stands; the runner knows it from the marks in the user's code. */
export interface Place {
  /** The innermost call being evaluated. */
  readonly site: SiteId | null;
  /** The innermost `noGrad()` being evaluated. */
  readonly noGradSite: SiteId | null;
  readonly frame: CallFrame | null;
  /** Grows with every call; the number at which the innermost call began. */
  readonly began: number;
  readonly now: number;
}

export interface TraceSetting<T> {
  readonly sites: readonly Site[];
  place(): Place;
  valuesOf(tensor: T): ArrayLike<number>;
  versionOf(tensor: T): number;
  /** Asked at the start and after every pass: whether to copy the values of what comes next. */
  detail(): "values" | "ids";
  leafSeen(leaf: T, origin: Origin): void;
  deposited(leaf: T, origin: Origin, grad: T): void;
  passEnded(pass: TracedPass): void;
}

export interface TracedPass {
  readonly site: SiteId | null;
  /** Counts the passes of this site, from 1. */
  readonly step: number;
  /** The value that the pass started from; the sum where it has several elements. */
  readonly loss: number;
  /** Built when it is asked for; null for a pass that was not recorded. */
  readonly graph: (() => GradientGraph) | null;
}

/** How many computed values a run remembers the inputs of. */
const memory = 50_000;
/** The inputs of a value that are remembered no more. */
const forgottenInputs: readonly OriginInput[] = [];
/** Values this small are copied always: they cost less than asking. */
const smallSize = 16;

interface RunningPass {
  readonly loss: Origin;
  readonly lossValue: number;
  readonly site: SiteId | null;
  readonly step: number;
  readonly passCount: number;
  readonly isRecorded: boolean;
  readonly cotangents: Map<Origin, TensorSummary>;
  readonly leafValues: Map<Origin, TensorSummary>;
}

export class Trace<T extends TracedTensor> implements Listener<T> {
  private readonly origins = new WeakMap<T, Origin>();
  private readonly recent: Origin[] = [];
  private readonly reads = new HostReads();
  private readonly steps = new Map<SiteId | null, number>();
  /** In which pass each site last made a value. */
  private readonly lastMade = new Map<SiteId, number>();
  /** The gates of the innermost `noGrad()`, by the value that goes through. */
  private gates: { readonly site: SiteId | null; readonly byInput: Map<Origin, Origin> } = gatesOf(null);
  private originCount = 0;
  private passCount = 0;
  private pass: RunningPass | null = null;
  /** The op that threw last, outside of all passes. */
  private failure: Origin | null = null;
  private detail: "values" | "ids";

  constructor(private readonly setting: TraceSetting<T>) {
    this.detail = setting.detail();
  }

  /** What is known of a tensor's making; null if it was made out of sight. */
  originOf(tensor: T): Origin | null {
    return this.origins.get(tensor) ?? null;
  }

  leafMade(leaf: T): void {
    const { site, began } = this.setting.place();
    const reads = leaf.requiresGrad ? [] : this.reads.behind(this.setting.valuesOf(leaf), began);
    const inputs = reads.map((read): OriginInput => {
      const { value, control } = read;
      const flow: Flow = { kind: "blocks", because: controls[control].because };
      const gate = this.make("control", control, read.site, value.shape, [
        { name: "x", from: value, flow, certainty: "yes" },
      ]);
      gate.value = value.value;
      return { name: "values", from: gate, flow: { kind: "flows" }, certainty: "maybe" };
    });
    this.setting.leafSeen(leaf, this.enter(leaf, this.make("leaf", null, site, leaf.shape, inputs)));
  }

  applied(op: string, inputs: readonly T[], inputNames: readonly string[], output: T, recorded: boolean): void {
    // The formulas of a sweep are no part of the program, unless `createGraph` puts them on the tape.
    if (this.pass !== null && !output.requiresGrad) return;
    // A leaf that is updated in place inside `noGrad` stays the leaf it was.
    const isUpdate = inputs.some((input) => input === output) && !recorded && output.requiresGrad;
    if (isUpdate) return;
    const edges = inputs.flatMap((input, index): readonly OriginInput[] => {
      // A number of the program that the op took as a tensor is an attribute to its reader.
      const isAttribute = this.originOf(input) === null && !input.requiresGrad && input.shape.length === 0;
      return isAttribute ? [] : [this.edgeInto(op, input, inputNames[index] ?? "x", output, recorded)];
    });
    this.enter(output, this.make("op", op, this.setting.place().site, output.shape, edges));
  }

  applyFailed(op: string, inputs: readonly T[], inputNames: readonly string[]): void {
    if (this.pass !== null) return;
    const edges = inputs.map((input, index): OriginInput => {
      const name = inputNames[index] ?? "x";
      return { name, from: this.usedOriginOf(input), flow: flowAt(op, name), certainty: "yes" };
    });
    this.failure = this.make("op", op, this.setting.place().site, [], edges);
    this.failure.requiresGrad = inputs.some(({ requiresGrad }) => requiresGrad);
  }

  /**
   * What a program had made since its last pass when it stopped: up to the op that threw, if it was one. Null where
   * there is nothing to show.
   */
  unfinished(message: string): GradientGraph | null {
    const made = this.recent.filter(({ passCount }) => passCount === this.passCount);
    const found = new Set(made);
    for (const origin of found) for (const { from } of origin.inputs) found.add(from);
    const origins = inOrder(found);
    const last = origins.at(-1);
    if (last === undefined) return null;
    const failure = this.failure !== null && found.has(this.failure) ? this.failure : null;
    return buildUnfinished({ failure, last, origins, message }, this.setting.sites);
  }

  control(name: string, input: T, output: T | null): void {
    const known = this.originOf(input);
    switch (name) {
      case "detach":
        if (output !== null && output !== input) this.detached(input, output);
        return;
      case "item":
      case "tolist":
      case "data": {
        const { site, now } = this.setting.place();
        if (known === null || !dependsOnALeaf(known)) return;
        this.reads.add({ value: known, control: name, site }, this.setting.valuesOf(input), now);
        return;
      }
      case "requiresGrad":
        // A leaf that is being made is heard of when it is complete.
        if (known !== null) this.usedOriginOf(input);
        return;
      default:
        return;
    }
  }

  backwardStarted(loss: T): void {
    const { site } = this.setting.place();
    const step = (this.steps.get(site) ?? 0) + 1;
    this.steps.set(site, step);
    const values = this.setting.valuesOf(loss);
    let lossValue = 0;
    for (let i = 0; i < values.length; i++) lossValue += values[i] ?? NaN;
    this.pass = {
      loss: this.usedOriginOf(loss),
      lossValue,
      site,
      step,
      passCount: this.passCount++,
      isRecorded: this.detail === "values" || step === 1,
      cotangents: new Map(),
      leafValues: new Map(),
    };
  }

  cotangent(tensor: T, grad: T): void {
    const origin = this.pass?.isRecorded === true ? this.originOf(tensor) : null;
    if (origin !== null) this.pass?.cotangents.set(origin, summarize(this.setting.valuesOf(grad)));
  }

  deposited(leaf: T, grad: T): void {
    const origin = this.usedOriginOf(leaf);
    this.setting.deposited(leaf, origin, grad);
    if (this.pass?.isRecorded !== true) return;
    const known = origin.version === this.setting.versionOf(leaf) ? origin.value : null;
    this.pass.leafValues.set(origin, known ?? summarize(this.setting.valuesOf(leaf)));
    if (!this.pass.cotangents.has(origin)) {
      this.pass.cotangents.set(origin, summarize(this.setting.valuesOf(grad)));
    }
  }

  backwardEnded(): void {
    this.endPass(null);
  }

  backwardFailed(loss: T, error: Error): void {
    if (this.pass === null) this.backwardStarted(loss);
    this.endPass(error.message);
  }

  private detached(input: T, output: T): void {
    const from = this.usedOriginOf(input);
    if (output.requiresGrad) {
      // The run ignores this cut: the result is its input.
      this.origins.set(output, from);
      return;
    }
    const { site } = this.setting.place();
    const flow: Flow = { kind: "blocks", because: controls.detach.because };
    const edge: OriginInput = { name: "x", from, flow, certainty: "yes" };
    this.enter(output, this.make("control", "detach", site, output.shape, [edge]));
  }

  private endPass(fault: string | null): void {
    const { pass } = this;
    if (pass === null) return;
    this.pass = null;
    const { site, step, lossValue, loss, cotangents, leafValues } = pass;
    let graph: TracedPass["graph"] = null;
    if (pass.isRecorded || fault !== null) {
      const { origins, leftOut } = this.ancestorsOf(pass);
      graph = () => buildGraph({ loss, origins, leftOut, step, cotangents, leafValues, fault }, this.setting.sites);
    }
    this.setting.passEnded({ site, step, loss: lossValue, graph });
    this.detail = this.setting.detail();
  }

  /**
   * The loss and all it depends on, in the order in which the values were made; where there are too many the nearest,
   * and as many leaves.
   */
  private ancestorsOf(pass: RunningPass): { readonly origins: readonly Origin[]; readonly leftOut: number } {
    const largestGraph = 20_000;
    const found = new Set([pass.loss]);
    const nearest = new Set<Origin>();
    const leaves = new Set<Origin>();
    for (const origin of found) {
      if (nearest.size < largestGraph) nearest.add(origin);
      else if (origin.kind === "leaf" && leaves.size < largestGraph) leaves.add(origin);
      for (const input of origin.inputs) if (!this.isOfEarlierStep(pass, input)) found.add(input.from);
    }
    // Of leaves beyond what is remembered it is still known that their gradient has arrived.
    for (const origin of pass.cotangents.keys()) if (origin.kind === "leaf") leaves.add(origin);
    const origins = new Set([...nearest, ...leaves]);
    const forgotten = [...found].filter(({ inputs }) => inputs === forgottenInputs).length;
    return { origins: inOrder(origins), leftOut: Math.max(0, found.size - origins.size) + forgotten };
  }

  /** Behind a cut, a value that its site has made anew for this pass belongs to the step before, and so does all behind it. */
  private isOfEarlierStep(pass: RunningPass, input: OriginInput): boolean {
    const { from } = input;
    if (!isCut(input) || from.kind === "leaf" || from.site === null) return false;
    return from.passCount < pass.passCount && (this.lastMade.get(from.site) ?? 0) > from.passCount;
  }

  /** The origin of a value at the moment of its use: a leaf may have been changed, or become one, since it was made. */
  private usedOriginOf(tensor: T): Origin {
    const known = this.originOf(tensor);
    const isParameter = tensor.isLeaf && tensor.requiresGrad;
    if (known === null || (isParameter && known.kind !== "leaf")) {
      const leaf = this.make("leaf", null, known?.site ?? null, tensor.shape, []);
      leaf.name = known?.name ?? null;
      this.enter(tensor, leaf);
      this.setting.leafSeen(tensor, leaf);
      return leaf;
    }
    if (!tensor.isLeaf) return known;
    if (tensor.requiresGrad !== known.requiresGrad) {
      known.requiresGrad = tensor.requiresGrad;
      this.setting.leafSeen(tensor, known);
    }
    if (known.version !== this.setting.versionOf(tensor)) this.copyValue(tensor, known);
    return known;
  }

  private edgeInto(op: string, input: T, name: string, output: T, recorded: boolean): OriginInput {
    const from = this.usedOriginOf(input);
    const flow = flowAt(op, name);
    const isStopped = input.requiresGrad && !output.requiresGrad && flow.kind !== "blocks";
    if (!isStopped) return { name, from, flow, certainty: "yes" };
    return recorded
      ? { name, from, flow: exceptionAt(op), certainty: "yes" }
      : { name, from: this.gateOf(from), flow, certainty: "yes" };
  }

  /** What `noGrad()` does to a value that goes into an op inside it, as a control between the two. */
  private gateOf(from: Origin): Origin {
    const { noGradSite } = this.setting.place();
    if (this.gates.site !== noGradSite) this.gates = gatesOf(noGradSite);
    const known = this.gates.byInput.get(from);
    if (known !== undefined) return known;
    const flow: Flow = { kind: "blocks", because: controls.noGrad.because };
    const gate = this.make("control", "noGrad", noGradSite, from.shape, [{ name: "x", from, flow, certainty: "yes" }]);
    gate.value = from.value;
    this.gates.byInput.set(from, gate);
    return gate;
  }

  private make(
    kind: Origin["kind"],
    op: string | null,
    site: SiteId | null,
    shape: Shape,
    inputs: readonly OriginInput[],
  ): Origin {
    const { passCount } = this;
    const ordinal = this.originCount++;
    if (site !== null) this.lastMade.set(site, passCount);
    const origin: Origin = {
      ordinal,
      kind,
      op,
      site,
      frame: this.setting.place().frame,
      shape,
      passCount,
      name: null,
      requiresGrad: false,
      value: null,
      version: -1,
      inputs,
    };
    if (inputs.length > 0) {
      const slot = ordinal % memory;
      const forgotten = this.recent[slot];
      if (forgotten !== undefined) forgotten.inputs = forgottenInputs;
      this.recent[slot] = origin;
    }
    return origin;
  }

  private enter(tensor: T, origin: Origin): Origin {
    origin.requiresGrad = tensor.requiresGrad;
    this.copyValue(tensor, origin);
    this.origins.set(tensor, origin);
    return origin;
  }

  private copyValue(tensor: T, origin: Origin): void {
    const isSmall = tensor.shape.reduce((size, length) => size * length, 1) <= smallSize;
    origin.value = isSmall || this.detail === "values" ? summarize(this.setting.valuesOf(tensor)) : null;
    origin.version = this.setting.versionOf(tensor);
  }
}

function inOrder(origins: ReadonlySet<Origin>): readonly Origin[] {
  return [...origins].sort((a, b) => a.ordinal - b.ordinal);
}

function gatesOf(site: SiteId | null): { readonly site: SiteId | null; readonly byInput: Map<Origin, Origin> } {
  return { site, byInput: new Map() };
}

function dependsOnALeaf(origin: Origin): boolean {
  return origin.requiresGrad || origin.inputs.length > 0;
}
