/**
 * Maps and sets. A map keeps a cell for each key that is certain; any other key reads all of them. The keys themselves
 * have a cell of their own, so that what is found under a key is never taken for one.
 *
 *     const owner = {};
 *     const cache = new WeakMap([[owner, w]]);
 *     cache.set(owner, w.detach());   // the entry holds this and nothing else from here on
 */
import { elementsOf, iterate, knownElements, newArray, newContainer, newObject, setElements } from "./containers.js";
import { callRepeatedly } from "./evaluate-call.js";
import { getField } from "./evaluate-property.js";
import { elementsKey, keysKey, type AbstractObject } from "./objects.js";
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
  // Where this place has made a map before, the new one has none of its entries.
  for (const [name, cell] of map.fields) run.write(cell, isEntry(name) ? undefinedValue : nothing);
  run.initialize(map, elementsKey, nothing);
  run.initialize(map, keysKey, nothing);
  const known = entriesIn(entries, run);
  for (const [key, value] of known ?? []) setEntry(map, key, value, run);
  if (known !== null) return objectValue(map.id);
  const list = iterate(entries, place, run);
  for (const entry of run.objectsOf(list)) addEntry(map, getField(entry, "0", run), getField(entry, "1", run), run);
  if (list.unknown) {
    setElements(map, unknownValue, run);
    run.add(run.fieldOf(map, keysKey), unknownValue);
  }
  return objectValue(map.id);
}

/** The pairs of a list whose every place is known; null where there may be others. */
function entriesIn(entries: Value, run: Run): readonly (readonly [key: Value, value: Value])[] | null {
  if (entries.objects.length === 0) return entries.unknown ? null : [];
  const [list, ...others] = run.objectsOf(entries);
  const elements = list === undefined || others.length > 0 || entries.unknown ? null : knownElements(list, run);
  const pairs = elements?.map((element) => {
    const [pair, ...more] = run.objectsOf(element);
    const isOne = pair !== undefined && more.length === 0 && !element.unknown && pair.shape.kind === "array";
    return isOne ? ([getField(pair, "0", run), getField(pair, "1", run)] as const) : null;
  });
  const certain = pairs?.filter((pair) => pair !== null);
  return certain !== undefined && certain.length === pairs?.length ? certain : null;
}

interface EntryName {
  readonly name: string;
  /** Whether the name stands for one key, or for all keys that were made at one place. */
  readonly key: "one" | "several";
}

/** A key is certain if it is one literal or one object; a tensor as a key is not followed. */
function entryName(key: Value, run: Run): EntryName | null {
  const only = onlyLiteral(key);
  if (only !== null) return { name: `value ${typeof only.value} ${String(only.value)}`, key: "one" };
  const [object, ...others] = run.objectsOf(key);
  const isObject = object !== undefined && others.length === 0 && !key.unknown && key.primitives.length === 0;
  if (!isObject || key.tensors.length + key.hosts.length > 0) return null;
  return { name: `value of object ${object.id}`, key: object.single ? "one" : "several" };
}

function isEntry(name: string): boolean {
  return name.startsWith("value ");
}

/** The entry may be there afterward, or another one. */
function addEntry(map: AbstractObject, key: Value, value: Value, run: Run): void {
  run.add(run.fieldOf(map, keysKey), key);
  const entry = entryName(key, run);
  if (entry === null) setElements(map, value, run);
  else run.add(run.fieldOf(map, entry.name), value);
}

/** `set` of a certain key replaces what was there, as long as the map is certain too. */
function setEntry(map: AbstractObject, key: Value, value: Value, run: Run): void {
  const entry = entryName(key, run);
  if (entry?.key !== "one") return addEntry(map, key, value, run);
  run.add(run.fieldOf(map, keysKey), key);
  run.write(run.fieldOf(map, entry.name), value);
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
  const keys = isMap ? keysOf(object, run) : elements;
  const self = objectValue(object.id);
  const first = argumentAt(args, 0);
  switch (key) {
    case "set":
      if (!isMap) return null;
      setEntry(object, first, argumentAt(args, 1), run);
      return self;
    case "add":
      setElements(object, first, run);
      return self;
    case "get":
      return isMap ? getEntry(object, first, run) : null;
    case "has":
      return anyPrimitive;
    case "delete":
      if (isMap) deleteEntries(object, entryName(first, run) ?? "any", run);
      return anyPrimitive;
    case "clear":
      if (isMap) deleteEntries(object, "all", run);
      return undefinedValue;
    case "forEach":
      callRepeatedly(first, [elements, keys, self], place, run);
      return undefinedValue;
    case "values":
      return newContainer("iterator", elements, place, run, key);
    case "keys":
      return newContainer("iterator", keys, place, run, key);
    case "entries":
    case "@@iterator": {
      const entry = isMap || key === "entries" ? newArray([keys, elements], null, place, run, "entry") : elements;
      return newContainer("iterator", entry, place, run, key);
    }
    default:
      return null;
  }
}

function getEntry(map: AbstractObject, key: Value, run: Run): Value {
  const entry = entryName(key, run);
  if (entry === null) return merge(elementsOf(map, run), undefinedValue);
  const cell = map.fields.get(entry.name);
  const own = cell === undefined ? undefinedValue : (run.read(cell) ?? undefinedValue);
  const isCertain = entry.key === "one" && map.single;
  const outside = map.escaped ? unknownValue : nothing;
  return mergeAll([own, fieldValue(map, elementsKey, run), isCertain ? nothing : undefinedValue, outside]);
}

function keysOf(map: AbstractObject, run: Run): Value {
  return mergeAll([anyPrimitive, fieldValue(map, keysKey, run), map.escaped ? unknownValue : nothing]);
}

function fieldValue(map: AbstractObject, name: string, run: Run): Value {
  const cell = map.fields.get(name);
  return cell === undefined ? nothing : (run.read(cell) ?? nothing);
}

/** What was deleted is not there from here on; where it is not certain what that is, anything may be gone. */
function deleteEntries(map: AbstractObject, which: EntryName | "all" | "any", run: Run): void {
  const names = [...map.fields.keys()].filter(
    (name) => isEntry(name) && (typeof which === "string" || name === which.name),
  );
  for (const name of names) {
    const cell = run.fieldOf(map, name);
    if (which === "all" || (which !== "any" && which.key === "one")) run.write(cell, undefinedValue);
    else run.add(cell, undefinedValue);
  }
}
