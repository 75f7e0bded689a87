/**
 * Calls, `new` and property access, with what a reader would point at: the method's name, the variable that takes
 * the result, and what one would delete to be rid of the call.
 */
import ts from "typescript";
import type { Argument, Expression, Site } from "../flow/code.js";
import { siteOf, type At, type Taker } from "./at.js";
import { lowerExpression, takerOf } from "./lower-expression.js";
import { spanBetween } from "./parse.js";

export function lowerCall(node: ts.CallExpression, taker: Taker | null, at: At): Expression {
  const callee = skipWrapping(node.expression);
  if (callee.kind === ts.SyntaxKind.ImportKeyword) return lowerImport(node, at);
  noteRequire(callee, node.arguments, at);
  const args = lowerArguments(node.arguments, at);
  const site = siteOf(node, wordOf(callee), taker, at, {
    receiver: () => receiverOf(callee),
    removal: () => removalOf(node, callee),
    operands: node.arguments,
  });
  if (callee.kind === ts.SyntaxKind.SuperKeyword) return { kind: "superCall", args, site };
  const optional = node.questionDotToken !== undefined;
  return { kind: "call", callee: lowerExpression(callee, null, at), args, optional, site };
}

export function lowerNew(node: ts.NewExpression, taker: Taker | null, at: At): Expression {
  const args = lowerArguments(node.arguments ?? [], at);
  const site = siteOf(node, wordOf(skipWrapping(node.expression)), taker, at, { operands: node.arguments });
  return { kind: "new", callee: lowerExpression(node.expression, null, at), args, site };
}

export function lowerAccess(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, at: At): Expression {
  const key = keyOf(node, at);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return { kind: "superGet", key };
  const optional = node.questionDotToken !== undefined;
  return {
    kind: "get",
    object: lowerExpression(node.expression, null, at),
    key,
    optional,
    site: siteOf(node, wordOf(node), null, at, { receiver: () => receiverOf(node) }),
  };
}

export function keyOf(node: ts.PropertyAccessExpression | ts.ElementAccessExpression, at: At): Expression {
  if (ts.isPropertyAccessExpression(node)) return { kind: "literal", value: node.name.text };
  return lowerExpression(node.argumentExpression, null, at);
}

export function lowerArguments(nodes: readonly ts.Expression[], at: At): readonly Argument[] {
  return nodes.map((node) =>
    ts.isSpreadElement(node)
      ? { kind: "spread", value: lowerExpression(node.expression, null, at) }
      : { kind: "one", value: lowerExpression(node, null, at) },
  );
}

/** Parentheses, casts and `!` change no value. */
export function skipWrapping(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

function lowerImport(node: ts.CallExpression, at: At): Expression {
  const [specifier] = node.arguments;
  if (specifier !== undefined && ts.isStringLiteralLike(specifier)) {
    at.lateImports.push(specifier.text);
    return { kind: "import", specifier: specifier.text, uri: at.uri };
  }
  return { kind: "unknown", because: "the imported file is computed", operands: [] };
}

/** What a package gives out is read through `require` as well; a file of one's own gives out what is not followed. */
function noteRequire(callee: ts.Expression, [specifier]: readonly ts.Expression[], at: At): void {
  const isRequire = ts.isIdentifier(callee) && callee.text === "require";
  if (!isRequire || specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
  if (!specifier.text.startsWith(".")) at.lateImports.push(specifier.text);
}

/** A tag is called with the texts between the values, and the values. */
export function lowerTagged(node: ts.TaggedTemplateExpression, taker: Taker | null, at: At): Expression {
  const texts: Expression = { kind: "unknown", because: "the texts of a template are not followed", operands: [] };
  const values = ts.isTemplateExpression(node.template)
    ? node.template.templateSpans.map((span) => span.expression)
    : [];
  return {
    kind: "call",
    callee: lowerExpression(node.tag, null, at),
    args: [{ kind: "one", value: texts }, ...lowerArguments(values, at)],
    optional: false,
    site: siteOf(node, wordOf(skipWrapping(node.tag)), taker, at),
  };
}

function wordOf(callee: ts.Expression): ts.Node {
  if (ts.isPropertyAccessExpression(callee)) return callee.name;
  if (ts.isElementAccessExpression(callee)) return callee.argumentExpression;
  return callee;
}

function receiverOf(callee: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(callee)) return null;
  const taker = takerOf(skipWrapping(callee.expression));
  return taker === null ? null : taker.name;
}

/** `.detach()` without arguments can be deleted; of `noGrad(() => e)` everything around a simple `e`. */
function removalOf(node: ts.CallExpression, callee: ts.Expression): Site["removal"] {
  const source = node.getSourceFile();
  if (node.arguments.length === 0 && (ts.isPropertyAccessExpression(callee) || ts.isElementAccessExpression(callee))) {
    return [spanBetween(source, callee.expression.getEnd(), node.getEnd())];
  }
  const [only, ...others] = node.arguments;
  const isSimple =
    only !== undefined &&
    others.length === 0 &&
    ts.isArrowFunction(only) &&
    only.parameters.length === 0 &&
    only.modifiers === undefined &&
    !ts.isBlock(only.body) &&
    ts.isLeftHandSideExpression(only.body);
  if (!isSimple) return [];
  return [
    spanBetween(source, node.getStart(source), only.body.getStart(source)),
    spanBetween(source, only.body.getEnd(), node.getEnd()),
  ];
}
