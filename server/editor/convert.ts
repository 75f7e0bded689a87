/**
 * Spans, severities and edits between our words and those of LSP. Both count lines and UTF-16 characters from zero,
 * so places stay as they are; only their clothes change.
 */
import type { Position, SourceSpan } from "@gradlens/engine/graph";
import {
  DiagnosticSeverity,
  type Location,
  type Range,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Severity, TextEdit } from "../analysis.js";

/** A file as the client names it, and its version if it is open. */
export interface ClientDocument {
  readonly uri: string;
  readonly version: number | null;
}

export type ToClient = (uri: string) => ClientDocument;

export const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toRange({ start, end }: Pick<SourceSpan, "start" | "end">): Range {
  return { start: { ...start }, end: { ...end } };
}

export function toLocation(span: SourceSpan, toClient: ToClient): Location {
  return { uri: toClient(span.uri).uri, range: toRange(span) };
}

/** Edits bound to the versions they were made for, where the client understands that. */
export function toWorkspaceEdit(
  edits: readonly TextEdit[],
  toClient: ToClient,
  form: "versioned" | "plain",
): WorkspaceEdit {
  const uris = [...new Set(edits.map(({ span }) => span.uri))];
  const editsIn = (uri: string) =>
    edits.filter(({ span }) => span.uri === uri).map(({ span, text }) => ({ range: toRange(span), newText: text }));
  if (form === "plain") return { changes: Object.fromEntries(uris.map((uri) => [toClient(uri).uri, editsIn(uri)])) };
  return {
    documentChanges: uris.map((uri): TextDocumentEdit => ({ textDocument: toClient(uri), edits: editsIn(uri) })),
  };
}

export function contains({ start, end }: Pick<SourceSpan, "start" | "end">, position: Position): boolean {
  return compare(start, position) <= 0 && compare(position, end) <= 0;
}

export function overlaps(one: Pick<SourceSpan, "start" | "end">, other: Pick<SourceSpan, "start" | "end">): boolean {
  return compare(one.start, other.end) <= 0 && compare(other.start, one.end) <= 0;
}

/** Negative if `one` comes first. */
export function compare(one: Position, other: Position): number {
  return one.line - other.line || one.character - other.character;
}
