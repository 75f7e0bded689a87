/**
 * Promises: containers of one value. A callback given to `then` runs at a later time, in a thread of its own.
 */
import { elementsOf, iterate, knownElements, newArray, newContainer, newObject } from "./containers.js";
import { callUnknown, callValue } from "./evaluate-call.js";
import { awaitedValue } from "./evaluate-expression.js";
import { countAt } from "./evaluate-function.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { allArguments, argumentAt, recording, type Arguments, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  merge,
  mergeAll,
  nothing,
  objectValue,
  undefinedValue,
  unknownValue,
  type Value,
} from "./value.js";

export function newPromise(executor: Value, place: Place, run: Run): Value {
  const promise = newObject("promise", place, run, "new Promise");
  run.initialize(promise, elementsKey, undefinedValue);
  const resolver = run.objectAt(`resolver of ${promise.id}`, { kind: "resolver", promise: promise.id }, true);
  const settle = objectValue(resolver.id);
  run.uncaught(() => callValue(executor, undefinedValue, { values: [settle, settle], more: null }, place, run));
  return objectValue(promise.id);
}

export function callPromiseStatic(name: string, args: Arguments, place: Place, run: Run): Value {
  const first = argumentAt(args, 0);
  switch (name) {
    case "resolve":
      return newContainer("promise", awaitedValue(first, run), place, run, name);
    case "all":
      return allOf(first, place, run);
    case "allSettled": {
      const settled = newObject("plain", place, run, "settled");
      run.initialize(settled, "status", anyPrimitive);
      run.initialize(settled, "value", merge(awaitedValue(iterate(first, place, run), run), undefinedValue));
      run.initialize(settled, "reason", unknownValue);
      const list = newArray([], objectValue(settled.id), place, run, name);
      return newContainer("promise", list, place, run, name);
    }
    case "race":
    case "any":
      return newContainer("promise", awaitedValue(iterate(first, place, run), run), place, run, name);
    default:
      return callUnknown(nothing, args, run);
  }
}

function allOf(list: Value, place: Place, run: Run): Value {
  const [only, ...others] = run.objectsOf(list);
  const isOne = only !== undefined && others.length === 0 && !list.unknown;
  const known = isOne ? knownElements(only, run) : null;
  const values =
    known === null
      ? newArray([], awaitedValue(iterate(list, place, run), run), place, run, "all")
      : newArray(
          known.map((each) => awaitedValue(each, run)),
          null,
          place,
          run,
          "all",
        );
  const promise = newContainer("promise", values, place, run, "all");
  run.promises.note(promise, known?.flatMap((each) => run.promises.threadsOf(each)) ?? []);
  return promise;
}

export function callPromiseMethod(
  promise: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  if (key !== "then" && key !== "catch" && key !== "finally") return null;
  const value = awaitedValue(elementsOf(promise, run), run);
  const kept = objectValue(promise.id);
  const threads = [...run.promises.threadsOf(kept)];
  // Whoever resumes a callback records, also where it was registered inside `noGrad`.
  const later: Place = { ...place, frame: { ...place.frame, mode: recording } };
  const given = key === "then" ? [value, unknownValue] : key === "catch" ? [unknownValue] : [undefinedValue];
  const results = allArguments(args).map((callback, index) => {
    const isCallable = callback.objects.length > 0 || callback.unknown;
    if (!isCallable) return nothing;
    const values = [given[index] ?? unknownValue];
    const at = { ...later, key: `${place.key}.${index}` };
    return run.apart(countAt(place), (thread) => {
      if (key === "then" && index === 0) run.startAfter(kept);
      threads.push(thread);
      return callValue(callback, undefinedValue, { values, more: null }, at, run);
    });
  });
  const passedOn = key === "then" && args.values.length > 0 ? nothing : value;
  const settled = mergeAll([...results.map((result) => awaitedValue(result, run)), passedOn]);
  const next = newContainer("promise", settled, place, run, key);
  // What is caught may have stopped anywhere.
  if (key === "then" && args.values.length === 1) run.promises.note(next, threads);
  return next;
}
