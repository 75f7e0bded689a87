/**
 * A field of a module that could be registered by wrapping its initializer: `[…]` into `new nn.ModuleList([…])`, a
 * tensor into `new nn.Parameter(…)`. Said only where the rest of the file goes on to compile.
 */
import ts from "typescript";
import type { Wrapping } from "../flow/code.js";
import { spanOf } from "./parse.js";

export function wrappingOf(member: ts.PropertyDeclaration): Wrapping | null {
  const { initializer, name, type, parent } = member;
  const library = libraryOf(parent);
  if (initializer === undefined || type !== undefined || library === null || !ts.isIdentifier(name)) return null;
  const form = ts.isArrayLiteralExpression(initializer) ? "list" : ts.isCallExpression(initializer) ? "call" : null;
  const source = member.getSourceFile();
  if (form === null || isOpen(source)) return null;
  const isUsable = form === "list" ? isUseOfList : isRead;
  return usesOf(name, source).every(isUsable) ? { span: spanOf(initializer), library, form } : null;
}

/** What stands before `.Module` in what the class extends. */
function libraryOf(owner: ts.ClassLikeDeclaration): string | null {
  const extended = owner.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const base = extended?.expression;
  if (base === undefined || !ts.isPropertyAccessExpression(base) || base.name.text !== "Module") return null;
  return base.expression.getText();
}

/** Other files may use the field as well. */
function isOpen(source: ts.SourceFile): boolean {
  return source.statements.some(
    (statement) =>
      ts.isExportDeclaration(statement) ||
      ts.isExportAssignment(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true),
  );
}

function usesOf(name: ts.Identifier, source: ts.SourceFile): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && node.text === name.text && node !== name) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `for (… of this.layers)`, `...this.layers`, `this.layers.length`, `this.layers.at(i)`: a `ModuleList` has them too. */
function isUseOfList(use: ts.Identifier): boolean {
  const access = accessOf(use);
  if (access === null) return false;
  const { parent } = access;
  if (ts.isForOfStatement(parent)) return parent.expression === access;
  if (ts.isSpreadElement(parent)) return true;
  if (!ts.isPropertyAccessExpression(parent) || parent.expression !== access) return false;
  return (parent.name.text === "length" || parent.name.text === "at") && !isWritten(parent);
}

/** A parameter is a tensor in all that is done with it. */
function isRead(use: ts.Identifier): boolean {
  const access = accessOf(use);
  return access !== null && !isWritten(access);
}

function accessOf(use: ts.Identifier): ts.PropertyAccessExpression | null {
  const { parent } = use;
  return ts.isPropertyAccessExpression(parent) && parent.name === use ? parent : null;
}

function isWritten(access: ts.PropertyAccessExpression): boolean {
  const { parent } = access;
  return (
    ts.isBinaryExpression(parent) &&
    parent.left === access &&
    parent.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    parent.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  );
}
