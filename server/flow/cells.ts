/**
 * The cells of one walk: every variable that closures share and every field. A cell is written in the order of the
 * program as long as that order is known. As soon as one thread writes what another one reads or writes, nobody knows
 * which comes first: from then on it holds the sum of everything that was ever written to it.
 *
 *     let h = x.mul(2);
 *     setTimeout(() => { h = h.detach(); });   // another thread: from here on h is both, everywhere
 *     await pause();
 *     h.sum().backward();
 *
 * What a thread did before it started another one comes before all that the other does; what a thread did whose promise
 * was awaited comes before what follows.
 */
import type { Frame } from "./frame.js";
import type { AbstractObject } from "./objects.js";
import { Store, type CellId } from "./store.js";
import { merge, nothing, undefinedValue, type Value } from "./value.js";

/** What runs in an order of its own: the program, a call that nobody waits for, a generator, whoever is outside. */
export interface Thread {
  /** "many": several of it may run at once. "all": walked once for everything of its kind that runs at any time. */
  readonly count: "one" | "many" | "all";
  /** Who has awaited its end. */
  readonly awaitedBy: Set<Thread>;
  /** The branch in which it was started. */
  readonly region: object | null;
}

export interface Cell {
  /** Dropped when this frame returns; null for what outlives it. */
  readonly local: Frame | null;
  readonly weak: boolean;
  readonly owner: AbstractObject | null;
  /** Nobody can read it before its first write. */
  readonly initialized: boolean;
}

class LiveCell implements Cell {
  readonly local: Cell["local"];
  readonly weak: boolean;
  readonly owner: Cell["owner"];
  readonly initialized: boolean;
  shared = false;
  /** Everything that was ever written to it; null if nothing was. */
  sum: Value | null = null;
  /** Every write wrote the same. */
  steady = true;
  /** Who wrote it last and who has read that since, in which walk through the program. */
  writer: Thread | null = null;
  readers: readonly Thread[] = [];
  walk = 0;

  constructor({ local, weak, owner, initialized }: Cell) {
    this.local = local;
    this.weak = weak;
    this.owner = owner;
    this.initialized = initialized;
  }
}

export class Cells {
  store = new Store();
  /** The writes inside each `try` around the current point. */
  readonly handlers: Map<CellId, Value>[] = [];
  /** Something runs, or has run, beside the program. */
  isConcurrent = false;
  private readonly all: LiveCell[] = [];
  private threads: Thread[] = [];
  private walk = 0;

  /** `grow` is told of everything that earlier reads have missed. */
  constructor(private readonly grow: () => void) {}

  /** The program starts from its beginning. */
  begin(count: Thread["count"]): void {
    this.store = new Store();
    this.threads = [{ count, awaitedBy: new Set(), region: null }];
    this.walk++;
  }

  /** Walks something that nobody waits for, started in `region`; whether and how it ends is nothing to those who go on. */
  apart<T>(count: Thread["count"], body: (thread: Thread) => T, region: object | null): T {
    this.isConcurrent = true;
    const thread: Thread = { count: wider(this.thread.count, count), awaitedBy: new Set(), region };
    this.threads.push(thread);
    const result = body(thread);
    this.threads.pop();
    this.store.reachable = true;
    return result;
  }

  /** The current thread goes on after this one has come to its end. */
  waitFor(thread: Thread): void {
    if (thread.count === "one") thread.awaitedBy.add(this.thread);
  }

  add(cell: Cell): CellId {
    return this.all.push(new LiveCell(cell)) - 1;
  }

  factsOf(id: CellId): Cell | null {
    return this.all[id] ?? null;
  }

  isShared(id: CellId): boolean {
    return this.all[id]?.shared === true;
  }

  /** From now on it holds the sum of its writes. */
  share(id: CellId): void {
    const cell = this.all[id];
    if (cell === undefined || cell.shared) return;
    cell.shared = true;
    if (cell.sum !== null) cell.sum = merge(cell.sum, absentIn(cell));
    if (!cell.steady) this.grow();
  }

  read(id: CellId): Value | undefined {
    const cell = this.touch(id, "read");
    return cell?.shared === true ? (cell.sum ?? undefined) : this.store.get(id);
  }

  write(id: CellId, value: Value, how: "replace" | "add"): void {
    const cell = this.touch(id, "write");
    if (cell === null) return;
    if (cell.shared) return this.addToSum(cell, value);
    if (cell.local === null) remember(cell, value);
    for (const handler of this.handlers) handler.set(id, merge(handler.get(id) ?? nothing, value));
    const before = how === "add" ? (this.store.get(id) ?? absentIn(cell)) : nothing;
    this.store.set(id, merge(before, value));
  }

  /** Who is walked. */
  get thread(): Thread {
    return this.threads.at(-1) ?? { count: "all", awaitedBy: new Set(), region: null };
  }

  private touch(id: CellId, how: "read" | "write"): LiveCell | null {
    const cell = this.all[id];
    if (cell === undefined) return null;
    if (cell.local !== null || cell.shared) return cell;
    const { thread } = this;
    if (cell.walk !== this.walk) {
      cell.walk = this.walk;
      cell.writer = null;
      cell.readers = [];
    }
    const isInOrder = thread.count !== "all" && this.isBefore(cell.writer);
    if (how === "read") {
      if (!isInOrder) this.share(id);
      else if (cell.writer !== thread && !cell.readers.includes(thread)) cell.readers = [...cell.readers, thread];
    } else if (thread.count === "one" && isInOrder && cell.readers.every((reader) => this.isBefore(reader))) {
      cell.writer = thread;
      cell.readers = [];
    } else this.share(id);
    return cell;
  }

  /** Whether all that a thread has done so far comes before what the current one does. */
  private isBefore(thread: Thread | null, depth = 4): boolean {
    if (thread === null || this.threads.includes(thread)) return true;
    return depth > 0 && [...thread.awaitedBy].some((waiting) => this.isBefore(waiting, depth - 1));
  }

  private addToSum(cell: LiveCell, value: Value): void {
    const sum = merge(cell.sum ?? absentIn(cell), value);
    if (sum === cell.sum) return;
    cell.sum = sum;
    this.grow();
  }
}

function wider(a: Thread["count"], b: Thread["count"]): Thread["count"] {
  if (a === "all" || b === "all") return "all";
  return a === "many" ? a : b;
}

/** What a read may find before the first write. */
function absentIn({ initialized }: Cell): Value {
  return initialized ? nothing : undefinedValue;
}

function remember(cell: LiveCell, value: Value): void {
  if (cell.sum === null) cell.sum = value;
  if (cell.sum === value) return;
  const sum = merge(cell.sum, value);
  if (sum !== cell.sum || (cell.steady && merge(value, sum) !== value)) cell.steady = false;
  cell.sum = sum;
}
