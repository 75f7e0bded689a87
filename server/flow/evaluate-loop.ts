/**
 * Loops: the body is walked again until nothing is added. A loop that certainly goes around a few times only is walked
 * once for each, so that what one round leaves is what the next one finds.
 *
 *     for (const layer of [first, second]) h = layer.forward(h);
 *     let last = h;
 *     for (let i = 0; i < 2; i++) last = last.detach();   // cut for certain
 */
import { runCallbacks } from "./callbacks.js";
import { assign } from "./assign.js";
import type { Expression, Statement, Variable } from "./code.js";
import { iteration, knownElements, knownLength } from "./containers.js";
import { awaitedValue, evaluate, placeOf, unnamed } from "./evaluate-expression.js";
import { execute, newTarget } from "./evaluate-statement.js";
import type { Frame } from "./frame.js";
import type { AbstractObject } from "./objects.js";
import { pullable, unrolled, type Pull } from "./pull.js";
import { ownKeys, type Run } from "./run.js";
import { covers, joinWrites, noWrites, present, type Writes } from "./store.js";
import { turnsOf, type Turns } from "./turns.js";
import { anyPrimitive, literal, merge, onlyLiteral, truthOf, type Truth, type Value } from "./value.js";

/** So many rounds are walked one by one, in so many loops within each other. */
const mostRounds = 4;
const mostNested = 2;

/** The first test is walked alone: when it must hold, the way around the loop does not exist. */
export function executeLoop(statement: Extract<Statement, { kind: "loop" }>, frame: Frame, run: Run): void {
  const { test, update, body, labels } = statement;
  const { store, tape } = run;
  const passes = tape.passCount;
  const exits: Writes[] = [];
  const testAfter = (start: Writes, prepare: () => void): { truth: Truth; writes: Writes | null } => {
    let truth: Truth = "yes";
    const writes = store.branch(start, () => {
      prepare();
      if (store.reachable && test !== null) truth = truthOf(evaluate(test, frame, run));
    });
    return { truth, writes };
  };
  const loop = enterLoop(statement, turnsOf(statement, frame, run), frame, run);
  const walkBody = (): void => execute(body, frame, run);
  const first =
    statement.first === "body" ? { truth: "yes" as const, writes: noWrites } : testAfter(noWrites, () => undefined);
  if (first.writes !== null && first.truth !== "yes") exits.push(first.writes);
  let head: Writes | null = first.truth === "no" ? null : first.writes;
  let round = first.truth === "yes" ? firstRound(statement, frame, run) : null;
  if (round !== null) run.roundsNested++;
  const nested = round === null ? 0 : 1;
  while (head !== null) {
    const growth = run.growth;
    const { breaks, ends } = loopBody(walkBody, labels, head, frame, run);
    const next =
      ends.length === 0
        ? null
        : testAfter(run.training.goAround(joinWrites(store, ends), loop), () => {
            round = round === null || tape.passCount > passes ? null : nextRound(round, frame, run);
            if (round === null && update !== null) evaluate(update, frame, run);
          });
    const again = next === null || next.truth === "no" ? null : next.writes;
    if (again !== null && round !== null && next?.truth === "yes") {
      exits.push(...breaks);
      head = again;
      continue;
    }
    if (again !== null && !(covers(store, head, again) && growth === run.growth)) {
      head = joinWrites(store, [head, again]);
      continue;
    }
    if (again !== null && tape.passCount > passes)
      loopBody(() => tape.walkLater(statement, walkBody), labels, again, frame, run);
    exits.push(...breaks);
    if (next !== null && next.writes !== null && next.truth !== "yes") exits.push(next.writes);
    head = null;
  }
  run.roundsNested -= nested;
  leaveLoop(frame, run);
  store.join(exits);
}

/** A counter that goes up by one in each round, and what it is in this one. */
interface Round {
  readonly counter: Variable;
  readonly number: number;
}

/** Of a loop that counts to a number nearby. */
function firstRound({ counts, test }: Extract<Statement, { kind: "loop" }>, frame: Frame, run: Run): Round | null {
  if (counts === null || run.roundsNested >= mostNested || test?.kind !== "binary") return null;
  const isCounted = test.left.kind === "variable" && test.left.variable === counts && /^(<=?|!==?)$/.test(test.op);
  if (!isCounted || !["literal", "variable", "get"].includes(test.right.kind)) return null;
  const from = numberIn(test.left, frame, run);
  const to = numberIn(test.right, frame, run);
  return from === null || to === null || to - from > mostRounds ? null : { counter: counts, number: from };
}

