/**
 * Statements, with their control flow kept as structure: the value flow walks it in order. Constructs that only
 * TypeScript has become what they compile to.
 */
import ts from "typescript";
import type { Expression, HoistedFunction, Statement, SwitchCase, Target, Variable } from "../flow/code.js";
import { siteOf, statementSite, type At } from "./at.js";
import { lowerClass } from "./lower-class.js";
import { lowerExpression, lowerUnknown } from "./lower-expression.js";
import { hoistedFunctions, nothing, returned } from "./lower-function.js";
import { lowerBinding, lowerTarget } from "./lower-target.js";
import { blockNames, declare, defaultName, innerScope, isAmbient, lexicalNames, lookUp } from "./scope.js";

/** A list whose names the caller has declared in `at.scope`. */
export function lowerStatements(statements: readonly ts.Statement[], at: At): Statement {
  const functions = hoistedFunctions(statements, at);
  return { kind: "block", functions, body: statements.flatMap((statement) => lowerStatement(statement, at)) };
}

export function lowerStatement(node: ts.Statement, at: At): readonly Statement[] {
  if (isAmbient(node) || ts.isFunctionDeclaration(node) || ts.isEmptyStatement(node)) return [];
  if (ts.isExpressionStatement(node))
    return [{ kind: "expression", value: lowerExpression(node.expression, null, at), site: statementSite(node, at) }];
  if (ts.isVariableStatement(node)) return lowerDeclarations(node.declarationList, at);
  if (ts.isBlock(node)) return [lowerBlock(node, at)];
  if (ts.isIfStatement(node)) {
    return [
      {
        kind: "if",
        test: lowerExpression(node.expression, null, at),
        whenTrue: lowerBody(node.thenStatement, at),
        whenFalse: node.elseStatement === undefined ? null : lowerBody(node.elseStatement, at),
        site: siteOf(node.expression, node.expression, null, at, { operands: [node.expression] }),
      },
    ];
  }
  if (ts.isReturnStatement(node)) {
    const name =
      at.code.name === null || node.expression === undefined
        ? null
        : { name: `${at.code.name}()`, node: node.expression };
    return [
      node.expression === undefined
        ? { kind: "return", value: null }
        : returned(lowerExpression(node.expression, name, at), at),
    ];
  }
  if (ts.isThrowStatement(node)) return [{ kind: "throw", value: lowerExpression(node.expression, null, at) }];
  if (ts.isBreakStatement(node)) return [{ kind: "break", label: node.label?.text ?? null }];
  if (ts.isContinueStatement(node)) return [{ kind: "continue", label: node.label?.text ?? null }];
  if (ts.isTryStatement(node)) return [lowerTry(node, at)];
  if (ts.isLabeledStatement(node)) return lowerLabeled(node, at);
  if (ts.isSwitchStatement(node)) return [lowerSwitch(node, at)];
  if (ts.isIterationStatement(node, false)) return [lowerLoop(node, at)];
  return lowerDeclaration(node, at);
}

/** One statement where the language allows any: it gets a block of its own. */
function lowerBody(node: ts.Statement, at: At): Statement {
  if (ts.isBlock(node)) return lowerBlock(node, at);
  const inner = withNames(blockNames([node]), at);
  return { kind: "block", functions: hoistedFunctions([node], inner), body: lowerStatement(node, inner) };
}

function lowerBlock(node: ts.Block, at: At): Statement {
  return lowerStatements(node.statements, withNames(blockNames(node.statements), at));
}

function withNames(names: readonly ts.Identifier[], at: At): At {
  if (names.length === 0) return { ...at, labels: [] };
  const inner: At = { ...at, scope: innerScope(at.scope, at.code), labels: [] };
  for (const name of names) declare(inner.scope, name, at);
  return inner;
}

