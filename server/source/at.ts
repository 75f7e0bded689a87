/**
 * Where lowering stands: the file, the scope, the function and what the reader would call this place.
 * Passed down and never changed; a step inward is a copy with other fields.
 */
import type ts from "typescript";
import { positionAt } from "./position.js";
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
export interface CallFacts {
  receiver(): Site["receiver"];
  removal(): Site["removal"];
}

const noCall: CallFacts = { receiver: () => null, removal: () => [] };

export function siteOf(node: ts.Node, word: ts.Node, taker: Taker | null, at: At, call = noCall): Site {
  return new LazySite(node, word, taker, at, call);
}

/** Most places are never pointed at, so a site works out its spans when someone asks. */
class LazySite implements Site {
  constructor(
    private readonly node: ts.Node,
    private readonly word: ts.Node,
    private readonly taker: Taker | null,
    private readonly at: At,
    private readonly call: CallFacts,
  ) {}

  get span(): SourceSpan {
    return readableSpan(this.node, this.word, this.at.source);
  }

  get wordSpan(): SourceSpan {
    return spanOf(this.at.source, this.word);
  }

  get name(): string | null {
    return this.taker?.name ?? null;
  }

  get nameSpan(): SourceSpan | null {
    return this.taker === null ? null : spanOf(this.at.source, this.taker.node);
  }

  get receiver(): string | null {
    return this.call.receiver();
  }

  get removal(): readonly SourceSpan[] {
    return this.call.removal();
  }

  get group(): readonly string[] {
    return this.at.group;
  }

  get meant(): boolean {
    return this.at.meant;
  }

  get intended(): boolean {
    const parts = [this.node, this.word, ...(this.taker === null ? [] : [this.taker.node])];
    return this.at.marks.intended.size > 0 && isIntended(parts, this.at);
  }

  get indent(): string {
    return indentAt(this.at.source, (this.taker?.node ?? this.word).getStart(this.at.source));
  }
}

function isIntended(parts: readonly ts.Node[], { source, marks }: At): boolean {
  return parts.some((part) => marks.intended.has(lineOf(source, part.getStart(source))));
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
  return positionAt(source, position).line;
}
