/**
 * One file to one module of the value flow: its imports bound to names, its exports listed, its body as a function.
 * Which file an import means is not decided here.
 */
import ts from "typescript";
import type { ExportedName, Expression, ModuleCode, Variable } from "../flow/code.js";
import type { At } from "./at.js";
import { lowerExpression } from "./lower-expression.js";
import { emptyCode, hoistInto } from "./lower-function.js";
import { lowerStatements } from "./lower-statement.js";
import type { Marks } from "./marks.js";
import { boundNames, declare, defaultName, innerScope, isAmbient, lookUp } from "./scope.js";

export function lowerModule(source: ts.SourceFile, marks: Marks): ModuleCode {
  const main = emptyCode(null, source, source);
  const scope = innerScope(null, main);
  const at: At = {
    source,
    marks,
    scope,
    code: main,
    argumentsOwner: main,
    loops: 0,
    inTry: false,
    group: [],
    meant: false,
    labels: [],
    lateImports: [],
    references: [],
  };
  const imports = declareImports(source, at);
  if (source.statements.some(isDefaultExport)) declareDefault(at);
  hoistInto(scope, source, at);
  main.body = lowerStatements(source.statements, at);
  const exportedValues = source.statements.flatMap((statement): Expression[] =>
    ts.isExportAssignment(statement) && statement.isExportEquals === true
      ? [lowerExpression(statement.expression, null, at)]
      : [],
  );
  return {
    uri: source.fileName,
    main,
    imports: [...imports, ...at.lateImports],
    exports: source.statements.flatMap((statement) => exportsOf(statement, at)),
    exportedValues,
    references: at.references,
    untrusted: untrustedConstruct(source, at),
  };
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return statement.isExportEquals !== true;
  const isUnnamed =
    (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name === undefined;
  return isUnnamed;
}

function declareDefault(at: At): void {
  at.scope.names.set(defaultName, {
    name: defaultName,
    span: { uri: at.source.fileName, start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    owner: at.code,
    loops: 0,
    imported: null,
    constant: true,
    captured: false,
  });
}

/** Declares what a file imports, and returns every file or package that it names. */
function declareImports(source: ts.SourceFile, at: At): readonly string[] {
  const specifiers: string[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)) {
      // What is imported as a type alone is named by types alone, and loads nothing.
      const isType = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      if (!isType) specifiers.push(statement.moduleSpecifier.text);
      declareImportClause(statement.importClause, statement.moduleSpecifier.text, at);
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && !statement.isTypeOnly) {
      if (ts.isStringLiteral(statement.moduleSpecifier)) specifiers.push(statement.moduleSpecifier.text);
    } else if (ts.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) {
      const { moduleReference } = statement;
      if (!ts.isExternalModuleReference(moduleReference) || !ts.isStringLiteral(moduleReference.expression)) continue;
      specifiers.push(moduleReference.expression.text);
      declare(at.scope, statement.name, at, { specifier: moduleReference.expression.text, name: "*" });
    }
  }
  return specifiers;
}

function declareImportClause(clause: ts.ImportClause | undefined, specifier: string, at: At): void {
  if (clause === undefined) return;
  if (clause.name !== undefined) declare(at.scope, clause.name, at, { specifier, name: "default" });
  const { namedBindings } = clause;
  if (namedBindings === undefined) return;
  if (ts.isNamespaceImport(namedBindings)) {
    declare(at.scope, namedBindings.name, at, { specifier, name: "*" });
    return;
  }
  for (const element of namedBindings.elements) {
    declare(at.scope, element.name, at, { specifier, name: (element.propertyName ?? element.name).text });
  }
}

function exportsOf(statement: ts.Statement, at: At): readonly ExportedName[] {
  if (ts.isExportDeclaration(statement)) return exportsOfDeclaration(statement, at);
  if (isAmbient(statement)) return [];
  const exported = (name: string, local: string): readonly ExportedName[] => {
    const variable = lookUp(at.scope, local, at.code);
    return variable === null ? [] : [exportOf(name, variable)];
  };
  if (ts.isExportAssignment(statement)) return exported("default", defaultName);
  const modifiers = (ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined) ?? [];
  const has = (kind: ts.SyntaxKind): boolean => modifiers.some((modifier) => modifier.kind === kind);
  if (!has(ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap((declaration) =>
      boundNames(declaration.name).flatMap(({ text }) => exported(text, text)),
    );
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  if (!named) return [];
  const local = statement.name === undefined ? defaultName : statement.name.text;
  return exported(has(ts.SyntaxKind.DefaultKeyword) ? "default" : local, local);
}

function exportsOfDeclaration(statement: ts.ExportDeclaration, at: At): readonly ExportedName[] {
  if (statement.isTypeOnly) return [];
  const specifier =
    statement.moduleSpecifier !== undefined && ts.isStringLiteral(statement.moduleSpecifier)
      ? statement.moduleSpecifier.text
      : null;
  const { exportClause } = statement;
  if (exportClause === undefined) return specifier === null ? [] : [{ kind: "all", specifier }];
  if (ts.isNamespaceExport(exportClause))
    return specifier === null ? [] : [{ kind: "from", name: exportClause.name.text, from: { specifier, name: "*" } }];
  return exportClause.elements.flatMap((element): ExportedName[] => {
    if (element.isTypeOnly) return [];
    const local = (element.propertyName ?? element.name).text;
    if (specifier !== null) return [{ kind: "from", name: element.name.text, from: { specifier, name: local } }];
    const variable = lookUp(at.scope, local, at.code);
    return variable === null ? [] : [exportOf(element.name.text, variable)];
  });
}

/** Importers read the variable itself, at any time. */
function exportOf(name: string, variable: Variable): ExportedName {
  variable.captured = true;
  return { kind: "variable", name, variable };
}

/** Under `with` and direct `eval` a name may mean anything. */
function untrustedConstruct(source: ts.SourceFile, at: At): string | null {
  if (!/\b(?:eval|with)\b/.test(source.text)) return null;
  let found: string | null = null;
  const visit = (node: ts.Node): void => {
    if (ts.isWithStatement(node)) found = "`with` changes what names mean";
    const isEval = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "eval";
    if (isEval && lookUp(at.scope, "eval", at.code) === null) found = "`eval` may use every variable";
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
