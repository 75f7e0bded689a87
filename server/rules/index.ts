/**
 * The one list of rules, and how they are applied: each states its own cases, and here they are signed with code and
 * level. Which of them are reported, and how severely, is for `severities.ts`.
 */
import type { Activity } from "../activity/activity.js";
import type { FlowGraph } from "../flow/flow-graph.js";
import { allParametersFrozen } from "./all-parameters-frozen.js";
import { asyncLoss } from "./async-loss.js";
import { asyncNoGrad } from "./async-no-grad.js";
import { backwardTwice } from "./backward-twice.js";
import { computedOutsideClosure } from "./computed-outside-closure.js";
import { cutByData, cutByDetach, cutByItem, cutByNoGrad, cutByRewrap, cutByStopGradient } from "./cut.js";
import { deadLossTerm } from "./dead-loss-term.js";
import { discardedDetach } from "./discarded-detach.js";
import { fakeRequiresGrad } from "./fake-requires-grad.js";
import { gradReadAfterClear } from "./grad-read-after-clear.js";
import { graphLeak } from "./graph-leak.js";
import { inplaceOnLeaf } from "./inplace-on-leaf.js";
import { inplaceOnSaved } from "./inplace-on-saved.js";
import { leafOverwritten } from "./leaf-overwritten.js";
import { freezeUndone } from "./freeze-undone.js";
import { lossHasNoGrad } from "./loss-has-no-grad.js";
import { maybeReceivesGradient } from "./maybe-receives-gradient.js";
import { missingZeroGrad } from "./missing-zero-grad.js";
import { neverReceivesGradient } from "./never-receives-gradient.js";
import { nonLeafInOptimizer } from "./non-leaf-in-optimizer.js";
import { nonScalarBackward } from "./non-scalar-backward.js";
import { nonLeafGrad } from "./non-leaf-grad.js";
import { notDifferentiableOp } from "./not-differentiable-op.js";
import { requiresGradTypo } from "./requires-grad-typo.js";
import { notInOptimizer } from "./not-in-optimizer.js";
import type { Rule } from "./rule.js";
import type { SignedStatement } from "./severities.js";
import { staleIntent } from "./stale-intent.js";
import { tensorArithmetic } from "./tensor-arithmetic.js";
import { unregisteredParameter } from "./unregistered-parameter.js";
import { truncatedRecurrence } from "./truncated-recurrence.js";
import { unusedParameter } from "./unused-parameter.js";
import { zeroGradient } from "./zero-gradient.js";
import { zeroGradBeforeStep } from "./zero-grad-before-step.js";

export const rules: readonly Rule[] = [
  neverReceivesGradient,
  unusedParameter,
  cutByDetach,
  cutByNoGrad,
  cutByItem,
  cutByData,
  cutByRewrap,
  cutByStopGradient,
  notDifferentiableOp,
  lossHasNoGrad,
  backwardTwice,
  inplaceOnLeaf,
  inplaceOnSaved,
  leafOverwritten,
  nonLeafGrad,
  computedOutsideClosure,
  gradReadAfterClear,
  graphLeak,
  truncatedRecurrence,
  discardedDetach,
  tensorArithmetic,
  zeroGradient,
  maybeReceivesGradient,
  deadLossTerm,
  nonScalarBackward,
  staleIntent,
  asyncNoGrad,
  asyncLoss,
  requiresGradTypo,
  fakeRequiresGrad,
  unregisteredParameter,
  allParametersFrozen,
  freezeUndone,
  notInOptimizer,
  nonLeafInOptimizer,
  missingZeroGrad,
  zeroGradBeforeStep,
];

/** In the order of the source. */
export function applyRules(flow: FlowGraph, activity: Activity): readonly SignedStatement[] {
  const statements = rules.flatMap(({ code, severity, check }) =>
    check(flow, activity).map((statement): SignedStatement => ({ level: severity, ...statement, code })),
  );
  return inOrder(statements);
}

export function inOrder(statements: readonly SignedStatement[]): readonly SignedStatement[] {
  return statements.toSorted(
    ({ span: a }, { span: b }) => a.start.line - b.start.line || a.start.character - b.start.character,
  );
}
