/**
 * A program with its sites marked, ready to run: every call and `new` becomes `$leave(7,$enter(7),e)`, so that a
 * run knows which expression is being evaluated and which variable takes the result; so do the literals of objects and
 * arrays that may be evaluated often (`$made({})`), since what a program keeps is counted. Text is only inserted, never
 * printed anew, so lines keep their numbers. Training loops get a place where the run may pause (`pauses.ts`). Only the parser is asked; types play no part.
 */
import type { Site } from "@gradlens/engine/graph";
import ts from "typescript";
import { isCountedLiteral } from "./literals.js";
import { isPausingBody, pauseText } from "./pauses.js";
import { positionAt } from "./position.js";

/** Marks the calls of one file and appends their sites to `sites`; an id is the index into that list. */
export function instrument(uri: string, text: string, sites: Site[]): string {
  const source = ts.createSourceFile(uri, text, ts.ScriptTarget.ESNext, true, scriptKindOf(uri));
  // A text with syntax errors stays as it is, so that the bundler reports the right place.
  if (hasSyntaxErrors(source)) return text;

  const pieces: string[] = [];
  let copied = 0;
  const copyTo = (position: number): void => {
    pieces.push(text.slice(copied, position));
    copied = position;
  };
  const beginOf = (node: ts.Node): string | null => {
    if (isCountedLiteral(node)) return "$made(";
    if (!isWrapped(node)) return null;
    const site = sites.push(siteOf(node, source)) - 1;
    return `$leave(${site},$enter(${site}),`;
  };
  const visit = (node: ts.Node): void => {
    if (isNotEvaluated(node)) return;
    if (isPausingBody(node, source)) {
      copyTo(node.getStart(source) + 1);
      pieces.push(pauseText);
    }
    const begin = beginOf(node);
    if (begin === null) {
      ts.forEachChild(node, visit);
      return;
    }
    const start = node.getStart(source);
    copyTo(start);
    // In `return(f)()` and `return[1].map(g)` only the bracket kept the two words apart.
    if (/[\p{ID_Continue}$]/u.test(text[start - 1] ?? "")) pieces.push(" ");
    pieces.push(begin);
    ts.forEachChild(node, visit);
    copyTo(node.getEnd());
    pieces.push(")");
  };
  visit(source);
  copyTo(text.length);
  return pieces.join("");
}

function siteOf(node: ts.CallExpression | ts.NewExpression, source: ts.SourceFile): Site {
  return {
    name: nameOf(node),
    span: spanOf(node, source),
    group: groupOf(node),
    callee: calleeOf(node, source),
    loops: loopsAround(node, source),
  };
}

function scriptKindOf(uri: string): ts.ScriptKind {
  if (/\.tsx$/i.test(uri)) return ts.ScriptKind.TSX;
  if (/\.[cm]?jsx?$/i.test(uri)) return ts.ScriptKind.JSX;
  return ts.ScriptKind.TS;
}

function hasSyntaxErrors(source: ts.SourceFile): boolean {
  const { parseDiagnostics } = source as ts.SourceFile & { parseDiagnostics?: readonly ts.Diagnostic[] };
  return parseDiagnostics !== undefined && parseDiagnostics.length > 0;
}

