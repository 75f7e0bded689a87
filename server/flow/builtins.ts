/**
 * What JavaScript itself brings: the global names, and which of their functions are harmless. A global that is not
 * listed is unknown, and what is given to it escapes.
 */
import { coerce } from "./coerce.js";
import { callArrayMethod } from "./builtin-arrays.js";
import { callMapMethod, newMap } from "./builtin-maps.js";
import { callWhenWaiting } from "./callbacks.js";
import { callPromiseMethod, callPromiseStatic, newPromise } from "./builtin-promises.js";
import { madeInTurn } from "./array-callbacks.js";
import { callUnknown, callValue } from "./evaluate-call.js";
import { countAt } from "./evaluate-function.js";
import { iterate, newArray, newContainer, elementsOf, knownElements, newObject } from "./containers.js";
import { callIteratorMethod } from "./evaluate-generator.js";
import { spreadInto } from "./evaluate-expression.js";
import { getField, readProperty } from "./evaluate-property.js";
import { libraryObject } from "./library-values.js";
import { libraryAt } from "./linked.js";
import { drained } from "./pull.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { allArguments, argumentAt, ownKeys, recording, type Arguments, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  chance,
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
  type Value,
} from "./value.js";

/** Functions that keep nothing of what they get and give back a plain value. */
const harmless = new Set(
  `console.log console.info console.warn console.error console.debug console.table console.dir console.assert console.time
   console.timeEnd console.count console.group console.groupEnd console.trace Number String Boolean BigInt parseInt parseFloat isNaN isFinite
   Number.isNaN Number.isFinite Number.isInteger Number.parseFloat Number.parseInt Date.now performance.now Symbol Symbol.for Array.isArray
   JSON.stringify Object.keys Object.is Object.hasOwn Object.isFrozen String.fromCharCode encodeURIComponent clearTimeout clearInterval
   process.stdout.write process.hrtime process.memoryUsage Date Math.random`.split(/\s+/),
);

/** Namespaces and constructors of the language; anything else is not ours to know. */
const globals = new Set(
  `console Math JSON Object Array Map Set WeakMap WeakSet Promise Number String Boolean BigInt Symbol Date Error TypeError RangeError
   SyntaxError performance parseInt parseFloat isNaN isFinite setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame
   clearTimeout clearInterval Float32Array Float64Array Int32Array Uint8Array Int8Array Uint16Array Int16Array Uint32Array Uint8ClampedArray
   structuredClone require encodeURIComponent process RegExp Reflect`.split(/\s+/),
);

const timers = new Set([
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "requestAnimationFrame",
  "process.nextTick",
]);
const plainConstructors =
  /^(Error|TypeError|RangeError|SyntaxError|Date|RegExp|Float32Array|Float64Array|Int32Array|Uint8Array|Int8Array|Uint16Array|Int16Array|Uint32Array|Uint8ClampedArray)$/;

export function globalValue(name: string, run: Run): Value {
  if (name === "NaN" || name === "Infinity") return literal(name === "NaN" ? NaN : Infinity);
  return globals.has(name) ? builtin(name, run) : unknownValue;
}

export function builtinMember(name: string, key: string, run: Run): Value {
  if (name === "Symbol") return literal(`@@${key}`);
  if (name === "Math" && key === key.toUpperCase()) return anyPrimitive;
  if (name === "Number" && key === key.toUpperCase()) return anyPrimitive;
  if (name === "process" && !["stdout", "nextTick", "hrtime", "memoryUsage"].includes(key)) return fromOutside;
  return builtin(`${name}.${key}`, run);
}

function builtin(name: string, run: Run): Value {
  return objectValue(run.objectAt(`builtin ${name}`, { kind: "builtin", name }, true).id);
}

