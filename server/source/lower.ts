/**
 * One file to one module of the value flow: its imports bound to names, its exports listed, its body as a function.
 * Which file an import means is not decided here. A file that is edited is lowered again, and what stands in a
 * statement that the parser has kept is kept as well, as long as its names mean what they meant.
 */
import type { Position } from "@gradlens/engine/graph";
import ts from "typescript";
import type {
  ExportedName,
  Expression,
  HoistedFunction,
  ImportList,
  ModuleCode,
  ModulePart,
  Statement,
  Variable,
} from "../flow/code.js";
import type { At } from "./at.js";
import { lowerExpression } from "./lower-expression.js";
import { hoistedFunctions, hoistInto, LoweredFunction } from "./lower-function.js";
import { lowerStatement } from "./lower-statement.js";
import { marksOf } from "./marks.js";
import { isScript, pageGlobalsIn } from "./page-globals.js";
import { spanBetween } from "./parse.js";
import { positionAt } from "./position.js";
import {
  boundNames,
  declare,
  declareAs,
  defaultName,
  innerScope,
  isAmbient,
  lookUp,
  type LookUps,
  type Reference,
  type Scope,
} from "./scope.js";

/** Lowers one file, each time that its text has changed. */
export class ModuleLowering {
  private main: MainFunction | null = null;
  private names: ReadonlyMap<string, Variable> = new Map();
  private kept: ReadonlyMap<ts.Statement, LoweredStatement> = new Map();

  lower(source: ts.SourceFile): ModuleCode {
    this.main ??= new MainFunction(source);
    const { main } = this;
    main.moveTo(source);
    const scope: Scope = { ...innerScope(null, main), memory: { before: this.names, log: null } };
    const at = outermost(source, main, scope);
    const imports = declareImports(source, at);
    const unnamed = source.statements.find(isDefaultExport);
    if (unnamed !== undefined) declareAs(defaultName, scope, unnamed, at);
    hoistInto(scope, source, at);
    const declared = declarePageGlobals(source, at);
    const lowered = new Map(source.statements.map((statement) => [statement, this.lowered(statement, at)] as const));
    this.kept = lowered;
    this.names = scope.names;
    const parts = inOrder(lowered);
    main.fill(parts);
    const lateImports = parts.flatMap((part) => part.lateImports);
    const ofPage = declared.filter((variable) => parts.some(({ lookUps }) => meansHere(variable, lookUps)));
    const isShared = ofPage.length > 0 && isScript(source);
    return {
      uri: source.fileName,
      main,
      parts: [...lowered.values()],
      imports: [...imports, ...ofPage.flatMap(({ imported }) => imported?.specifier ?? []), ...lateImports],
      lateImports,
      importLists: importListsOf(source),
      exports: isShared ? outermostNames(scope) : source.statements.flatMap((statement) => exportsOf(statement, at)),
      setBy: isShared ? "others of its page" : "itself",
      exportedValues: parts.flatMap(({ exported }) => exported),
      references: parts.flatMap(({ references }) => references),
      intended: new Set(marksOf(source).intended.keys()),
      untrusted: untrustedConstruct(source, at),
    };
  }

  private lowered(statement: ts.Statement, at: At): LoweredStatement {
    const before = this.kept.get(statement);
    if (before === undefined || !meansTheSame(before, at.scope)) return lowerAlone(statement, at);
    for (const variable of before.lookUps.captured) variable.captured = true;
    return before;
  }
}

/** What one statement of a file's outermost list became, and what that depends on. */
class LoweredStatement implements ModulePart {
  awaits = false;
  usesArguments = false;
  functions: readonly HoistedFunction[] = [];
  body: readonly Statement[] = [];
  /** The value of an `export =`. */
  exported: readonly Expression[] = [];
  readonly references: Reference[] = [];
  readonly lateImports: string[] = [];
  readonly lookUps: LookUps = { asked: new Map(), captured: new Set() };

  constructor(private readonly statement: ts.Statement) {}

  get variables(): readonly Variable[] {
    return [...this.lookUps.asked.values()].filter((variable) => variable !== null);
  }

