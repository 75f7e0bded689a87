/**
 * Where lowering stands: the file, the scope, the function and what the reader would call this place.
 * Passed down and never changed; a step inward is a copy with other fields.
 */
import ts from "typescript";
import { positionAt } from "./position.js";
import type { SourceSpan } from "@gradlens/engine/graph";
import type { FunctionCode, Site, SourcePart } from "../flow/code.js";
import { marksOf, type Comment } from "./marks.js";
import { spanBetween, spanOf } from "./parse.js";
import type { Reference, Scope } from "./scope.js";

export interface At {
  readonly uri: string;
  readonly scope: Scope;
  readonly code: FunctionCode;
  /** The function that `arguments` belongs to: arrows have none of their own. */
  readonly argumentsOwner: FunctionCode;
  readonly loops: number;
  /** A `return` here runs a handler or a finalizer of its function on its way. */
  readonly inTry: boolean;
  /** The named functions and classes around, outermost first. */
  readonly group: readonly string[];
  /** Inside a function marked `@stopsGradient`. */
  readonly meant: boolean;
  readonly labels: readonly string[];
  /** Collects what the file imports while it runs. */
  readonly lateImports: string[];
  /** Collects where variables are named. */
  readonly references: Reference[];
}

/** The variable, field or property that will take a value. */
export interface Taker {
  readonly name: string;
  readonly node: ts.Node;
}

/** What only some places have. */
export interface PlaceFacts {
  receiver?(): Site["receiver"];
  removal?(): Site["removal"];
  readonly operands?: readonly ts.Expression[];
}

const nothingMore: PlaceFacts = {};

export function siteOf(node: ts.Node, word: ts.Node, taker: Taker | null, at: At, facts = nothingMore): Site {
  return new LazySite(node, word, taker, at, facts);
}

/** A statement of its own; what to delete are its lines, where nothing else stands on them. */
export function statementSite(node: ts.ExpressionStatement, at: At): Site {
  return siteOf(node, node.expression, null, at, { removal: () => statementRemoval(node) });
}

/** What to delete so that nothing is assigned to this target any more. */
export function assignmentRemoval(target: ts.Node): Site["removal"] {
  const assignment = target.parent;
  const isPlain = ts.isBinaryExpression(assignment) && assignment.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  return isPlain && ts.isExpressionStatement(assignment.parent) ? statementRemoval(assignment.parent) : [];
}

/** Most places are never pointed at, so a site works out its spans when someone asks. */
class LazySite implements Site {
  constructor(
    private readonly node: ts.Node,
    private readonly word: ts.Node,
    private readonly taker: Taker | null,
    private readonly at: At,
    private readonly facts: PlaceFacts,
  ) {}

  get span(): SourceSpan {
    return readableSpan(this.node, this.word);
  }

  get wordSpan(): SourceSpan {
    return spanOf(this.word);
  }

  get name(): string | null {
    return this.taker?.name ?? null;
  }

  get nameSpan(): SourceSpan | null {
    return this.taker === null ? null : spanOf(this.taker.node);
  }

  get receiver(): string | null {
    return this.facts.receiver?.() ?? null;
  }

  get removal(): readonly SourceSpan[] {
    return this.facts.removal?.() ?? [];
  }

  get statement(): SourceSpan | null {
    return statementOf(this.node);
  }

  get group(): readonly string[] {
    return this.at.group;
  }

  get meant(): boolean {
    return this.at.meant;
  }

  get intended(): boolean {
    return this.mark !== null;
  }

  get mark(): Comment | null {
    return markOf([this.node, this.word, ...(this.taker === null ? [] : [this.taker.node])]);
  }

  get indent(): string {
    return indentOf(this.taker?.node ?? this.word);
  }

  get operands(): readonly SourcePart[] {
    return (this.facts.operands ?? []).map(partOf);
  }
}

function markOf(parts: readonly ts.Node[]): Comment | null {
  for (const part of parts) {
    const source = part.getSourceFile();
    const { intended } = marksOf(source);
    const mark = intended.size > 0 ? intended.get(lineOf(source, part.getStart(source))) : undefined;
    if (mark !== undefined) return mark;
  }
  return null;
}

/** The expression; of a call chain over several lines, the part from the method's own name. */
function readableSpan(node: ts.Node, word: ts.Node): Site["span"] {
  const source = node.getSourceFile();
  const start = node.getStart(source);
  const wordStart = word.getStart(source);
  const isLaterLink = lineOf(source, start) !== lineOf(source, wordStart);
  return spanBetween(source, isLaterLink ? wordStart : start, node.getEnd());
}

function statementRemoval(node: ts.ExpressionStatement): Site["removal"] {
  const { parent } = node;
  const isInList = ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseOrDefaultClause(parent);
  if (!isInList) return [];
  const source = node.getSourceFile();
  const { text } = source;
  const start = node.getStart(source);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineEnd = text.indexOf("\n", node.getEnd());
  const isAlone =
    text.slice(lineStart, start).trim() === "" &&
    text.slice(node.getEnd(), lineEnd === -1 ? text.length : lineEnd).trim() === "";
  if (!isAlone || lineEnd === -1) return [spanBetween(source, start, node.getEnd())];
  return [spanBetween(source, lineStart, lineEnd + 1)];
}

function partOf(node: ts.Expression): SourcePart {
  const isTight = ts.isLeftHandSideExpression(node) && !ts.isNumericLiteral(node);
  const form = ts.isIdentifier(node) ? "name" : isTight ? "tight" : "loose";
  return { span: spanOf(node), text: node.getText(), form };
}

/** A statement in braces or at the top of a file, so that another one can stand beside it. */
function statementOf(node: ts.Node): SourceSpan | null {
  const { parent: statement } = node;
  if (!ts.isExpressionStatement(statement)) return null;
  const { parent } = statement;
  return ts.isBlock(parent) || ts.isSourceFile(parent) ? spanOf(statement) : null;
}

function indentOf(node: ts.Node): string {
  const source = node.getSourceFile();
  const position = node.getStart(source);
  const start = source.text.lastIndexOf("\n", position - 1) + 1;
  return /^[ \t]*/.exec(source.text.slice(start, position))?.[0] ?? "";
}

export function lineOf(source: ts.SourceFile, position: number): number {
  return positionAt(source, position).line;
}
