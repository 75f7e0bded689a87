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
  return ts.createSourceFile(
    uri,
    text,
    // Comments that describe types change nothing that runs.
    { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    true,
    scriptKindOf(uri),
  );
}

/**
 * Parses the text that a file has after an edit. Everything that the edit does not touch is kept: the same nodes, moved
 * to where they stand now. The tree of before must not be used any more.
 */
export function parseAgain(before: ts.SourceFile, text: string): ts.SourceFile {
  return ts.updateSourceFile(before, text, changeBetween(before.text, text));
}

/** The one stretch outside of which both texts are the same. */
function changeBetween(before: string, after: string): ts.TextChangeRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  return { span: { start, length: before.length - end - start }, newLength: after.length - end - start };
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

/** Where a node stands now: an edit moves it, and the file that it belongs to is the one at the top of its tree. */
export function spanOf(node: ts.Node): SourceSpan {
  const source = node.getSourceFile();
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