  get start(): Position {
    const source = this.statement.getSourceFile();
    return positionAt(source, this.statement.getStart(source));
  }
}

/** The body of a file. It stays the same through all its texts, because the file's variables name it as their owner. */
class MainFunction extends LoweredFunction {
  constructor(source: ts.SourceFile) {
    super(null, source);
  }

  moveTo(source: ts.SourceFile): void {
    this.node = source;
  }

  fill(parts: readonly LoweredStatement[]): void {
    this.awaits = parts.some(({ awaits }) => awaits);
    this.usesArguments = parts.some(({ usesArguments }) => usesArguments);
    this.body = {
      kind: "block",
      functions: parts.flatMap(({ functions }) => functions),
      body: parts.flatMap(({ body }) => body),
    };
  }
}

function outermost(source: ts.SourceFile, main: LoweredFunction, scope: Scope): At {
  return {
    uri: source.fileName,
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
}

/** Functions come first, as they are there before anything else runs. */
function inOrder(lowered: ReadonlyMap<ts.Statement, LoweredStatement>): readonly LoweredStatement[] {
  const all = [...lowered];
  const isFunction = ([statement]: (typeof all)[number]): boolean => ts.isFunctionDeclaration(statement);
  return [...all.filter(isFunction), ...all.filter((each) => !isFunction(each))].map(([, part]) => part);
}

function meansTheSame({ lookUps }: LoweredStatement, { names }: Scope): boolean {
  return [...lookUps.asked].every(([name, variable]) => (names.get(name) ?? null) === variable);
}

/** Lowers one statement and notes what it asked of the file's scope and of the function around it. */
function lowerAlone(statement: ts.Statement, outside: At): LoweredStatement {
  const { scope, code } = outside;
  const lowered = new LoweredStatement(statement);
  const { lateImports, references } = lowered;
  const at: At = { ...outside, lateImports, references };
  if (scope.memory !== null) scope.memory.log = lowered.lookUps;
  code.awaits = false;
  code.usesArguments = false;
  lowered.functions = hoistedFunctions([statement], at);
  lowered.body = lowerStatement(statement, at);
  const isValue = ts.isExportAssignment(statement) && statement.isExportEquals === true;
  if (isValue) lowered.exported = [lowerExpression(statement.expression, null, at)];
  lowered.awaits = code.awaits;
  lowered.usesArguments = code.usesArguments;
  if (scope.memory !== null) scope.memory.log = null;
  return lowered;
}

function isDefaultExport(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return statement.isExportEquals !== true;
  const isUnnamed =
    (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name === undefined;
  return isUnnamed;
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

/** Libraries of the page, under names that the file does not declare itself. */
function declarePageGlobals(source: ts.SourceFile, at: At): readonly Variable[] {
  const [first] = source.statements;
  if (first === undefined) return [];
  const missing = pageGlobalsIn(source.text).filter(({ name }) => !at.scope.names.has(name));
  return missing.map(({ name, specifier }) => declareAs(name, at.scope, first, at, { specifier, name: "*" }));
}

function meansHere(variable: Variable, { asked }: LookUps): boolean {
  return asked.get(variable.name) === variable;
}

/** What a script declares, every other script of its page may use. */
function outermostNames({ names }: Scope): readonly ExportedName[] {
  return [...names].flatMap(([name, variable]) => (variable.imported === null ? [exportOf(name, variable)] : []));
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

/** Lists of types alone and empty ones take no further name. */
function importListsOf(source: ts.SourceFile): readonly ImportList[] {
  return source.statements.flatMap((statement): ImportList[] => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { importClause: clause, moduleSpecifier } = statement;
    const list = clause?.namedBindings;
    if (list === undefined || !ts.isNamedImports(list) || clause?.phaseModifier !== undefined) return [];
    const last = list.elements.at(-1);
    if (last === undefined) return [];
    const values = list.elements.filter(({ isTypeOnly }) => !isTypeOnly);
    return [
      {
        specifier: moduleSpecifier.text,
        names: new Map(values.map(({ name, propertyName }) => [(propertyName ?? name).text, name.text])),
        get end() {
          return spanBetween(source, last.getEnd(), last.getEnd());
        },
      },
    ];
  });
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
