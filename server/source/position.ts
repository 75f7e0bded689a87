/**
 * Where an offset stands in a file as the editor counts lines: they end at "\n", "\r\n" and "\r". The compiler also
 * ends one at U+2028 and U+2029, which may stand inside a string, so its own count is not used for places.
 */
import type { Position } from "@gradlens/engine/graph";
import type ts from "typescript";

export function positionAt(source: ts.SourceFile, offset: number): Position {
  const starts = lineStartsOf(source);
  let line = 0;
  let after = starts.length;
  while (after - line > 1) {
    const middle = (line + after) >> 1;
    if ((starts[middle] ?? 0) <= offset) line = middle;
    else after = middle;
  }
  return { line, character: offset - (starts[line] ?? 0) };
}

/** Kept as long as the syntax tree, whose text never changes. */
const known = new WeakMap<ts.SourceFile, readonly number[]>();

function lineStartsOf(source: ts.SourceFile): readonly number[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const starts = [0, ...Array.from(source.text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length)];
  known.set(source, starts);
  return starts;
}
