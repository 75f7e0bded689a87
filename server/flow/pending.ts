/**
 * What has been called and has not come to its end: generators until someone asks for what they yield, and promises,
 * which know the threads that keep them.
 */
import type { Thread } from "./cells.js";
import type { AbstractObject } from "./objects.js";
import type { Value } from "./value.js";

export class Generators {
  private readonly postponed = new Map<AbstractObject, readonly (() => void)[]>();
  private readonly asked = new Set<AbstractObject>();

  /** `grow` is told of a question that came before the call in the walk. */
  constructor(private readonly grow: () => void) {}

  begin(): void {
    this.postponed.clear();
  }

  /** `start` walks the body, once someone asks. */
  postpone(iterator: AbstractObject, start: () => void): void {
    const waiting = [...(this.postponed.get(iterator) ?? []), start];
    if (waiting.length > 4) start();
    else this.postponed.set(iterator, waiting);
  }

  ask(iterator: AbstractObject): void {
    const waiting = this.postponed.get(iterator);
    if (waiting !== undefined) this.postponed.delete(iterator);
    if (!this.asked.has(iterator)) {
      this.asked.add(iterator);
      // Whoever asks may do so before the walk comes to the call.
      if (waiting === undefined) this.grow();
    }
    for (const start of waiting ?? []) start();
  }

  /** One that was called after it had been asked. */
  next(): AbstractObject | null {
    return [...this.postponed.keys()].find((iterator) => this.asked.has(iterator)) ?? null;
  }
}

export class Promises {
  private readonly threads = new Map<number, readonly Thread[]>();

  begin(): void {
    this.threads.clear();
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