/** Null where the body has changed the counter, or may have. */
function nextRound({ counter, number }: Round, frame: Frame, run: Run): Round | null {
  if (numberIn({ kind: "variable", variable: counter }, frame, run) !== number) return null;
  assign({ kind: "variable", variable: counter }, literal(number + 1), frame, run);
  return { counter, number: number + 1 };
}

function numberIn(expression: Expression, frame: Frame, run: Run): number | null {
  const only = onlyLiteral(evaluate(expression, frame, run));
  return only !== null && typeof only.value === "number" ? only.value : null;
}

function enterLoop(part: object, turns: Turns, frame: Frame, run: Run): number {
  frame.loopDepth++;
  run.iterations.loops.push(part);
  return run.training.enterLoop(part, turns);
}

function leaveLoop(frame: Frame, run: Run): void {
  frame.loopDepth--;
  run.iterations.loops.pop();
  run.training.leaveLoop();
}

interface LoopEnds {
  readonly breaks: readonly Writes[];
  /** What goes around again: the end of the body and every `continue`. */
  readonly ends: readonly Writes[];
}

function loopBody(walkOnce: () => void, labels: readonly string[], head: Writes, frame: Frame, run: Run): LoopEnds {
  const target = newTarget("loop", labels, run);
  frame.targets.push(target);
  const end = run.store.branch(head, walkOnce);
  frame.targets.pop();
  return { breaks: target.breaks, ends: present([...target.continues, end]) };
}

export function executeForOf(statement: Extract<Statement, { kind: "forOf" }>, frame: Frame, run: Run): void {
  const place = placeOf(statement, unnamed(frame), frame, run);
  const iterable = unrolled(evaluate(statement.iterable, frame, run), place, run);
  // It may be a `for await`.
  if (frame.code.awaits) runCallbacks(run);
  const pulled = pullable(iterable, run);
  if (pulled !== null) return executePulled(statement, pulled.pull, frame, run);
  const places = placesOf(iterable, run);
  if (places?.length === 0) return;
  // Each round asks anew: the body may add elements, and an iterator of the program's own has a state.
  const nextElement = iteration(iterable, place, run);
  const next = (round: number | null): Value => {
    const element = (round === null ? undefined : placesOf(iterable, run)?.[round]) ?? nextElement();
    // `for await` unwraps promises; a plain loop over promises loses nothing by it.
    return merge(element, awaitedValue(element, run));
  };
  const lengthNow = (): number | null => placesOf(iterable, run)?.length ?? null;
  const runs = places !== null || isFilled(iterable, run) ? "yes" : "maybe";
  const turns = lengthsOf(iterable, run)?.every((length) => length === 1) === true ? "once" : "often";
  run.freezing.enter(iterable, frame);
  executeEach(statement, { next, lengthNow, runs, turns }, frame, run);
  run.freezing.leave();
}

/** The body of the loop is walked at each `yield`, inside the generator's own walk. */
function executePulled(
  { target, body, labels }: Extract<Statement, { kind: "forOf" }>,
  pull: Pull,
  frame: Frame,
  run: Run,
): void {
  const { store } = run;
  const jumps = newTarget("loop", labels, run);
  const loop = enterLoop(body, "often", frame, run);
  frame.targets.push(jumps);
  const end = store.branch(noWrites, () => {
    pull((element) => {
      const ended = store.branch(noWrites, () => {
        assign(target, merge(element, awaitedValue(element, run)), frame, run);
        execute(body, frame, run);
      });
      const ends = present([...jumps.continues.splice(0), ended]);
      if (ends.length === 0) store.reachable = false;
      else store.join([run.training.goAround(joinWrites(store, ends), loop)]);
    });
  });
  frame.targets.pop();
  leaveLoop(frame, run);
  store.join(present([...jumps.breaks, end]));
}

