/**
 * Promises: containers of one value. A callback given to `then` runs at a later time, in a thread of its own.
 */
import { callWhenWaiting, noteHandled } from "./callbacks.js";
import type { Thread } from "./cells.js";
import { elementsOf, iterate, knownElements, newArray, newContainer, newObject } from "./containers.js";
import { callUnknown, callValue } from "./evaluate-call.js";
import { awaitedValue } from "./evaluate-expression.js";
import { countAt } from "./evaluate-function.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { noWrites, present } from "./store.js";
import { allArguments, argumentAt, recording, type Arguments, type Place, type Run } from "./run.js";
import { anyPrimitive, merge, nothing, objectValue, undefinedValue, unknownValue, type Value } from "./value.js";

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
  const gather = (): Value =>
    known === null
      ? newArray([], awaitedValue(iterate(list, place, run), run), place, run, "all values")
      : newArray(
          known.map((each) => awaitedValue(each, run)),
          null,
          place,
          run,
          "all values",
        );
  const promises = known?.map((each) => run.objectsOf(each)) ?? [];
  const waits = promises.flat().some((each) => run.callbacks.isPending(each));
  if (!waits || countAt(place) !== "one") {
    const promise = newContainer("promise", gather(), place, run, "all");
    run.promises.note(promise, known?.flatMap((each) => run.promises.threadsOf(each)) ?? []);
    return promise;
  }
  const all = newObject("promise", place, run, "all");
  run.initialize(all, elementsKey, nothing);
  const threads: Thread[] = [];
  run.promises.note(objectValue(all.id), threads);
  run.promises.chain(
    all,
    promises.flatMap((each) => (each.length === 1 ? each : [])),
  );
  const body = (): void => {
    threads.push(...(known?.flatMap((each) => run.promises.threadsOf(each)) ?? []));
    run.add(run.fieldOf(all, elementsKey), gather());
  };
  const after = promises.flat();
  callWhenWaiting({ count: "one", place, turn: "some time", keeps: all, after, region: run.store.region, body }, run);
  return objectValue(all.id);
}

export function callPromiseMethod(
  promise: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  if (key !== "then" && key !== "catch" && key !== "finally") return null;
  const kept = objectValue(promise.id);
  // Whoever resumes a callback records, also where it was registered inside `noGrad`.
  const later: Place = { ...place, frame: { ...place.frame, mode: recording } };
  const next = newObject("promise", place, run, key);
  const [first] = args.values;
  const isTaken = key === "then" && first !== undefined && first.objects.length > 0 && first.primitives.length === 0;
  const callables = allArguments(args).filter((callback) => callback.objects.length > 0 || callback.unknown);
  const handlers = key === "then" ? callables.filter((callback) => callback !== first) : callables;
  if (!handlers.every((callback) => isHarmless(callback, run))) noteHandled(run.promises.behind(kept), run);
  const passesOn = !isTaken;
  run.initialize(next, elementsKey, passesOn && callables.length === 0 ? valueOf(promise, run) : nothing);
  const isCertain = args.values.length === 1 && (isTaken || key === "finally");
  if (isCertain) run.promises.chain(next, [promise]);
  const threads: Thread[] = [];
  // What is caught may have stopped anywhere.
  if (key === "then" && args.values.length === 1) run.promises.note(objectValue(next.id), threads);
  allArguments(args).forEach((callback, index) => {
    if (!callables.includes(callback)) return;
    const at = { ...later, key: `${place.key}.${index}` };
    const body = (thread: Thread | null): void => {
      threads.push(...run.promises.threadsOf(kept), ...(thread === null ? [] : [thread]));
      if (key === "then" && index === 0) run.startAfter(kept);
      const given =
        key === "finally" ? undefinedValue : key === "then" && index === 0 ? valueOf(promise, run) : unknownValue;
      const { store } = run;
      let result = nothing;
      const call = (): void =>
        void (result = callValue(callback, undefinedValue, { values: [given], more: null }, at, run));
      // A handler of failures is hardly ever called.
      if (handlers.includes(callback) && key !== "finally")
        store.join(present([noWrites, store.branch(noWrites, call)]));
      else call();
      const settled = merge(awaitedValue(result, run), passesOn ? valueOf(promise, run) : nothing);
      run.add(run.fieldOf(next, elementsKey), settled);
    };
    const { region } = run.store;
    const count = countAt(place);
    callWhenWaiting({ count, place: at, turn: "some time", keeps: next, after: [promise], region, body }, run);
  });
  return objectValue(next.id);
}

/** Something of the host, such as `console.error`. */
function isHarmless(callback: Value, run: Run): boolean {
  return !callback.unknown && run.objectsOf(callback).every(({ shape }) => shape.kind === "builtin");
}

function valueOf(promise: AbstractObject, run: Run): Value {
  return awaitedValue(elementsOf(promise, run), run);
}
