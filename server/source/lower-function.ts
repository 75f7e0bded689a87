/**
 * Functions, methods and accessors: parameters, hoisted names and the body. The code object exists before its body is
 * lowered, because the variables of the body name it as their owner.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import ts from "typescript";
import type { Expression, FunctionCode, HoistedFunction, Site, Statement, Variable } from "../flow/code.js";
import { libraryOf } from "../libraries/index.js";
import { siteOf, type At } from "./at.js";
import { lowerExpression } from "./lower-expression.js";
import { lowerStatements } from "./lower-statement.js";
import { lowerBinding, lowerBoundElement } from "./lower-target.js";
import { spanOf } from "./parse.js";
import { blockNames, boundNames, declare, defaultName, innerScope, lookUp, varNames, type Scope } from "./scope.js";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.AccessorDeclaration
  | ts.ConstructorDeclaration;

export const nothing: Statement = { kind: "block", functions: [], body: [] };

export function lowerFunction(node: FunctionNode, takenName: string | null, around: At): FunctionCode {
  const name = node.name !== undefined && "text" in node.name ? node.name.text : takenName;
  const code = new LoweredFunction(name, node);
  const scope = innerScope(selfScope(node, code, around), code);
  const stops = /@stopsGradient\b/.test(leadingComment(node));
  const isArrow = ts.isArrowFunction(node);
  const at: At = {
    ...around,
    scope,
    code,
    argumentsOwner: isArrow ? around.argumentsOwner : code,
    loops: 0,
    inTry: false,
    group: name === null ? around.group : [...around.group, name],
    meant: around.meant || stops,
    labels: [],
  };
  const parameters = node.parameters.filter((parameter) => !isThisParameter(parameter));
  for (const parameter of parameters) for (const bound of boundNames(parameter.name)) declare(scope, bound, at);
  const { body } = node;
  if (body !== undefined) hoistInto(scope, body, at);
  const rest = parameters.find((parameter) => parameter.dotDotDotToken !== undefined);
  code.parameters = parameters
    .filter((parameter) => parameter !== rest)
    .map((parameter) => lowerBoundElement(parameter, at));
  code.tensorParameters = parameters
    .filter((parameter) => parameter !== rest)
    .map(({ type }) => typeVariable(type, at));
  code.parameterSites = parameters.filter((parameter) => parameter !== rest).map(({ name }) => siteOfName(name, at));
  code.rest = rest === undefined ? null : lowerBinding(rest.name, at);
  if (body === undefined) return code;
  code.body = ts.isBlock(body)
    ? lowerStatements(body.statements, at)
    : returned(lowerExpression(body, name === null ? null : { name: `${name}()`, node: body }, at), at);
  return code;
}

/** An asynchronous function that gives out another one's promise ends when that one does, as if it awaited it. */
export function returned(value: Expression, { code, inTry }: At): Statement {
  const isHandedOn = code.flavor === "async" && !inTry;
  return { kind: "return", value: isHandedOn ? { kind: "await", operand: value, at: "return" } : value };
}

/** A piece of a class that runs as if it were a function: a field's initializer, a static block. */
export function lowerInitializer(node: ts.Node, lowerBody: (at: At) => Statement, around: At): FunctionCode {
  const code = new LoweredFunction(null, node);
  const at: At = {
    ...around,
    scope: innerScope(around.scope, code),
    code,
    argumentsOwner: code,
    loops: 0,
    inTry: false,
    labels: [],
  };
  code.body = lowerBody(at);
  return code;
}

/** A function whose parts are filled in while it is lowered, and whose place is worked out when someone asks. */
export class LoweredFunction implements FunctionCode {
  readonly flavor: FunctionCode["flavor"];
  readonly thisFrom: FunctionCode["thisFrom"];
  awaits = false;
  tries = false;
  parameters: FunctionCode["parameters"] = [];
  tensorParameters: FunctionCode["tensorParameters"] = [];
  parameterSites: FunctionCode["parameterSites"] = [];
  rest: FunctionCode["rest"] = null;
  vars: FunctionCode["vars"] = [];
  usesArguments = false;
  body: Statement = nothing;
  self: Variable | null = null;

  constructor(
    readonly name: string | null,
    protected node: ts.Node,
  ) {
    this.flavor = flavorOf(node);
    this.thisFrom = ts.isArrowFunction(node) ? "outside" : "caller";
  }

  get span(): SourceSpan {
    return spanOf(this.node);
  }
}

/** Declares a body's `var`s and the names of its first block in one scope. */
export function hoistInto(scope: Scope, body: ts.Node, at: At): void {
  const vars = varNames(body).map((name) => ({
    isParameter: scope.names.has(name.text),
    variable: declare(scope, name, at),
  }));
  at.code.vars = vars.filter(({ isParameter }) => !isParameter).map(({ variable }) => variable);
  if (ts.isBlock(body) || ts.isSourceFile(body))
    for (const name of blockNames(body.statements)) declare(scope, name, at);
}

export function hoistedFunctions(statements: readonly ts.Statement[], at: At): readonly HoistedFunction[] {
  return statements.flatMap((statement) => {
    if (!ts.isFunctionDeclaration(statement) || statement.body === undefined) return [];
    const variable = lookUp(at.scope, statement.name === undefined ? defaultName : statement.name.text, at.code);
    return variable === null ? [] : [{ variable, code: lowerFunction(statement, null, at) }];
  });
}

function siteOfName(name: ts.BindingName, at: At): Site | null {
  return ts.isIdentifier(name) ? siteOf(name, name, { name: name.text, node: name }, at) : null;
}

/** The import through which a type is written that only tensors have: a value of it is one, whoever calls. */
function typeVariable(type: ts.TypeNode | undefined, at: At): Variable | null {
  if (type === undefined || !ts.isTypeReferenceNode(type)) return null;
  const { typeName } = type;
  const [owner, name] = ts.isIdentifier(typeName) ? [typeName, null] : [typeName.left, typeName.right.text];
  const variable = ts.isIdentifier(owner) ? lookUp(at.scope, owner.text, at.code) : null;
  const imported = variable?.imported ?? null;
  if (imported === null) return null;
  const isWhole = imported.name === "*" || imported.name === "default";
  const written = name === null ? imported.name : isWhole ? name : "";
  return libraryOf(imported.specifier)?.tensorTypes.has(written) === true ? variable : null;
}

function selfScope(node: FunctionNode, code: FunctionCode, around: At): Scope {
  if (!ts.isFunctionExpression(node) || node.name === undefined) return around.scope;
  const scope = innerScope(around.scope, code);
  code.self = declare(scope, node.name, { loops: 0 });
  return scope;
}

function flavorOf(node: ts.Node): FunctionCode["flavor"] {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  const isAsync = modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true;
  const isGenerator =
    (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isMethodDeclaration(node)) &&
    node.asteriskToken !== undefined;
  if (isGenerator) return isAsync ? "asyncGenerator" : "generator";
  return isAsync ? "async" : "plain";
}

function isThisParameter(parameter: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === "this";
}

/** The comment before the statement that a function stands in. */
function leadingComment(node: ts.Node): string {
  const source = node.getSourceFile();
  let statement = node;
  while (!ts.isStatement(statement) && !ts.isClassElement(statement) && statement.parent !== undefined)
    statement = statement.parent;
  return source.text.slice(statement.getFullStart(), statement.getStart(source));
}
