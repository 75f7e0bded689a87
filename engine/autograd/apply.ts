/**
 * Run one op: bring the operands together, check shapes, call the kernel, and record it if anyone requires grad.
 * Everything a program computes goes through here, so this is also where a listener hears of it. Plain loops and few
 * closures: at this size of tensors, this file is what an op costs.
 */
import { isFloat } from "../dtype.js";
import {
  changedFromInference,
  EngineError,
  leafChangedInPlace,
  notATensor,
  savedFromInference,
  shapeText,
} from "../errors.js";
import { kernels } from "../kernels/active.js";
import type { Walk } from "../kernels/kernels.js";
import { Storage, type DType } from "../kernels/storage.js";
import { changed } from "../kernels/windows.js";
import { layoutOf, sharedWalk } from "../layout.js";
import { contiguous, repeated } from "../ops/loops.js";
import type { Derivative, OpSpec, Operand, Shape } from "../ops/op-spec.js";
import { opTable, type AttributesOf, type OpName } from "../ops/table.js";
import { elementCount, sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { composed, repeatsElements } from "../view-walks.js";
import { noteCall } from "./anomaly.js";
import { joinFamily, tellFamily } from "./aliases.js";
import { dtypesOf, type Dtypes } from "./dtypes.js";
import { isGradEnabled, isInferenceMode, pausedBecause } from "./grad-mode.js";
import { hooks } from "./hooks.js";
import { TapeRecord, targetOf, type Link, type SavedValue } from "./tape.js";

/** A number of the program is a constant: it takes part in the computation and not in the picture. */
export type Given = Tensor | number;

/** Runs an op of the table. Operands come in the order of its inputs; constants behind them belong to no input. */
export function apply<Name extends OpName>(
  name: Name,
  given: readonly Given[],
  attributes: AttributesOf<Name>,
): Tensor {
  const call: Call = { name, spec: opTable[name], given, attributes };
  try {
    return run(call);
  } catch (error) {
    if (hooks.listener !== null) tellFailed(call);
    throw error;
  }
}

/** What an op does to the gradient of one input, with these attributes. */
export function effectAt(spec: OpSpec, input: string, attributes: unknown): Derivative<unknown> {
  return spec.exceptions?.[input]?.(attributes) ?? spec.inputs[input];
}

interface Call {
  readonly name: OpName;
  readonly spec: OpSpec;
  readonly given: readonly Given[];
  readonly attributes: unknown;
}

function run(call: Call): Tensor {
  const { spec, attributes } = call;
  checkGiven(call);
  const dtypes = dtypesOf(call.name, spec, call.given, attributes);
  const tensors = tensorsOf(call, dtypes.compute);
  const shapes: Shape[] = [];
  for (const tensor of tensors) shapes.push(tensor.shape);
  const shape = spec.shape(shapes, attributes);
  const out = shares(spec, tensors, shape)
    ? viewOf(tensors[0], shape, spec.places?.(tensors[0].shape, attributes) ?? null)
    : computed(call, tensors, dtypes, shape);
  if (isInferenceMode()) out.isInference = true;
  const links = isGradEnabled() && isFloat(dtypes.out) ? linksOf(call, tensors) : noLinks;
  if (links.length > 0) {
    const saved = savedOf(call, links, tensors, out);
    record(out, new TapeRecord({ op: call.name, attributes, links, shapes, saved, shape, dtype: dtypes.out }));
  } else if (!out.requiresGrad) {
    out.cutBecause ??= reasonWithoutHistory(call, tensors);
  }
  if (hooks.listener !== null) tell(call, tensors, out);
  if (links.length > 0 && spec.output === "overwrites") tellFamily(out);
  return out;
}

/** Whether the result is a view; a new shape that no strides give is a copy. */
function shares({ output }: OpSpec, [x]: readonly Tensor[], shape: Shape): boolean {
  if (output === "window") return true;
  return output === "view" && (x.held.source === null || sharedWalk(x, shape) !== null);
}

function viewOf(x: Tensor, shape: Shape, places: Walk | null): Tensor {
  const { held } = x;
  const storage = places === null ? held : Storage.window(held.root, composed(places, x.shape, layoutOf(x)), shape);
  const view = new Tensor(storage, shape);
  joinFamily(x, view, places);
  return view;
}

/** Runs the kernel, into new values or over those of the first operand. */
function computed(call: Call, tensors: readonly Tensor[], dtypes: Dtypes, shape: Shape): Tensor {
  const { name, spec, attributes } = call;
  const overwrites = spec.output === "overwrites";
  if (overwrites) checkWritable(name, tensors[0]);
  const operands = operandsOf(call, tensors, dtypes, shape);
  spec.check?.(operands, attributes);
  const storage = overwrites ? tensors[0].storage : Storage.zeros(dtypes.out, elementCount(shape));
  if (spec.output === "view") {
    kernels.copy(operands[0].storage, 0, storage, 0, storage.size);
    return new Tensor(storage, shape);
  }
  const workspace = spec.workspace === undefined ? noWorkspace : workspaceOf(call, tensors, dtypes.compute);
  spec.forward(kernels, operands, { storage, shape }, attributes, workspace);
  if (!overwrites) return new Tensor(storage, shape);
  changed(storage);
  return tensors[0];
}

const noLinks: readonly Link[] = [];
const noWorkspace: readonly Storage[] = [];

function checkGiven({ name, given }: Call): void {
  for (const each of given) {
    if (typeof each !== "number" && !(each instanceof Tensor)) throw notATensor(name, "an argument", each);
  }
}

function tensorsOf({ given }: Call, dtype: DType): readonly Tensor[] {
  const tensors: Tensor[] = [];
  for (const each of given) tensors.push(typeof each === "number" ? constant(each, dtype) : each);
  return tensors;
}

function constant(value: number, dtype: DType): Tensor {
  return new Tensor(Storage.of(dtype, [value]), []);
}

function operandsOf(call: Call, tensors: readonly Tensor[], dtypes: Dtypes, shape: Shape): readonly Operand[] {
  const operands: Operand[] = [];
  for (let position = 0; position < tensors.length; position++) {
    operands.push(operand(call, tensors[position], position, dtypes, shape));
  }
  return operands;
}

function workspaceOf({ spec, attributes }: Call, tensors: readonly Tensor[], dtype: DType): readonly Storage[] {
  const shapes = tensors.map((tensor) => tensor.shape);
  const sizes = spec.workspace?.(shapes, attributes) ?? [];
  return sizes.map((size) => Storage.zeros(dtype, size));
}

/** A tensor as its kernel wants it: in the common dtype, and repeated to the output's shape where the kernel cannot. */
function operand(call: Call, tensor: Tensor, position: number, { convertsTo }: Dtypes, shape: Shape): Operand {
  const { spec } = call;
  const fixed = spec.fixed?.[nameAt(call, position)];
  if (fixed === "int32" && isFloat(tensor.dtype)) checkWhole(call.name, tensor);
  const dtype = fixed ?? convertsTo ?? tensor.dtype;
  const converted = dtype === tensor.dtype ? tensor : cast(tensor, dtype);
  if (spec.broadcasting === "in the kernel") return converted;
  if (converted.storage.size === 1 || sameShape(converted.shape, shape)) return converted;
  const whole = { storage: Storage.zeros(dtype, elementCount(shape)), shape };
  kernels.copyStrided(converted.storage, repeated(converted, whole), whole.storage, contiguous(shape), shape);
  return whole;
}

function cast(tensor: Tensor, dtype: DType): Operand {
  const storage = Storage.zeros(dtype, tensor.storage.size);
  kernels.cast(tensor.storage, storage, tensor.storage.size);
  return { storage, shape: tensor.shape };
}

/** An index may be made of floats, as `tensor([0, 2])` is, but not of fractions. */
function checkWhole(name: string, { storage }: Tensor): void {
  for (let i = 0; i < storage.size; i++) {
    if (Number.isInteger(storage.read(i))) continue;
    throw new EngineError(
      `${name}: the index has ${storage.read(i)} at position ${i}`,
      "an index counts whole elements",
      'Round it first, or make it with dtype "int32".',
    );
  }
}

/** The input that an operand belongs to; "" for constants behind the inputs. */
function nameAt({ spec }: Call, position: number): string {
  return spec.names[spec.operands === "list" ? 0 : position] ?? "";
}

function linksOf(call: Call, tensors: readonly Tensor[]): readonly Link[] {
  let links: Link[] | null = null;
  for (let position = 0; position < tensors.length; position++) {
    const tensor = tensors[position];
    const target = targetOf(tensor);
    if (target === null) continue;
    const effect = effectAt(call.spec, nameAt(call, position), call.attributes);
    if (effect.kind !== "blocks") (links ??= []).push({ target, effect, position, dtype: tensor.dtype });
  }
  return links ?? noLinks;
}

/** Exactly what the formulas of the recorded inputs read; an input that was overwritten at the version it had before. */
function savedOf(call: Call, links: readonly Link[], tensors: readonly Tensor[], out: Tensor): readonly SavedValue[] {
  const saved: SavedValue[] = [];
  for (const { effect } of links) {
    if (effect.kind !== "flows") continue;
    for (const name of effect.saves) {
      if (isSaved(saved, name)) continue;
      const tensor = name === "out" ? out : tensors[call.spec.names.indexOf(name)];
      if (tensor.isInference) throw savedFromInference(call.name);
      const wasOverwritten = call.spec.output === "overwrites" && name !== "out" && tensor.held.root === out.held.root;
      saved.push({ name, tensor, version: tensor.held.version - (wasOverwritten ? 1 : 0) });
    }
  }
  return saved;
}

function isSaved(saved: readonly SavedValue[], name: string): boolean {
  for (const each of saved) if (each.name === name) return true;
  return false;
}

function record(out: Tensor, made: TapeRecord): void {
  if (hooks.listener !== null) made.output = out;
  out.setRecord(made);
  noteCall(made);
}

/** Whether a call may change a tensor in place; throws where it may not. */
export function checkWritable(name: string, target: Tensor): void {
  if (target.isInference && !isInferenceMode()) throw changedFromInference(name);
  if (repeatsElements(layoutOf(target), target.shape)) throw repeatedElementsChanged(name, target);
  if (!isGradEnabled()) return;
  const base = target.aliases?.base ?? target;
  if (isLearningLeaf(target) || isLearningLeaf(base)) throw leafChangedInPlace(name);
  if (target.isOneOfSeveral && target.requiresGrad) throw oneOfSeveralChanged(name);
  const isUnrecordedView = !target.requiresGrad && base.requiresGrad;
  if (!isUnrecordedView) return;
  throw new EngineError(
    `${name}: this is a view, made inside \`noGrad\`, of a value that requires grad`,
    "the change would reach that value and not its history",
    "Make the view outside `noGrad`, or change it inside.",
  );
}

function oneOfSeveralChanged(name: string): EngineError {
  return new EngineError(
    `${name}: this is one of several views that one call gave`,
    "a change of one would change the history of all, which is not recorded",
    "Take the part with `narrow` or `select`, or use the op without the underscore.",
  );
}

function repeatedElementsChanged(name: string, { shape }: Tensor): EngineError {
  return new EngineError(
    `${name}: some elements of this tensor of shape ${shapeText(shape)} are one and the same`,
    "it was expanded, and a place cannot be written several times",
    "Make a copy with `clone()` first.",
  );
}

function isLearningLeaf(tensor: Tensor): boolean {
  return tensor.requiresGrad && tensor.record === null;
}

/** Why a result does not require grad although something behind it does; null where nothing does. */
function reasonWithoutHistory(call: Call, tensors: readonly Tensor[]): string | null {
  for (let position = 0; position < tensors.length; position++) {
    const tensor = tensors[position];
    if (!tensor.requiresGrad) {
      if (tensor.cutBecause !== null) return tensor.cutBecause;
      continue;
    }
    if (!isGradEnabled()) return pausedBecause;
    const effect = effectAt(call.spec, nameAt(call, position), call.attributes);
    if (effect.kind !== "flows") return effect.because;
  }
  return null;
}

function tellFailed(call: Call): void {
  const positions = call.given.flatMap((each, position) => (each instanceof Tensor ? [{ each, position }] : []));
  hooks.listener?.applyFailed?.(
    call.name,
    positions.map(({ each }) => each),
    positions.map(({ position }) => nameAt(call, position)),
  );
}

function tell(call: Call, tensors: readonly Tensor[], out: Tensor): void {
  const inputs: Tensor[] = [];
  const names: string[] = [];
  tensors.forEach((tensor, position) => {
    if (typeof call.given[position] === "number") return;
    inputs.push(tensor);
    names.push(nameAt(call, position));
  });
  const isPaused = !isGradEnabled() && inputs.some((tensor) => tensor.requiresGrad);
  hooks.listener?.applied(call.name, inputs, names, out, !isPaused);
}
