/**
 * Spans of the doors ↔ the editor's ranges, and nothing else.
 * Both count lines and UTF-16 code units from zero.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import { Position, Range, Uri } from "vscode";

export function toRange({ start, end }: Pick<SourceSpan, "start" | "end">): Range {
  return new Range(new Position(start.line, start.character), new Position(end.line, end.character));
}

export function toUri(span: Pick<SourceSpan, "uri">): Uri {
  return Uri.parse(span.uri, true);
}

/** The server and the editor may escape one path differently (`%3A`, a drive's letter); parsed, they agree. */
export function sameFile(a: string, b: string): boolean {
  return a === b || normalizedUri(a) === normalizedUri(b);
}

export function normalizedUri(uri: string): string {
  return Uri.parse(uri).toString();
}

export function isSameSpan(a: SourceSpan, b: SourceSpan): boolean {
  return sameFile(a.uri, b.uri) && toRange(a).isEqual(toRange(b));
}
