/**
 * The reverse sweep: pull cotangents back through the records, newest first, add them up, and store them at leaves.
 * It walks a list and not the call stack, so a tape may be millions of ops long. In an ordinary pass the formulas run
 * unrecorded and unheard; under `createGraph` they are ops like any other, and can be derived again.
 */
import {
  doesNotRequireGrad,
  EngineError,
  gradientNeeded,
  graphFreed,
  invariant,
  notATensor,
  shapesDoNotFit,
  valueText,
} from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { checkAnomaly } from "./anomaly.js";
import { afterHooks } from "./gradient-hooks.js";
import { inMode } from "./grad-mode.js";
import { hooks } from "./hooks.js";
import type { Listener } from "./listener.js";
import { savedValues, type TapeRecord, targetOf, type Link, type Target } from "./tape.js";

/** What `backward()` starts from, keeps and reaches. */
export interface BackwardOptions {
  /** The gradient to start from; needed unless the value has one element. */
  readonly gradient?: Tensor | null;
  /** Keeps what the ops saved, so that the same graph can be walked again. */
  readonly retainGraph?: boolean;
  /** Records the backward pass itself, for derivatives of gradients. It also keeps the graph. */
  readonly createGraph?: boolean;
  /** The only tensors to give a gradient to; all leaves if left out. */
  readonly inputs?: Tensor | readonly Tensor[];
}

/** What `grad()` starts from, keeps and forgives. */
export interface GradOptions {
  /** The gradients to start from, one for each output; needed for outputs of more than one element. */
  readonly gradients?: Tensor | null | readonly (Tensor | null)[];
  /** Keeps what the ops saved, so that the same graph can be walked again; as `createGraph` unless given. */
  readonly retainGraph?: boolean;
  /** Records the backward pass itself, so that the gradients can be differentiated. */
  readonly createGraph?: boolean;
  /** Gives null for an input that no output depends on, instead of an error. */
  readonly allowUnused?: boolean;
}

/** Where a sweep starts, and with which cotangent. */
interface Root {
  readonly tensor: Tensor;
  readonly target: Target;
  readonly cotangent: Tensor;
}

interface Sweep {
  readonly call: string;
  readonly saved: "free" | "keep";
  readonly formulas: "unrecorded" | "recorded";
  /** The only targets whose cotangents are wanted; null for all leaves. */
  readonly wanted: ReadonlySet<Target> | null;
}

/** `tensor.backward()`: gradients are added to `grad`. */
export function backward(tensor: Tensor, options: BackwardOptions): void {
  const call = "backward";
  if (typeof options !== "object" || options instanceof Tensor) throw optionsNeeded(options);
  heard(tensor, () => {
    const root = rootOf(call, tensor, options.gradient ?? null);
    const wanted = options.inputs === undefined ? null : new Set(wantedInputs(call, listed(options.inputs)));
    const sweep = sweepOf(call, options, wanted);
    const computed = options.inputs === undefined ? [] : listed(options.inputs).filter((input) => !input.isLeaf);
    unheard(sweep, (listener) => {
      const cotangents = walk([root], sweep, listener);
      for (const [target, cotangent] of cotangents) {
        if (!(target instanceof Tensor)) continue;
        deposit(target, cotangent, sweep);
        listener?.deposited(target, cotangent);
        for (const hook of target.accumulationHooks ?? []) hook(target);
      }
      for (const input of computed) {
        const cotangent = input.record === null ? undefined : cotangents.get(input.record);
        if (cotangent !== undefined) deposit(input, cotangent, sweep);
      }
    });
  });
}

/** The gradients of outputs with respect to inputs, without touching any `grad`. */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions,
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const call = "grad";
  const [first] = listed(outputs);
  if (first === undefined) return wantedInputs(call, listed(inputs)).map(() => null);
  return heard(first, () => {
    const gradients = listed(options.gradients ?? []);
    if (gradients.length > 0 && gradients.length !== listed(outputs).length)
      throw countsDiffer(listed(outputs), gradients);
    const roots = listed(outputs).map((tensor, position) => rootOf(call, tensor, gradients[position] ?? null));
    const targets = wantedInputs(call, listed(inputs));
    const sweep = sweepOf(call, options, new Set(targets));
    const cotangents = unheard(sweep, (listener) => walk(roots, sweep, listener));
    return targets.map((target, position) => {
      const cotangent = cotangents.get(target) ?? null;
      if (cotangent === null && options.allowUnused !== true) throw unused(position);
      if (cotangent !== null && target instanceof Tensor) hooks.listener?.deposited(target, cotangent);
      return cotangent;
    });
  });
}

