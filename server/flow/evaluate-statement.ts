/**
 * Statements: the walk through a body in order. A branch works on a fork of the state, a loop repeats until nothing
 * is added, a jump hands its state to where it lands, and what can not be reached is not walked.
 */
import { assign } from "./assign.js";
import type { Expression, HoistedFunction, Statement } from "./code.js";
import { iteration, knownLength } from "./containers.js";
import { awaitedValue, evaluate, placeOf, unnamed } from "./evaluate-expression.js";
import { evaluateBinary } from "./evaluate-operator.js";
import { executeTry } from "./evaluate-try.js";
import { frameOf, type Frame, type JumpTarget } from "./frame.js";
import { choicesIn, isOpenChoice } from "./choices.js";
import { noticeChange, noticeDiscarded } from "./notice.js";
import type { Run } from "./run.js";
import { turnsOf, type Turns } from "./turns.js";
import { covers, joinWrites, noWrites, present, type Writes } from "./store.js";
import { anyPrimitive, merge, nothing, objectValue, truthOf, undefinedValue, type Truth, type Value } from "./value.js";

export function execute(statement: Statement, frame: Frame, run: Run): void {
  if (!run.store.reachable) return;
  run.step();
  switch (statement.kind) {
    case "expression":
      noticeChange(statement, run);
      noticeDiscarded(statement, evaluate(statement.value, frame, run), run);
      return;
    case "declare":
      assign(statement.target, evaluate(statement.value, frame, run), frame, run);
      return;
    case "block":
      hoist(statement.functions, frame, run);
      for (const inner of statement.body) execute(inner, frame, run);
      return;
    case "if":
      executeIf(statement, frame, run);
      return;
    case "loop":
      executeLoop(statement, frame, run);
      return;
    case "forOf":
      executeForOf(statement, frame, run);
      return;
    case "forIn": {
      evaluate(statement.object, frame, run);
      executeEach(statement, () => anyPrimitive, { runs: "maybe", turns: "often" }, frame, run);
      return;
    }
    case "switch":
      executeSwitch(statement, frame, run);
      return;
    case "try":
      executeTry(statement, frame, run);
      return;
    case "return": {
      const value = statement.value === null ? undefinedValue : evaluate(statement.value, frame, run);
      const [target] = frame.targets;
      if (target !== undefined) target.result = merge(target.result, value);
      jump(target, "breaks", run);
      return;
    }
    case "throw":
      throwValue(evaluate(statement.value, frame, run), run);
      return;
    case "break":
    case "continue":
      jump(
        findTarget(statement.kind, statement.label, frame),
        statement.kind === "break" ? "breaks" : "continues",
        run,
      );
      return;
    case "labeled": {
      const target = newTarget("label", [statement.label], run);
      within(target, frame, run, () => execute(statement.body, frame, run));
      return;
    }
  }
}

export function hoist(functions: readonly HoistedFunction[], frame: Frame, run: Run): void {
  for (const { variable, code } of functions) {
    const owner = frameOf(variable, frame);
    if (owner === null) continue;
    const made = run.object(code, frame, { kind: "function", code, frame, home: null });
    const value = objectValue(made.id);
    run.see(variable, value);
    run.write(run.cellOf(variable, owner), value);
  }
}

/** The handler around it takes the value; where there is none, it leaves our sight. */
function throwValue(value: Value, run: Run): void {
  run.throws++;
  const catcher = run.catchers.at(-1) ?? null;
  if (catcher === null) run.escape(value);
  else catcher.thrown = merge(catcher.thrown, value);
  run.store.reachable = false;
}

/** Hands the state to where a jump lands; what follows the jump is not reached. */
function jump(target: JumpTarget | undefined, list: "breaks" | "continues", run: Run): void {
  target?.[list].push(run.store.writesSince(target.level));
  run.store.reachable = false;
}

function findTarget(kind: "break" | "continue", label: string | null, frame: Frame): JumpTarget | undefined {
  return frame.targets.findLast((target) => {
    if (target.kind === "function") return false;
    if (label !== null) return target.labels.includes(label) && (kind === "break" || target.kind === "loop");
    return target.kind === "loop" || (kind === "break" && target.kind === "switch");
  });
}

function newTarget(kind: JumpTarget["kind"], labels: readonly string[], run: Run): JumpTarget {
  return { kind, labels, level: run.store.level, breaks: [], continues: [], result: nothing };
}

/** Walks a body whose breaks land right after it. */
function within(target: JumpTarget, frame: Frame, run: Run, body: () => void): void {
  frame.targets.push(target);
  const end = run.store.branch(noWrites, body);
  frame.targets.pop();
  run.store.join(present([...target.breaks, end]));
}

function executeIf(
  { test, whenTrue, whenFalse, site }: Extract<Statement, { kind: "if" }>,
  frame: Frame,
  run: Run,
): void {
  const decided = evaluate(test, frame, run);
  const truth = truthOf(decided);
  const walkIf = (isPossible: boolean, body: Statement | null): Writes | null =>
    isPossible ? run.store.branch(noWrites, () => body !== null && execute(body, frame, run)) : null;
  const [one, other] = [walkIf(truth !== "no", whenTrue), walkIf(truth !== "yes", whenFalse)];
  const joined = one === null || other === null ? [] : choicesIn(one, other, run.store);
  run.store.join(present([one, other]));
  if (!isOpenChoice(decided, frame)) return;
  for (const { cell, ...ways } of joined) {
    const value = run.store.get(cell);
    if (value !== undefined) run.store.set(cell, run.choices.joined(value, { site, frame: frame.id, ...ways }));
  }
}

