/**
 * Values that a modelled library brings: its names, tensors that it makes, modules and optimizers.
 */
import type { InstanceMeaning, Library, Meaning } from "../libraries/library.js";
import { callOp } from "./call-op.js";
import { callMethod, callUnknown } from "./evaluate-call.js";
import { createConstant, createTensor, createVariable, noteMade } from "./create-tensor.js";
import { differentiate } from "./differentiate.js";
import { forward } from "./forward.js";
import { deepTensors } from "./deep-tensors.js";
import { applyOpaque, startBackward } from "./evaluate-tensor.js";
import { noteMadeShape } from "./shapes.js";
import { stopGradient } from "./cut-off.js";
import { bind, callEach, callInMode, pausedAt } from "./library-functions.js";
import { noticePause } from "./notice.js";
import { certainParameters, registeredIn } from "./held.js";
import { callOptimizer, clearModule, isOnlyOptimizers, newOptimizer } from "./optimizer-values.js";
import { hiddenIn } from "./unregistered.js";
import { newArray, setElements, iterate, elementsOf, knownElements } from "./containers.js";
import type { AbstractObject, ObjectShape } from "./objects.js";
import { allArguments, argumentAt, recording, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
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

type LibraryName = Extract<ObjectShape, { kind: "library" }>;

/** A name of the library; an unknown name is an unknown value. "" is the library itself. */
export function libraryObject(library: Library, name: string, run: Run): Value {
  if (name !== "" && !library.names.has(name)) return unknownValue;
  const key = `library ${library.name} ${name}`;
  return objectValue(run.objectAt(key, { kind: "library", library, name }, true).id);
}

export function libraryMember(library: Library, name: string, key: string, run: Run): Value {
  if (name === "" && key === "default") return libraryObject(library, "", run);
  // Whoever reaches for a prototype may change what every method means.
  if (key === "prototype" || key === "__proto__") run.patched = `\`${name}.${key}\` is used by the program`;
  return libraryObject(library, name === "" ? key : `${name}.${key}`, run);
}

export function callLibrary(name: string, args: Arguments, place: LibraryPlace, run: Run): Value {
  return callMeaning(place.library.names.get(name), name, args, place, run) ?? callUnknown(nothing, args, run);
}

/** A call of a name, or of a method of an instance, that means this; null where it means nothing that we know. */
function callMeaning(
  meaning: Meaning | undefined,
  name: string,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value | null {
  switch (meaning?.kind) {
    case "op":
      return callOp(meaning, args, place, run);
    case "cuts":
      return stopGradient(meaning, args, place, run);
    case "creates": {
      const made = createTensor(args, place, run);
      noteMadeShape(name, made, args, place, run);
      return made;
    }
    case "pauses":
    case "resumes": {
      const mode = meaning.kind === "pauses" ? pausedAt(name, place, run) : recording;
      const result = callInMode(mode, args, place, run);
      noticePause(name, result, place, run);
      return result;
    }
    case "gradients":
      return gradients(args, place, run);
    case "harmless":
      return anyPrimitive;
    case "returns":
      run.freezing.work();
      return argumentAt(args, meaning.at);
    case "binds":
      return bind(meaning, args, place, run);
    case "differentiates":
      return differentiate(meaning, args, place, run);
    case "constant":
      return createConstant(args, place, run);
    case "variable":
      return createVariable(meaning, argumentAt(args, 0), argumentAt(args, 1), place, run);
    case "unseen":
      return callUnknown(nothing, args, run);
    case "opaque":
      return applyOpaque(meaning.op, args, place, run);
    case "calls":
      return callEach(args, place, run);
    case "makes":
      return makeInstance(name, meaning.instance, args, place, run);
    case "class":
    case "namespace":
    case undefined:
      return null;
  }
}

export function newOfLibrary(name: string, args: Arguments, place: LibraryPlace, run: Run): Value {
  const meaning: Meaning | undefined = place.library.names.get(name);
  if (meaning?.kind !== "class") return callUnknown(nothing, args, run);
  return makeInstance(name, meaning.instance, args, place, run);
}

function makeInstance(name: string, instance: InstanceMeaning, args: Arguments, place: LibraryPlace, run: Run): Value {
  switch (instance.kind) {
    case "tensor":
      return callUnknown(nothing, args, run);
    case "object":
      for (const value of allArguments(args))
        if (instance.schedules !== true || !isOnlyOptimizers(value, run)) run.escape(value);
      return objectValue(libraryInstance(name, place, run).id);
    case "parameter":
      return newParameter(args, place, run);
    case "layer":
      return newLayer(name, instance.parameters, place, run);
    case "optimizer":
      return newOptimizer(libraryInstance(name, place, run), name, args, place, run);
    case "module":
      return objectValue(libraryInstance(name, place, run).id);
    case "sequential":
      return newModuleList(name, allArguments(args), place, run);
    case "moduleList":
      return newModuleList(name, listedModules(argumentAt(args, 0), place, run), place, run);
  }
}

/** Methods of modules and optimizers; null if there is none of that name. */
export function callInstanceMethod(
  object: AbstractObject,
  key: string,
  args: Arguments,
  at: Place,
  run: Run,
): Value | null {
  const made = instanceMeaning(object, run);
  if (made === null) return null;
  const { of, library } = made;
  const place = { ...at, library };
  if (of.kind === "object") return callMeaning(of.methods.get(key), key, args, place, run);
  if (of.kind === "optimizer") return callOptimizer(object, key, args, place, run);
  const self = objectValue(object.id);
  const list = (element: Value): Value => newArray([], element, place, run, key);
  const named = (element: Value): Value => list(newArray([anyPrimitive, element], null, place, run, "named"));
  const parameters = (): Value => parametersOf(object, run, new Set());
  const modules = (): Value => modulesOf(object, run);
  switch (key) {
    case "parameters": {
      const visited = new Set<AbstractObject>();
      const found = parametersOf(object, run, visited);
      const listed = list(found);
      run.training.list(listed, found.tensors, hiddenIn(visited, run), place);
      if (!found.unknown) run.freezing.list(listed, { maybe: found.tensors, certain: certainParameters(object, run) });
      return listed;
    }
    case "namedParameters":
      return named(parameters());
    case "children":
    case "modules":
      return list(modules());
    case "namedChildren":
    case "namedModules":
      return named(modules());
    case "zeroGrad":
      clearModule(object, parameters(), place, run);
      return undefinedValue;
    case "loadStateDict":
      run.training.setAside(parameters().tensors);
      for (const node of parameters().tensors) run.graph.takeValues(node, "elsewhere");
      run.freezing.work();
      return unknownValue;
    case "stateDict":
    case "buffers":
      return unknownValue;
    case "registerBuffer":
      return argumentAt(args, 1);
    case "eval":
      run.training.setAside(parameters().tensors);
      return self;
    case "train":
      return self;
    case "requiresGrad_": {
      const on = args.values.length === 0 && args.more === null ? "yes" : truthOf(argumentAt(args, 0));
      const maybe = parameters().tensors;
      for (const node of maybe) run.graph.setRequiresGrad(node, on);
      run.freezing.setAll({ maybe, certain: certainParameters(object, run) }, on, place);
      return self;
    }
    case "call":
      return callMethod(self, "forward", args, { ...place, key: `${place.key}.forward` }, run);
    case "forward":
      return forward(object, of, args, place, run);
    case "append":
      if (of.kind !== "moduleList") return null;
      setElements(object, argumentAt(args, 0), run);
      return self;
    case "at":
      return of.kind === "moduleList" ? elementsOf(object, run) : null;
    default:
      return null;
  }
}

/** A property of a module or an optimizer that is none of its own fields; null if the object is neither. */
export function instanceProperty(object: AbstractObject, key: string | null, run: Run): Value | null {
  const made = instanceMeaning(object, run);
  if (made === null) return null;
  if (made.of.kind === "object" && (key === null || made.of.exposing.includes(key)))
    run.patched = `the program looks for its variables in \`${made.library.name}\``;
  if (key === "training" || key === "length") return anyPrimitive;
  run.escape(objectValue(object.id));
  return unknownValue;
}

/** What the constructor of a library's class does to an instance of a class that extends it. */
export function constructBase(
  { library, name }: LibraryName,
  instance: AbstractObject,
  args: Arguments,
  place: Place,
  run: Run,
): void {
  const of = classMeaning(library, name);
  if (of?.kind === "module") return;
  if (of?.kind === "optimizer") run.training.open();
  if (of?.kind === "layer") makeParameters(instance, of.parameters, { ...place, library }, run);
  else callUnknown(objectValue(instance.id), args, run);
}

function modulesOf(object: AbstractObject, run: Run, visited = new Set<AbstractObject>()): Value {
  if (visited.has(object)) return nothing;
  visited.add(object);
  const values = [...object.fields.values()].map((cell) => run.read(cell) ?? nothing);
  const below = values.flatMap((value) => run.objectsOf(value)).filter((inner) => isModule(inner, run));
  const isOpen = object.escaped || values.some((value) => value.unknown);
  return mergeAll([objectValue(object.id), ...below.map((inner) => modulesOf(inner, run, visited)), unknownIf(isOpen)]);
}

/** Every parameter that a module registers: its own, and those of the modules in its fields. */
export function parametersOf(object: AbstractObject, run: Run, visited: Set<AbstractObject>): Value {
  if (visited.has(object)) return nothing;
  visited.add(object);
  const registered = registeredIn(object, run);
  const below = run.objectsOf(registered).map((inner) => parametersOf(inner, run, visited));
  return mergeAll([{ ...registered, objects: [] }, ...below]);
}

export function isModule(object: AbstractObject, run: Run): boolean {
  const made = instanceMeaning(object, run);
  return made !== null && made.of.kind !== "optimizer";
}

/** One whose methods mean what its library's table says, and that has no fields of its own. */
export function isTableObject(object: AbstractObject, run: Run): boolean {
  return object.shape.kind === "libraryInstance" && instanceMeaning(object, run)?.of.kind === "object";
}

interface Made {
  readonly library: Library;
  readonly of: InstanceMeaning;
}

/** What a library says about an object: its own instance, or one of a class that extends its `Module`. */
function instanceMeaning(object: AbstractObject, run: Run): Made | null {
  const { shape } = object;
  if (shape.kind === "libraryInstance") return madeBy(shape.library, shape.of);
  if (shape.kind !== "instance") return null;
  return baseMeaning(shape.of, run);
}

function baseMeaning(owner: AbstractObject, run: Run): Made | null {
  if (owner.shape.kind === "library") return madeBy(owner.shape.library, owner.shape.name);
  if (owner.shape.kind !== "class") return null;
  for (const above of run.objectsOf(owner.shape.superclass)) {
    const found = baseMeaning(above, run);
    if (found !== null) return found;
  }
  return null;
}

function madeBy(library: Library, name: string): Made | null {
  const of = classMeaning(library, name);
  return of === null ? null : { library, of };
}

function classMeaning(library: Library, name: string): InstanceMeaning | null {
  const meaning = library.names.get(name);
  return meaning?.kind === "class" || meaning?.kind === "makes" ? meaning.instance : null;
}

function gradients(args: Arguments, place: LibraryPlace, run: Run): Value {
  const outputs = deepTensors(argumentAt(args, 0), run);
  // Whether it throws depends on what it is asked for.
  run.graph.loss(place.site, { call: "grad()", is: "receiver", without: "throws" }).unknown = true;
  startBackward(outputs, argumentAt(args, 2), place, run);
  run.training.handle(deepTensors(argumentAt(args, 1), run).tensors);
  const result = tensorValue(run.graph.gradients(`${place.frame.id}/${place.key}/grad`, place.site, place.library));
  return merge(merge(result, newArray([], result, place, run, "gradients")), unknownIf(outputs.unknown));
}

function unknownIf(isUnknown: boolean): Value {
  return isUnknown ? unknownValue : nothing;
}

function newParameter(args: Arguments, place: LibraryPlace, run: Run): Value {
  const node = run.graph.node(`${place.frame.id}/${place.key}/parameter`, "constant", null, place.site, place.library);
  noteMade(node, place, run);
  for (const from of deepTensors(argumentAt(args, 0), run).tensors)
    run.graph.edge(node, from, "data", { kind: "derive" });
  const options = run.objectsOf(argumentAt(args, 1)).map((object) => run.read(run.fieldOf(object, "requiresGrad")));
  const requires = options.length === 0 ? "yes" : truthOf(mergeAll(options.map((value) => value ?? undefinedValue)));
  const isLeft = argumentAt(args, 1).unknown;
  if (requires !== "no" || isLeft)
    run.graph.require(node, place.site, "parameter", requires === "yes" && !isLeft ? "yes" : "maybe");
  return tensorValue(node);
}

function newLayer(name: string, parameters: readonly string[], place: LibraryPlace, run: Run): Value {
  const object = libraryInstance(name, place, run);
  makeParameters(object, parameters, place, run);
  return objectValue(object.id);
}

function makeParameters(object: AbstractObject, parameters: readonly string[], place: LibraryPlace, run: Run): void {
  for (const parameter of parameters) {
    const node = run.graph.node(
      `${place.frame.id}/${place.key}/${parameter}`,
      "constant",
      null,
      place.site,
      place.library,
    );
    noteMade(node, place, run);
    run.graph.require(node, place.site, "module", "yes");
    run.initialize(object, parameter, tensorValue(node));
  }
}

function newModuleList(name: string, modules: readonly Value[], place: LibraryPlace, run: Run): Value {
  const object = libraryInstance(name, place, run);
  setElements(object, mergeAll(modules), run);
  modules.forEach((module, index) => run.initialize(object, String(index), module));
  return objectValue(object.id);
}

/** Each in its place, where the places are known. */
function listedModules(list: Value, place: Place, run: Run): readonly Value[] {
  const [only, ...others] = run.objectsOf(list);
  const known = only === undefined || others.length > 0 || list.unknown ? null : knownElements(only, run);
  return known ?? [iterate(list, place, run)];
}

function libraryInstance(name: string, place: LibraryPlace, run: Run): AbstractObject {
  return run.objectAt(
    `${place.frame.id}/${place.key}/${name}`,
    { kind: "libraryInstance", library: place.library, of: name },
    !place.frame.multiple && place.frame.loopDepth === 0,
  );
}