function lowerDeclarations(list: ts.VariableDeclarationList, at: At): readonly Statement[] {
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  // `using` and `await using`: at the end of the block the value's own method is called.
  const isDisposed = (list.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using;
  if (isDisposed) at.code.tries = true;
  return list.declarations.flatMap((declaration): Statement[] => {
    // A `var` without a value leaves what is there; a `let` is undefined from here on.
    if (declaration.initializer === undefined && isVar) return [];
    const target = lowerBinding(declaration.name, at);
    const taker = ts.isIdentifier(declaration.name) ? { name: declaration.name.text, node: declaration.name } : null;
    const value: Expression =
      declaration.initializer === undefined
        ? { kind: "literal", value: undefined }
        : lowerExpression(declaration.initializer, taker, at);
    if (!isDisposed) return [{ kind: "declare", target, value }];
    const variable = taker === null ? null : lookUp(at.scope, taker.name, at.code);
    const operands: readonly Expression[] = variable === null ? [] : [{ kind: "variable", variable }];
    const disposal: Expression = {
      kind: "unknown",
      because: "a value is disposed of at the end of its block",
      operands,
    };
    return [
      { kind: "declare", target, value },
      { kind: "expression", value: disposal, site: null },
    ];
  });
}

function lowerTry(node: ts.TryStatement, at: At): Statement {
  at.code.tries = true;
  const { catchClause, finallyBlock } = node;
  const bound = catchClause?.variableDeclaration;
  const handling: At = { ...at, inTry: at.inTry || finallyBlock !== undefined };
  const inner = bound === undefined ? handling : withNames(boundNamesOf(bound), handling);
  return {
    kind: "try",
    body: lowerBlock(node.tryBlock, { ...at, inTry: true }),
    parameter: bound === undefined ? null : lowerBinding(bound.name, inner),
    handler: catchClause === undefined ? null : lowerBlock(catchClause.block, inner),
    finalizer: finallyBlock === undefined ? null : lowerBlock(finallyBlock, at),
  };
}

function boundNamesOf(declaration: ts.VariableDeclaration): readonly ts.Identifier[] {
  const list = (name: ts.BindingName): readonly ts.Identifier[] =>
    ts.isIdentifier(name)
      ? [name]
      : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : list(element.name)));
  return list(declaration.name);
}

function lowerLabeled(node: ts.LabeledStatement, at: At): readonly Statement[] {
  const label = node.label.text;
  const body = lowerStatement(node.statement, { ...at, labels: [...at.labels, label] });
  return [{ kind: "labeled", label, body: { kind: "block", functions: hoistedFunctions([node.statement], at), body } }];
}

function lowerSwitch(node: ts.SwitchStatement, at: At): Statement {
  const subject = lowerExpression(node.expression, null, at);
  const statements = node.caseBlock.clauses.flatMap((clause) => [...clause.statements]);
  const inner = withNames(blockNames(statements), at);
  const functions: readonly HoistedFunction[] = hoistedFunctions(statements, inner);
  const cases = node.caseBlock.clauses.map((clause): SwitchCase => ({
    test: ts.isCaseClause(clause) ? lowerExpression(clause.expression, null, inner) : null,
    body: clause.statements.flatMap((statement) => lowerStatement(statement, inner)),
  }));
  return { kind: "switch", subject, functions, cases, labels: at.labels };
}

function lowerLoop(node: ts.IterationStatement, at: At): Statement {
  const { labels } = at;
  const looping: At = { ...at, loops: at.loops + 1, labels: [] };
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    const first = ts.isDoStatement(node) ? "body" : "test";
    return {
      kind: "loop",
      first,
      test: lowerExpression(node.expression, null, looping),
      update: null,
      counts: null,
      body: lowerBody(node.statement, looping),
      labels,
    };
  }
  if (ts.isForStatement(node)) return lowerFor(node, labels, at, looping);
  if (!ts.isForOfStatement(node) && !ts.isForInStatement(node)) return nothing;
  const { initializer } = node;
  const names = ts.isVariableDeclarationList(initializer) ? lexicalNames(initializer) : [];
  const inner = withNames(names, looping);
  const [declaration] = ts.isVariableDeclarationList(initializer) ? initializer.declarations : [];
  const target: Target =
    declaration !== undefined
      ? lowerBinding(declaration.name, inner)
      : lowerTarget(initializer as ts.Expression, inner);
  const source = lowerExpression(node.expression, null, at);
  const body = lowerBody(node.statement, inner);
  if (ts.isForInStatement(node)) return { kind: "forIn", target, object: source, body, labels };
  if (node.awaitModifier !== undefined) at.code.awaits = true;
  return { kind: "forOf", target, iterable: source, body, labels };
}

function lowerFor(node: ts.ForStatement, labels: readonly string[], at: At, looping: At): Statement {
  const { initializer } = node;
  const isList = initializer !== undefined && ts.isVariableDeclarationList(initializer);
  const inner = withNames(isList ? lexicalNames(initializer) : [], looping);
  const start: readonly Statement[] =
    initializer === undefined
      ? []
      : isList
        ? lowerDeclarations(initializer, inner)
        : [{ kind: "expression", value: lowerExpression(initializer as ts.Expression, null, at), site: null }];
  const test = node.condition === undefined ? null : lowerExpression(node.condition, null, inner);
  const update = node.incrementor === undefined ? null : lowerExpression(node.incrementor, null, inner);
  const counts = countedBy(node.incrementor, inner);
  const walked = lowerBody(node.statement, inner);
  const loop: Statement = { kind: "loop", first: "test", test, update, counts, body: walked, labels };
  return { kind: "block", functions: [], body: [...start, loop] };
}

