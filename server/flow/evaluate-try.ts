/**
 * `try`: anything in it may throw at any point, so its handler sees every value that any cell had meanwhile. The
 * finalizer is walked for every way out.
 */
import { assign } from "./assign.js";
import type { Statement } from "./code.js";
import { branch, execute, present } from "./evaluate-statement.js";
import type { Frame } from "./frame.js";
import type { Run } from "./run.js";
import { joinWrites, type CellId, type Store, type Writes } from "./store.js";
import { merge, undefinedValue, unknownValue, type Value } from "./value.js";

export function executeTry(statement: Extract<Statement, { kind: "try" }>, frame: Frame, run: Run): void {
  const { body, parameter, handler, finalizer } = statement;
  const base = run.store;
  const jumpsBefore = frame.targets.map(({ breaks, continues }) => ({
    breaks: breaks.length,
    continues: continues.length,
  }));
  const seen = new Map<CellId, Value>();
  const handled = new Map<CellId, Value>();
  const ends: (Writes | null)[] = [];
  const collecting = (into: Map<CellId, Value>, walk: () => Writes | null): void => {
    run.handlers.push(into);
    ends.push(walk());
    run.handlers.pop();
  };
  collecting(seen, () => branch(base, run, () => execute(body, frame, run)));
  const thrown = withBefore(base, seen);
  if (handler !== null) {
    const handle = (): void => {
      if (parameter !== null) assign(parameter, unknownValue, frame, run);
      execute(handler, frame, run);
    };
    collecting(handled, () => branch(base, run, handle, thrown));
  }
  if (finalizer === null) {
    base.join(present(ends));
    return;
  }
  const normal = present(ends);
  const finish = (start: Writes): Writes | null => branch(base, run, () => execute(finalizer, frame, run), start);
  finishJumps(jumpsBefore, joinWrites(base, [thrown, withBefore(base, handled), ...normal]), finish, frame);
  base.join(present(normal.length === 0 ? [] : [finish(joinWrites(base, normal))]));
}

/** Each cell may still hold what it held before the `try`. */
function withBefore(base: Store, seen: ReadonlyMap<CellId, Value>): Writes {
  return new Map([...seen].map(([cell, value]) => [cell, merge(base.get(cell) ?? undefinedValue, value)] as const));
}

/** A jump out of the `try` runs the finalizer first: what that writes may be there when the jump lands. */
function finishJumps(
  before: readonly { readonly breaks: number; readonly continues: number }[],
  anyState: Writes,
  finish: (start: Writes) => Writes | null,
  frame: Frame,
): void {
  const written = finish(anyState) ?? new Map<CellId, Value>();
  frame.targets.forEach((target, index) => {
    const counts = before[index] ?? { breaks: 0, continues: 0 };
    amend(target.breaks, counts.breaks, written, target.base);
    amend(target.continues, counts.continues, written, target.base);
  });
}

function amend(jumps: Writes[], from: number, written: Writes, base: Store): void {
  for (let index = from; index < jumps.length; index++) {
    const jump = new Map(jumps[index]);
    for (const [cell, value] of written)
      jump.set(cell, merge(jump.get(cell) ?? base.get(cell) ?? undefinedValue, value));
    jumps[index] = jump;
  }
}
