/**
 * Statements: the walk through a body in order. A branch works on a fork of the state, a loop repeats until nothing
 * is added, a jump hands its state to where it lands, and what can not be reached is not walked.
 */
import { assign } from "./assign.js";
import type { Expression, HoistedFunction, Statement } from "./code.js";
import { executeForIn, executeForOf, executeLoop } from "./evaluate-loop.js";
import { evaluate } from "./evaluate-expression.js";
import { evaluateBinary } from "./evaluate-operator.js";
import { executeTry } from "./evaluate-try.js";
import { frameOf, type Frame, type JumpTarget } from "./frame.js";
import { choicesIn, isOpenChoice } from "./choices.js";
import { noticeChange, noticeDiscarded } from "./notice.js";
import type { Run } from "./run.js";
import { joinWrites, noWrites, present, type Writes } from "./store.js";
import { merge, nothing, objectValue, truthOf, undefinedValue, type Truth, type Value } from "./value.js";

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
    case "forIn":
      executeForIn(statement, frame, run);
      return;
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

export function newTarget(kind: JumpTarget["kind"], labels: readonly string[], run: Run): JumpTarget {
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
