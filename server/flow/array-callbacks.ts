/**
 * Methods of arrays that call a function with their elements. Where every element has a known place they are given one
 * after the other, as the language does it; otherwise any of them any number of times.
 *
 *     [first, second].some((x) => { last = x; return false; });   // last is `second`
 */
import { elementsOf, iterate, knownElements, newArray } from "./containers.js";
import { callRepeatedly, callValue, oneOf, repeat } from "./evaluate-call.js";
import type { AbstractObject } from "./objects.js";
import { argumentAt, type Arguments, type Place, type Run } from "./run.js";
import { noWrites, present, type Writes } from "./store.js";
import {
  anyPrimitive,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  truthOf,
  undefinedValue,
  unknownValue,
  type Truth,
  type Value,
} from "./value.js";

/** Longer lists are walked as a whole. */
const mostInTurn = 16;

/** Null where the method takes no function. */
export function callWithElements(
  array: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  const callback = argumentAt(args, 0);
  const inTurn = elementsInTurn(array, run);
  switch (key) {
    case "map":
      return mapped(array, callback, place, run);
    case "forEach":
      forEach(array, callback, place, run);
      return undefinedValue;
    case "flatMap":
      return flatMapped(array, callback, place, run);
    case "filter":
      return filtered(array, callback, place, run);
    case "some":
    case "findIndex":
    case "find":
      return inTurn === null
        ? searchedAnyhow(array, key, callback, place, run)
        : searched(inTurn, key, "yes", callback, place, run);
    case "every":
      return inTurn === null
        ? searchedAnyhow(array, key, callback, place, run)
        : searched(inTurn, key, "no", callback, place, run);
    case "findLast":
    case "findLastIndex":
      return inTurn === null
        ? searchedAnyhow(array, key, callback, place, run)
        : searched({ ...inTurn, order: [...inTurn.order].reverse() }, key, "yes", callback, place, run);
    case "reduce":
    case "reduceRight":
      return reduce(array, key, args, place, run);
    default:
      return null;
  }
}

/** An array with known places, and in which order they are visited. */
interface InTurn {
  readonly array: AbstractObject;
  readonly known: readonly Value[];
  readonly order: readonly number[];
}

function elementsInTurn(array: AbstractObject, run: Run): InTurn | null {
  const known = knownElements(array, run);
  return known === null || known.length > mostInTurn ? null : { array, known, order: known.map((_, index) => index) };
}

/** What stands at a place when its turn comes: an earlier call may have changed it. */
function elementNow({ array, known }: InTurn, index: number, run: Run): Value {
  const now = knownElements(array, run);
  const element = now === null ? elementsOf(array, run) : now[index];
  return element === undefined ? (known[index] ?? nothing) : element;
}

function callAt(inTurn: InTurn, index: number, callback: Value, place: Place, run: Run): Value {
  const values = [elementNow(inTurn, index, run), literal(index), objectValue(inTurn.array.id)];
  return callValue(callback, undefinedValue, { values, more: null }, { ...place, key: `${place.key}.${index}` }, run);
}

/** Any of the elements, any number of times. */
function callAnyhow(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  return callRepeatedly(callback, [elementsOf(array, run), anyPrimitive, objectValue(array.id)], place, run);
}

/** One call after the other, until one gives what is looked for. */
function searched(inTurn: InTurn, key: string, wanted: Truth, callback: Value, place: Place, run: Run): Value {
  const { store } = run;
  const { level } = store;
  const ends: Writes[] = [];
  const found: Value[] = [];
  const end = store.branch(noWrites, () => {
    for (const index of inTurn.order) {
      if (!store.reachable) return;
      const element = elementNow(inTurn, index, run);
      const truth = truthOf(callAt(inTurn, index, callback, place, run));
      if (truth !== wanted && truth !== "maybe") continue;
      found.push(element);
      if (store.reachable) ends.push(store.writesSince(level));
      if (truth === wanted) store.reachable = false;
    }
  });
  store.join(present([...ends, end]));
  if (key !== "find" && key !== "findLast") return anyPrimitive;
  return mergeAll([...found, ...(end === null ? [] : [undefinedValue])]);
}

function searchedAnyhow(array: AbstractObject, key: string, callback: Value, place: Place, run: Run): Value {
  const element = elementsOf(array, run);
  callAnyhow(array, callback, place, run);
  return key === "find" || key === "findLast" ? merge(element, undefinedValue) : anyPrimitive;
}

function filtered(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  const inTurn = elementsInTurn(array, run);
  if (inTurn === null) {
    const element = elementsOf(array, run);
    callAnyhow(array, callback, place, run);
    return newArray([], element, place, run, "filter");
  }
  const kept = inTurn.order.map((index) => {
    const element = elementNow(inTurn, index, run);
    return { element, truth: truthOf(callAt(inTurn, index, callback, place, run)) };
  });
  const possible = kept.filter(({ truth }) => truth !== "no").map(({ element }) => element);
  const isCertain = kept.every(({ truth }) => truth !== "maybe");
  return isCertain
    ? newArray(possible, null, place, run, "filter")
    : newArray([], mergeAll(possible), place, run, "filter");
}

