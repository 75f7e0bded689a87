/**
 * Calls of asynchronous functions that nobody waits for at once: what comes before the first `await` runs in the caller's
 * order, and each part that follows one when the caller waits as well.
 *
 *     async function background() { h = h.mul(2); await pause(); h = h.detach(); }
 *     void background();     // h = h.mul(2)
 *     h.sum().backward();    // nothing else has happened
 *     await done();          // from here on h may be detached
 *
 * A function that waits in the middle of something else is a thread.
 */
import { assign } from "./assign.js";
import { callWhenWaiting } from "./callbacks.js";
import type { Expression, FunctionCode, Statement } from "./code.js";
import { newObject } from "./containers.js";
import { awaitedValue, evaluate } from "./evaluate-expression.js";
import { attempt } from "./evaluate-try.js";
import { execute, newTarget } from "./evaluate-statement.js";
import type { Frame } from "./frame.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import type { Place, Run } from "./run.js";
import { noWrites, present, type Writes } from "./store.js";
import { merge, nothing, objectValue, undefinedValue, type Value } from "./value.js";

type Await = Extract<Expression, { kind: "await" }>;

/** One statement of the body; `waits` is the `await` that it begins with. */
interface Step {
  readonly statement: Statement;
  readonly waits: Await | null;
}

const known = new WeakMap<Statement, readonly Step[] | null>();

/** The statements of a body that waits only at their beginnings; null for any other. */
export function stepsOf({ body, tries }: FunctionCode): readonly Step[] | null {
  if (tries || body.kind !== "block") return null;
  const before = known.get(body);
  if (before !== undefined) return before;
  const steps = body.body.map((statement): Step => ({ statement, waits: leadingAwait(statement) }));
  const isInSteps = steps.every(({ statement, waits }) =>
    waits === null ? !waitsIn(statement) : !waitsIn(waits.operand),
  );
  const result = isInSteps ? steps : null;
  known.set(body, result);
  return result;
}

/** `await x;`, `const y = await x;`, `y = await x;`, `return await x;` */
function leadingAwait(statement: Statement): Await | null {
  switch (statement.kind) {
    case "expression": {
      const { value } = statement;
      if (value.kind === "await") return value;
      const isPlain = value.kind === "assign" && value.target.kind === "variable";
      return isPlain && value.value.kind === "await" ? value.value : null;
    }
    case "declare":
      return statement.value.kind === "await" ? statement.value : null;
    case "return":
      return statement.value?.kind === "await" ? statement.value : null;
    default:
      return null;
  }
}

const elsewhere: ReadonlySet<string> = new Set(["site", "span", "functions"]);

/** Whether this part may wait; a loop over elements may be a `for await`. Functions inside it wait for themselves. */
function waitsIn(part: unknown): boolean {
  const isPart = typeof part === "object" && part !== null && !("owner" in part) && !("flavor" in part);
  if (!isPart) return false;
  if (Array.isArray(part)) return part.some(waitsIn);
  if ("kind" in part && (part.kind === "await" || part.kind === "forOf")) return true;
  return Object.entries(part).some(([key, inner]) => !elsewhere.has(key) && waitsIn(inner));
}

/** Walks the call up to its first `await`; returns its promise. */
export function startInSteps(frame: Frame, steps: readonly Step[], begin: () => void, place: Place, run: Run): Value {
  const promise = newObject("promise", place, run, "async");
  run.initialize(promise, elementsKey, nothing);
  run.promises.chain(promise, []);
  const { region } = run.store;
  attempt(() => {
    walkSteps({ frame, steps, place, promise, region }, 0, noWrites, begin, run);
    return nothing;
  }, run);
  return objectValue(promise.id);
}

interface Started {
  readonly frame: Frame;
  readonly steps: readonly Step[];
  readonly place: Place;
  readonly promise: AbstractObject;
  /** The branch of the call. */
  readonly region: object | null;
}

/** From one step to the next one that waits. */
function walkSteps(started: Started, from: number, start: Writes, begin: () => void, run: Run): void {
  const { frame, steps, promise } = started;
  const { store } = run;
  const target = newTarget("function", [], run);
  const { targets, loopDepth } = frame;
  frame.targets = [target];
  frame.loopDepth = 0;
  run.stack.push(frame);
  const pauses: Pause[] = [];
  const { throws } = run;
  let inner: object | null = null;
  const end = store.branch(start, () => {
    inner = store.region;
    begin();
    for (let at = from; at < steps.length && store.reachable; at++) {
      const step = steps[at];
      if (step === undefined) break;
      if (step.waits === null) execute(step.statement, frame, run);
      else {
        const value = evaluate(step.waits.operand, frame, run);
        if (!store.reachable) break;
        pauses.push({ at, value, writes: store.writesSince(target.level) });
        store.reachable = false;
      }
    }
  });
  run.stack.pop();
  frame.targets = targets;
  frame.loopDepth = loopDepth;
  run.tape.justMade = null;
  if (end !== null) target.result = merge(target.result, undefinedValue);
  if (target.breaks.length > 0 || end !== null)
    run.add(run.fieldOf(promise, elementsKey), awaitedValue(target.result, run));
  const hasOneEnd = target.breaks.length + (end === null ? 0 : 1) + pauses.length === 1 && run.throws === throws;
  if (hasOneEnd) run.callbacks.moveTo(started.region, inner);
  for (const pause of pauses) goOnLater(hasOneEnd ? started : { ...started, region: null }, pause, run);
  store.join(present([...target.breaks, end, ...pauses.map(({ writes }) => writes)]), run.outlives(frame));
}

/** Where the walk has come to an `await`. */
interface Pause {
  readonly at: number;
  readonly value: Value;
  readonly writes: Writes;
}

/** What follows an `await`, with the function's own variables as they are. */
function goOnLater(started: Started, { at, value, writes }: Pause, run: Run): void {
  const { frame, steps, place, promise, region } = started;
  const outlives = run.outlives(frame);
  const own = new Map([...writes].filter(([cell]) => !outlives(cell)));
  const body = (_: unknown, now: object | null): void => {
    run.startAfter(value);
    const go = (): void => complete(steps[at]?.statement ?? null, awaitedValue(value, run), frame, run);
    walkSteps({ ...started, region: now }, at + 1, own, go, run);
  };
  const later: Place = { ...place, key: `${place.key}.after ${at}` };
  const isPlain = value.objects.length === 0 && !value.unknown && value.hosts.length === 0;
  const after = run.promises.waitedFor(value);
  const turn = isPlain ? "next" : "some time";
  callWhenWaiting({ count: "one", place: later, turn, keeps: promise, after, region, body }, run);
  run.promises.chain(promise, after);
}

/** The rest of the statement that has waited. */
function complete(statement: Statement | null, value: Value, frame: Frame, run: Run): void {
  switch (statement?.kind) {
    case "declare":
      assign(statement.target, value, frame, run);
      return;
    case "expression":
      if (statement.value.kind === "assign") assign(statement.value.target, value, frame, run);
      return;
    case "return": {
      const [target] = frame.targets;
      if (target === undefined) return;
      target.result = merge(target.result, value);
      target.breaks.push(run.store.writesSince(target.level));
      run.store.reachable = false;
      return;
    }
    default:
  }
}
