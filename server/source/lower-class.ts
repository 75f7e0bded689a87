/**
 * Classes: the constructor, methods and accessors, and fields whose initializers run with the instance as `this`.
 * Parameter properties (`constructor(private w: Tensor)`) become assignments at the start of the constructor.
 */
import ts from "typescript";
import type { ClassCode, ClassMember, FunctionCode, Statement } from "../flow/code.js";
import { siteOf, type At } from "./at.js";
import { lowerExpression, lowerKey } from "./lower-expression.js";
import { lowerFunction, lowerInitializer } from "./lower-function.js";
import { lowerStatements } from "./lower-statement.js";
import { spanOf } from "./parse.js";
import { wrappingOf } from "./registration.js";
import { declare, hasDeclare, innerScope, lookUp } from "./scope.js";

export function lowerClass(node: ts.ClassLikeDeclaration, takenName: string | null, around: At): ClassCode {
  const name = node.name?.text ?? takenName;
  const scope = innerScope(around.scope, around.code);
  const self = node.name === undefined ? null : declare(scope, node.name, around);
  const home: ClassCode = {
    name,
    self,
    get span() {
      return spanOf(node);
    },
    superclass: null,
    create: null,
    members: [],
    unknown: [],
  };
  const at: At = { ...around, scope, group: name === null ? around.group : [...around.group, name] };
  const extended = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  if (extended !== undefined) home.superclass = lowerExpression(extended.expression, null, at);
  home.unknown = decoratorsOf(node).map((decorator) => lowerExpression(decorator.expression, null, at));
  home.members = node.members.flatMap((member) => lowerClassMember(member, at));
  const create = node.members.find(
    (member): member is ts.ConstructorDeclaration => ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
  if (create !== undefined) home.create = lowerConstructor(create, at);
  return home;
}

function lowerClassMember(member: ts.ClassElement, at: At): readonly ClassMember[] {
  if (hasDeclare(member)) return [];
  if (ts.isClassStaticBlockDeclaration(member))
    return [
      { kind: "block", code: lowerInitializer(member, (inner) => lowerStatements(member.body.statements, inner), at) },
    ];
  if (member.name === undefined) return [];
  const isStatic =
    ts.canHaveModifiers(member) &&
    ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;
  const where = isStatic ? "static" : "instance";
  const key = lowerKey(member.name, at);
  const name = key.kind === "literal" ? String(key.value) : null;
  if (ts.isPropertyDeclaration(member)) {
    const site = siteOf(member, member.name, null, at);
    const code = lowerField(member, name, at);
    return [
      {
        kind: "field",
        where,
        key,
        code,
        site,
        get wrapping() {
          return wrappingOf(member);
        },
      },
    ];
  }
  if (ts.isGetAccessorDeclaration(member) && member.body !== undefined)
    return [{ kind: "getter", where, key, code: lowerFunction(member, name, at) }];
  if (ts.isSetAccessorDeclaration(member) && member.body !== undefined)
    return [{ kind: "setter", where, key, code: lowerFunction(member, name, at) }];
  if (ts.isMethodDeclaration(member) && member.body !== undefined)
    return [{ kind: "method", where, key, code: lowerFunction(member, name, at) }];
  return [];
}

function lowerField(member: ts.PropertyDeclaration, name: string | null, at: At): FunctionCode {
  const taker = name === null ? null : { name, node: member.name };
  return lowerInitializer(
    member,
    (inner) => ({
      kind: "return",
      value:
        member.initializer === undefined
          ? { kind: "literal", value: undefined }
          : lowerExpression(member.initializer, taker, inner),
    }),
    at,
  );
}

function lowerConstructor(node: ts.ConstructorDeclaration, at: At): FunctionCode {
  const code = lowerFunction(node, "constructor", at);
  const properties = node.parameters.filter((parameter) => ts.isParameterPropertyDeclaration(parameter, node));
  const [first] = properties;
  if (first === undefined || code.body.kind !== "block") return code;
  const inside: At = { ...at, code };
  const assignments = properties.flatMap((parameter): Statement[] => {
    const { name } = parameter;
    if (!ts.isIdentifier(name)) return [];
    const variable =
      [...code.parameters].map(variableOf).find((found) => found?.name === name.text) ??
      lookUp(at.scope, name.text, code);
    if (variable === null) return [];
    const site = siteOf(parameter, name, null, inside);
    const target = {
      kind: "property",
      object: { kind: "this" },
      key: { kind: "literal", value: name.text },
      site,
    } as const;
    return [
      {
        kind: "expression",
        value: { kind: "assign", target, value: { kind: "variable", variable } },
        site: null,
      },
    ];
  });
  // They run right after `super()`; before it nothing can see `this`.
  const superAt = code.body.body.findIndex(
    (statement) => statement.kind === "expression" && statement.value.kind === "superCall",
  );
  const body = [...code.body.body.slice(0, superAt + 1), ...assignments, ...code.body.body.slice(superAt + 1)];
  code.body = { ...code.body, body };
  return code;
}

function variableOf(target: FunctionCode["parameters"][number]): ReturnType<typeof lookUp> {
  if (target.kind === "default") return variableOf(target.target);
  return target.kind === "variable" ? target.variable : null;
}

function decoratorsOf(node: ts.ClassLikeDeclaration): readonly ts.Decorator[] {
  const own = ts.getDecorators(node) ?? [];
  const ofMembers = node.members.flatMap((member) =>
    ts.canHaveDecorators(member) ? (ts.getDecorators(member) ?? []) : [],
  );
  return [...own, ...ofMembers];
}
