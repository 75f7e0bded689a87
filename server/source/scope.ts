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
  /** The outermost scope of a file has one, because the file is lowered again after every edit. */
  readonly memory: ScopeMemory | null;
}

export interface ScopeMemory {
  /** The variables of the text before: who has kept their name is the same variable. */
  readonly before: ReadonlyMap<string, Variable>;
  /** Notes what is asked while one statement is lowered. */
  log: LookUps | null;
}

/** Which names were looked up, what they meant, and which of the variables are used by inner functions. */
export interface LookUps {
  readonly asked: Map<string, Variable | null>;
  readonly captured: Set<Variable>;
}

export function innerScope(parent: Scope | null, owner: FunctionCode): Scope {
  return { parent, owner, names: new Map(), memory: null };
}

/** A variable whose place is worked out when someone asks. */
class DeclaredVariable implements Variable {
  captured = false;

  constructor(
    readonly name: string,
    private declaration: ts.Node,
    readonly owner: FunctionCode,
    readonly loops: number,
    readonly imported: ImportedName | null,
  ) {}

  get span(): SourceSpan {
    return spanOf(this.declaration);
  }

  get constant(): boolean {
    return isConstant(this.declaration);
  }

  /** After an edit the same variable is declared by another node, and who uses it is asked anew. */
  declareAgain(declaration: ts.Node): void {
    this.declaration = declaration;
    this.captured = false;
  }
}

interface Declaring {
  readonly loops: number;
}

export function declare(
  scope: Scope,
  name: ts.Node & { readonly text: string },
  at: Declaring,
  imported: ImportedName | null = null,
): Variable {
  return declareAs(name.text, scope, name, at, imported);
}

/** Declares a name that need not be written anywhere. */
export function declareAs(
  name: string,
  { names, owner, memory }: Scope,
  declaration: ts.Node,
  { loops }: Declaring,
  imported: ImportedName | null = null,
): Variable {
  const known = names.get(name);
  if (known !== undefined) return known;
  const before = memory?.before.get(name);
  const isSame = before instanceof DeclaredVariable && sameImport(before.imported, imported);
  const variable = isSame ? before : new DeclaredVariable(name, declaration, owner, loops, imported);
  if (isSame) before.declareAgain(declaration);
  names.set(name, variable);
  return variable;
}

function sameImport(a: ImportedName | null, b: ImportedName | null): boolean {
  return a === b || (a !== null && b !== null && a.specifier === b.specifier && a.name === b.name);
}

/** Nothing can be assigned to a default export that has no name. */
function isConstant(declaration: ts.Node): boolean {
  if (ts.isStatement(declaration)) return true;
  let around = declaration.parent;
  while (ts.isBindingElement(around) || ts.isObjectBindingPattern(around) || ts.isArrayBindingPattern(around))
    around = around.parent;
  return ts.isVariableDeclaration(around) && (around.parent.flags & ts.NodeFlags.Constant) !== 0;
}

/** Looks a name up from inside `user`, and notes when a function uses what belongs to another. */
export function lookUp(scope: Scope, name: string, user: FunctionCode): Variable | null {
  for (let around: Scope | null = scope; around !== null; around = around.parent) {
    const variable = around.names.get(name);
    around.memory?.log?.asked.set(name, variable ?? null);
    if (variable === undefined) continue;
    if (variable.owner === user) return variable;
    variable.captured = true;
    around.memory?.log?.captured.add(variable);
    return variable;
  }
  return null;
}

/** Where a variable is named, for the hover. */
export class Reference {
  constructor(
    private readonly name: ts.Node,
    readonly variable: Variable,
  ) {}

  get span(): SourceSpan {
    return spanOf(this.name);
  }
}

export function refer(name: ts.Node, variable: Variable, references: Reference[]): void {
  references.push(new Reference(name, variable));
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
