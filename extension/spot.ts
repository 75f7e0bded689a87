/**
 * Which value of the picture the cursor means: the variable under it, or else the innermost call around it.
 * A spot is a value's name and the span of the call that made it.
 */
import type { LiveValue, GradientGraph, Position, SourceSpan } from "@gradlens/engine/graph";

export interface Spot {
  readonly name: string | null;
  readonly span: SourceSpan;
}

export function spotsOfGraphs(graphs: readonly GradientGraph[]): readonly Spot[] {
  return graphs.flatMap(({ nodes }) => nodes.flatMap(({ name, span }) => (span === null ? [] : [{ name, span }])));
}

export function spotsOfValues(values: readonly LiveValue[]): readonly Spot[] {
  return values.map(({ name, span }) => ({ name, span }));
}

/** `spots` are those of the cursor's file; `word` is the identifier under the cursor. */
export function spotAt(spots: readonly Spot[], cursor: Position, word: string | null): Spot | null {
  const named = word === null ? [] : spots.filter(({ name }) => name === word);
  if (named.length > 0) return nearestAbove(named, cursor);
  const around = spots.filter(({ span }) => isAtOrBefore(span.start, cursor) && isAtOrBefore(cursor, span.end));
  return around.reduce<Spot | null>((inner, spot) => (inner === null || isInside(spot, inner) ? spot : inner), null);
}

/** A name used in several functions means the last one made above the cursor, or on its line. */
function nearestAbove(spots: readonly Spot[], cursor: Position): Spot | null {
  const sorted = [...spots].sort((a, b) => a.span.start.line - b.span.start.line);
  return sorted.findLast(({ span }) => span.start.line <= cursor.line) ?? sorted[0] ?? null;
}

function isInside({ span: a }: Spot, { span: b }: Spot): boolean {
  return isAtOrBefore(b.start, a.start) && isAtOrBefore(a.end, b.end);
}

function isAtOrBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