/** The first test is walked alone: when it must hold, the way around the loop does not exist. */
function executeLoop(statement: Extract<Statement, { kind: "loop" }>, frame: Frame, run: Run): void {
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
  while (head !== null) {
    const growth = run.growth;
    const { breaks, ends } = loopBody(walkBody, labels, head, frame, run);
    const next =
      ends.length === 0
        ? null
        : testAfter(
            run.training.goAround(joinWrites(store, ends), loop),
            () => update !== null && void evaluate(update, frame, run),
          );
    const again = next === null || next.truth === "no" ? null : next.writes;
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
  leaveLoop(frame, run);
  store.join(exits);
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

function executeForOf(statement: Extract<Statement, { kind: "forOf" }>, frame: Frame, run: Run): void {
  const iterable = evaluate(statement.iterable, frame, run);
  const lengths = run
    .objectsOf(iterable)
    .map((object) => (object.shape.kind === "array" ? knownLength(object, run) : null));
  const isFull = lengths.length > 0 && lengths.every((length) => length !== null && length > 0);
  const isListed = run.freezing.isFilled(iterable);
  const others = iterable.unknown || iterable.hosts.length > 0 || iterable.primitives.length > 0;
  // Each round asks anew: the body may add elements, and an iterator of the program's own has a state.
  const nextElement = iteration(iterable, placeOf(statement, unnamed(frame), frame, run), run);
  const next = (): Value => {
    const element = nextElement();
    // `for await` unwraps promises; a plain loop over promises loses nothing by it.
    return merge(element, awaitedValue(element, run));
  };
  run.freezing.enter(iterable, frame);
  const turns = lengths.length > 0 && lengths.every((length) => length === 1) && !others ? "once" : "often";
  executeEach(statement, next, { runs: (isFull || isListed) && !others ? "yes" : "maybe", turns }, frame, run);
  run.freezing.leave();
}

/** A loop over elements; `runs` says whether its body is certain to be walked at least once, `turns` whether it can be again. */
function executeEach(
  statement: Pick<Extract<Statement, { kind: "forOf" }>, "target" | "body" | "labels">,
  next: () => Value,
  { runs, turns }: { readonly runs: "yes" | "maybe"; readonly turns: Turns },
  frame: Frame,
  run: Run,
): void {
  const { target, body, labels } = statement;
  const { store, tape } = run;
  const passes = tape.passCount;
  const walkOnce = (): void => {
    assign(target, next(), frame, run);
    execute(body, frame, run);
  };
  const loop = enterLoop(body, turns, frame, run);
  let head = noWrites;
  for (;;) {
    const growth = run.growth;
    const { breaks, ends } = loopBody(walkOnce, labels, head, frame, run);
    const again = ends.length === 0 ? null : run.training.goAround(joinWrites(store, ends), loop);
    if (again !== null && !(covers(store, head, again) && growth === run.growth)) {
      head = joinWrites(store, [head, again]);
      continue;
    }
    if (again !== null && tape.passCount > passes)
      loopBody(() => tape.walkLater(body, walkOnce), labels, again, frame, run);
    leaveLoop(frame, run);
    store.join([...breaks, ...present([again, runs === "yes" ? null : noWrites])]);
    return;
  }
}

function executeSwitch(statement: Extract<Statement, { kind: "switch" }>, frame: Frame, run: Run): void {
  const subject = evaluate(statement.subject, frame, run);
  hoist(statement.functions, frame, run);
  const target = newTarget("switch", statement.labels, run);
  within(target, frame, run, () => walkCases(statement, subject, frame, run));
}

/** Control enters at each case that may match, and falls through from the one before. */
function walkCases({ cases }: Extract<Statement, { kind: "switch" }>, subject: Value, frame: Frame, run: Run): void {
  const { store } = run;
  const matches = matchesOf(
    cases.map(({ test }) => test),
    subject,
    frame,
    run,
  );
  let falling: Writes | null = null;
  cases.forEach(({ body }, index) => {
    const entries = present([falling, matches[index] === "no" ? null : noWrites]);
    if (entries.length === 0) return;
    falling = store.branch(joinWrites(store, entries), () => {
      for (const inner of body) execute(inner, frame, run);
    });
  });
  const skips = !cases.some(({ test }) => test === null) && !matches.includes("yes");
  store.join(present([falling, skips ? noWrites : null]));
}

function matchesOf(tests: readonly (Expression | null)[], subject: Value, frame: Frame, run: Run): readonly Truth[] {
  let isDecided = false;
  const matches = tests.map((test): Truth => {
    if (test === null) return "maybe";
    const matched: Truth = isDecided ? "no" : truthOf(evaluateBinary("===", subject, evaluate(test, frame, run)));
    if (matched === "yes") isDecided = true;
    return matched;
  });
  // With a certain match the default is not entered from above.
  return isDecided ? matches.map((match, index) => (tests[index] === null ? "no" : match)) : matches;
}
