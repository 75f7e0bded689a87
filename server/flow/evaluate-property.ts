/**
 * Reading and writing properties. A field that may be missing is looked for up the chain of classes; a key that is not
 * known reads every field and writes to the cell that every read includes.
 */
import { elementsOf, forgetLength, knownLength } from "./containers.js";
import { callValue } from "./evaluate-call.js";
import { readExport, exportsAt } from "./evaluate-module.js";
import { byLibrary, setTensorProperty, tensorProperty } from "./evaluate-tensor.js";
import { noticeProperty } from "./notice.js";
import { builtinMember } from "./builtins.js";
import { instanceProperty, libraryMember } from "./library-values.js";
import { elementsKey, getterKey, lengthKey, setterKey, type AbstractObject } from "./objects.js";
import { ownKeys, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  fromOutside,
  hostValue,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  onlyLiteral,
  undefinedValue,
  unknownValue,
  withoutNullish,
  type Value,
} from "./value.js";

/** A key as text, if it is certain. */
export function keyText(key: Value): string | null {
  const only = onlyLiteral(key);
  return only === null ? null : String(only.value);
}

export function readProperty(object: Value, key: string | null, place: Place, run: Run): Value {
  if (object === fromOutside) return fromOutside;
  const parts = run.objectsOf(object).map((each) => readField(each, key, place, run));
  for (const [library, receiver] of byLibrary(object, run)) {
    if (key === null) run.escape(receiver);
    run.tape.calledOn(object);
    parts.push(key === null ? unknownValue : tensorProperty(key, receiver, { ...place, library }, run));
  }
  if (object.hosts.length > 0) parts.push(hostValue(object.hosts));
  if (object.unknown) parts.push(unknownValue);
  const hasPrimitives =
    object.primitives === "any" || object.primitives.some((value) => value !== null && value !== undefined);
  if (hasPrimitives) parts.push(merge(anyPrimitive, nothing));
  return mergeAll(parts);
}

/** A field together with what getters would give. */
function readField(object: AbstractObject, key: string | null, place: Place, run: Run): Value {
  const plain = key === null ? allFields(object, run) : getField(object, key, run);
  const getters = accessors(object, key === null ? null : getterKey(key), "get ", run);
  if (getters.length === 0) return plain;
  const called = callValue(
    mergeAll(getters),
    objectValue(object.id),
    { values: [], more: null },
    { ...place, key: `${place.key}.get` },
    run,
  );
  return merge(key === null ? plain : withoutMissing(plain), called);
}

function withoutMissing(value: Value): Value {
  return value === undefinedValue ? nothing : value;
}

/** A field by its name, without calling anything. */
export function getField(object: AbstractObject, key: string, run: Run): Value {
  const { shape } = object;
  switch (shape.kind) {
    case "library":
      return libraryMember(shape.library, shape.name, key, run);
    case "builtin":
      return builtinMember(shape.name, key, run);
    case "namespace":
      return readExport(shape.module, key, run);
    case "array":
      return arrayElement(object, key, run);
    default:
      return ownOrInherited(object, key, run);
  }
}

function arrayElement(object: AbstractObject, key: string, run: Run): Value {
  const length = knownLength(object, run);
  if (key === "length") return length === null ? anyPrimitive : literal(length);
  if (!/^-?\d+$/.test(key) && !object.fields.has(key)) return opened(object, run);
  const own = ownField(object, key, run);
  const any = ownField(object, elementsKey, run) ?? nothing;
  const isThere = length !== null && Number(key) < length && own !== null;
  return mergeAll([own ?? nothing, any, isThere ? nothing : undefinedValue, object.escaped ? unknownValue : nothing]);
}

function ownOrInherited(object: AbstractObject, key: string, run: Run): Value {
  const own = ownField(object, key, run);
  const any = ownField(object, elementsKey, run) ?? nothing;
  const outside = object.escaped ? unknownValue : nothing;
  const isCertain = own !== null && object.single && !isShared(object, key, run) && any === nothing;
  const inherited = isCertain ? nothing : inheritedField(object, key, run);
  const found = mergeAll([own ?? nothing, any, inherited ?? nothing, outside]);
  return own === null && inherited === null ? merge(found, missing(object, key, run)) : found;
}

/** What the program itself has put under a name; the language's and the library's own methods are not among it. */
export function methodOf(object: AbstractObject, key: string, place: Place, run: Run): Value {
  const { shape } = object;
  if (shape.kind === "library" || shape.kind === "builtin" || shape.kind === "namespace")
    return getField(object, key, run);
  const own = ownField(object, key, run);
  const isContainer = ["array", "map", "set", "promise", "iterator"].includes(shape.kind);
  if (isContainer) return own ?? nothing;
  // What the library's own list of modules holds is no method of it.
  if (shape.kind === "libraryInstance") return merge(own ?? nothing, object.escaped ? unknownValue : nothing);
  const getters = accessors(object, getterKey(key), "get ", run);
  if (getters.length > 0) return readField(object, key, place, run);
  const any = ownField(object, elementsKey, run) ?? nothing;
  const inherited = inheritedField(object, key, run) ?? nothing;
  return mergeAll([own ?? nothing, any, inherited, object.escaped ? unknownValue : nothing]);
}

/** What a property is that nothing of the program has written. */
function missing(object: AbstractObject, key: string, run: Run): Value {
  const { shape } = object;
  if (shape.kind === "class" && key === "prototype") return objectValue(run.prototypeOf(object).id);
  if (key === "name" || key === "length" || key === "size") return merge(anyPrimitive, nothing);
  if (key === "constructor" || key === "__proto__" || key === "prototype") return opened(object, run);
  const above = instanceProperty(object, key, run);
  if (above !== null) return above;
  // A class may get anything from a base that is not followed.
  if (shape.kind === "instance" && !isFollowed(shape.of, run)) return opened(object, run);
  return undefinedValue;
}

