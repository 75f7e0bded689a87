/**
 * Arrays, sets, maps, promises and iterators: what their cells hold and how the program goes through them.
 * An array literal keeps a cell for each place; everything that moves elements around adds to one cell for all.
 */
import { readEarly } from "./callbacks.js";
import { callMethod, repeat } from "./evaluate-call.js";
import { awaitedValue } from "./evaluate-expression.js";
import { getField } from "./evaluate-property.js";
import { elementsKey, keysKey, lengthKey, type AbstractObject } from "./objects.js";
import { ownKeys, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  onlyLiteral,
  unknownValue,
  hostValue,
  type Value,
} from "./value.js";

/** An array of these values in this order, followed by any number of `more`. */
export function newArray(values: readonly Value[], more: Value | null, place: Place, run: Run, tag: string): Value {
  const object = newObject("array", place, run, tag);
  values.forEach((value, index) => run.initialize(object, String(index), value));
  run.initialize(object, elementsKey, more ?? nothing);
  run.initialize(object, lengthKey, more === null ? literal(values.length) : anyPrimitive);
  return objectValue(object.id);
}

/** An iterator that has not begun, over these values in this order. */
export function newIterator(values: readonly Value[], place: Place, run: Run, tag: string): Value {
  const object = newObject("iterator", place, run, tag);
  values.forEach((value, index) => run.initialize(object, String(index), value));
  run.initialize(object, elementsKey, nothing);
  run.initialize(object, lengthKey, literal(values.length));
  return objectValue(object.id);
}

/** A container whose one cell holds `value`. */
export function newContainer(
  kind: "set" | "map" | "promise" | "iterator",
  value: Value,
  place: Place,
  run: Run,
  tag: string,
): Value {
  const object = newObject(kind, place, run, tag);
  run.initialize(object, elementsKey, value);
  return objectValue(object.id);
}

export function newObject(
  kind: "plain" | "array" | "set" | "map" | "promise" | "iterator",
  place: Place,
  run: Run,
  tag: string,
): AbstractObject {
  const { frame, key } = place;
  return run.objectAt(`${frame.id}/${key}/${tag}`, { kind }, !frame.multiple && frame.loopDepth === 0);
}

/** Adds to the cell that stands for every place. */
export function setElements(object: AbstractObject, value: Value, run: Run): void {
  run.add(run.fieldOf(object, elementsKey), value);
}

/** How many elements it has, if that is certain. */
export function knownLength(object: AbstractObject, run: Run): number | null {
  const cell = object.fields.get(lengthKey);
  const length = cell === undefined || object.escaped ? null : onlyLiteral(run.read(cell) ?? nothing);
  return length !== null && typeof length.value === "number" ? length.value : null;
}

export function forgetLength(object: AbstractObject, run: Run): void {
  run.write(run.fieldOf(object, lengthKey), anyPrimitive);
}

/** Every element in its place, if the places are certain. */
export function knownElements(object: AbstractObject, run: Run): readonly Value[] | null {
  const length = object.shape.kind === "array" ? knownLength(object, run) : null;
  if (length === null || length > 64) return null;
  return Array.from({ length }, (_, index) => getField(object, String(index), run));
}

/** Whatever may stand at any place of a container. */
export function elementsOf(object: AbstractObject, run: Run): Value {
  if (object.shape.kind === "iterator") run.generators.ask(object);
  if (object.shape.kind === "promise" && run.callbacks.isPending(object)) readEarly(object, run);
  const own = ownKeys(object).filter(
    (key) => object.shape.kind !== "map" || key.startsWith("value ") || key === elementsKey,
  );
  const values = [elementsKey, ...own].map((key) => {
    const cell = object.fields.get(key);
    return cell === undefined ? nothing : (run.read(cell) ?? nothing);
  });
  return merge(mergeAll(values), object.escaped ? unknownValue : nothing);
}

/** What a loop over this value may see, all of it together. */
export function iterate(value: Value, place: Place, run: Run): Value {
  const next = iteration(value, place, run);
  const hasOwnIterator = run.objectsOf(value).some(({ shape: { kind } }) => kind === "plain" || kind === "instance");
  return hasOwnIterator ? repeat(place, run, next) : next();
}

/** A loop over this value, from its beginning: each call gives what the next round may see. */
export function iteration(value: Value, place: Place, run: Run): () => Value {
  const steps = run.objectsOf(value).map((object) => iterationOf(object, place, run));
  // The rows of a tensor are not modelled.
  if (value.tensors.length > 0) run.escape({ ...nothing, tensors: value.tensors });
  const isUnknown = value.unknown || value.tensors.length > 0;
  const plain = value.primitives === "any" || value.primitives.some((primitive) => typeof primitive === "string");
  const rest = mergeAll([
    isUnknown ? unknownValue : nothing,
    plain ? anyPrimitive : nothing,
    value.hosts.length > 0 ? hostValue(value.hosts) : nothing,
  ]);
  return () => mergeAll([...steps.map((step) => step()), rest]);
}

function iterationOf(object: AbstractObject, place: Place, run: Run): () => Value {
  switch (object.shape.kind) {
    case "array":
    case "set":
    case "iterator":
    case "libraryInstance":
      return () => elementsOf(object, run);
    case "map":
      return () => {
        const keys = merge(anyPrimitive, run.read(run.fieldOf(object, keysKey)) ?? nothing);
        return newArray([keys, elementsOf(object, run)], null, place, run, `entry of ${object.id}`);
      };
    case "promise":
      return iteration(elementsOf(object, run), place, run);
    default:
      return iterationByProtocol(object, place, run);
  }
}

/** `[Symbol.iterator]()` once and then `next()` in each round, as the language does. */
function iterationByProtocol(object: AbstractObject, place: Place, run: Run): () => Value {
  const none = { values: [], more: null };
  const method = ["@@iterator", "@@asyncIterator"].find((key) => run.objectsOf(getField(object, key, run)).length > 0);
  if (method === undefined) {
    run.escape(objectValue(object.id));
    return () => unknownValue;
  }
  const iterator = callMethod(objectValue(object.id), method, none, { ...place, key: `${place.key}.iterator` }, run);
  const steps = run.objectsOf(awaitedValue(iterator, run)).map((made) => {
    if (made.shape.kind !== "plain" && made.shape.kind !== "instance") return iterationOf(made, place, run);
    const at = { ...place, key: `${place.key}.next` };
    return () => nextValue(callMethod(objectValue(made.id), "next", none, at, run), run);
  });
  return () => mergeAll([...steps.map((step) => step()), iterator.unknown ? unknownValue : nothing]);
}

function nextValue(result: Value, run: Run): Value {
  const values = run
    .objectsOf(result)
    .map((object) =>
      object.shape.kind === "promise" ? nextValue(elementsOf(object, run), run) : getField(object, "value", run),
    );
  return mergeAll([...values, result.unknown ? unknownValue : nothing]);
}
