/**
 * The comments by which an author speaks to the analysis: `// gradlens-intended: reason` above or beside a
 * declaration, and `// gradlens-ignore code, code` for the findings of one line.
 */
import ts from "typescript";
import type { SourceSpan } from "@gradlens/engine/graph";
import { spanBetween } from "./parse.js";
import { positionAt } from "./position.js";

export interface Marks {
  /** Lines (zero-based) whose declarations are meant to receive nothing, each with the comment that says so. */
  readonly intended: ReadonlyMap<number, Comment>;
  /** Codes that are ignored, by line; "*" stands for every code. */
  readonly ignored: ReadonlyMap<number, ReadonlySet<string>>;
}

export interface Comment {
  readonly span: SourceSpan;
  /** With the line that it stands on alone, or the white space before it. */
  readonly whole: SourceSpan;
}

const known = new WeakMap<ts.SourceFile, Marks>();

export function marksOf(source: ts.SourceFile): Marks {
  const before = known.get(source);
  if (before !== undefined) return before;
  const marks = readMarks(source);
  known.set(source, marks);
  return marks;
}

/** A mark speaks for its own line if code stands before it, else for the next line that is no comment. */
function readMarks(source: ts.SourceFile): Marks {
  const intended = new Map<number, Comment>();
  const ignored = new Map<number, Set<string>>();
  if (!source.text.includes("gradlens-")) return { intended, ignored };
  const lines = source.text.split(/\r\n|\n|\r/);
  for (const match of source.text.matchAll(/(?:\/\/|\/\*)[\s*]*gradlens-(intended|ignore)\b([^\n]*)/g)) {
    if (!isComment(source, match.index)) continue;
    const { line, character } = positionAt(source, match.index);
    const standsAlone = (lines[line] ?? "").slice(0, character).trim() === "";
    const target = standsAlone ? nextCodeLine(lines, line + 1) : line;
    if (match[1] === "intended") intended.set(target, commentAt(source, match.index, standsAlone ? "alone" : "behind"));
    else {
      // A finding about a comment in between is on one of the lines on the way.
      for (let at = standsAlone ? line + 1 : target; at <= target; at++)
        ignored.set(at, new Set([...(ignored.get(at) ?? []), ...codesIn(match[2] ?? "")]));
    }
  }
  return { intended, ignored };
}

function commentAt(source: ts.SourceFile, start: number, where: "alone" | "behind"): Comment {
  const { text } = source;
  const [written = ""] = (text.startsWith("//", start) ? /[^\r\n]*/y : /[^]*?\*\//y).exec(text.slice(start)) ?? [];
  const end = start + written.length;
  const [before = ""] = /[ \t]*$/.exec(text.slice(0, start)) ?? [];
  const [lineEnd = ""] = where === "alone" ? (/^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end)) ?? []) : [];
  return {
    span: spanBetween(source, start, end),
    whole: spanBetween(source, start - before.length, end + lineEnd.length),
  };
}

function codesIn(text: string): readonly string[] {
  const list = text.replace(/\*\/.*$/, "").split(/--|:/)[0] ?? "";
  const codes = list.split(/[\s,]+/).filter((code) => /^[a-z][a-z-]*$/.test(code));
  return codes.length === 0 ? ["*"] : codes;
}

function nextCodeLine(lines: readonly string[], from: number): number {
  let line = from;
  while (line < lines.length && /^\s*(\/\/|\/\*|\*|$)/.test(lines[line] ?? "")) line++;
  return line;
}

/** Two slashes inside a string, a template, a pattern or JSX text are no comment. */
function isComment(source: ts.SourceFile, position: number): boolean {
  let isText = false;
  const visit = (node: ts.Node): void => {
    if (position < node.getStart(source) || position >= node.getEnd()) return;
    if (ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node) || ts.isJsxText(node)) isText = true;
    if (ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) isText = true;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return !isText;
}
