/**
 * Leaves as a report gives them, read off a graph: a run that was stopped never came to its report. Large tensors are
 * left out, since a graph holds only their first values.
 */
import type { GradientGraph, LeafReport, Site } from "@gradlens/engine/graph";
import { isSameSpan } from "./spans.js";
import { wantingLeaves } from "./verdicts.js";

export function leavesOf(graph: GradientGraph, sites: readonly Site[]): readonly LeafReport[] {
  return wantingLeaves(graph).flatMap(({ name, span, shape, value, gradient }): readonly LeafReport[] => {
    if (value === null || value.first.length < value.size) return [];
    const site = span === null ? -1 : sites.findIndex((each) => isSameSpan(each.span, span));
    const received = gradient.kind === "received";
    return [
      {
        site: site < 0 ? null : site,
        name,
        span,
        shape: shape ?? [],
        value: numbersOf(value.first),
        received,
        allZero: received && gradient.summary.exactZeros === gradient.summary.size,
        grad: received ? numbersOf(gradient.summary.first) : null,
      },
    ];
  });
}

function numbersOf(values: readonly number[]): LeafReport["value"] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : values;
}
