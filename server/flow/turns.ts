/**
 * Whether a counting loop can go around at all. A walk does not count; but what is only true of loops should not be said
 * of one that runs once.
 *
 *     for (let epoch = 0; epoch < 1; epoch++) { … }
 */
import type { Expression, Statement } from "./code.js";
import { evaluate } from "./evaluate-expression.js";
import type { Frame } from "./frame.js";
import type { Run } from "./run.js";
import { onlyLiteral } from "./value.js";

export type Turns = "once" | "often";

/** Asked before the first test, when the counter has its first value. */
export function turnsOf({ test, update }: Extract<Statement, { kind: "loop" }>, frame: Frame, run: Run): Turns {
  if (test?.kind !== "binary" || test.left.kind !== "variable" || update?.kind !== "assign") return "often";
  const isCounter = update.target.kind === "variable" && update.target.variable === test.left.variable;
  const step = isCounter ? stepOf(update.value) : null;
  const isPlain = test.right.kind === "variable" || test.right.kind === "literal" || test.right.kind === "get";
  if (step === null || !isPlain) return "often";
  const first = onlyLiteral(evaluate(test.left, frame, run))?.value;
  const end = onlyLiteral(evaluate(test.right, frame, run))?.value;
  if (typeof first !== "number" || typeof end !== "number") return "often";
  const goesOn = test.op === "<=" ? first + step <= end : first + step < end;
  return ["<", "<=", "!=", "!=="].includes(test.op) && !goesOn ? "once" : "often";
}

/** `i++`, `i += 2` */
function stepOf(value: Expression): number | null {
  if (value.kind === "primitive") return 1;
  const isSum = value.kind === "binary" && value.op === "+" && value.right.kind === "literal";
  return isSum && typeof value.right.value === "number" ? value.right.value : null;
}
