/**
 * Promises: containers of one value. A callback given to `then` runs at a later time, in a thread of its own.
 */
import { elementsOf, iterate, newArray, newContainer, newObject } from "./containers.js";
import { callUnknown, callValue } from "./evaluate-call.js";
import { awaitedValue } from "./evaluate-expression.js";
import { countAt } from "./evaluate-function.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { allArguments, argumentAt, recording, type Arguments, type Place, type Run } from "./run.js";
import { mergeAll, nothing, objectValue, undefinedValue, unknownValue, type Value } from "./value.js";

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
    case "allSettled": {
      const element = awaitedValue(iterate(first, place, run), run);
      if (name === "allSettled") return callUnknown(nothing, args, run);
      const order = orderedElements(first, run);
      const list = order === null ? newArray([], element, place, run, "all") : newArray(order, null, place, run, "all");
      return newContainer("promise", list, place, run, name);
    }
    case "race":
    case "any":
      return newContainer("promise", awaitedValue(iterate(first, place, run), run), place, run, name);
    default:
      return callUnknown(nothing, args, run);
  }
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
  // Whoever resumes a callback records, also where it was registered inside `noGrad`.
  const later: Place = { ...place, frame: { ...place.frame, mode: recording } };
  const given = key === "then" ? [value, unknownValue] : key === "catch" ? [unknownValue] : [undefinedValue];
  const results = allArguments(args).map((callback, index) => {
    const isCallable = callback.objects.length > 0 || callback.unknown;
    const values = [given[index] ?? unknownValue];
    const at = { ...later, key: `${place.key}.${index}` };
    return isCallable
      ? run.apart(countAt(place), () => callValue(callback, undefinedValue, { values, more: null }, at, run))
      : nothing;
  });
  const passedOn = key === "then" && args.values.length > 0 ? nothing : value;
  return newContainer(
    "promise",
    mergeAll([...results.map((result) => awaitedValue(result, run)), passedOn]),
    place,
    run,
    key,
  );
}

function orderedElements(list: Value, run: Run): readonly Value[] | null {
  const [only, ...others] = run.objectsOf(list);
  if (only === undefined || others.length > 0 || list.unknown || only.shape.kind !== "array") return null;
  const length = only.fields.size;
  const places = Array.from({ length }, (_, index) => only.fields.get(String(index)));
  const values = places.flatMap((cell) => (cell === undefined ? [] : [run.read(cell) ?? undefinedValue]));
  const any = run.read(run.fieldOf(only, elementsKey)) ?? nothing;
  return any === nothing ? values.map((value) => awaitedValue(value, run)) : null;
}
