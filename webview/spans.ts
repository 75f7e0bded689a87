/** Places in the source: equal, one inside the other, on the same line. Plain comparisons of plain numbers. */
import type { Position, SourceSpan } from "@gradlens/engine/graph";

export function isSameSpan(a: SourceSpan, b: SourceSpan): boolean {
  return a.uri === b.uri && compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

/** Equal spans lie within each other. */
export function isWithin(inner: SourceSpan, outer: SourceSpan): boolean {
  return inner.uri === outer.uri && compare(inner.start, outer.start) >= 0 && compare(inner.end, outer.end) <= 0;
}

export function isOnSameLine(a: SourceSpan, b: SourceSpan): boolean {
  return a.uri === b.uri && a.start.line === b.start.line;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
