/** Statements and values move into functions and closures, or out of a variable: what they compute stays. */
import ts from "typescript";
import { edited, type Edit, type Piece } from "./rewriting.js";
import { canMove, makesLeaf, parsed, statementLists, visitAll } from "./syntax.js";

/** `f(x);` becomes `function extracted1() { f(x); } extracted1();` */
export function extracted(text: string): readonly Piece[] {
  return withStatements(text, (range, index) => [`function extracted${index}() { `, range, ` } extracted${index}();`]);
}

/** `f(x);` becomes `(() => { f(x); })();` */
export function enclosed(text: string): readonly Piece[] {
  return withStatements(text, (range) => [";(() => { ", range, " })();"]);
}

/** `const y = f(x);` becomes `const y = (() => f(x))();` */
export function computedInClosures(text: string): readonly Piece[] {
  const source = parsed(text);
  const edits: Edit[] = [];
  visitAll(source, (node) => {
    if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isIdentifier(node.name)) return;
    const value = node.initializer;
    if (ts.isFunctionLike(value) || ts.isClassExpression(value) || !canMove(value) || makesLeaf(value)) return;
    // A value inside another one that moves would be moved twice.
    if (edits.some(({ start, end }) => start <= value.getStart() && value.getEnd() <= end)) return;
    const [start, end] = [value.getStart(source), value.getEnd()];
    edits.push({ start, end, pieces: ["(() => (", [start, end], "))()"] });
  });
  return edited(text, edits);
}

/** A constant that only the next statement uses, and once, is written there. */
export function inlined(text: string): readonly Piece[] {
  const source = parsed(text);
  const edits: Edit[] = [];
  for (const statements of statementLists(source)) {
    for (const [index, statement] of statements.entries()) {
      const next = statements[index + 1];
      const found = next === undefined ? null : onlyUse(statement, next, source);
      if (found === null) continue;
      const isTouched = edits.some(({ start, end }) => start < found.use.getEnd() && statement.getStart() < end);
      if (isTouched) continue;
      edits.push({ start: statement.getStart(source), end: statement.getEnd(), pieces: [] });
      const pieces: readonly Piece[] = ["(", [found.value.getStart(source), found.value.getEnd()], ")"];
      edits.push({ start: found.use.getStart(source), end: found.use.getEnd(), pieces });
    }
  }
  return edited(text, edits);
}

function withStatements(
  text: string,
  rewrite: (range: readonly [number, number], index: number) => readonly Piece[],
): readonly Piece[] {
  const source = parsed(text);
  const movable = statementLists(source)
    .flat()
    .filter((each) => ts.isExpressionStatement(each) && !ts.isStringLiteral(each.expression) && canMove(each))
    .sort((a, b) => a.getStart() - b.getStart());
  const edits: Edit[] = [];
  for (const [index, statement] of movable.entries()) {
    const [start, end] = [statement.getStart(source), statement.getEnd()];
    if (edits.some((edit) => edit.start <= start && end <= edit.end)) continue;
    edits.push({ start, end, pieces: rewrite([start, end], index) });
  }
  return edited(text, edits);
}

interface Use {
  readonly value: ts.Expression;
  readonly use: ts.Identifier;
}

function onlyUse(statement: ts.Statement, next: ts.Statement, source: ts.SourceFile): Use | null {
  if (!ts.isVariableStatement(statement) || (statement.declarationList.flags & ts.NodeFlags.Const) === 0) return null;
  const [declaration, ...others] = statement.declarationList.declarations;
  const value = declaration?.initializer;
  if (declaration === undefined || value === undefined || others.length > 0) return null;
  if (!ts.isIdentifier(declaration.name) || ts.isFunctionLike(value) || makesLeaf(value)) return null;
  if (ts.canHaveModifiers(statement) && ts.getModifiers(statement) !== undefined) return null;
  const isSimple = ts.isExpressionStatement(next) || ts.isVariableStatement(next);
  const name = declaration.name.text;
  const uses = identifiers(source, name).filter((node) => node !== declaration.name);
  const [use] = uses;
  if (!isSimple || uses.length !== 1 || use === undefined || !isWithin(use, next) || !canMove(value)) return null;
  if (ts.isShorthandPropertyAssignment(use.parent)) return null;
  return isInFunctionBelow(use, next) ? null : { value, use };
}

function identifiers(source: ts.SourceFile, name: string): readonly ts.Identifier[] {
  const found: ts.Identifier[] = [];
  visitAll(source, (node) => {
    if (ts.isIdentifier(node) && node.text === name) found.push(node);
  });
  return found;
}

function isWithin(node: ts.Node, ancestor: ts.Node): boolean {
  return ancestor.getStart() <= node.getStart() && node.getEnd() <= ancestor.getEnd();
}

function isInFunctionBelow(node: ts.Node, ancestor: ts.Node): boolean {
  for (let at = node.parent; at !== ancestor; at = at.parent) if (ts.isFunctionLike(at)) return true;
  return false;
}
