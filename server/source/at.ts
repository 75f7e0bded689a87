/**
 * Where lowering stands: the file, the scope, the function and what the reader would call this place.
 * Passed down and never changed; a step inward is a copy with other fields.
 */
import ts from "typescript";
import type { SourceSpan } from "@gradlens/engine/graph";
import type { FunctionCode, Site, Variable } from "../flow/code.js";
import type { Marks } from "./marks.js";
import { spanBetween, spanOf } from "./parse.js";
import type { Scope } from "./scope.js";

export interface At {
  readonly source: ts.SourceFile;
  readonly marks: Marks;
  readonly scope: Scope;
  readonly code: FunctionCode;
  /** The function that `arguments` belongs to: arrows have none of their own. */
  readonly argumentsOwner: FunctionCode;
  readonly inLoop: boolean;
  /** The named functions and classes around, outermost first. */
  readonly group: readonly string[];
  /** Inside a function marked `@stopsGradient`. */
  readonly meant: boolean;
  readonly labels: readonly string[];
  /** Collects what the file imports while it runs. */
  readonly lateImports: string[];
  /** Collects where variables are named. */
  readonly references: { readonly span: SourceSpan; readonly variable: Variable }[];
}

/** The variable, field or property that will take a value. */
export interface Taker {
  readonly name: string;
  readonly node: ts.Node;
}

/** What only a call has. */
export type CallFacts = Pick<Site, "removal" | "receiver">;

const noCall: CallFacts = { removal: [], receiver: null };

export function siteOf(
  node: ts.Node,
  word: ts.Node,
  taker: Taker | null,
  at: At,
  { removal, receiver } = noCall,
): Site {
  const lines = [node, ...(taker === null ? [] : [taker.node])].map((part) =>
    lineOf(at.source, part.getStart(at.source)),
  );
  return {
    span: readableSpan(node, word, at.source),
    wordSpan: spanOf(at.source, word),
    name: taker?.name ?? null,
    nameSpan: taker === null ? null : spanOf(at.source, taker.node),
    receiver,
    group: at.group,
    removal,
    intended: [...lines, lineOf(at.source, word.getStart(at.source))].some((line) => at.marks.intended.has(line)),
    meant: at.meant,
    indent: indentAt(at.source, (taker?.node ?? word).getStart(at.source)),
  };
}

/** The expression; of a call chain over several lines, the part from the method's own name. */
function readableSpan(node: ts.Node, word: ts.Node, source: ts.SourceFile): Site["span"] {
  const start = node.getStart(source);
  const wordStart = word.getStart(source);
  const isLaterLink = lineOf(source, start) !== lineOf(source, wordStart);
  return spanBetween(source, isLaterLink ? wordStart : start, node.getEnd());
}

function indentAt(source: ts.SourceFile, position: number): string {
  const start = source.text.lastIndexOf("\n", position - 1) + 1;
  return /^[ \t]*/.exec(source.text.slice(start, position))?.[0] ?? "";
}

export function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line;
}
