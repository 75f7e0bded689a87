/**
 * Generators. A call only makes an iterator; the body is walked when something goes through it, as a thread beside
 * its consumer. What passes between the two has no order: the iterator's cells hold the sum of it.
 *
 *     const it = steps(x);            // nothing has run
 *     const { value } = it.next(y);   // what it yields or returns; y comes out of its `yield`
 */
import type { Thread } from "./cells.js";
import type { Expression } from "./code.js";
import { elementsOf, forgetLength, iterate, knownElements, newObject } from "./containers.js";
import { awaitedValue, evaluate, placeOf, unnamed } from "./evaluate-expression.js";
import type { Frame } from "./frame.js";
import { elementsKey, lengthKey, returnedKey, sentKey, type AbstractObject } from "./objects.js";
import { pullable, repeatedly, type Deliver } from "./pull.js";
import { allArguments, argumentAt, type Arguments, type Place, type Run } from "./run.js";
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

/** The call of a generator function whose body `walk` walks in `frame`. */
export function startGenerator(frame: Frame, count: Thread["count"], walk: () => Value, run: Run): Value {
  const iterator = run.objectAt(`generator ${frame.id}`, { kind: "iterator" }, !frame.multiple);
  for (const key of [elementsKey, sentKey, returnedKey]) run.pool(iterator, key);
  frame.iterator = iterator;
  const start = (): void => {
    const returned = run.apart(count, walk);
    run.add(run.pool(iterator, returnedKey), returned);
  };
  const walkFor = (deliver: Deliver): Value => {
    const before = frame.consumer;
    frame.consumer = deliver;
    const returned = walk();
    frame.consumer = before;
    return returned;
  };
  const catches = frame.code.tries || frame.merged;
  run.generators.postpone(iterator, { start, walk: catches ? null : walkFor, region: run.store.region });
  return objectValue(iterator.id);
}

export function evaluateYield(
  { operand, each }: Extract<Expression, { kind: "yield" }>,
  frame: Frame,
  run: Run,
): Value {
  const value = operand === null ? undefinedValue : evaluate(operand, frame, run);
  const { iterator, consumer } = frame;
  if (consumer !== null) return each === "all" ? deliverAll(value, consumer, frame, run) : deliverOne(value, consumer);
  if (iterator === null) {
    run.escape(value);
    return unknownValue;
  }
  const given = each === "all" ? iterate(value, placeOf(frame.code, unnamed(frame), frame, run), run) : value;
  run.add(run.pool(iterator, elementsKey), given);
  const sent = merge(read(iterator, sentKey, run), iterator.escaped ? unknownValue : nothing);
  return each === "all" ? handedOn(value, sent, run) : merge(sent, undefinedValue);
}

function deliverOne(value: Value, consumer: Deliver): Value {
  consumer(value);
  return undefinedValue;
}

/** `yield*` for a consumer that walks along: each element in its turn where the turns are known. */
function deliverAll(value: Value, consumer: Deliver, frame: Frame, run: Run): Value {
  const inner = pullable(value, run);
  if (inner !== null) return inner.pull(consumer);
  const objects = run.objectsOf(value);
  const [only] = objects;
  const isOne = only !== undefined && objects.length === 1 && !value.unknown && value.tensors.length === 0;
  const known = isOne ? knownElements(only, run) : null;
  if (known !== null) {
    for (const element of known) if (run.store.reachable) consumer(element);
    return undefinedValue;
  }
  const elements = iterate(value, placeOf(frame.code, unnamed(frame), frame, run), run);
  repeatedly(() => consumer(elements), run);
  return handedOn(value, nothing, run);
}

/** `yield*` hands on what is sent in, and gives what the inner iterator returns. */
function handedOn(value: Value, sent: Value, run: Run): Value {
  const inner = run.objectsOf(value);
  const returned = inner.map((object) => {
    const isOwn = object.fields.has(sentKey);
    if (isOwn) run.add(run.pool(object, sentKey), sent);
    if (object.shape.kind === "array" || object.shape.kind === "set" || object.shape.kind === "map") return nothing;
    return isOwn ? read(object, returnedKey, run) : unknownValue;
  });
  return mergeAll([undefinedValue, value.unknown ? unknownValue : nothing, ...returned]);
}

/** `next`, `return` and `throw`; null for what only newer iterators have. */
export function callIteratorMethod(
  iterator: AbstractObject,
  key: string,
  args: Arguments,
  place: Place,
  run: Run,
): Value | null {
  if (key === "@@iterator" || key === "@@asyncIterator") return objectValue(iterator.id);
  if (key !== "next" && key !== "return" && key !== "throw") return null;
  const isGenerator = iterator.fields.has(sentKey);
  if (iterator.fields.has(lengthKey)) forgetLength(iterator, run);
  const given = mergeAll(allArguments(args));
  if (key === "throw") run.escape(given);
  else if (isGenerator && key === "next") run.add(run.pool(iterator, sentKey), argumentAt(args, 0));
  const outcomes = [elementsOf(iterator, run), read(iterator, returnedKey, run), key === "return" ? given : nothing];
  const result = newObject("plain", place, run, "next");
  run.initialize(
    result,
    "value",
    mergeAll([...outcomes.map((each) => awaitedValue(each, run)), ...outcomes, undefinedValue]),
  );
  run.initialize(result, "done", anyPrimitive);
  // An asynchronous generator gives a promise of it; `await` of either gives the same.
  return objectValue(result.id);
}

function read(object: AbstractObject, key: string, run: Run): Value {
  const cell = object.fields.get(key);
  return cell === undefined ? nothing : (run.read(cell) ?? nothing);
}
