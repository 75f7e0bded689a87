/**
 * Maps and sets. A map keeps a cell for each key that is certain; any other key reads all of them.
 */
import { elementsOf, iterate, newArray, newContainer, newObject, setElements } from "./containers.js";
import { callRepeatedly } from "./evaluate-call.js";
import { getField } from "./evaluate-property.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { argumentAt, type Arguments, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  merge,
  mergeAll,
  nothing,
  objectValue,
  onlyLiteral,
  undefinedValue,
  unknownValue,
  type Value,
} from "./value.js";

export function newMap(entries: Value, place: Place, run: Run): Value {
  const map = newObject("map", place, run, "new Map");
  run.initialize(map, elementsKey, nothing);
  const list = entries.objects.length === 0 && !entries.unknown ? nothing : iterate(entries, place, run);
  for (const entry of run.objectsOf(list)) setEntry(map, getField(entry, "0", run), getField(entry, "1", run), run);
  if (list.unknown) setElements(map, unknownValue, run);
  return objectValue(map.id);
}

/** A key is certain if it is one literal; a tensor or an object as a key is not followed. */
function cellName(key: Value): string | null {
  const only = onlyLiteral(key);
  return only === null ? null : `value ${typeof only.value} ${String(only.value)}`;
}

function setEntry(map: AbstractObject, key: Value, value: Value, run: Run): void {
  const name = cellName(key);
  if (key.tensors.length + key.objects.length > 0) setElements(map, { ...key, primitives: [] }, run);
  if (name === null) setElements(map, value, run);
  else run.add(run.fieldOf(map, name), value);
}

export function callMapMethod(
  object: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  const isMap = object.shape.kind === "map";
  const elements = elementsOf(object, run);
  const self = objectValue(object.id);
  const first = argumentAt(args, 0);
  switch (key) {
    case "set":
      if (!isMap) return null;
      setCertainEntry(object, first, argumentAt(args, 1), run);
      return self;
    case "add":
      setElements(object, first, run);
      return self;
    case "get":
      return isMap ? getEntry(object, first, elements, run) : null;
    case "has":
    case "delete":
      return anyPrimitive;
    case "clear":
      return undefinedValue;
    case "forEach":
      callRepeatedly(first, [elements, isMap ? merge(anyPrimitive, elements) : elements, self], place, run);
      return undefinedValue;
    case "values":
      return newContainer("iterator", elements, place, run, key);
    case "keys":
      return newContainer("iterator", isMap ? merge(anyPrimitive, elements) : elements, place, run, key);
    case "entries":
    case "@@iterator": {
      const entry =
        isMap || key === "entries"
          ? newArray([merge(anyPrimitive, elements), elements], null, place, run, "entry")
          : elements;
      return newContainer("iterator", entry, place, run, key);
    }
    default:
      return null;
  }
}

/** `set` of a certain key replaces what was there, as long as the map is certain too. */
function setCertainEntry(map: AbstractObject, key: Value, value: Value, run: Run): void {
  const name = cellName(key);
  if (name === null || key.tensors.length + key.objects.length > 0) setEntry(map, key, value, run);
  else run.write(run.fieldOf(map, name), value);
}

function getEntry(map: AbstractObject, key: Value, elements: Value, run: Run): Value {
  const name = cellName(key);
  if (name === null) return merge(elements, undefinedValue);
  const cells = [name, elementsKey].map((field) => map.fields.get(field));
  const found = cells.map((cell) => (cell === undefined ? nothing : (run.read(cell) ?? nothing)));
  return mergeAll([...found, undefinedValue, map.escaped ? unknownValue : nothing]);
}
