/**
 * The state at the current point of the walk: what every variable and field holds there. A branch writes into the same
 * cells and is undone at its end; what it wrote is kept aside and joined. So a read costs nothing, and a branch costs
 * what it wrote.
 */
import { merge, nothing, undefinedValue, type Value } from "./value.js";

export type CellId = number;
export type Writes = ReadonlyMap<CellId, Value>;
export const noWrites: Writes = new Map();

interface Level {
  /** What the cells that were written at this level held before. */
  readonly undo: Map<CellId, Value | undefined>;
  reachable: boolean;
}

export class Store {
  private readonly values: (Value | undefined)[] = [];
  private readonly levels: Level[] = [{ undo: new Map(), reachable: true }];

  /** How many branches deep the walk is. */
  get level(): number {
    return this.levels.length - 1;
  }

  /** The branch that is being walked: what happens in one happens in the order of the walk. */
  get region(): object | null {
    return this.levels.at(-1) ?? null;
  }

  /** False after a jump: nothing that follows happens. */
  get reachable(): boolean {
    return this.levels.at(-1)?.reachable ?? false;
  }

  set reachable(reachable: boolean) {
    const top = this.levels.at(-1);
    if (top !== undefined) top.reachable = reachable;
  }

  get(cell: CellId): Value | undefined {
    return this.values[cell];
  }

  set(cell: CellId, value: Value): void {
    const undo = this.levels.at(-1)?.undo;
    if (undo !== undefined && !undo.has(cell)) undo.set(cell, this.values[cell]);
    this.values[cell] = value;
  }

  /** What a cell held when the walk was at an outer level. */
  getAt(level: number, cell: CellId): Value | undefined {
    for (let inner = level + 1; inner < this.levels.length; inner++) {
      const undo = this.levels[inner]?.undo;
      if (undo?.has(cell) === true) return undo.get(cell);
    }
    return this.values[cell];
  }

  /** Everything that was written since the walk was at an outer level. */
  writesSince(level: number): Writes {
    const writes = new Map<CellId, Value>();
    for (let inner = level + 1; inner < this.levels.length; inner++) {
      for (const cell of this.levels[inner]?.undo.keys() ?? []) {
        const value = this.values[cell];
        if (value !== undefined) writes.set(cell, value);
      }
    }
    return writes;
  }

  /** Walks one of several ways and undoes it; returns what it wrote, or null if it does not come to its end. */
  branch(start: Writes, body: () => void): Writes | null {
    this.levels.push({ undo: new Map(), reachable: true });
    for (const [cell, value] of start) this.set(cell, value);
    body();
    const writes = new Map<CellId, Value>();
    const level = this.levels.pop();
    for (const [cell, before] of level?.undo ?? []) {
      const value = this.values[cell];
      if (value !== undefined) writes.set(cell, value);
      this.values[cell] = before;
    }
    return level?.reachable === true ? writes : null;
  }

  /** Goes on with the join of branches that began here; `keeps` names the cells that outlive them. */
  join(branches: readonly Writes[], keeps: (cell: CellId) => boolean = () => true): void {
    if (branches.length === 0) {
      this.reachable = false;
      return;
    }
    for (const [cell, value] of joinWrites(this, branches)) if (keeps(cell)) this.set(cell, value);
  }
}

/** A cell that one branch did not write has there what it had before; a field that did not exist was undefined. */
export function joinWrites(store: Store, branches: readonly Writes[]): Writes {
  const [only] = branches;
  if (branches.length === 1 && only !== undefined) return only;
  const joined = new Map<CellId, Value>();
  for (const branch of branches) {
    for (const cell of branch.keys()) {
      if (joined.has(cell)) continue;
      const before = store.get(cell) ?? undefinedValue;
      joined.set(
        cell,
        branches.reduce((value, other) => merge(value, other.get(cell) ?? before), nothing),
      );
    }
  }
  return joined;
}

/** Whether `next` says nothing that `known` does not say already. */
export function covers(store: Store, known: Writes, next: Writes): boolean {
  for (const [cell, value] of next) {
    const before = known.get(cell) ?? store.get(cell);
    if (before === undefined || merge(before, value) !== before) return false;
  }
  return true;
}

/** The branches that come to their end. */
export function present(ends: readonly (Writes | null)[]): readonly Writes[] {
  return ends.filter((end) => end !== null);
}
