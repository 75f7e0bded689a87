/**
 * Expressions of TypeScript to expressions of the value flow. A small set is understood; everything else is one
 * case, `unknown` with a reason, through which values escape and so silence what could be said about them.
 */
import ts from "typescript";
import type { Argument, Expression, ObjectMember } from "../flow/code.js";
import { siteOf, type At, type Taker } from "./at.js";
import { lowerAccess, lowerCall, lowerNew, lowerTagged, skipWrapping } from "./lower-call.js";
import { lowerClass } from "./lower-class.js";
import { lowerFunction } from "./lower-function.js";
import { lowerTarget } from "./lower-target.js";
import { lookUp, refer } from "./scope.js";

const undefinedLiteral: Expression = { kind: "literal", value: undefined };

export function lowerExpression(node: ts.Expression, taker: Taker | null, at: At): Expression {
  const lowered = lowerInChain(skipWrapping(node), taker, at);
  const isWholeChain = ts.isOptionalChain(skipWrapping(node)) && !isInsideChain(node);
  return isWholeChain ? { kind: "chain", value: lowered } : lowered;
}

/** Whether a link of an optional chain is followed by another one that its early end would skip. */
function isInsideChain(node: ts.Node): boolean {
  const { parent } = node;
  const follows =
    ts.isPropertyAccessExpression(parent) || ts.isElementAccessExpression(parent) || ts.isCallExpression(parent);
  if (ts.isNonNullExpression(parent)) return isInsideChain(parent);
  return follows && parent.expression === node && ts.isOptionalChain(parent);
}

function lowerInChain(node: ts.Expression, taker: Taker | null, at: At): Expression {
  const lower = (inner: ts.Expression): Expression => lowerExpression(inner, null, at);
  if (ts.isIdentifier(node)) return lowerName(node, at);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return lowerAccess(node, at);
  if (ts.isCallExpression(node)) return lowerCall(node, taker, at);
  if (ts.isNewExpression(node)) return lowerNew(node, taker, at);
  if (ts.isTaggedTemplateExpression(node)) return lowerTagged(node, taker, at);
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node))
    return { kind: "function", code: lowerFunction(node, taker?.name ?? null, at) };
  if (ts.isClassExpression(node)) return { kind: "class", code: lowerClass(node, taker?.name ?? null, at) };
  if (ts.isObjectLiteralExpression(node)) return lowerObject(node, at);
  if (ts.isArrayLiteralExpression(node)) return { kind: "array", elements: lowerElements(node, taker, at) };
  if (ts.isBinaryExpression(node)) return lowerBinary(node, taker, at);
  if (ts.isConditionalExpression(node)) {
    return {
      kind: "conditional",
      test: lower(node.condition),
      whenTrue: lowerExpression(node.whenTrue, taker, at),
      whenFalse: lowerExpression(node.whenFalse, taker, at),
      site: siteOf(node.condition, node.condition, null, at, { operands: [node.condition] }),
    };
  }
  if (ts.isAwaitExpression(node)) {
    at.code.awaits = true;
    return { kind: "await", operand: lowerExpression(node.expression, taker, at), at: "await" };
  }
  if (ts.isYieldExpression(node)) {
    const operand = node.expression === undefined ? null : lower(node.expression);
    return { kind: "yield", operand, each: node.asteriskToken === undefined ? "one" : "all" };
  }
  return lowerOperator(node, at) ?? lowerLiteral(node, at);
}

function lowerOperator(node: ts.Expression, at: At): Expression | null {
  const lower = (inner: ts.Expression): Expression => lowerExpression(inner, null, at);
  if (ts.isPrefixUnaryExpression(node)) {
    if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken)
      return lowerStep(node.operand, at);
    const operand = lower(node.operand);
    const site = siteOf(node, node, null, at, { operands: [node.operand] });
    if (node.operator === ts.SyntaxKind.ExclamationToken) return { kind: "unary", op: "!", operand, site };
    if (node.operator === ts.SyntaxKind.MinusToken) return { kind: "unary", op: "-", operand, site };
    return node.operator === ts.SyntaxKind.PlusToken
      ? { kind: "unary", op: "+", operand, site }
      : { kind: "primitive", operands: [operand] };
  }
  if (ts.isPostfixUnaryExpression(node)) return lowerStep(node.operand, at);
  if (ts.isTypeOfExpression(node)) {
    const site = siteOf(node, node, null, at, { operands: [node.expression] });
    return { kind: "unary", op: "typeof", operand: lower(node.expression), site };
  }
  if (ts.isVoidExpression(node)) return { kind: "sequence", items: [lower(node.expression), undefinedLiteral] };
  if (ts.isDeleteExpression(node)) return lowerDelete(node, at);
  if (ts.isTemplateExpression(node))
    return { kind: "primitive", operands: node.templateSpans.map((span) => lower(span.expression)) };
  return null;
}

function lowerLiteral(node: ts.Expression, at: At): Expression {
  if (ts.isNumericLiteral(node)) return { kind: "literal", value: Number(node.text) };
  if (ts.isStringLiteralLike(node)) return { kind: "literal", value: node.text };
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { kind: "literal", value: true };
    case ts.SyntaxKind.FalseKeyword:
      return { kind: "literal", value: false };
    case ts.SyntaxKind.NullKeyword:
      return { kind: "literal", value: null };
    case ts.SyntaxKind.OmittedExpression:
      return undefinedLiteral;
    case ts.SyntaxKind.ThisKeyword:
      return { kind: "this" };
    case ts.SyntaxKind.BigIntLiteral:
    case ts.SyntaxKind.RegularExpressionLiteral:
    case ts.SyntaxKind.MetaProperty:
    case ts.SyntaxKind.PrivateIdentifier:
      return { kind: "primitive", operands: [] };
    default:
      return lowerUnknown(node, at);
  }
}

