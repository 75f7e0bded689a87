/**
 * What has been called and has not come to its end: generators until someone asks for what they yield, and promises,
 * which know the threads that keep them.
 */
import type { Thread } from "./cells.js";
import type { AbstractObject } from "./objects.js";
import type { Deliver } from "./pull.js";
import type { Value } from "./value.js";

/** A call of a generator whose body has not been walked. */
interface Postponed {
  /** Walks the body as a thread beside its consumer. */
  readonly start: () => void;
  /** Walks it in the consumer's order; null where that cannot be. */
  readonly walk: ((deliver: Deliver) => Value) | null;
  /** The branch in which it was called. */
  readonly region: object | null;
}

export class Generators {
  private readonly postponed = new Map<AbstractObject, readonly Postponed[]>();
  /** Those that their consumer has walked. */
  private readonly pulled = new Map<AbstractObject, Postponed>();
  private readonly asked = new Set<AbstractObject>();

  /** `grow` is told of a question that came before the call in the walk. */
  constructor(private readonly grow: () => void) {}

  begin(): void {
    this.postponed.clear();
    this.pulled.clear();
  }

  postpone(iterator: AbstractObject, call: Postponed): void {
    const waiting = [...(this.postponed.get(iterator) ?? []), call];
    this.pulled.delete(iterator);
    if (waiting.length > 4) call.start();
    else this.postponed.set(iterator, waiting);
  }

  ask(iterator: AbstractObject): void {
    const pulled = this.pulled.get(iterator);
    const waiting = this.postponed.get(iterator) ?? (pulled === undefined ? undefined : [pulled]);
    this.pulled.delete(iterator);
    if (waiting !== undefined) this.postponed.delete(iterator);
    if (!this.asked.has(iterator)) {
      this.asked.add(iterator);
      // Whoever asks may do so before the walk comes to the call.
      if (waiting === undefined) this.grow();
    }
    for (const { start } of waiting ?? []) start();
  }

  /** To be walked by its one consumer; null where others ask it as well, or several calls may be meant. */
  pull(iterator: AbstractObject, region: object | null): Pulled | null {
    if (this.asked.has(iterator)) return null;
    const waiting = this.postponed.get(iterator);
    const before = this.pulled.get(iterator);
    const [call] = waiting ?? (before === undefined ? [] : [before]);
    if (call === undefined || call.walk === null || (waiting?.length ?? 1) > 1) return null;
    this.postponed.delete(iterator);
    this.pulled.set(iterator, call);
    const isFirst = before === undefined && iterator.single && call.region === region;
    return { walk: call.walk, isFirst };
  }

  /** One that was called after it had been asked. */
  next(): AbstractObject | null {
    return [...this.postponed.keys()].find((iterator) => this.asked.has(iterator)) ?? null;
  }
}

export interface Pulled {
  readonly walk: (deliver: Deliver) => Value;
  /** It certainly has not begun before. */
  readonly isFirst: boolean;
}

export class Promises {
  private readonly threads = new Map<number, readonly Thread[]>();
  private readonly waitsFor = new Map<AbstractObject, readonly AbstractObject[]>();

  begin(): void {
    this.threads.clear();
    this.waitsFor.clear();
  }

  /** One that is kept only after all of these. */
  chain(promise: AbstractObject, others: readonly AbstractObject[]): void {
    this.waitsFor.set(promise, others);
  }

  /** The promise that this value is, if it is one and nothing else. */
  waitedFor({ objects, unknown, tensors }: Value): readonly AbstractObject[] {
    const [only] = objects;
    const isOne = only !== undefined && objects.length === 1 && !unknown && tensors.length === 0;
    return isOne ? [...this.waitsFor.keys()].filter(({ id }) => id === only) : [];
  }

  /** Every promise that is certainly kept where this value is awaited. */
  behind(value: Value): ReadonlySet<AbstractObject> {
    const found = new Set<AbstractObject>();
    const [only] = value.objects;
    const isOne = only !== undefined && value.objects.length === 1 && !value.unknown && value.tensors.length === 0;
    const open =
      isOne && value.primitives.length === 0 ? [...this.waitsFor.keys()].filter(({ id }) => id === only) : [];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...(this.waitsFor.get(next) ?? []));
    }
    return found;
  }

  /** A promise that is kept when these threads have come to their end. */
  note(promise: Value, threads: readonly Thread[]): void {
    for (const id of promise.objects) this.threads.set(id, threads);
  }

  /** The threads whose end keeping this value's promise means; none where that is not certain. */
  threadsOf({ objects, unknown, tensors }: Value): readonly Thread[] {
    const [only] = objects;
    const isOne = only !== undefined && objects.length === 1 && !unknown && tensors.length === 0;
    return isOne ? (this.threads.get(only) ?? []) : [];
  }
}