function flatMapped(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  const inTurn = elementsInTurn(array, run);
  if (inTurn === null) {
    const made = callAnyhow(array, callback, place, run);
    return newArray([], merge(withoutArrays(made, run), iterateArrays(made, place, run)), place, run, "flatMap");
  }
  const made = inTurn.order.map((index) => callAt(inTurn, index, callback, place, run));
  const lists = made.map((part) => placesIn(part, run));
  if (lists.every((list) => list !== null))
    return newArray(
      lists.flatMap((list) => list ?? []),
      null,
      place,
      run,
      "flatMap",
    );
  const all = mergeAll(made);
  return newArray([], merge(withoutArrays(all, run), iterateArrays(all, place, run)), place, run, "flatMap");
}

/**
 * Leaves that are certain to be the elements are given to the callback one by one, also where their places are not known:
 * then with each of them as the last.
 */
function forEach(array: AbstractObject, callback: Value, place: Place, run: Run): void {
  const inTurn = elementsInTurn(array, run);
  const self = objectValue(array.id);
  const { tape, iterations } = run;
  const key = `${place.frame.id}/${place.key}`;
  if (iterations.passing.has(key)) return void callAnyhow(array, callback, place, run);
  if (inTurn !== null) {
    const passes = tape.passCount;
    for (const index of inTurn.order) callAt(inTurn, index, callback, place, run);
    if (tape.passCount === passes) return;
    // What is only said of loops is said of this one, in the next round.
    iterations.passing.add(key);
    run.growth++;
    return;
  }
  const leaves = run.freezing.elementsIn(self);
  if (leaves === null || leaves.length > mostInTurn) return void callAnyhow(array, callback, place, run);
  const giveAll = (elements: readonly Value[]): Value => {
    elements.forEach((element, index) => {
      const args = { values: [element, literal(index), self], more: null };
      callValue(callback, undefinedValue, args, { ...place, key: `${place.key}.${index}` }, run);
    });
    return nothing;
  };
  oneOf(
    leaves.map((_, last) => () => giveAll([...leaves.slice(last + 1), ...leaves.slice(0, last + 1)])),
    run,
  );
}

/** The results keep the places of what they were made from. */
function mapped(array: AbstractObject, callback: Value, place: Place, run: Run): Value {
  const inTurn = elementsInTurn(array, run);
  if (inTurn === null) return newArray([], callAnyhow(array, callback, place, run), place, run, "map");
  const made = inTurn.order.map((index) => callAt(inTurn, index, callback, place, run));
  return newArray(made, null, place, run, "map");
}

/** Without a start, the first element is the start; a single one is never given to the callback. */
function reduce(array: AbstractObject, key: string, args: Arguments, place: Place, run: Run): Value {
  const callback = argumentAt(args, 0);
  const inTurn = elementsInTurn(array, run);
  const self = objectValue(array.id);
  const hasStart = args.values.length > 1 || args.more !== null;
  if (inTurn !== null && args.more === null && (hasStart || inTurn.known.length > 0)) {
    const ordered = key === "reduce" ? inTurn.order : [...inTurn.order].reverse();
    const [first = 0, ...others] = ordered;
    const start = hasStart ? argumentAt(args, 1) : elementNow(inTurn, first, run);
    return (hasStart ? ordered : others).reduce((sum, index) => {
      const given = { values: [sum, elementNow(inTurn, index, run), literal(index), self], more: null };
      return callValue(callback, undefinedValue, given, { ...place, key: `${place.key}.${index}` }, run);
    }, start);
  }
  const element = elementsOf(array, run);
  let sum = hasStart ? argumentAt(args, 1) : element;
  repeat(place, run, () => {
    const given = { values: [sum, element, anyPrimitive, self], more: null };
    sum = merge(sum, callValue(callback, undefinedValue, given, place, run));
    return sum;
  });
  return sum;
}

/** `Array.from({ length: 3 }, make)`: so many calls, one after the other; null where it is not known how many. */
export function madeInTurn(count: number | null, make: Value, place: Place, run: Run): Value | null {
  if (count === null || count > mostInTurn) return null;
  const made = Array.from({ length: count }, (_, index) => {
    const given = { values: [undefinedValue, literal(index)], more: null };
    return callValue(make, undefinedValue, given, { ...place, key: `${place.key}.${index}` }, run);
  });
  return newArray(made, null, place, run, "from");
}

/** What one part gives: itself, or the elements of an array; null where it is not certain which or where. */
export function placesIn(part: Value, run: Run): readonly Value[] | null {
  const arrays = run.objectsOf(part).filter(({ shape }) => shape.kind === "array");
  const [only] = arrays;
  if (part.unknown) return null;
  if (only === undefined) return [part];
  const others = part.objects.length + part.tensors.length + part.hosts.length > 1 || part.primitives.length > 0;
  return others ? null : knownElements(only, run);
}

/** The elements of the arrays in a value: what `flat` and `concat` take out of them. */
export function iterateArrays(value: Value, place: Place, run: Run): Value {
  const arrays = run.objectsOf(value).filter(({ shape }) => shape.kind === "array");
  return mergeAll([
    ...arrays.map((array) => iterate(objectValue(array.id), place, run)),
    value.unknown ? unknownValue : nothing,
  ]);
}

export function withoutArrays(value: Value, run: Run): Value {
  return { ...value, objects: value.objects.filter((id) => run.objects[id]?.shape.kind !== "array") };
}
