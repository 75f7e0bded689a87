/**
 * `try`: anything in it may throw at any point, so its handler sees every value that any cell had meanwhile. The
 * finalizer is walked for every way out.
 */
import { assign } from "./assign.js";
import type { Statement } from "./code.js";
import { execute } from "./evaluate-statement.js";
import type { Frame } from "./frame.js";
import type { Run } from "./run.js";
import { joinWrites, noWrites, present, type CellId, type Store, type Writes } from "./store.js";
import { merge, undefinedValue, unknownValue, type Value } from "./value.js";

export function executeTry(statement: Extract<Statement, { kind: "try" }>, frame: Frame, run: Run): void {
  const { body, parameter, handler, finalizer } = statement;
  const { store } = run;
  const jumpsBefore = frame.targets.map(({ breaks, continues }) => ({
    breaks: breaks.length,
    continues: continues.length,
  }));
  const tried = collecting(noWrites, () => execute(body, frame, run), run);
  const thrown = withBefore(tried.seen, store);
  const handled =
    handler === null
      ? null
      : collecting(
          thrown,
          () => {
            if (parameter !== null) assign(parameter, unknownValue, frame, run);
            execute(handler, frame, run);
          },
          run,
        );
  const ends = present([tried.end, handled?.end ?? null]);
  if (finalizer === null) {
    store.join(ends);
    return;
  }
  const finish = (start: Writes): Writes | null => store.branch(start, () => execute(finalizer, frame, run));
  const anyState = [thrown, ...(handled === null ? [] : [withBefore(handled.seen, store)]), ...ends];
  finishJumps(jumpsBefore, finish(joinWrites(store, anyState)) ?? noWrites, frame, store);
  store.join(ends.length === 0 ? [] : present([finish(joinWrites(store, ends))]));
}

interface Collected {
  readonly end: Writes | null;
  /** Everything that any cell held meanwhile. */
  readonly seen: Writes;
}

function collecting(start: Writes, body: () => void, run: Run): Collected {
  const seen = new Map<CellId, Value>();
  run.handlers.push(seen);
  const end = run.store.branch(start, body);
  run.handlers.pop();
  return { end, seen };
}

/** Each cell may still hold what it held before the `try`. */
function withBefore(seen: Writes, store: Store): Writes {
  return new Map([...seen].map(([cell, value]) => [cell, merge(store.get(cell) ?? undefinedValue, value)] as const));
}

/** A jump out of the `try` runs the finalizer first: what that writes may be there when the jump lands. */
function finishJumps(
  before: readonly { readonly breaks: number; readonly continues: number }[],
  written: Writes,
  frame: Frame,
  store: Store,
): void {
  frame.targets.forEach((target, index) => {
    const counts = before[index] ?? { breaks: 0, continues: 0 };
    amend(target.breaks, counts.breaks, written, target.level, store);
    amend(target.continues, counts.continues, written, target.level, store);
  });
}

function amend(jumps: Writes[], from: number, written: Writes, level: number, store: Store): void {
  for (let index = from; index < jumps.length; index++) {
    const jump = new Map(jumps[index]);
    for (const [cell, value] of written)
      jump.set(cell, merge(jump.get(cell) ?? store.getAt(level, cell) ?? undefinedValue, value));
    jumps[index] = jump;
  }
}