/** Tells the listener where a pass starts and ends, or that it failed, which the program may catch and hide. */
function heard<Result>(loss: Tensor, pass: () => Result): Result {
  const { listener } = hooks;
  listener?.backwardStarted(loss);
  try {
    const result = pass();
    listener?.backwardEnded(loss);
    return result;
  } catch (error) {
    if (error instanceof Error) listener?.backwardFailed?.(loss, error);
    throw error;
  }
}

function sweepOf(call: string, options: BackwardOptions | GradOptions, wanted: ReadonlySet<Target> | null): Sweep {
  const createGraph = options.createGraph ?? false;
  const isKept = options.retainGraph ?? createGraph;
  return { call, saved: isKept ? "keep" : "free", formulas: createGraph ? "recorded" : "unrecorded", wanted };
}

function rootOf(call: string, tensor: Tensor, gradient: Tensor | null): Root {
  if (!(tensor instanceof Tensor)) throw notATensor(call, "the value to start from", tensor);
  const target = targetOf(tensor);
  if (target === null) throw doesNotRequireGrad(call, tensor.cutBecause);
  if (gradient === null) {
    if (tensor.storage.size !== 1) throw gradientNeeded(call, tensor.shape);
    return { tensor, target, cotangent: filled(tensor, 1) };
  }
  if (!(gradient instanceof Tensor)) throw notATensor(call, "`gradient`", gradient);
  if (!sameShape(gradient.shape, tensor.shape)) {
    const advice = "Pass a gradient of the value's own shape.";
    throw shapesDoNotFit(`${call} with a gradient`, tensor.shape, gradient.shape, "they must be the same", advice);
  }
  return { tensor, target, cotangent: gradient };
}

function wantedInputs(call: string, inputs: readonly Tensor[]): Target[] {
  return inputs.map((tensor) => {
    if (!(tensor instanceof Tensor)) throw notATensor(call, "one of the inputs", tensor);
    const target = targetOf(tensor);
    if (target === null) throw doesNotRequireGrad(`${call} with respect to an input`, tensor.cutBecause);
    return target;
  });
}

/**
 * In an ordinary pass the listener hears of the sweep, and not of the ops that the formulas are made of; under
 * `createGraph` these are part of the program.
 */
function unheard<Result>(sweep: Sweep, pass: (listener: Listener<Tensor> | null) => Result): Result {
  const { listener } = hooks;
  const around = hearing;
  // A pass inside a pass, as under `checkpoint`, is part of it: what arrives at leaves there is heard as well.
  hearing = listener ?? hearing;
  const isRecorded = sweep.formulas === "recorded";
  if (!isRecorded) hooks.listener = null;
  try {
    return inMode(isRecorded ? "recording" : "paused", () => pass(hearing));
  } finally {
    hooks.listener = listener;
    hearing = around;
  }
}

/** Who hears the outermost pass that is under way. */
let hearing: Listener<Tensor> | null = null;

/** The cotangents of the leaves, or of what is wanted. */
function walk(roots: readonly Root[], sweep: Sweep, listener: Listener<Tensor> | null): Map<Target, Tensor> {
  const order = reachable(roots, sweep.wanted);
  const useful = sweep.wanted === null ? null : new Set<Target>([...order, ...sweep.wanted]);
  const pending = new Map<Target, Tensor>();
  const arrived = new Map<Target, Tensor>();
  for (const root of roots) addTo(pending, root.target, root.cotangent);
  for (const record of order) {
    const whole = pending.get(record);
    if (whole === undefined) continue;
    pending.delete(record);
    const cotangent = record.gradientHooks === null ? whole : afterHooks(record, whole);
    if (sweep.wanted?.has(record) ?? false) arrived.set(record, cotangent);
    if (record.retained !== null) deposit(record.retained, cotangent, sweep);
    if (record.output !== null) listener?.cotangent(record.output, cotangent);
    pullBack(record, cotangent, pending, useful, sweep);
  }
  for (const [target, cotangent] of pending) {
    arrived.set(target, target.gradientHooks === null ? cotangent : afterHooks(target, cotangent));
  }
  return arrived;
}

