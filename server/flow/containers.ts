/**
 * Arrays, sets, maps, promises and iterators: what their cells hold and how the program goes through them.
 * An array literal keeps a cell for each place; everything that moves elements around adds to one cell for all.
 */
import { callMethod } from "./evaluate-call.js";
import { getField } from "./evaluate-property.js";
import { elementsKey, lengthKey, type AbstractObject } from "./objects.js";
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
  values.forEach((value, index) => run.write(run.fieldOf(object, String(index)), value));
  run.write(run.fieldOf(object, elementsKey), more ?? nothing);
  run.write(run.fieldOf(object, lengthKey), more === null ? literal(values.length) : anyPrimitive);
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
  run.write(run.fieldOf(object, elementsKey), value);
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
  const parts = run.objectsOf(value).map((object) => iterateObject(object, place, run));
  // The rows of a tensor are not modelled.
  if (value.tensors.length > 0) run.escape({ ...nothing, tensors: value.tensors });
  const isUnknown = value.unknown || value.tensors.length > 0;
  const plain = value.primitives === "any" || value.primitives.some((primitive) => typeof primitive === "string");
  const rest = [
    isUnknown ? unknownValue : nothing,
    plain ? anyPrimitive : nothing,
    value.hosts.length > 0 ? hostValue(value.hosts) : nothing,
  ];
  return mergeAll([...parts, ...rest]);
}

function iterateObject(object: AbstractObject, place: Place, run: Run): Value {
  switch (object.shape.kind) {
    case "array":
    case "set":
    case "iterator":
      return elementsOf(object, run);
    case "map":
      return newArray([anyPrimitive, elementsOf(object, run)], null, place, run, `entry of ${object.id}`);
    case "libraryInstance":
      return elementsOf(object, run);
    case "promise":
      return iterate(elementsOf(object, run), place, run);
    default:
      return iterateByProtocol(object, place, run);
  }
}

/** `[Symbol.iterator]()` and then `next()`, as the language does. */
function iterateByProtocol(object: AbstractObject, place: Place, run: Run): Value {
  const none = { values: [], more: null };
  const method = ["@@iterator", "@@asyncIterator"].find((key) => run.objectsOf(getField(object, key, run)).length > 0);
  if (method === undefined) {
    run.escape(objectValue(object.id));
    return unknownValue;
  }
  const iterator = callMethod(objectValue(object.id), method, none, { ...place, key: `${place.key}.iterator` }, run);
  const results = run.objectsOf(iterator).map((made) => {
    if (made.shape.kind !== "plain" && made.shape.kind !== "instance") return iterateObject(made, place, run);
    const result = callMethod(objectValue(made.id), "next", none, { ...place, key: `${place.key}.next` }, run);
    return nextValue(result, run);
  });
  return mergeAll([...results, iterator.unknown ? unknownValue : nothing]);
}

function nextValue(result: Value, run: Run): Value {
  const values = run
    .objectsOf(result)
    .map((object) =>
      object.shape.kind === "promise" ? nextValue(elementsOf(object, run), run) : getField(object, "value", run),
    );
  return mergeAll([...values, result.unknown ? unknownValue : nothing]);
}
