/**
 * Methods of arrays. Those that move elements around forget places; those that take a callback call it any number of
 * times with any element.
 */
import { libraries } from "../libraries/index.js";
import { copied, moved, numberAt, type Moved } from "./array-places.js";
import { elementsOf, forgetLength, iterate, knownElements, newArray, newContainer, setElements } from "./containers.js";
import { callRepeatedly, callUnknown, callValue, repeat, oneOf } from "./evaluate-call.js";
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
    calling(array, key, args, place, run) ??
    reading(array, key, args, place, run)
  );
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

/** Longer lists are walked as a whole. */
const mostInTurn = 16;

function calling(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value | null {
  const element = elementsOf(array, run);
  const callback = argumentAt(args, 0);
  const self = objectValue(array.id);
  const each = (): Value => callRepeatedly(callback, [element, anyPrimitive, self], place, run);
  switch (key) {
    case "map":
      return mapped(array, callback, place, run);
    case "flatMap": {
      const made = each();
      return newArray([], merge(withoutArrays(made, run), iterateArrays(made, place, run)), place, run, "flatMap");
    }
    case "forEach":
      forEach(array, callback, each, place, run);
      return undefinedValue;
    case "filter":
      each();
      return newArray([], element, place, run, "filter");
    case "some":
    case "every":
    case "findIndex":
    case "findLastIndex":
      each();
      return anyPrimitive;
    case "find":
    case "findLast":
      each();
      return merge(element, undefinedValue);
    case "reduce":
    case "reduceRight":
      return reduce(array, key, element, args, place, run);
    default:
      return null;
  }
}

/**
 * Leaves that are certain to be the elements are given to the callback one by one: in the order of their places, or,
 * where these are not known, with each of them as the last.
 */
function forEach(array: AbstractObject, callback: Value, each: () => Value, place: Place, run: Run): void {
  const self = objectValue(array.id);
  const leaves = run.freezing.elementsIn(self);
  if (leaves === null || leaves.length > mostInTurn) return void each();
  const known = knownElements(array, run);
  const giveAll = (elements: readonly Value[]): Value => {
    elements.forEach((element, index) => {
      const args = { values: [element, literal(index), self], more: null };
      callValue(callback, undefinedValue, args, { ...place, key: `${place.key}.${index}` }, run);
    });
    return nothing;
  };
  if (known?.length === leaves.length) giveAll(known);
  else
    oneOf(
      leaves.map((_, last) => () => giveAll([...leaves.slice(last + 1), ...leaves.slice(0, last + 1)])),
      run,
    );
}

/** With certain places the callback is called for each, so that the results keep their places. */
function mapped(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  const known = knownElements(array, run);
  const self = objectValue(array.id);
  if (known === null || known.length > mostInTurn) {
    const made = callRepeatedly(callback, [elementsOf(array, run), anyPrimitive, self], place, run);
    return newArray([], made, place, run, "map");
  }
  const made = known.map((element, index) => {
    const args = { values: [element, literal(index), self], more: null };
    return callValue(callback, undefinedValue, args, { ...place, key: `${place.key}.${index}` }, run);
  });
  return newArray(made, null, place, run, "map");
}

/** Without a start, the first element is the start; a single one is never given to the callback. */
function reduce(array: AbstractObject, key: string, element: Value, args: Arguments, place: Place, run: Run): Value {
  const callback = argumentAt(args, 0);
  const known = knownElements(array, run);
  const hasStart = args.values.length > 1 || args.more !== null;
  if (known !== null && known.length <= mostInTurn && args.more === null && (hasStart || known.length > 0)) {
    const ordered = key === "reduce" ? known : [...known].reverse();
    const [first = nothing, ...others] = ordered;
    const start = hasStart ? argumentAt(args, 1) : first;
    return (hasStart ? ordered : others).reduce((sum, each, index) => {
      const given = { values: [sum, each, anyPrimitive, objectValue(array.id)], more: null };
      return callValue(callback, undefinedValue, given, { ...place, key: `${place.key}.${index}` }, run);
    }, start);
  }
  let sum = hasStart ? argumentAt(args, 1) : element;
  repeat(place, run, () => {
    const given = { values: [sum, element, anyPrimitive, objectValue(array.id)], more: null };
    sum = merge(sum, callValue(callback, undefinedValue, given, place, run));
    return sum;
  });
  return sum;
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
      return newContainer("iterator", element, place, run, key);
    case "keys":
      return newContainer("iterator", anyPrimitive, place, run, key);
    case "entries":
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

function isTensorMethod(key: string): boolean {
  return !(key in Array.prototype) && libraries.some(({ methods }) => methods.has(key));
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

/** What one part gives: itself, or the elements of an array; null where it is not certain which or where. */
function placesIn(part: Value, run: Run): readonly Value[] | null {
  const arrays = run.objectsOf(part).filter(({ shape }) => shape.kind === "array");
  const [only] = arrays;
  if (part.unknown) return null;
  if (only === undefined) return [part];
  const others = part.objects.length + part.tensors.length + part.hosts.length > 1 || part.primitives.length > 0;
  return others ? null : knownElements(only, run);
}

/** Itself and whatever stands in arrays in it, since `flat` may go down several levels. */
function deepElements(value: Value, place: Place, run: Run, depth = 4): Value {
  const inner = iterateArrays(value, place, run);
  if (inner === nothing) return value;
  return merge(value, depth === 0 ? merge(inner, unknownValue) : deepElements(inner, place, run, depth - 1));
}

/** The elements of the arrays in a value: what `flat` and `concat` take out of them. */
function iterateArrays(value: Value, place: Place, run: Run): Value {
  const arrays = run.objectsOf(value).filter(({ shape }) => shape.kind === "array");
  return mergeAll([
    ...arrays.map((array) => iterate(objectValue(array.id), place, run)),
    value.unknown ? unknownValue : nothing,
  ]);
}

function withoutArrays(value: Value, run: Run): Value {
  return { ...value, objects: value.objects.filter((id) => run.objects[id]?.shape.kind !== "array") };
}
