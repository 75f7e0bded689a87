/**
 * Methods of arrays. Those that move elements around forget places; those that take a callback call it any number of
 * times with any element.
 */
import { elementsOf, forgetLength, iterate, knownElements, newArray, newContainer, setElements } from "./containers.js";
import { callRepeatedly, callUnknown, callValue, repeat } from "./evaluate-call.js";
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

export function callArrayMethod(
  array: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  return (
    changing(array, key, args, place, run) ??
    calling(array, key, args, place, run) ??
    reading(array, key, args, place, run)
  );
}

function changing(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value | null {
  const self = objectValue(array.id);
  switch (key) {
    case "push":
      return push(array, args, run);
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
      scatter(array, run);
      return self;
    case "sort": {
      const elements = elementsOf(array, run);
      if (args.values.length > 0) callRepeatedly(argumentAt(args, 0), [elements, elements], place, run);
      scatter(array, run);
      return self;
    }
    case "fill":
      scatter(array, run);
      setElements(array, argumentAt(args, 0), run);
      return self;
    default:
      return null;
  }
}

/** While the length is certain, a new element gets a place of its own. */
function push(array: AbstractObject, args: Arguments, run: Run): Value {
  const known = args.more === null && array.single ? knownElements(array, run) : null;
  if (known === null) {
    forgetLength(array, run);
    setElements(array, mergeAll(allArguments(args)), run);
    return anyPrimitive;
  }
  args.values.forEach((value, index) => run.write(run.fieldOf(array, String(known.length + index)), value));
  run.write(run.fieldOf(array, lengthKey), literal(known.length + args.values.length));
  return anyPrimitive;
}

/** Every element may now be in any place. */
function scatter(array: AbstractObject, run: Run): void {
  setElements(array, elementsOf(array, run), run);
  forgetLength(array, run);
}

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
      each();
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

/** With certain places the callback is called for each, so that the results keep their places. */
function mapped(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  const known = knownElements(array, run);
  const self = objectValue(array.id);
  if (known === null || known.length > 16) {
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
  if (known !== null && known.length <= 16 && args.more === null && (hasStart || known.length > 0)) {
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
  switch (key) {
    case "at": {
      const index = argumentAt(args, 0).primitives;
      const only = index === "any" || index.length !== 1 ? null : index[0];
      const isFront = typeof only === "number" && only >= 0;
      return isFront ? getField(array, String(only), run) : merge(element, undefinedValue);
    }
    case "slice":
      return args.values.length === 0 && args.more === null
        ? copied(array, place, run)
        : newArray([], element, place, run, "slice");
    case "toReversed":
    case "toSorted":
    case "flat":
      return newArray([], merge(element, iterateArrays(element, place, run)), place, run, key);
    case "with":
      return newArray([], merge(element, argumentAt(args, 1)), place, run, key);
    case "toSpliced":
      return newArray([], mergeAll([element, ...allArguments(args)]), place, run, key);
    case "concat": {
      const others = allArguments(args);
      return newArray(
        [],
        mergeAll([
          element,
          ...others.map((other) => withoutArrays(other, run)),
          ...others.map((other) => iterateArrays(other, place, run)),
        ]),
        place,
        run,
        key,
      );
    }
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
      return callUnknown(objectValue(array.id), args, run);
  }
}

function copied(array: AbstractObject, place: Place, run: Run): Value {
  const known = knownElements(array, run);
  return known === null
    ? newArray([], elementsOf(array, run), place, run, "slice")
    : newArray(known, null, place, run, "slice");
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
