/**
 * `try`: anything in it may throw at any point, so its handler sees every value that any cell had meanwhile. The
 * finalizer is walked for every way out: the normal end, each jump, and what is thrown on.
 */
import { assign } from "./assign.js";
import type { Statement } from "./code.js";
import { execute } from "./evaluate-statement.js";
import type { Frame, JumpTarget } from "./frame.js";
import type { Run } from "./run.js";
import { joinWrites, noWrites, present, type CellId, type Store, type Writes } from "./store.js";
import { merge, nothing, undefinedValue, unknownValue, type Value } from "./value.js";

export function executeTry(statement: Extract<Statement, { kind: "try" }>, frame: Frame, run: Run): void {
  const { body, parameter, handler, finalizer } = statement;
  const { store } = run;
  const before = frame.targets.map(takeJumps);
  const catcher = { thrown: nothing };
  if (handler !== null) run.catchers.push(catcher);
  const tried = collecting(noWrites, () => execute(body, frame, run), run);
  if (handler !== null) run.catchers.pop();
  const thrown = withBefore(tried.seen, store);
  const handle = (): void => {
    if (parameter !== null) assign(parameter, merge(unknownValue, catcher.thrown), frame, run);
    if (handler !== null) execute(handler, frame, run);
  };
  const handled = handler === null ? null : collecting(thrown, handle, run);
  const ends = present([tried.end, handled?.end ?? null]);
  const inside = frame.targets.map(takeJumps);
  frame.targets.forEach((target, index) => giveBack(target, before[index]));
  if (finalizer === null) {
    frame.targets.forEach((target, index) => giveBack(target, inside[index]));
    store.join(ends);
    return;
  }
  const finish = (starts: readonly Writes[]): Writes | null =>
    starts.length === 0 ? null : store.branch(joinWrites(store, starts), () => execute(finalizer, frame, run));
  frame.targets.forEach((target, index) => finishJumps(target, inside[index], finish));
  // What was thrown is thrown on afterward, so this way does not come to its end here.
  finish([thrown, ...(handled === null ? [] : [withBefore(handled.seen, store)])]);
  store.join(present([finish(ends)]));
}

interface Jumps {
  readonly breaks: readonly Writes[];
  readonly continues: readonly Writes[];
  readonly result: Value;
}

/** The jumps that have been made so far; those that follow are counted anew. */
function takeJumps(target: JumpTarget): Jumps {
  const taken = { breaks: target.breaks.splice(0), continues: target.continues.splice(0), result: target.result };
  target.result = nothing;
  return taken;
}

function giveBack(target: JumpTarget, jumps: Jumps | undefined): void {
  if (jumps === undefined) return;
  target.breaks.push(...jumps.breaks);
  target.continues.push(...jumps.continues);
  target.result = merge(target.result, jumps.result);
}

/** A jump out of the `try` runs the finalizer first; where that does not come to its end, the jump does not land. */
function finishJumps(
  target: JumpTarget,
  jumps: Jumps | undefined,
  finish: (starts: readonly Writes[]) => Writes | null,
): void {
  if (jumps === undefined) return;
  const [breaks, continues] = [present([finish(jumps.breaks)]), present([finish(jumps.continues)])];
  giveBack(target, { breaks, continues, result: breaks.length > 0 ? jumps.result : nothing });
}

/** Walks what keeps to itself what is thrown in it: the caller goes on, after whatever part of it has run. */
export function attempt(body: () => Value, run: Run): Value {
  let value = nothing;
  let inner: object | null = null;
  const { throws, store } = run;
  const walkIt = (): void => {
    inner = store.region;
    value = run.uncaught(body);
  };
  const tried = collecting(noWrites, walkIt, run);
  const partly = run.throws > throws || tried.end === null ? withBefore(tried.seen, store) : null;
  if (partly === null) run.callbacks.moveTo(store.region, inner);
  store.join(present([tried.end, partly]));
  return value;
}

interface Collected {
  readonly end: Writes | null;
  /** Everything that any cell held meanwhile. */
  readonly seen: Writes;
}

function collecting(start: Writes, body: () => void, run: Run): Collected {
  const seen = new Map<CellId, Value>();
  run.handlers.push(seen);
  run.tryDepth++;
  const end = run.store.branch(start, body);
  run.tryDepth--;
  run.handlers.pop();
  return { end, seen };
}

/** Each cell may still hold what it held before the `try`. */
function withBefore(seen: Writes, store: Store): Writes {
  return new Map([...seen].map(([cell, value]) => [cell, merge(store.get(cell) ?? undefinedValue, value)] as const));
}