/** Evaluates whatever expressions stand inside a construct that is not understood; they escape. */
export function lowerUnknown(node: ts.Node, at: At): Expression {
  const operands: Expression[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isTypeNode(child)) return;
    if (ts.isExpression(child)) operands.push(lowerExpression(child, null, at));
    else ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return { kind: "unknown", because: `${ts.SyntaxKind[node.kind]} is not followed`, operands };
}

function lowerName(node: ts.Identifier, at: At): Expression {
  const variable = lookUp(at.scope, node.text, at.code);
  if (variable !== null) {
    refer(node, variable, at.references);
    return { kind: "variable", variable };
  }
  if (node.text === "arguments") at.argumentsOwner.usesArguments = true;
  return node.text === "undefined" ? undefinedLiteral : { kind: "global", name: node.text };
}

function lowerDelete({ expression }: ts.DeleteExpression, at: At): Expression {
  const operand = lowerExpression(expression, null, at);
  const access = operand.kind === "chain" ? operand.value : operand;
  return access.kind === "get"
    ? { kind: "delete", object: access.object, key: access.key }
    : { kind: "primitive", operands: [operand] };
}

/** `i++` changes a number; the value in between is a number too. */
function lowerStep(operand: ts.Expression, at: At): Expression {
  const target = lowerTarget(operand, at);
  return { kind: "assign", target, value: { kind: "primitive", operands: [lowerExpression(operand, null, at)] } };
}

function lowerBinary(node: ts.BinaryExpression, taker: Taker | null, at: At): Expression {
  const { operatorToken } = node;
  const op = ts.tokenToString(operatorToken.kind) ?? "";
  if (op === ",")
    return { kind: "sequence", items: [lowerExpression(node.left, null, at), lowerExpression(node.right, taker, at)] };
  if (op === "&&" || op === "||" || op === "??") {
    return {
      kind: "logical",
      op,
      left: lowerExpression(node.left, taker, at),
      right: lowerExpression(node.right, taker, at),
    };
  }
  const site = siteOf(node, operatorToken, taker, at, { operands: [node.left, node.right] });
  if (operatorToken.kind < ts.SyntaxKind.FirstAssignment || operatorToken.kind > ts.SyntaxKind.LastAssignment) {
    return {
      kind: "binary",
      op,
      left: lowerExpression(node.left, null, at),
      right: lowerExpression(node.right, null, at),
      site,
    };
  }
  const target = lowerTarget(node.left, at);
  const value = lowerExpression(node.right, takerOf(node.left) ?? taker, at);
  if (op === "=") return { kind: "assign", target, value };
  const before = lowerExpression(node.left, null, at);
  if (op === "&&=" || op === "||=" || op === "??=") {
    const chosen = op === "&&=" ? "&&" : op === "||=" ? "||" : "??";
    return { kind: "logical", op: chosen, left: before, right: { kind: "assign", target, value } };
  }
  return { kind: "assign", target, value: { kind: "binary", op: op.slice(0, -1), left: before, right: value, site } };
}

export function takerOf(target: ts.Node): Taker | null {
  if (ts.isIdentifier(target) || ts.isPrivateIdentifier(target)) return { name: target.text, node: target };
  if (ts.isPropertyAccessExpression(target)) {
    const owner =
      target.expression.kind === ts.SyntaxKind.ThisKeyword ? "" : `${takerOf(target.expression)?.name ?? ""}.`;
    return owner === "."
      ? { name: target.name.text, node: target }
      : { name: `${owner}${target.name.text}`, node: target };
  }
  return null;
}

function lowerElements(node: ts.ArrayLiteralExpression, taker: Taker | null, at: At): readonly Argument[] {
  return node.elements.map((element, index) => {
    if (ts.isSpreadElement(element)) return { kind: "spread", value: lowerExpression(element.expression, null, at) };
    const elementTaker = taker === null ? null : { name: `${taker.name}[${index}]`, node: element };
    return { kind: "one", value: lowerExpression(element, elementTaker, at) };
  });
}

function lowerObject(node: ts.ObjectLiteralExpression, at: At): Expression {
  return { kind: "object", members: node.properties.map((member) => lowerMember(member, at)) };
}

function lowerMember(member: ts.ObjectLiteralElementLike, at: At): ObjectMember {
  if (ts.isSpreadAssignment(member)) return { kind: "spread", value: lowerExpression(member.expression, null, at) };
  const key = lowerKey(member.name, at);
  const name = key.kind === "literal" ? String(key.value) : null;
  if (ts.isPropertyAssignment(member)) {
    const taker = name === null ? null : { name, node: member.name };
    return {
      kind: "field",
      key,
      value: lowerExpression(member.initializer, taker, at),
      site: siteOf(member, member.name, taker, at),
    };
  }
  if (ts.isShorthandPropertyAssignment(member))
    return { kind: "field", key, value: lowerName(member.name, at), site: null };
  const code = lowerFunction(member, name, at);
  if (ts.isGetAccessorDeclaration(member)) return { kind: "getter", key, code };
  if (ts.isSetAccessorDeclaration(member)) return { kind: "setter", key, code };
  return { kind: "field", key, value: { kind: "function", code }, site: null };
}

/** A property's name as an expression; `[Symbol.iterator]` stays readable as a literal of its own. */
export function lowerKey(name: ts.PropertyName, at: At): Expression {
  if (!ts.isComputedPropertyName(name)) {
    if (ts.isNumericLiteral(name)) return { kind: "literal", value: String(Number(name.text)) };
    return ts.isBigIntLiteral(name) ? { kind: "primitive", operands: [] } : { kind: "literal", value: name.text };
  }
  return lowerExpression(name.expression, null, at);
}
