/**
 * Values that a modelled library brings: its names, tensors that it makes, modules and optimizers.
 */
import type { Meaning } from "../libraries/library.js";
import { callMethod, callValue, repeat } from "./evaluate-call.js";
import { applyOp, createTensor, deepTensors, startBackward } from "./evaluate-tensor.js";
import type { Mode } from "./frame.js";
import { newArray, setElements, iterate } from "./containers.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { allArguments, argumentAt, recording, type Arguments, type Place, type Run } from "./run.js";
import {
  merge,
  mergeAll,
  nothing,
  objectValue,
  anyPrimitive,
  tensorValue,
  truthOf,
  undefinedValue,
  unknownValue,
  type Value,
} from "./value.js";

/** A name of the library; an unknown name is an unknown value. "" is the library itself. */
export function libraryObject(name: string, run: Run): Value {
  if (name !== "" && !run.linked.library.names.has(name)) return unknownValue;
  return objectValue(run.objectAt(`library ${name}`, { kind: "library", name }, true).id);
}

export function libraryMember(name: string, key: string, run: Run): Value {
  if (name === "" && key === "default") return libraryObject("", run);
  return libraryObject(name === "" ? key : `${name}.${key}`, run);
}

export function callLibrary(name: string, args: Arguments, place: Place, run: Run): Value {
  const meaning = run.linked.library.names.get(name);
  switch (meaning?.kind) {
    case "op":
      return applyOp(meaning, args.values.slice(0, meaning.inputs.length), args.more, place, run);
    case "creates":
      return createTensor(args, place, run);
    case "pauses":
      return callInMode(pausedAt(place, run), args, place, run);
    case "resumes":
      return callInMode(recording, args, place, run);
    case "gradients":
      return gradients(args, place, run);
    case "harmless":
      return anyPrimitive;
    case "class":
    case "namespace":
    case undefined:
      return escaping(args, run);
  }
}

export function newOfLibrary(name: string, args: Arguments, place: Place, run: Run): Value {
  const meaning: Meaning | undefined = run.linked.library.names.get(name);
  if (meaning?.kind !== "class") return escaping(args, run);
  const { instance } = meaning;
  switch (instance.kind) {
    case "tensor":
      return escaping(args, run);
    case "parameter":
      return newParameter(args, place, run);
    case "layer":
      return newLayer(name, instance.parameters, place, run);
    case "optimizer":
    case "module":
      return objectValue(libraryInstance(name, place, run).id);
    case "sequential":
      return newModuleList(name, allArguments(args), place, run);
    case "moduleList":
      return newModuleList(name, [iterate(argumentAt(args, 0), place, run)], place, run);
  }
}

/** Methods of modules and optimizers; null if there is none of that name. */
export function callInstanceMethod(
  object: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  const of = instanceMeaning(object, run);
  if (of === null) return null;
  if (of.kind === "optimizer") return key === "step" || key === "zeroGrad" ? undefinedValue : null;
  switch (key) {
    case "parameters":
      return newArray([], parametersOf(object, run, new Set()), place, run, "parameters");
    case "zeroGrad":
      return undefinedValue;
    case "train":
    case "eval":
      return objectValue(object.id);
    case "forward":
      return forward(object, args, place, run);
    default:
      return null;
  }
}

/** Every parameter that a module registers: its own, and those of the modules in its fields. */
export function parametersOf(object: AbstractObject, run: Run, visited: Set<AbstractObject>): Value {
  if (visited.has(object)) return nothing;
  visited.add(object);
  const values = [...object.fields.values()].map((cell) => run.read(cell) ?? nothing);
  const tensors = values.map((value) => tensorValue(...value.tensors));
  const below = values.flatMap((value) => run.objectsOf(value)).filter((inner) => isModule(inner, run));
  const isUnknown = object.escaped || values.some((value) => value.unknown);
  return mergeAll([
    ...tensors,
    ...below.map((inner) => parametersOf(inner, run, visited)),
    isUnknown ? unknownValue : nothing,
  ]);
}

export function isModule(object: AbstractObject, run: Run): boolean {
  const of = instanceMeaning(object, run);
  return of !== null && of.kind !== "optimizer";
}

/** What the library says about an object: its own instance, or one of a class that extends its `Module`. */
function instanceMeaning(
  object: AbstractObject,
  run: Run,
): Exclude<Meaning & { kind: "class" }, never>["instance"] | null {
  const { shape } = object;
  if (shape.kind === "libraryInstance") return classMeaning(shape.of, run);
  if (shape.kind !== "instance") return null;
  return baseMeaning(shape.of, run);
}

function baseMeaning(owner: AbstractObject, run: Run): Exclude<Meaning & { kind: "class" }, never>["instance"] | null {
  if (owner.shape.kind === "library") return classMeaning(owner.shape.name, run);
  if (owner.shape.kind !== "class") return null;
  for (const above of run.objectsOf(owner.shape.superclass)) {
    const found = baseMeaning(above, run);
    if (found !== null) return found;
  }
  return null;
}