export function callBuiltin(name: string, args: Arguments, place: Place, run: Run): Value {
  const given = allArguments(args);
  const hosts = mergeAll(given).hosts;
  if (name === "Math.random") return chance;
  if (harmless.has(name) || name.startsWith("Math.")) {
    for (const value of given) coerce(value, place, run);
    return hostValue(hosts);
  }
  if (timers.has(name)) return callLater(name, args, place, run);
  if (name.startsWith("Promise.")) return callPromiseStatic(name.slice(8), args, place, run);
  const first = argumentAt(args, 0);
  switch (name) {
    case "Array":
    case "Array.of":
    case "Object":
      return name === "Object" ? first : newOfBuiltin("Array", args, place, run);
    case "Array.from":
      return arrayFrom(args, place, run);
    case "Object.assign":
      return assignInto(args, place, run);
    case "Object.freeze":
    case "Object.seal":
    case "Object.preventExtensions":
      return first;
    case "Object.values":
      return objectValues(first, place, run);
    case "Object.entries": {
      const pair = newArray(
        [anyPrimitive, iterate(objectValues(first, place, run), place, run)],
        null,
        place,
        run,
        "entry",
      );
      return newArray([], pair, place, run, "entries");
    }
    case "Object.fromEntries": {
      const made = newObject("plain", place, run, "fromEntries");
      const entries = iterate(first, place, run);
      const values = run.objectsOf(entries).map((entry) => getField(entry, "1", run));
      run.add(run.fieldOf(made, elementsKey), mergeAll([...values, entries.unknown ? unknownValue : nothing]));
      return objectValue(made.id);
    }
    case "require": {
      const path = first.primitives === "any" ? undefined : first.primitives[0];
      const library = typeof path === "string" ? libraryAt(path, place.frame.code.span.uri, run.linked) : null;
      return library === null ? callUnknown(nothing, args, run) : libraryObject(library, "", run);
    }
    default:
      return callUnknown(nothing, args, run);
  }
}

export function newOfBuiltin(name: string, args: Arguments, place: Place, run: Run): Value {
  const first = argumentAt(args, 0);
  if (plainConstructors.test(name)) {
    // Their contents are numbers and text; a tensor among the options of an error is beyond us.
    const { hosts } = mergeAll(allArguments(args));
    for (const value of allArguments(args)) if (value.tensors.length > 0) run.escape(value);
    if (name.endsWith("Array")) return hostValue(hosts);
    const made = newObject("plain", place, run, name);
    run.add(run.fieldOf(made, elementsKey), anyPrimitive);
    return objectValue(made.id);
  }
  switch (name) {
    case "Array": {
      const isLength =
        args.values.length === 1 && args.more === null && first.objects.length + first.tensors.length === 0;
      return isLength
        ? newArray([], undefinedValue, place, run, "new Array")
        : newArray(args.values, args.more, place, run, "new Array");
    }
    case "Map":
    case "WeakMap":
      return newMap(first, place, run);
    case "Set":
    case "WeakSet":
      return newContainer(
        "set",
        args.values.length === 0 ? nothing : iterate(first, place, run),
        place,
        run,
        "new Set",
      );
    case "Promise":
      return newPromise(first, place, run);
    default:
      return callUnknown(nothing, args, run);
  }
}

/** Methods of what the language makes; null for a name that none of them has. */
export function callBuiltinMethod(
  object: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  switch (object.shape.kind) {
    case "array":
      return callArrayMethod(object, key, args, place, run);
    case "map":
    case "set":
      return callMapMethod(object, key, args, place, run);
    case "promise":
      return callPromiseMethod(object, key, args, place, run);
    case "iterator":
      return callIteratorMethod(object, key, args, place, run);
    case "function":
    case "bound":
    case "library":
    case "builtin":
    case "class":
      return callFunctionMethod(object, key, args, place, run);
    default:
      return ["hasOwnProperty", "toString", "valueOf", "isPrototypeOf"].includes(key) ? anyPrimitive : null;
  }
}

function callFunctionMethod(
  object: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  const callee = objectValue(object.id);
  const [self = undefinedValue, ...rest] = args.values;
  switch (key) {
    case "call":
      return callValue(callee, self, { values: rest, more: args.more }, place, run);
    case "apply": {
      const list = rest[0] ?? undefinedValue;
      const [only, ...others] = run.objectsOf(list);
      const known = only !== undefined && others.length === 0 && !list.unknown ? knownElements(only, run) : null;
      const spread = known === null ? { values: [], more: iterate(list, place, run) } : { values: known, more: null };
      return callValue(callee, self, spread, place, run);
    }
    case "bind": {
      const key_ = `${place.frame.id}/${place.key}/bind ${object.id}`;
      const facts = [self, ...rest]
        .map((value) => `${value.tensors.join()}/${value.objects.join()}/${String(value.unknown)}`)
        .join(";");
      const bound = run.objectAt(`${key_} ${facts}`, { kind: "bound", target: callee, self, args: rest }, false);
      return merge(objectValue(bound.id), args.more === null ? nothing : callUnknown(callee, args, run));
    }
    case "toString":
      return anyPrimitive;
    default:
      return null;
  }
}

