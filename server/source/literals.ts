/**
 * Which literals of objects and arrays a run counts: those in loops and functions, of which a program can make without
 * end. A pattern that takes a value apart looks like a literal and is none.
 */
import ts from "typescript";

export function isCountedLiteral(node: ts.Node): node is ts.ObjectLiteralExpression | ts.ArrayLiteralExpression {
  if (!ts.isObjectLiteralExpression(node) && !ts.isArrayLiteralExpression(node)) return false;
  return isRepeated(node) && !isPattern(node);
}

function isRepeated(node: ts.Node): boolean {
  for (let around = node.parent; around !== undefined; around = around.parent)
    if (ts.isFunctionLike(around) || ts.isIterationStatement(around, false)) return true;
  return false;
}

/** `[a, { b }] = pair`, `for ({ a } of pairs)`, and what stands in such a pattern. */
function isPattern(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isSpreadElement(parent)) return isPattern(parent);
  if (ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken)
    // With a default, `[{ a } = {}] = pairs`, the whole assignment is the part of a pattern.
    return parent.left === node;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isArrayLiteralExpression(parent)) return isPattern(parent);
  if (ts.isPropertyAssignment(parent) || ts.isSpreadAssignment(parent)) return isPattern(parent.parent);
  return false;
}
