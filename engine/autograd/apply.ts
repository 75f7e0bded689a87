/**
 * Run one op: bring the operands together, check shapes, call the kernel, and record it if anyone requires grad.
 * Everything a program computes goes through here, so this is also where a listener hears of it.
 */
import { canHold, dtypeOfNumber, floatFor, isFloat, promoted, type Typed } from "../dtype.js";
import { EngineError, leafChangedInPlace, notATensor } from "../errors.js";
import { kernels } from "../kernels/active.js";
import { Storage, type DType } from "../kernels/storage.js";
import { contiguous, repeated } from "../ops/loops.js";
import type { Derivative, OpSpec, Operand, Shape } from "../ops/op-spec.js";
import { opTable, type AttributesOf, type OpName } from "../ops/table.js";
import { elementCount, sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";
import { isGradEnabled, pausedBecause } from "./grad-mode.js";
import { Aliases } from "./aliases.js";
import { hooks } from "./hooks.js";
import { TapeRecord, targetOf, type Link, type SavedValue } from "./tape.js";

/** A number of the program is a constant: it takes part in the computation and not in the picture. */
export type Given = Tensor | number;

export function apply<Name extends OpName>(
  name: Name,
  given: readonly Given[],
  attributes: AttributesOf<Name>,
): Tensor {
  return run({ name, spec: opTable[name], given, attributes });
}

interface Call {
  readonly name: OpName;
  readonly spec: OpSpec;
  readonly given: readonly Given[];
  readonly attributes: unknown;
}

/** What an op computes in and what comes out. */
interface Dtypes {
  readonly compute: DType;
  readonly out: DType;
}

function run(call: Call): Tensor {
  const { name, spec, attributes } = call;
  const names = Object.keys(spec.inputs);
  for (const given of call.given) {
    if (typeof given !== "number" && !(given instanceof Tensor)) throw notATensor(name, "an argument", given);
  }
  const dtypes = dtypesOf(call, names);
  const tensors = call.given.map((given) => (typeof given === "number" ? constant(given, dtypes.compute) : given));
  const shapes = tensors.map((tensor) => tensor.shape);
  const shape = spec.shape(shapes, attributes);
  if (spec.output === "overwrites") checkWritable(name, tensors);

  const ready = tensors.map((tensor, position) => operand(call, tensor, nameAt(names, spec, position), dtypes, shape));
  spec.check?.(ready, attributes);
  const savedInputs = isGradEnabled() ? versionsOf(tensors) : null;
  const storage = spec.output === "fresh" ? Storage.zeros(dtypes.out, elementCount(shape)) : tensors[0].storage;
  spec.forward(kernels, ready, { storage, shape }, attributes);
  if (spec.output === "overwrites") storage.version++;

  const out = spec.output === "overwrites" ? tensors[0] : new Tensor(storage, shape);
  if (spec.output === "view") joinFamily(tensors[0], out);
  const links = savedInputs === null || !isFloat(dtypes.out) ? [] : linksOf(call, tensors, names);
  if (links.length > 0 && savedInputs !== null) {
    const saved = savedOf(links, tensors, names, savedInputs, out);
    record(out, new TapeRecord({ op: name, attributes, links, shapes, saved, shape, dtype: dtypes.out }));
  } else if (spec.output !== "overwrites") {
    out.cutBecause = reasonWithoutHistory(call, tensors, names);
  }
  if (hooks.listener !== null) tell(call, names, tensors, out);
  return out;
}

function dtypesOf({ name, spec, given, attributes }: Call, names: readonly string[]): Dtypes {
  const rule = spec.dtype;
  const first = given[0];
  const kept = first instanceof Tensor ? first.dtype : "float32";
  if (typeof rule === "function") return { compute: kept, out: rule(attributes) };
  switch (rule) {
    case "kept":
      return { compute: kept, out: kept };
    case "counted":
      return { compute: kept, out: kept === "bool" ? "int32" : kept };
    case "index":
      return { compute: kept, out: "int32" };
    case "written":
      return { compute: kept, out: kept };
    case "promoted":
    case "float":
    case "floating":
    case "compared":
      return together(name, rule, meetingDtype(spec, given, names));
  }
}

function together(name: string, rule: "promoted" | "float" | "floating" | "compared", dtype: DType): Dtypes {
  switch (rule) {
    case "promoted":
      return { compute: dtype, out: dtype };
    case "float":
      return { compute: floatFor(dtype), out: floatFor(dtype) };
    case "compared":
      return { compute: dtype, out: "bool" };
    case "floating":
      if (!isFloat(dtype)) throw needsFloat(name, dtype);
      return { compute: dtype, out: dtype };
  }
}

function meetingDtype(spec: OpSpec, given: readonly Given[], names: readonly string[]): DType {
  const typed: Typed[] = [];
  given.forEach((each, position) => {
    if (spec.fixed?.[nameAt(names, spec, position)] !== undefined) return;
    if (typeof each === "number") typed.push({ dtype: dtypeOfNumber(each), weight: "weak" });
    else typed.push({ dtype: each.dtype, weight: each.shape.length === 0 ? "scalar" : "tensor" });
  });
  const [first] = typed;
  const agree = first !== undefined && isFloat(first.dtype) && typed.every((each) => each.dtype === first.dtype);
  return agree ? first.dtype : promoted(typed);
}

function constant(value: number, dtype: DType): Tensor {
  return new Tensor(Storage.of(dtype, [value]), []);
}

/** A tensor as its kernel wants it: in the common dtype, and repeated to the output's shape where the kernel cannot. */
function operand({ spec, name }: Call, tensor: Tensor, input: string, { compute }: Dtypes, shape: Shape): Operand {
  const converts = spec.dtype !== "kept" && spec.dtype !== "counted" && spec.dtype !== "index";
  const isWritten = spec.dtype === "written";
  if (isWritten && !canHold(compute, tensor.dtype)) throw cannotHold(name, compute, tensor.dtype);
  const dtype = spec.fixed?.[input] ?? (converts && typeof spec.dtype !== "function" ? compute : tensor.dtype);
  const converted = dtype === tensor.dtype ? tensor : cast(tensor, dtype);
  const isWhole = converted.storage.size === 1 || sameShape(converted.shape, shape);
  if (spec.broadcasting === "in the kernel" || isWhole) return converted;
  const whole = { storage: Storage.zeros(dtype, elementCount(shape)), shape };
  kernels.copyStrided(converted.storage, repeated(converted, whole), whole.storage, contiguous(shape), shape);
  return whole;
}

function cast(tensor: Tensor, dtype: DType): Operand {
  const storage = Storage.zeros(dtype, tensor.storage.size);
  kernels.cast(tensor.storage, storage, tensor.storage.size);
  return { storage, shape: tensor.shape };
}

/** The input that an operand belongs to; "" for constants behind the inputs. */
function nameAt(names: readonly string[], spec: OpSpec, position: number): string {
  return (spec.operands === "list" ? names[0] : names[position]) ?? "";
}

export function effectAt(spec: OpSpec, input: string, attributes: unknown): Derivative<unknown> {
  return spec.exceptions?.[input]?.(attributes) ?? spec.inputs[input];
}

function linksOf({ spec, attributes, given }: Call, tensors: readonly Tensor[], names: readonly string[]): Link[] {
  const links: Link[] = [];
  tensors.forEach((tensor, position) => {
    const target = typeof given[position] === "number" ? null : targetOf(tensor);
    if (target === null) return;
    const effect = effectAt(spec, nameAt(names, spec, position), attributes);
    if (effect.kind !== "blocks") links.push({ target, effect, position, dtype: tensor.dtype });
  });
  return links;
}

function versionsOf(tensors: readonly Tensor[]): number[] {
  return tensors.map((tensor) => tensor.storage.version);
}

/** Exactly what the formulas of the recorded inputs read; inputs at the version from before the op. */
function savedOf(
  links: readonly Link[],
  tensors: readonly Tensor[],
  names: readonly string[],
  versions: readonly number[],
  out: Tensor,
): SavedValue[] {
  const saved = new Map<string, SavedValue>();
  for (const { effect } of links) {
    if (effect.kind !== "flows") continue;
    for (const name of effect.saves) {
      const position = names.indexOf(name);
      const value =
        name === "out"
          ? { name, tensor: out, version: out.storage.version }
          : { name, tensor: tensors[position], version: versions[position] };
      saved.set(name, value);
    }
  }
  return [...saved.values()];
}

function record(out: Tensor, made: TapeRecord): void {
  if (hooks.listener !== null) made.output = out;
  out.setRecord(made);
  const { aliases } = out;
  if (aliases === null || made.op === "reshape") return;
  aliases.latest = out;
  aliases.changes++;
  out.seenChanges = aliases.changes;
}

function joinFamily(source: Tensor, view: Tensor): void {
  source.aliases ??= new Aliases(source);
  view.aliases = source.aliases;
  view.seenChanges = source.aliases.changes;
}

function checkWritable(name: string, [target]: readonly Tensor[]): void {
  if (!isGradEnabled()) return;
  const base = target.aliases?.base ?? target;
  const isLeaf = (tensor: Tensor): boolean => tensor.requiresGrad && tensor.record === null;
  if (isLeaf(target) || isLeaf(base)) throw leafChangedInPlace(name);
  const isUnrecordedView = !target.requiresGrad && base.requiresGrad;
  if (!isUnrecordedView) return;
  throw new EngineError(
    `${name}: this is a view, made inside \`noGrad\`, of a value that requires grad`,
    "the change would reach that value and not its history",
    "Make the view outside `noGrad`, or change it inside.",
  );
}

/** Why a result does not require grad although something behind it does; null where nothing does. */
function reasonWithoutHistory(call: Call, tensors: readonly Tensor[], names: readonly string[]): string | null {
  for (const [position, tensor] of tensors.entries()) {
    if (!tensor.requiresGrad) {
      if (tensor.cutBecause !== null) return tensor.cutBecause;
      continue;
    }
    if (!isGradEnabled()) return pausedBecause;
    const effect = effectAt(call.spec, nameAt(names, call.spec, position), call.attributes);
    if (effect.kind !== "flows") return effect.because;
  }
  return null;
}

function tell({ name, spec, given }: Call, names: readonly string[], tensors: readonly Tensor[], out: Tensor): void {
  const inputs: Tensor[] = [];
  const inputNames: string[] = [];
  tensors.forEach((tensor, position) => {
    if (typeof given[position] === "number") return;
    inputs.push(tensor);
    inputNames.push(nameAt(names, spec, position));
  });
  const isPaused = !isGradEnabled() && inputs.some((tensor) => tensor.requiresGrad);
  hooks.listener?.applied(name, inputs, inputNames, out, !isPaused);
}

function needsFloat(name: string, dtype: DType): EngineError {
  return new EngineError(
    `${name}: the tensor has dtype ${dtype}`,
    "the result need not be a whole number",
    'Convert it with `to("float32")` first.',
  );
}

function cannotHold(name: string, target: DType, source: DType): EngineError {
  return new EngineError(
    `${name}: a ${source} cannot be written into a tensor of dtype ${target}`,
    "a tensor keeps its dtype when it is changed in place",
    `Use the op without the underscore, or convert with \`to("${target}")\` first.`,
  );
}