/** A timer: its callback runs some time later, in whatever state the program is then, and records. */
function callLater(name: string, args: Arguments, place: Place, run: Run): Value {
  const [callback = undefinedValue, ...others] = args.values;
  const given = name === "requestAnimationFrame" ? [anyPrimitive] : others.slice(name.startsWith("set") ? 1 : 0);
  const multiple = place.frame.multiple || name === "setInterval";
  const later = { ...place, frame: { ...place.frame, mode: recording, multiple } };
  const call = (): void => void callValue(callback, undefinedValue, { values: given, more: args.more }, later, run);
  const turn = name === "queueMicrotask" ? "next" : "some time";
  const { region } = run.store;
  callWhenWaiting({ count: countAt(later), place: later, turn, keeps: null, after: [], region, body: call }, run);
  return anyPrimitive;
}

function arrayFrom(args: Arguments, place: Place, run: Run): Value {
  const [given, mapper] = [argumentAt(args, 0), argumentAt(args, 1)];
  const source = drained(given, Infinity, { ...place, key: `${place.key}.given` }, run);
  const counted =
    run.objectsOf(source).every(({ shape }) => shape.kind === "plain") &&
    !source.unknown &&
    source.tensors.length === 0;
  const elements = counted && source.objects.length > 0 ? arrayLike(source, run) : iterate(source, place, run);
  const isMapped = mapper.objects.length > 0 || mapper.unknown;
  const [only, ...others] = run.objectsOf(source);
  const isOne = only !== undefined && others.length + source.tensors.length + source.hosts.length === 0;
  const known = isOne && !source.unknown && source.primitives.length === 0 ? knownElements(only, run) : null;
  if (known !== null) {
    const copy = newArray(known, null, { ...place, key: `${place.key}.copy` }, run, "from");
    const [list] = run.objectsOf(copy);
    if (!isMapped || list === undefined) return copy;
    const made = callArrayMethod(list, "map", { values: [mapper], more: null }, place, run);
    if (made !== null) return made;
  }
  if (isMapped && counted && isOne) {
    const made = madeInTurn(lengthOnly(only, run), mapper, place, run);
    if (made !== null) return made;
  }
  if (!isMapped) return newArray([], elements, place, run, "from");
  const made = callArrayMapper(mapper, elements, place, run);
  return newArray([], made, place, run, "from");
}

function callArrayMapper(mapper: Value, element: Value, place: Place, run: Run): Value {
  const list = newArray([], element, { ...place, key: `${place.key}.source` }, run, "source");
  const [object] = run.objectsOf(list);
  const mapped =
    object === undefined ? null : callArrayMethod(object, "map", { values: [mapper], more: null }, place, run);
  return mapped === null ? unknownValue : mergeAll(run.objectsOf(mapped).map((array) => elementsOf(array, run)));
}

/** How many elements `{ length: n }` stands for; null where it has others as well. */
function lengthOnly(object: AbstractObject, run: Run): number | null {
  const keys = ownKeys(object);
  if (object.escaped || object.fields.has(elementsKey) || keys.length !== 1 || keys[0] !== "length") return null;
  const length = onlyLiteral(getField(object, "length", run))?.value;
  return typeof length === "number" && Number.isInteger(length) && length >= 0 ? length : null;
}

/** `{ length: n }` with or without elements. */
function arrayLike(source: Value, run: Run): Value {
  const fields = run.objectsOf(source).flatMap((object) =>
    ownKeys(object)
      .filter((key) => key !== "length")
      .map((key) => getField(object, key, run)),
  );
  return mergeAll([undefinedValue, ...fields]);
}

function assignInto(args: Arguments, place: Place, run: Run): Value {
  const [target = undefinedValue, ...sources] = args.values;
  for (const object of run.objectsOf(target)) for (const source of sources) spreadInto(object, source, place, run);
  if (target.unknown || target.tensors.length > 0 || args.more !== null) return callUnknown(nothing, args, run);
  return target;
}

function objectValues(source: Value, place: Place, run: Run): Value {
  if (source.tensors.length > 0) run.escape(source);
  const values = run
    .objectsOf(source)
    .map((object) =>
      object.shape.kind === "array"
        ? elementsOf(object, run)
        : mergeAll([readProperty(objectValue(object.id), null, place, run)]),
    );
  const isOpen = source.unknown || source.tensors.length > 0;
  return newArray([], mergeAll([...values, isOpen ? unknownValue : nothing]), place, run, "values");
}