function opened(object: AbstractObject, run: Run): Value {
  run.escape(objectValue(object.id));
  return unknownValue;
}

function isFollowed(owner: AbstractObject, run: Run): boolean {
  if (owner.shape.kind !== "class") return false;
  const { superclass, code } = owner.shape;
  if (code.superclass === null) return true;
  const above = run.objectsOf(superclass);
  return !superclass.unknown && above.length > 0 && above.every((base) => isFollowed(base, run));
}

function isShared(object: AbstractObject, key: string, run: Run): boolean {
  const cell = object.fields.get(key);
  return cell !== undefined && run.isShared(cell);
}

function ownField(object: AbstractObject, key: string, run: Run): Value | null {
  const cell = object.fields.get(key);
  return cell === undefined ? null : (run.read(cell) ?? null);
}

/** What stands above an object: its class's prototype, or for a class the class it extends. */
function parentsOf(object: AbstractObject, run: Run): readonly AbstractObject[] {
  const { shape } = object;
  if (shape.kind === "instance") return [run.prototypeOf(shape.of)];
  if (shape.kind === "class") return run.objectsOf(shape.superclass);
  if (shape.kind !== "prototype" || shape.of.shape.kind !== "class") return [];
  return run.objectsOf(shape.of.shape.superclass).map((above) => run.prototypeOf(above));
}

/** The nearest definition above; methods are there from the start, so a nearer one hides the others. */
export function inheritedField(object: AbstractObject, key: string, run: Run): Value | null {
  const found = parentsOf(object, run).map((parent) => ownField(parent, key, run) ?? inheritedField(parent, key, run));
  const values = found.flatMap((value) => (value === null ? [] : [value]));
  return values.length === 0 ? null : mergeAll(values);
}

function accessors(object: AbstractObject, key: string | null, prefix: string, run: Run): readonly Value[] {
  const keys = key === null ? [...object.fields.keys()].filter((name) => name.startsWith(prefix)) : [key];
  const own = keys.flatMap((name) => ownField(object, name, run) ?? []);
  return own.length > 0 && key !== null
    ? own
    : [...own, ...parentsOf(object, run).flatMap((parent) => accessors(parent, key, prefix, run))];
}

function allFields(object: AbstractObject, run: Run): Value {
  if (object.shape.kind === "namespace") return exportsAt(object.shape.module, run);
  if (object.shape.kind === "library" || object.shape.kind === "builtin") return unknownValue;
  if (object.shape.kind === "array") return merge(elementsOf(object, run), undefinedValue);
  const own = [...ownKeys(object), elementsKey].map((key) => ownField(object, key, run) ?? nothing);
  const above = parentsOf(object, run).map((parent) => allFields(parent, run));
  return mergeAll([...own, ...above, undefinedValue, object.escaped ? unknownValue : nothing]);
}

export function writeProperty(object: Value, key: string | null, value: Value, place: Place, run: Run): void {
  if (object.unknown) run.escape(value);
  for (const [library, receiver] of byLibrary(object, run)) {
    const here = { ...place, library };
    if (key !== null) noticeProperty(key, object, value, here, run);
    // On null or undefined it would throw.
    const { objects, hosts, primitives, unknown } = withoutNullish(object);
    const isOnly = objects.length + hosts.length + primitives.length === 0 && !unknown;
    setTensorProperty(key, isOnly ? receiver : { ...receiver, unknown: true }, value, here, run);
  }
  const targets = run.objectsOf(object);
  const isCertain = targets.length === 1 && !object.unknown;
  for (const target of targets) writeField(target, key, value, isCertain ? "replace" : "add", place, run);
}

/** What was deleted is undefined, or what stands above it, from here on. */
export function deleteProperty(object: Value, key: string | null, run: Run): void {
  const targets = run.objectsOf(object);
  for (const target of targets) {
    const cells = key === null ? [...target.fields.values()] : [run.fieldOf(target, key)];
    const isGone = targets.length === 1 && !object.unknown && key !== null && target.shape.kind === "plain";
    for (const cell of cells) {
      if (isGone) run.write(cell, undefinedValue);
      else run.add(cell, undefinedValue);
    }
  }
}

function writeField(
  object: AbstractObject,
  key: string | null,
  value: Value,
  how: "replace" | "add",
  place: Place,
  run: Run,
): void {
  const { shape } = object;
  if (shape.kind === "library" || shape.kind === "builtin") {
    run.patched = `\`${shape.name}\` is changed by the program`;
    return;
  }
  if (shape.kind === "instance" && key !== null) run.training.nameField(run.fieldOf(object, key), place.site, null);
  const setters = accessors(object, key === null ? null : setterKey(key), "set ", run);
  if (setters.length > 0) {
    const args = { values: [value], more: null };
    callValue(mergeAll(setters), objectValue(object.id), args, { ...place, key: `${place.key}.set` }, run);
    if (key !== null) return;
  }
  if (shape.kind === "array") {
    const length = knownLength(object, run);
    const isPlace = key !== null && length !== null && Number(key) >= 0 && Number(key) < length;
    const isNext = length !== null && key === String(length) && how === "replace" && object.single;
    if (isNext) run.write(run.fieldOf(object, lengthKey), literal(length + 1));
    else if (!isPlace) forgetLength(object, run);
    if (key === "length" || key === lengthKey) {
      run.iterations.changeList(object, "length", { values: [value], more: null }, place);
      return;
    }
  }
  if (key === null) run.add(run.fieldOf(object, elementsKey), value);
  else if (how === "replace") run.write(run.fieldOf(object, key), value);
  else run.add(run.fieldOf(object, key), value);
}
