/**
 * Text to syntax tree, with the parser alone: no program, no checker, no types. Also the one place that turns
 * offsets of a tree into the spans that leave this folder.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import ts from "typescript";
import { positionAt } from "./position.js";

export interface SyntaxFault {
  readonly span: SourceSpan;
  readonly message: string;
}

export function parse(uri: string, text: string): ts.SourceFile {
  return ts.createSourceFile(uri, text, ts.ScriptTarget.ESNext, true, scriptKindOf(uri));
}

export function syntaxFaults(source: ts.SourceFile): readonly SyntaxFault[] {
  // The parser keeps what it could not read in a field that the public type does not show.
  const { parseDiagnostics = [] } = source as ts.SourceFile & {
    parseDiagnostics?: readonly ts.DiagnosticWithLocation[];
  };
  return parseDiagnostics.map(({ start, length, messageText }) => ({
    span: spanBetween(source, start, start + length),
    message: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
}

export function spanOf(source: ts.SourceFile, node: ts.Node): SourceSpan {
  return spanBetween(source, node.getStart(source), node.getEnd());
}

export function spanBetween(source: ts.SourceFile, start: number, end: number): SourceSpan {
  return {
    uri: source.fileName,
    start: positionAt(source, start),
    end: positionAt(source, end),
  };
}

function scriptKindOf(uri: string): ts.ScriptKind {
  if (/\.tsx$/i.test(uri)) return ts.ScriptKind.TSX;
  if (/\.[cm]?jsx?$/i.test(uri)) return ts.ScriptKind.JSX;
  return ts.ScriptKind.TS;
}
