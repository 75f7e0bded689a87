/**
 * The state at one point of the program: what every variable and field holds there. A branch works on a fork that
 * remembers only its own writes; joining two branches therefore costs what they wrote, not what there is.
 */
import { merge, undefinedValue, type Value } from "./value.js";

export type CellId = number;
export type Writes = ReadonlyMap<CellId, Value>;

export class Store {
  /** False after a jump: nothing that follows happens. */
  reachable = true;
  private readonly own: Map<CellId, Value>;

  constructor(
    readonly parent: Store | null,
    writes: Writes = new Map(),
  ) {
    this.own = new Map(writes);
  }

  get(cell: CellId): Value | undefined {
    for (let store: Store | null = this; store !== null; store = store.parent) {
      const value = store.own.get(cell);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(cell: CellId, value: Value): void {
    this.own.set(cell, value);
  }

  /** Everything that was written since `base`, which must be this store or one it was forked from. */
  writesSince(base: Store): Map<CellId, Value> {
    const writes = new Map<CellId, Value>();
    for (let store: Store | null = this; store !== null && store !== base; store = store.parent) {
      for (const [cell, value] of store.own) if (!writes.has(cell)) writes.set(cell, value);
    }
    return writes;
  }

  /** Makes this store the join of the branches that were forked from it; `keeps` names the cells that outlive them. */
  join(branches: readonly Writes[], keeps: (cell: CellId) => boolean = () => true): void {
    if (branches.length === 0) {
      this.reachable = false;
      return;
    }
    for (const [cell, value] of joinWrites(this, branches)) if (keeps(cell)) this.own.set(cell, value);
  }
}

/** A cell that one branch did not write has there what it had before; a field that did not exist was undefined. */
export function joinWrites(base: Store, branches: readonly Writes[]): Writes {
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return only;
  const joined = new Map<CellId, Value>();
  for (const branch of branches) {
    for (const cell of branch.keys()) {
      if (joined.has(cell)) continue;
      const values = branches.map((other) => other.get(cell) ?? base.get(cell) ?? undefinedValue);
      joined.set(cell, values.reduce(merge));
    }
  }
  return joined;
}

/** Whether `next` says nothing that `known` does not say already. */
export function covers(base: Store, known: Writes, next: Writes): boolean {
  for (const [cell, value] of next) {
    const before = known.get(cell) ?? base.get(cell);
    if (before === undefined || merge(before, value) !== before) return false;
  }
  return true;
}
