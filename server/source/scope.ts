/**
 * Which variable a name means, by JavaScript's own rules: `var` belongs to the function, everything else to the
 * block, an inner name hides an outer one. A name that no scope knows is a global.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import ts from "typescript";
import type { FunctionCode, ImportedName, Variable } from "../flow/code.js";
import { spanOf } from "./parse.js";

/** The name under which a default export without a name of its own is kept. */
export const defaultName = "*default*";

export interface Scope {
  readonly parent: Scope | null;
  readonly owner: FunctionCode;
  readonly names: Map<string, Variable>;
}

export function innerScope(parent: Scope | null, owner: FunctionCode): Scope {
  return { parent, owner, names: new Map() };
}

export interface Declaring {
  readonly source: ts.SourceFile;
  readonly loops: number;
}

export interface Referring {
  readonly source: ts.SourceFile;
  readonly references: { readonly span: SourceSpan; readonly variable: Variable }[];
}

export function declare(
  scope: Scope,
  name: ts.Node & { text: string },
  at: Declaring,
  imported: ImportedName | null = null,
): Variable {
  const known = scope.names.get(name.text);
  if (known !== undefined) return known;
  const variable: Variable = {
    name: name.text,
    get span() {
      return spanOf(at.source, name);
    },
    owner: scope.owner,
    loops: at.loops,
    imported,
    get constant() {
      return isConstant(name);
    },
    captured: false,
  };
  scope.names.set(name.text, variable);
  return variable;
}

function isConstant(name: ts.Node): boolean {
  let around = name.parent;
  while (ts.isBindingElement(around) || ts.isObjectBindingPattern(around) || ts.isArrayBindingPattern(around))
    around = around.parent;
  return ts.isVariableDeclaration(around) && (around.parent.flags & ts.NodeFlags.Constant) !== 0;
}

/** Looks a name up from inside `user`, and notes when a function uses what belongs to another. */
export function lookUp(scope: Scope, name: string, user: FunctionCode): Variable | null {
  for (let around: Scope | null = scope; around !== null; around = around.parent) {
    const variable = around.names.get(name);
    if (variable === undefined) continue;
    if (variable.owner !== user) variable.captured = true;
    return variable;
  }
  return null;
}

/** Notes that a variable is named here, for the hover. */
export function refer(name: ts.Node, variable: Variable, { source, references }: Referring): void {
  references.push({
    variable,
    get span() {
      return spanOf(source, name);
    },
  });
}

/** The names of a binding pattern, in source order. */
export function boundNames(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)));
}

/** Every `var` of a function's body, wherever it stands; functions inside have their own. */
export function varNames(body: ts.Node): readonly ts.Identifier[] {
  const names: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) {
      names.push(...node.declarations.flatMap((declaration) => boundNames(declaration.name)));
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return names;
}

/** What a list of statements declares for its own block: `let`, `const`, classes, functions, enums. */
export function blockNames(statements: readonly ts.Statement[]): readonly ts.Identifier[] {
  return statements.flatMap((statement) => {
    if (isAmbient(statement)) return [];
    if (ts.isVariableStatement(statement)) return lexicalNames(statement.declarationList);
    if (ts.isFunctionDeclaration(statement))
      return statement.body !== undefined && statement.name ? [statement.name] : [];
    if (ts.isClassDeclaration(statement)) return statement.name ? [statement.name] : [];
    if (ts.isEnumDeclaration(statement)) return [statement.name];
    if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) return [statement.name];
    if (ts.isImportEqualsDeclaration(statement) && !statement.isTypeOnly) return [statement.name];
    return ts.isLabeledStatement(statement) ? blockNames([statement.statement]) : [];
  });
}

export function lexicalNames(list: ts.VariableDeclarationList): readonly ts.Identifier[] {
  if ((list.flags & ts.NodeFlags.BlockScoped) === 0) return [];
  return list.declarations.flatMap((declaration) => boundNames(declaration.name));
}

export function isAmbient(node: ts.Node): boolean {
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return true;
  return hasDeclare(node);
}

export function hasDeclare(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true;
}