/** The variable that `i++`, `++i` or `i += 1` counts. */
function countedBy(node: ts.Expression | undefined, at: At): Variable | null {
  if (node === undefined) return null;
  const isStep =
    (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) &&
    node.operator === ts.SyntaxKind.PlusPlusToken;
  const isSum =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken &&
    ts.isNumericLiteral(node.right) &&
    node.right.text === "1";
  const counter = isStep ? node.operand : isSum ? node.left : null;
  return counter !== null && ts.isIdentifier(counter) ? lookUp(at.scope, counter.text, at.code) : null;
}

/** Classes, enums, namespaces and what modules add. */
function lowerDeclaration(node: ts.Statement, at: At): readonly Statement[] {
  if (ts.isClassDeclaration(node)) return lowerClassDeclaration(node, at);
  if (ts.isEnumDeclaration(node)) return [lowerEnum(node, at)];
  if (ts.isModuleDeclaration(node)) return lowerNamespace(node, at);
  if (ts.isExportAssignment(node)) return lowerDefault(node, at);
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isImportEqualsDeclaration(node)) return [];
  return [{ kind: "expression", value: lowerUnknown(node, at), site: null }];
}

function lowerDefault(node: ts.ExportAssignment, at: At): readonly Statement[] {
  if (node.isExportEquals === true) return [];
  const variable = lookUp(at.scope, defaultName, at.code);
  const value = lowerExpression(node.expression, { name: "default", node: node.expression }, at);
  if (variable === null) return [{ kind: "expression", value, site: null }];
  return [{ kind: "declare", target: { kind: "variable", variable }, value }];
}

function lowerClassDeclaration(node: ts.ClassDeclaration, at: At): readonly Statement[] {
  const code = lowerClass(node, null, at);
  const variable = lookUp(at.scope, node.name === undefined ? defaultName : node.name.text, at.code);
  const value: Expression = { kind: "class", code };
  if (variable === null) return [{ kind: "expression", value, site: null }];
  return [{ kind: "declare", target: { kind: "variable", variable }, value }];
}

function lowerEnum(node: ts.EnumDeclaration, at: At): Statement {
  let next: number | null = 0;
  const members = node.members.map((member) => {
    const name = "text" in member.name ? member.name.text : "";
    const initializer = member.initializer === undefined ? null : lowerExpression(member.initializer, null, at);
    const value: Expression =
      initializer ?? (next === null ? { kind: "primitive", operands: [] } : { kind: "literal", value: next });
    const isNumber: boolean = value.kind === "literal" && typeof value.value === "number";
    next = isNumber && value.kind === "literal" ? Number(value.value) + 1 : null;
    return { kind: "field", key: { kind: "literal", value: name }, value, site: null } as const;
  });
  const variable = lookUp(at.scope, node.name.text, at.code);
  const value: Expression = { kind: "object", members };
  if (variable === null) return { kind: "expression", value, site: null };
  return { kind: "declare", target: { kind: "variable", variable }, value };
}

/** A namespace's body runs in place; what it exports is reached under a name that is not followed, so it escapes. */
function lowerNamespace(node: ts.ModuleDeclaration, at: At): readonly Statement[] {
  const { body } = node;
  if (body === undefined || !ts.isModuleBlock(body))
    return [{ kind: "expression", value: lowerUnknown(node, at), site: null }];
  const names = [...blockNames(body.statements)];
  const inner = withNames(names, at);
  const operands = names.map((name): Expression => {
    const variable = lookUp(inner.scope, name.text, at.code);
    return variable === null ? { kind: "literal", value: undefined } : { kind: "variable", variable };
  });
  const escaping: Expression = { kind: "unknown", because: "a namespace is not followed", operands };
  const block = lowerStatements(body.statements, inner);
  const variable = ts.isIdentifier(node.name) ? lookUp(at.scope, node.name.text, at.code) : null;
  const declared: Statement =
    variable === null
      ? { kind: "expression", value: escaping, site: null }
      : { kind: "declare", target: { kind: "variable", variable }, value: escaping };
  return [block, declared];
}