/** Whatever it is, it has an element. */
function isFilled(iterable: Value, run: Run): boolean {
  const lengths = lengthsOf(iterable, run);
  return (
    lengths !== null && (run.freezing.isFilled(iterable) || lengths.every((length) => length !== null && length > 0))
  );
}

/** How long each of the lists is that it may be; null where it may be something else. */
function lengthsOf(iterable: Value, run: Run): readonly (number | null)[] | null {
  const others = iterable.unknown || iterable.hosts.length > 0 || iterable.primitives.length > 0;
  if (others || iterable.objects.length === 0) return null;
  return run.objectsOf(iterable).map((object) => (object.shape.kind === "array" ? knownLength(object, run) : null));
}

/** Every element in its place, where this is one array and nothing else. */
function placesOf(value: Value, run: Run): readonly Value[] | null {
  const [only, ...others] = run.objectsOf(value);
  const isOne = only !== undefined && others.length === 0 && value.tensors.length + value.hosts.length === 0;
  return isOne && !value.unknown && value.primitives.length === 0 ? knownElements(only, run) : null;
}

export function executeForIn(statement: Extract<Statement, { kind: "forIn" }>, frame: Frame, run: Run): void {
  const value = evaluate(statement.object, frame, run);
  const objects = run.objectsOf(value);
  const isCertain = objects.length > 0 && !value.unknown && value.primitives.length + value.hosts.length === 0;
  const runs =
    isCertain && value.tensors.length === 0 && objects.every((each) => hasField(each, run)) ? "yes" : "maybe";
  executeEach(statement, { next: () => anyPrimitive, lengthNow: () => null, runs, turns: "often" }, frame, run);
}

/** A field that is certainly there: it was made with the object, and it is not undefined. */
function hasField(object: AbstractObject, run: Run): boolean {
  return (
    object.shape.kind === "plain" &&
    ownKeys(object).some((key) => {
      const value = key.startsWith("@@") ? null : run.initialValue(object, key);
      return value !== null && value.primitives !== "any" && !value.primitives.includes(undefined);
    })
  );
}

interface Elements {
  /** What stands in this round's place, or, without one, in any. */
  next(round: number | null): Value;
  lengthNow(): number | null;
  /** Whether the body is certain to be walked at least once. */
  readonly runs: "yes" | "maybe";
  readonly turns: Turns;
}

/** A loop over elements. */
function executeEach(
  statement: Pick<Extract<Statement, { kind: "forOf" }>, "target" | "body" | "labels">,
  { next, lengthNow, runs, turns }: Elements,
  frame: Frame,
  run: Run,
): void {
  const { target, body, labels } = statement;
  const { store, tape } = run;
  const passes = tape.passCount;
  const exits: Writes[] = runs === "yes" ? [] : [noWrites];
  const length = lengthNow();
  const isShort = length !== null && length <= mostRounds && run.roundsNested < mostNested;
  let round: number | null = isShort ? 0 : null;
  const walkOnce = (): void => {
    assign(target, next(round), frame, run);
    execute(body, frame, run);
  };
  const loop = enterLoop(body, turns, frame, run);
  const nested = isShort ? 1 : 0;
  run.roundsNested += nested;
  let head = noWrites;
  for (;;) {
    const growth = run.growth;
    const { breaks, ends } = loopBody(walkOnce, labels, head, frame, run);
    const again = ends.length === 0 ? null : run.training.goAround(joinWrites(store, ends), loop);
    if (round !== null) {
      let after: number | null = null;
      if (again !== null) store.branch(again, () => void (after = lengthNow()));
      const isSame = (again === null || after === length) && tape.passCount === passes;
      round = isSame ? round + 1 : null;
      if (isSame) exits.push(...breaks);
      if (isSame && again !== null && round !== length) {
        head = again;
        continue;
      }
      if (isSame) {
        exits.push(...present([again]));
        break;
      }
    }
    if (again !== null && !(covers(store, head, again) && growth === run.growth)) {
      head = joinWrites(store, [head, again]);
      continue;
    }
    if (again !== null && tape.passCount > passes)
      loopBody(() => tape.walkLater(body, walkOnce), labels, again, frame, run);
    exits.push(...breaks, ...present([again]));
    break;
  }
  run.roundsNested -= nested;
  leaveLoop(frame, run);
  store.join(exits);
}
