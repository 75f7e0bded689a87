/**
 * What an assignment writes to: a variable, a property, or a pattern that takes its value apart.
 */
import ts from "typescript";
import type { Expression, Site, Target } from "../flow/code.js";
import { assignmentRemoval, siteOf, type At } from "./at.js";
import { keyOf, skipWrapping } from "./lower-call.js";
import { lowerExpression, lowerKey } from "./lower-expression.js";
import { lookUp, refer } from "./scope.js";

/** The left side of `=`, of `for (… of …)` or of `++`. */
export function lowerTarget(node: ts.Expression, at: At): Target {
  const target = skipWrapping(node);
  if (ts.isIdentifier(target)) return lowerNameTarget(target, at);
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const key = keyOf(target, at);
    if (target.expression.kind === ts.SyntaxKind.SuperKeyword) return { kind: "superProperty", key };
    const word = ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression;
    const object = lowerExpression(target.expression, null, at);
    const removal = (): Site["removal"] => assignmentRemoval(node);
    return { kind: "property", object, key, site: siteOf(target, word, null, at, { removal }) };
  }
  if (ts.isArrayLiteralExpression(target)) return lowerArrayTarget(target, at);
  if (ts.isObjectLiteralExpression(target)) return lowerObjectTarget(target, at);
  if (ts.isBinaryExpression(target) && target.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return { kind: "default", target: lowerTarget(target.left, at), value: lowerExpression(target.right, null, at) };
  }
  return { kind: "global", name: "(unreadable target)" };
}

/** The name of a declaration or of a parameter. */
export function lowerBinding(name: ts.BindingName, at: At): Target {
  if (ts.isIdentifier(name)) return lowerNameTarget(name, at);
  if (ts.isArrayBindingPattern(name)) {
    const elements = name.elements.filter(
      (element) => ts.isOmittedExpression(element) || element.dotDotDotToken === undefined,
    );
    const rest = name.elements.find(
      (element) => !ts.isOmittedExpression(element) && element.dotDotDotToken !== undefined,
    );
    return {
      kind: "array",
      elements: elements.map((element) => (ts.isOmittedExpression(element) ? null : lowerBoundElement(element, at))),
      rest: rest === undefined || ts.isOmittedExpression(rest) ? null : lowerBinding(rest.name, at),
    };
  }
  const rest = name.elements.find((element) => element.dotDotDotToken !== undefined);
  return {
    kind: "object",
    properties: name.elements
      .filter((element) => element !== rest)
      .map((element) => ({ key: keyOfBinding(element, at), target: lowerBoundElement(element, at) })),
    rest: rest === undefined ? null : lowerBinding(rest.name, at),
  };
}

/** `name = default`, in a pattern or a list of parameters. */
export function lowerBoundElement(element: ts.BindingElement | ts.ParameterDeclaration, at: At): Target {
  const target = lowerBinding(element.name, at);
  if (element.initializer === undefined) return target;
  const taker = ts.isIdentifier(element.name) ? { name: element.name.text, node: element.name } : null;
  return { kind: "default", target, value: lowerExpression(element.initializer, taker, at) };
}

function keyOfBinding(element: ts.BindingElement, at: At): Expression {
  if (element.propertyName !== undefined) return lowerKey(element.propertyName, at);
  return { kind: "literal", value: ts.isIdentifier(element.name) ? element.name.text : "" };
}

function lowerNameTarget(name: ts.Identifier, at: At): Target {
  const variable = lookUp(at.scope, name.text, at.code);
  if (variable === null) return { kind: "global", name: name.text };
  refer(name, variable, at.references);
  return { kind: "variable", variable };
}

function lowerArrayTarget(node: ts.ArrayLiteralExpression, at: At): Target {
  const rest = node.elements.find(ts.isSpreadElement);
  return {
    kind: "array",
    elements: node.elements
      .filter((element) => element !== rest)
      .map((element) => (ts.isOmittedExpression(element) ? null : lowerTarget(element, at))),
    rest: rest === undefined ? null : lowerTarget(rest.expression, at),
  };
}

function lowerObjectTarget(node: ts.ObjectLiteralExpression, at: At): Target {
  const properties: { key: Expression; target: Target }[] = [];
  let rest: Target | null = null;
  for (const member of node.properties) {
    if (ts.isSpreadAssignment(member)) rest = lowerTarget(member.expression, at);
    else if (ts.isShorthandPropertyAssignment(member)) {
      const plain = lowerNameTarget(member.name, at);
      const initializer = member.objectAssignmentInitializer;
      const target: Target =
        initializer === undefined
          ? plain
          : { kind: "default", target: plain, value: lowerExpression(initializer, null, at) };
      properties.push({ key: { kind: "literal", value: member.name.text }, target });
    } else if (ts.isPropertyAssignment(member)) {
      properties.push({ key: lowerKey(member.name, at), target: lowerTarget(member.initializer, at) });
    }
  }
  return { kind: "object", properties, rest };
}
