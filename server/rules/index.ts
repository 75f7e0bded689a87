/**
 * The one list of rules, and how they are applied: each states its own cases, and here they are signed with code and
 * level. Which of them are reported, and how severely, is for `severities.ts`.
 */
import type { Activity } from "../activity/activity.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import { cutByData, cutByDetach, cutByItem, cutByNoGrad } from "./cut.js";
import { discardedDetach } from "./discarded-detach.js";
import { lossHasNoGrad } from "./loss-has-no-grad.js";
import { neverReceivesGradient } from "./never-receives-gradient.js";
import { notDifferentiableOp } from "./not-differentiable-op.js";
import type { Rule } from "./rule.js";
import type { SignedStatement } from "./severities.js";
import { tensorArithmetic } from "./tensor-arithmetic.js";
import { unusedParameter } from "./unused-parameter.js";

export const rules: readonly Rule[] = [
  neverReceivesGradient,
  unusedParameter,
  cutByDetach,
  cutByNoGrad,
  cutByItem,
  cutByData,
  notDifferentiableOp,
  lossHasNoGrad,
  discardedDetach,
  tensorArithmetic,
];

/** In the order of the source. */
export function applyRules(flow: FlowGraph, activity: Activity): readonly SignedStatement[] {
  const statements = rules.flatMap(({ code, severity, check }) =>
    check(flow, activity).map((statement): SignedStatement => ({ ...statement, code, level: severity })),
  );
  return statements.sort(
    ({ span: a }, { span: b }) => a.start.line - b.start.line || a.start.character - b.start.character,
  );
}
