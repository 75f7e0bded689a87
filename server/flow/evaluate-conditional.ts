/**
 * Expressions that choose: `test ? a : b`, `a ?? b`, `a && b`. What is not known to be skipped may be evaluated, each
 * way on its own copy of the state.
 */
import { isOpenChoice } from "./choices.js";
import type { Expression } from "./code.js";
import { oneOf } from "./evaluate-call.js";
import { evaluate } from "./evaluate-expression.js";
import type { Frame } from "./frame.js";
import type { Run } from "./run.js";
import { nullishnessOf, truthOf, withoutNullish, type Value } from "./value.js";

export function evaluateConditional(
  expression: Extract<Expression, { kind: "conditional" }>,
  frame: Frame,
  run: Run,
): Value {
  const { test, site } = expression;
  const decided = evaluate(test, frame, run);
  const truth = truthOf(decided);
  if (truth === "yes") return evaluate(expression.whenTrue, frame, run);
  if (truth === "no") return evaluate(expression.whenFalse, frame, run);
  const ways: number[][] = [];
  const branches = [expression.whenTrue, expression.whenFalse].map((branch) => (): Value => {
    const value = evaluate(branch, frame, run);
    ways.push([...value.tensors]);
    return value;
  });
  const joined = oneOf(branches, run);
  const [whenTrue = [], whenFalse = []] = ways;
  return isOpenChoice(decided, frame)
    ? run.choices.joined(joined, { site, frame: frame.id, whenTrue, whenFalse })
    : joined;
}

export function evaluateLogical(
  { op, left, right }: Extract<Expression, { kind: "logical" }>,
  frame: Frame,
  run: Run,
): Value {
  const value = evaluate(left, frame, run);
  const goesOn = op === "??" ? nullishnessOf(value) : op === "&&" ? truthOf(value) : opposite(truthOf(value));
  if (goesOn === "no") return value;
  if (goesOn === "yes") return evaluate(right, frame, run);
  if (op === "??") run.tape.hold(value);
  const kept = op === "??" ? withoutNullish(value) : op === "&&" ? onlyFalsy(value) : value;
  return oneOf([() => kept, () => evaluate(right, frame, run)], run);
}

function opposite(truth: "yes" | "no" | "maybe"): "yes" | "no" | "maybe" {
  if (truth === "maybe") return "maybe";
  return truth === "yes" ? "no" : "yes";
}

/** What `a && b` gives when `a` is false: no tensor and no object. */
function onlyFalsy(value: Value): Value {
  return { ...value, tensors: [], objects: [], choice: null };
}
