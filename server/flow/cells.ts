/**
 * The cells of one walk: every variable that closures share and every field. A cell that only one thread touches is
 * written in the order of the program. As soon as a second thread touches it, or one that may run many times at once,
 * nobody knows which write comes first: from then on it holds the sum of everything that was ever written to it.
 *
 *     let h = x.mul(2);
 *     setTimeout(() => { h = h.detach(); });   // another thread: from here on h is both, everywhere
 *     await pause();
 *     h.sum().backward();
 *
 * A thread may take over what the threads that started it touched before: that came first in any case.
 */
import type { Frame } from "./frame.js";
import type { AbstractObject } from "./objects.js";
import { Store, type CellId } from "./store.js";
import { merge, nothing, undefinedValue, type Value } from "./value.js";

/** What runs in an order of its own: the program, a call that nobody waits for, a generator, whoever is outside. */
export interface Thread {
  /** "many" where several of it may run at once. */
  readonly count: "one" | "many";
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
  /** Who touched it last, and in which walk through the program. */
  thread: Thread | null = null;
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
    this.threads = [{ count }];
    this.walk++;
  }

  /** Walks something that nobody waits for; whether and how it ends is nothing to those who go on. */
  apart<T>(count: Thread["count"], body: () => T): T {
    this.isConcurrent = true;
    this.threads.push({ count: this.thread.count === "many" ? "many" : count });
    const result = body();
    this.threads.pop();
    this.store.reachable = true;
    return result;
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
    const cell = this.touch(id);
    return cell?.shared === true ? (cell.sum ?? undefined) : this.store.get(id);
  }

  write(id: CellId, value: Value, how: "replace" | "add"): void {
    const cell = this.touch(id);
    if (cell === null) return;
    if (cell.shared) return this.addToSum(cell, value);
    if (cell.local === null) remember(cell, value);
    for (const handler of this.handlers) handler.set(id, merge(handler.get(id) ?? nothing, value));
    const before = how === "add" ? (this.store.get(id) ?? absentIn(cell)) : nothing;
    this.store.set(id, merge(before, value));
  }

  private get thread(): Thread {
    return this.threads.at(-1) ?? { count: "many" };
  }

  private touch(id: CellId): LiveCell | null {
    const cell = this.all[id];
    if (cell === undefined) return null;
    if (cell.local !== null || cell.shared) return cell;
    const { thread } = this;
    const isOwn = cell.thread === thread && cell.walk === this.walk;
    if (isOwn && thread.count === "one") return cell;
    const isFree = cell.walk !== this.walk || cell.thread === null || this.threads.includes(cell.thread);
    if (thread.count === "one" && isFree) {
      cell.thread = thread;
      cell.walk = this.walk;
    } else this.share(id);
    return cell;
  }

  private addToSum(cell: LiveCell, value: Value): void {
    const sum = merge(cell.sum ?? absentIn(cell), value);
    if (sum === cell.sum) return;
    cell.sum = sum;
    this.grow();
  }
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
