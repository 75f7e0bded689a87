/**
 * Generators that are walked where their consumer asks: the body in the consumer's order, and what the consumer does with
 * an element at the place of its `yield`. Nothing runs beside anything then, and what is written stays in order.
 *
 *     function* layers() { yield first; yield second; }
 *     for (const layer of layers()) h = layer.forward(h);   // h = first.forward(h), then h = second.forward(h)
 *
 * A generator that is asked by hand, that somebody outside has, or that catches what its consumer throws at it is a thread.
 */
import { pushElement } from "./builtin-arrays.js";
import { forgetLength, knownLength, newArray } from "./containers.js";
import { inEnclosure } from "./enclosure.js";
import type { AbstractObject } from "./objects.js";
import type { Place, Run } from "./run.js";
import { covers, joinWrites, noWrites, present, type Writes } from "./store.js";
import { nothing, undefinedValue, type Value } from "./value.js";

/** What the consumer does with an element; afterward the store may be unreachable, where it asks for no more. */
export type Deliver = (element: Value) => void;

/** Walks the body; returns what it returns. */
export type Pull = (deliver: Deliver) => Value;

/** The one generator that a value is, if it can be walked here. */
export function pullable(value: Value, run: Run): { readonly iterator: AbstractObject; readonly pull: Pull } | null {
  const [only, ...others] = run.objectsOf(value);
  const isOne = only !== undefined && others.length === 0 && value.tensors.length + value.hosts.length === 0;
  if (!isOne || value.unknown || value.primitives.length > 0 || only.escaped) return null;
  const pulled = run.generators.pull(only, run.store.region);
  if (pulled === null) return null;
  const { enclosure, store } = run;
  const pull: Pull = (deliver) => pulled.walk((element) => inEnclosure(enclosure, run, () => deliver(element)));
  if (pulled.isFirst) return { iterator: only, pull };
  // It may have come to its end before.
  const again: Pull = (deliver) => {
    let returned = undefinedValue;
    const end = store.branch(noWrites, () => void (returned = pull(deliver)));
    store.join(present([noWrites, end]));
    return returned;
  };
  return { iterator: only, pull: again };
}

/** An array of what an iterator over known places has left, which is nothing afterward; any other value as it is. */
export function unrolled(value: Value, place: Place, run: Run): Value {
  const [only, ...others] = run.objectsOf(value);
  const isOne = only?.shape.kind === "iterator" && others.length + value.tensors.length + value.hosts.length === 0;
  if (!isOne || value.unknown || value.primitives.length > 0) return value;
  const length = knownLength(only, run);
  if (length === null) return value;
  const left = Array.from({ length }, (_, index) => run.read(run.fieldOf(only, String(index))) ?? nothing);
  forgetLength(only, run);
  return newArray(left, null, place, run, "unrolled");
}

/** An array of what an iterator gives, at most so many; any other value as it is. */
export function drained(given: Value, most: number, place: Place, run: Run): Value {
  const value = unrolled(given, place, run);
  const found = pullable(value, run);
  if (found === null) return value;
  const { store } = run;
  const list = newArray([], null, place, run, "drained");
  const [array] = run.objectsOf(list);
  if (array === undefined) return value;
  const { level } = store;
  const stops: Writes[] = [];
  const end = store.branch(noWrites, () => {
    found.pull((element) => {
      pushElement(array, element, place, run);
      const count = knownLength(array, run);
      if (most === Infinity || (count !== null && count < most)) return;
      stops.push(store.writesSince(level));
      if (count !== null) store.reachable = false;
    });
  });
  store.join(present([...stops, end]));
  return list;
}

/** Walks something that may happen any number of times. */
export function repeatedly(body: () => void, run: Run): void {
  const { store } = run;
  let head = noWrites;
  for (;;) {
    const { growth } = run;
    const end = store.branch(head, body);
    if (end === null || (covers(store, head, end) && growth === run.growth)) break;
    head = joinWrites(store, [head, end]);
  }
  store.join([noWrites, head]);
}
