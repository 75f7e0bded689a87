/**
 * Methods of arrays. Those that move elements around forget places; those that take a callback call it any number of
 * times with any element.
 */
import { libraries } from "../libraries/index.js";
import { callWithElements, iterateArrays, placesIn, withoutArrays } from "./array-callbacks.js";
import { copied, moved, numberAt, type Moved } from "./array-places.js";
import {
  elementsOf,
  forgetLength,
  knownElements,
  newArray,
  newContainer,
  newIterator,
  setElements,
} from "./containers.js";
import { callRepeatedly, callUnknown } from "./evaluate-call.js";
import { getField } from "./evaluate-property.js";
import { lengthKey, type AbstractObject } from "./objects.js";
import { allArguments, argumentAt, type Arguments, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  undefinedValue,
  unknownValue,
  type Value,
} from "./value.js";

const listChanges = new Set(["push", "unshift", "pop", "shift", "splice", "fill"]);

export function callArrayMethod(
  array: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  if (listChanges.has(key)) run.iterations.changeList(array, key, args, place);
  return (
    changing(array, key, args, place, run) ??
    callWithElements(array, key, args, place, run) ??
    reading(array, key, args, place, run)
  );
}

/** As `push` does it, of a list that the program does not see. */
export function pushElement(array: AbstractObject, element: Value, place: Place, run: Run): void {
  changing(array, "push", { values: [element], more: null }, place, run);
}

function changing(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value | null {
  if (key === "sort" && args.values.length > 0) {
    const elements = elementsOf(array, run);
    callRepeatedly(argumentAt(args, 0), [elements, elements], place, run);
  }
  const known = array.single ? knownElements(array, run) : null;
  const certain = known === null ? null : moved(key, known, args);
  if (known === null || certain === null) return scattering(array, key, args, place, run);
  setPlaces(array, known.length, certain.after, run);
  return resultOf(certain, array, place, run);
}

function resultOf({ result }: Moved, array: AbstractObject, place: Place, run: Run): Value {
  switch (result.kind) {
    case "value":
      return result.value;
    case "array":
      return newArray(result.values, null, place, run, "spliced");
    case "self":
      return objectValue(array.id);
  }
}

/** Places that are left empty hold nothing. */
function setPlaces(array: AbstractObject, before: number, after: readonly Value[], run: Run): void {
  for (let index = 0; index < Math.max(before, after.length); index++)
    run.write(run.fieldOf(array, String(index)), after[index] ?? nothing);
  run.write(run.fieldOf(array, lengthKey), literal(after.length));
}

/** The same where places are not certain: every element may then be in any place. */
function scattering(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value | null {
  const self = objectValue(array.id);
  switch (key) {
    case "push":
      forgetLength(array, run);
      setElements(array, mergeAll(allArguments(args)), run);
      return anyPrimitive;
    case "unshift":
      scatter(array, run);
      setElements(array, mergeAll(allArguments(args)), run);
      return anyPrimitive;
    case "pop":
    case "shift": {
      const elements = merge(elementsOf(array, run), undefinedValue);
      scatter(array, run);
      return elements;
    }
    case "splice": {
      const removed = elementsOf(array, run);
      scatter(array, run);
      setElements(array, mergeAll(allArguments(args).slice(2)), run);
      if (args.more !== null) setElements(array, args.more, run);
      return newArray([], removed, place, run, "spliced");
    }
    case "reverse":
    case "copyWithin":
    case "sort":
      scatter(array, run);
      return self;
    case "fill":
      scatter(array, run);
      setElements(array, argumentAt(args, 0), run);
      return self;
    default:
      return null;
  }
}

/** Every element may now be in any place. */
function scatter(array: AbstractObject, run: Run): void {
  setElements(array, elementsOf(array, run), run);
  forgetLength(array, run);
}

function reading(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value | null {
  const element = elementsOf(array, run);
  const known = knownElements(array, run);
  const certain = known === null ? null : copied(key, known, args);
  if (certain !== null) return newArray(certain, null, place, run, key);
  switch (key) {
    case "at":
      return elementAt(array, known, numberAt(args, 0), run);
    case "flat":
    case "concat":
      return joined(key, array, args, place, run);
    case "slice":
    case "toReversed":
    case "toSorted":
      return newArray([], element, place, run, key);
    case "with":
      return newArray([], merge(element, argumentAt(args, 1)), place, run, key);
    case "toSpliced":
      return newArray([], mergeAll([element, ...allArguments(args)]), place, run, key);
    case "values":
    case "@@iterator":
      if (known !== null) return newIterator(known, place, run, key);
      return newContainer("iterator", element, place, run, key);
    case "keys":
      return newContainer("iterator", anyPrimitive, place, run, key);
    case "entries":
      if (known !== null)
        return newIterator(
          known.map((each, index) => entry(index, each, place, run)),
          place,
          run,
          key,
        );
      return newContainer("iterator", newArray([anyPrimitive, element], null, place, run, "entry"), place, run, key);
    case "includes":
    case "indexOf":
    case "lastIndexOf":
    case "join":
    case "toString":
      return anyPrimitive;
    default:
      // Where a tensor is expected and a list may come as well, the list has no such method: the call throws.
      return isTensorMethod(key) ? nothing : callUnknown(objectValue(array.id), args, run);
  }
}

function entry(index: number, element: Value, place: Place, run: Run): Value {
  const at = { ...place, key: `${place.key}.${index}` };
  return newArray([literal(index), element], null, at, run, "entry");
}

function isTensorMethod(key: string): boolean {
  return !(key in Array.prototype) && libraries().some(({ methods }) => methods.has(key));
}

function elementAt(array: AbstractObject, known: readonly Value[] | null, index: number | null, run: Run): Value {
  if (index === null) return merge(elementsOf(array, run), undefinedValue);
  if (known !== null) return known.at(index) ?? undefinedValue;
  return index >= 0 ? getField(array, String(index), run) : merge(elementsOf(array, run), undefinedValue);
}

/** `flat` and `concat`: arrays among the parts are taken apart, in their order where every place is known. */
function joined(key: string, array: AbstractObject, args: Arguments, place: Place, run: Run): Value {
  const known = knownElements(array, run);
  const parts = key === "flat" ? known : known === null ? null : [objectValue(array.id), ...args.values];
  const isOneLevel = args.more === null && (key === "concat" || args.values.length === 0);
  const lists = isOneLevel ? parts?.map((part) => placesIn(part, run)) : undefined;
  if (lists !== undefined && lists.every((list) => list !== null))
    return newArray(
      lists.flatMap((list) => list ?? []),
      null,
      place,
      run,
      key,
    );
  const all = [...(key === "flat" ? [] : allArguments(args)), elementsOf(array, run)];
  const taken = mergeAll(
    all.map((value) =>
      isOneLevel ? merge(withoutArrays(value, run), iterateArrays(value, place, run)) : deepElements(value, place, run),
    ),
  );
  return newArray([], taken, place, run, key);
}

/** Itself and whatever stands in arrays in it, since `flat` may go down several levels. */
function deepElements(value: Value, place: Place, run: Run, depth = 4): Value {
  const inner = iterateArrays(value, place, run);
  if (inner === nothing) return value;
  return merge(value, depth === 0 ? merge(inner, unknownValue) : deepElements(inner, place, run, depth - 1));
}
