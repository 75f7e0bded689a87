/**
 * Optional chains: where a link may find nothing, everything behind it is skipped, and what it would have done may not
 * have happened.
 *
 *     loss?.backward();
 */
import type { Expression } from "./code.js";
import { evaluate } from "./evaluate-expression.js";
import type { Frame } from "./frame.js";
import type { Run } from "./run.js";
import { noWrites, present } from "./store.js";
import { merge, nothing, nullishnessOf, undefinedValue, type Value } from "./value.js";

export function evaluateChain({ value }: Extract<Expression, { kind: "chain" }>, frame: Frame, run: Run): Value {
  const around = run.chain;
  run.chain = { mayEnd: false };
  let result = nothing;
  const end = run.store.branch(noWrites, () => {
    result = evaluate(value, frame, run);
  });
  run.store.join(present([end, run.chain.mayEnd ? noWrites : null]));
  run.chain = around;
  return merge(result, undefinedValue);
}

/** A link of the chain that is being walked. */
export function passLink(kind: { readonly optional: boolean }, before: Value, run: Run): void {
  if (kind.optional && nullishnessOf(before) !== "no") run.chain = { mayEnd: true };
}