function classMeaning(name: string, run: Run): Exclude<Meaning & { kind: "class" }, never>["instance"] | null {
  const meaning = run.linked.library.names.get(name);
  return meaning?.kind === "class" ? meaning.instance : null;
}

function callInMode(mode: Mode, args: Arguments, place: Place, run: Run): Value {
  const called = { ...place, frame: { ...place.frame, mode } };
  return callValue(argumentAt(args, 0), undefinedValue, { values: [], more: null }, called, run);
}

function pausedAt({ site, frame }: Place, run: Run): Mode {
  // Inside another pause nothing is gained by deleting this one.
  const isInner = frame.mode.kind === "paused";
  const cut = run.graph.cut(
    "noGrad",
    "noGrad()",
    "ops inside `noGrad()` are not recorded",
    site,
    isInner ? [] : site.removal,
  );
  return { kind: "paused", cut };
}

function gradients(args: Arguments, place: Place, run: Run): Value {
  const outputs = deepTensors(argumentAt(args, 0), run);
  startBackward(outputs, argumentAt(args, 2), place, run);
  const result = tensorValue(run.graph.gradients(`${place.frame.id}/${place.key}/grad`, place.site));
  return merge(merge(result, newArray([], result, place, run, "gradients")), unknownIf(outputs.unknown));
}

function unknownIf(isUnknown: boolean): Value {
  return isUnknown ? unknownValue : nothing;
}

function escaping(args: Arguments, run: Run): Value {
  for (const value of allArguments(args)) run.escape(value);
  return unknownValue;
}

function newParameter(args: Arguments, place: Place, run: Run): Value {
  const node = run.graph.node(`${place.frame.id}/${place.key}/parameter`, "constant", null, place.site);
  for (const from of deepTensors(argumentAt(args, 0), run).tensors)
    run.graph.edge(node, from, "data", { kind: "derive" });
  const options = run.objectsOf(argumentAt(args, 1)).map((object) => run.read(run.fieldOf(object, "requiresGrad")));
  const requires = options.length === 0 ? "yes" : truthOf(mergeAll(options.map((value) => value ?? undefinedValue)));
  const isLeft = argumentAt(args, 1).unknown;
  if (requires !== "no" || isLeft)
    run.graph.require(node, place.site, "parameter", requires === "yes" && !isLeft ? "yes" : "maybe");
  return tensorValue(node);
}

function newLayer(name: string, parameters: readonly string[], place: Place, run: Run): Value {
  const object = libraryInstance(name, place, run);
  for (const parameter of parameters) {
    const node = run.graph.node(`${place.frame.id}/${place.key}/${parameter}`, "constant", null, place.site);
    run.graph.require(node, place.site, "module", "yes");
    run.write(run.fieldOf(object, parameter), tensorValue(node));
  }
  return objectValue(object.id);
}

function newModuleList(name: string, modules: readonly Value[], place: Place, run: Run): Value {
  const object = libraryInstance(name, place, run);
  setElements(object, mergeAll(modules), run);
  modules.forEach((module, index) => run.write(run.fieldOf(object, String(index)), module));
  return objectValue(object.id);
}

function libraryInstance(name: string, place: Place, run: Run): AbstractObject {
  return run.objectAt(
    `${place.frame.id}/${place.key}/${name}`,
    { kind: "libraryInstance", of: name },
    !place.frame.multiple && place.frame.loopDepth === 0,
  );
}

function forward(object: AbstractObject, args: Arguments, place: Place, run: Run): Value | null {
  const of = instanceMeaning(object, run);
  const input = argumentAt(args, 0);
  if (of?.kind === "layer") {
    const parameters = [...object.fields.keys()].map((name) => ({
      name,
      value: run.read(run.fieldOf(object, name)) ?? nothing,
    }));
    const inputs = [
      { name: "x", effect: { kind: "flows" } as const },
      ...parameters.map(({ name }) => ({ name, effect: { kind: "flows" } as const })),
    ];
    const op = object.shape.kind === "libraryInstance" ? object.shape.of.replace(/^nn\./, "") : "forward";
    const meaning = { kind: "op", op, inputs, isView: false, toDtype: null } as const;
    return applyOp(meaning, [input, ...parameters.map(({ value }) => value)], null, place, run);
  }
  if (of?.kind !== "sequential" || object.shape.kind !== "libraryInstance") return null;
  const elements = run.read(run.fieldOf(object, elementsKey)) ?? nothing;
  // The order of the modules does not matter here: each may see what any other made.
  let value = input;
  repeat(place, run, () => {
    value = merge(
      value,
      callMethod(elements, "forward", { values: [value], more: null }, { ...place, key: `${place.key}.each` }, run),
    );
    return value;
  });
  return value;
}