/** Types, ambient declarations, enums and decorators: nothing in them is an expression of the run we may wrap. */
function isNotEvaluated(node: ts.Node): boolean {
  if (ts.isExpressionWithTypeArguments(node)) return !isExtendsOfClass(node);
  const isAmbient =
    ts.canHaveModifiers(node) &&
    ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DeclareKeyword) === true;
  return (
    isAmbient ||
    ts.isTypeNode(node) ||
    ts.isDecorator(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function isExtendsOfClass(node: ts.ExpressionWithTypeArguments): boolean {
  return (
    ts.isHeritageClause(node.parent) &&
    node.parent.token === ts.SyntaxKind.ExtendsKeyword &&
    ts.isClassLike(node.parent.parent)
  );
}

function isWrapped(node: ts.Node): node is ts.CallExpression | ts.NewExpression {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  if (ts.isExpressionWithTypeArguments(node.parent) || isInsideCalleeOfNew(node)) return false;
  if (ts.isNewExpression(node)) return true;
  return !isSpecialCallee(node.expression) && !isInnerPartOfOptionalChain(node);
}

/** `super()` and `import()` are syntax; a direct `eval` sees its surroundings; `require` is read by the bundler. */
function isSpecialCallee(callee: ts.Expression): boolean {
  if (callee.kind === ts.SyntaxKind.SuperKeyword || callee.kind === ts.SyntaxKind.ImportKeyword) return true;
  if (ts.isMetaProperty(callee)) return true;
  return ts.isIdentifier(callee) && (callee.text === "require" || callee.text === "eval");
}

/** In `new new X().y()` the inner part may not become a call: parentheses would be needed around it. */
function isInsideCalleeOfNew(node: ts.Node): boolean {
  let child = node;
  for (;;) {
    const { parent } = child;
    if (ts.isNewExpression(parent)) return parent.expression === child;
    const continues =
      (ts.isPropertyAccessExpression(parent) ||
        ts.isElementAccessExpression(parent) ||
        ts.isNonNullExpression(parent) ||
        ts.isTaggedTemplateExpression(parent)) &&
      (ts.isTaggedTemplateExpression(parent) ? parent.tag : parent.expression) === child;
    if (!continues) return false;
    child = parent;
  }
}

/** Only the whole of `a?.b().c()` may be wrapped: a wrapped `a?.b()` would no longer stop the rest. */
function isInnerPartOfOptionalChain(node: ts.CallExpression): boolean {
  if (!ts.isOptionalChain(node)) return false;
  const { parent } = node;
  return ts.isOptionalChain(parent) && parent.expression === node;
}

/** The variable, field or property that takes the result; `f()` for what a named function returns. */
function nameOf(node: ts.Node): string | null {
  let child = node;
  while (passesResultOn(child.parent, child)) child = child.parent;
  const { parent } = child;
  if (ts.isVariableDeclaration(parent) && parent.initializer === child) {
    return textOfName(parent.name) ?? textOfPattern(parent.name);
  }
  if (ts.isBinaryExpression(parent) && isAssignment(parent) && parent.right === child) return pathOf(parent.left);
  if (ts.isPropertyAssignment(parent) && parent.initializer === child) return textOfName(parent.name);
  if (ts.isPropertyDeclaration(parent) && parent.initializer === child) {
    const field = textOfName(parent.name);
    const isStatic = parent.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
    const owner = isStatic ? (parent.parent.name?.text ?? "this") : "this";
    return field === null ? null : `${owner}.${field}`;
  }
  if (ts.isArrayLiteralExpression(parent)) {
    const list = nameOf(parent);
    const index = parent.elements.indexOf(child as ts.Expression);
    if (list?.startsWith("[") === true) return list.slice(1, -1).split(", ")[index] || null;
    return list === null ? null : `${list}[${index}]`;
  }
  const isReturned = ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === child);
  if (!isReturned) return null;
  const name = nameOfFunction(enclosingFunction(child));
  return name === null ? null : `${name}()`;
}

function passesResultOn(parent: ts.Node, child: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return parent.condition !== child;
  if (ts.isBinaryExpression(parent)) {
    const chooses = [
      ts.SyntaxKind.QuestionQuestionToken,
      ts.SyntaxKind.BarBarToken,
      ts.SyntaxKind.AmpersandAmpersandToken,
    ];
    return chooses.includes(parent.operatorToken.kind);
  }
  return (
    ts.isAwaitExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isAsExpression(parent) ||
    ts.isTypeAssertionExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isSatisfiesExpression(parent)
  );
}

function isAssignment(node: ts.BinaryExpression): boolean {
  const { kind } = node.operatorToken;
  return kind === ts.SyntaxKind.EqualsToken || kind === ts.SyntaxKind.QuestionQuestionEqualsToken;
}

function textOfName(name: ts.Node): string | null {
  const isPlain = ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name);
  return isPlain ? name.text : null;
}