/**
 * The records to visit, newest first: an input of an op is always older than the op. With `wanted`, only those on the
 * way to something wanted.
 */
function reachable(roots: readonly Root[], wanted: ReadonlySet<Target> | null): TapeRecord[] {
  const seen = new Set<TapeRecord>();
  const open: Target[] = roots.map((root) => root.target);
  for (let target = open.pop(); target !== undefined; target = open.pop()) {
    if (target instanceof Tensor || seen.has(target)) continue;
    seen.add(target);
    for (const link of target.links) open.push(link.target);
  }
  const order = [...seen].sort((a, b) => b.number - a.number);
  if (wanted === null) return order;
  const useful = new Set<Target>(wanted);
  for (const record of [...order].reverse()) {
    if (record.links.some((link) => useful.has(link.target))) useful.add(record);
  }
  return order.filter((record) => useful.has(record));
}

/** One record: check and read what was saved, run the formulas, and add the results to what waits at the inputs. */
function pullBack(
  record: TapeRecord,
  cotangent: Tensor,
  pending: Map<Target, Tensor>,
  useful: ReadonlySet<Target> | null,
  sweep: Sweep,
): void {
  const links = useful === null ? record.links : record.links.filter((link) => useful.has(link.target));
  if (links.length === 0) return;
  const saved = readSaved(record, sweep);
  for (const link of links) addTo(pending, link.target, pulled(record, link, cotangent, saved));
}

function readSaved(record: TapeRecord, sweep: Sweep): Record<string, Tensor> {
  const { saved } = record;
  if (saved === null) throw graphFreed(sweep.call, record.op);
  const values = savedValues(sweep.call, record, saved);
  // An op that saved nothing can be walked again at any time, as in PyTorch.
  if (sweep.saved === "free" && saved.length > 0) record.saved = null;
  return values;
}

function pulled(record: TapeRecord, link: Link, cotangent: Tensor, saved: Record<string, Tensor>): Tensor {
  const { effect, position, dtype } = link;
  invariant(effect.kind !== "blocks", "no link leads to an input that an op blocks");
  const shape = record.shapes[position];
  if (effect.kind === "vanishes") return new Tensor(Storage.zeros(dtype, sizeOf(shape)), shape);
  const { attributes, shapes } = record;
  const raw = effect.vjp(cotangent, saved, { attributes, shapes, position });
  // A cotangent summed over broadcast dimensions has the input's shape again; one converted has its dtype.
  const fitted = sameShape(raw.shape, shape) ? raw : raw.sumTo(shape);
  checkAnomaly(record, cotangent, fitted);
  return fitted.to(dtype);
}

function addTo(pending: Map<Target, Tensor>, target: Target, cotangent: Tensor): void {
  const waiting = pending.get(target);
  pending.set(target, waiting === undefined ? cotangent : waiting.add(cotangent));
}

/** Adds to `grad`: in place, so that whoever holds the gradient sees it grow; under `createGraph` as a recorded sum. */
function deposit(tensor: Tensor, cotangent: Tensor, sweep: Sweep): void {
  const sofar = tensor.grad;
  if (sweep.formulas === "recorded") tensor.grad = sofar === null ? cotangent : sofar.add(cotangent);
  else if (sofar === null) tensor.grad = cotangent.clone();
  else sofar.add_(cotangent);
}

function filled(like: Tensor, value: number): Tensor {
  return new Tensor(Storage.of(like.dtype, [value]), like.shape);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function listed<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function unused(position: number): EngineError {
  return new EngineError(
    `grad: input ${position} was not used to compute the outputs`,
    "no path of recorded ops leads to it",
    "Pass `{ allowUnused: true }` to get null for it.",
  );
}

function countsDiffer(outputs: readonly Tensor[], gradients: readonly (Tensor | null)[]): EngineError {
  return new EngineError(
    `grad: there are ${outputs.length} outputs and ${gradients.length} gradients`,
    "each output starts from a gradient of its own",
    "Pass one gradient for each output, or null for a scalar.",
  );
}

function optionsNeeded(value: unknown): EngineError {
  return new EngineError(
    `backward: the argument is ${value instanceof Tensor ? "a tensor" : valueText(value)}`,
    "options are passed by name",
    "Write for example `backward({ gradient })` or `backward({ retainGraph: true })`.",
  );
}