/** `[a, , b]` and `{ w, b: bias }` where a declaration takes a result apart; parts that are no plain names stay empty. */
function textOfPattern(name: ts.BindingName): string | null {
  if (ts.isArrayBindingPattern(name)) {
    const parts = name.elements.map((element) =>
      ts.isBindingElement(element) && element.dotDotDotToken === undefined ? (textOfName(element.name) ?? "") : "",
    );
    return `[${parts.join(", ")}]`;
  }
  if (!ts.isObjectBindingPattern(name)) return null;
  const parts = name.elements.flatMap(({ propertyName, name: local, dotDotDotToken }) => {
    const text = dotDotDotToken === undefined ? textOfName(local) : null;
    if (text === null) return [];
    const key = propertyName === undefined ? text : textOfName(propertyName);
    return key === null ? [] : [key === text ? text : `${key}: ${text}`];
  });
  return `{ ${parts.join(", ")} }`;
}

/** `this.layers[0]` as text; null when a part of it is computed. */
function pathOf(node: ts.Node): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (node.kind === ts.SyntaxKind.ThisKeyword) return "this";
  if (ts.isPropertyAccessExpression(node)) {
    const owner = pathOf(node.expression);
    return owner === null ? null : `${owner}.${node.name.text}`;
  }
  if (ts.isElementAccessExpression(node)) {
    const owner = pathOf(node.expression);
    const index = node.argumentExpression;
    return owner !== null && ts.isLiteralExpression(index) ? `${owner}[${index.text}]` : null;
  }
  return null;
}

function enclosingFunction(node: ts.Node): ts.SignatureDeclaration | null {
  for (let around = node.parent; around !== undefined; around = around.parent)
    if (ts.isFunctionLike(around)) return around;
  return null;
}

function nameOfFunction(node: ts.SignatureDeclaration | null): string | null {
  if (node === null) return null;
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (node.name !== undefined) return textOfName(node.name);
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) ? nameOf(node) : null;
}

/** The named functions and classes around a node, outermost first. */
function groupOf(node: ts.Node): readonly string[] {
  const group: string[] = [];
  for (let around = node.parent; around !== undefined; around = around.parent) {
    const name = ts.isFunctionLike(around)
      ? nameOfFunction(around)
      : ts.isClassLike(around)
        ? (around.name?.text ?? null)
        : null;
    if (name !== null) group.unshift(name);
  }
  return group;
}

/** The expression; of a call chain over several lines, the part from the method's own name. */
function spanOf(node: ts.CallExpression | ts.NewExpression, source: ts.SourceFile): Site["span"] {
  const callee = node.expression;
  const lineOf = (position: number): number => positionAt(source, position).line;
  const isLaterLink =
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(callee) &&
    lineOf(callee.name.getStart(source)) !== lineOf(node.getStart(source));
  const start = isLaterLink ? callee.name.getStart(source) : node.getStart(source);
  return {
    uri: source.fileName,
    start: positionAt(source, start),
    end: positionAt(source, node.getEnd()),
  };
}

/** What is called, on one line; of a chain only its last links, since the earlier ones are calls of their own. */
function calleeOf(node: ts.CallExpression | ts.NewExpression, source: ts.SourceFile): string {
  const text = pathOf(node.expression) ?? node.expression.getText(source);
  const link = /[\s()]/.test(text) ? text.slice(text.lastIndexOf(".") + 1) : text;
  const start = ts.isNewExpression(node) ? "new " : "";
  return start + (link.length <= longestCallee ? link : `${link.slice(0, longestCallee - 1)}…`).replaceAll(/\s+/g, " ");
}

const longestCallee = 60;

/** The loops around a call, up to the function that it stands in. */
function loopsAround(node: ts.Node, source: ts.SourceFile): Site["loops"] {
  const loops: Site["loops"][number][] = [];
  for (let around = node.parent; around !== undefined && !ts.isFunctionLike(around); around = around.parent) {
    if (!ts.isIterationStatement(around, false)) continue;
    loops.unshift({ name: variableOfLoop(around), start: positionAt(source, around.getStart(source)) });
  }
  return loops;
}

function variableOfLoop(loop: ts.IterationStatement): string | null {
  const declared =
    ts.isForStatement(loop) || ts.isForOfStatement(loop) || ts.isForInStatement(loop) ? loop.initializer : null;
  const isList = declared !== undefined && declared !== null && ts.isVariableDeclarationList(declared);
  const [first] = isList ? declared.declarations : [];
  return first === undefined ? null : textOfName(first.name);
}
