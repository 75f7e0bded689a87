/**
 * Expressions: what a value may be at this point of the walk, and what evaluating it changes.
 */
import { runCallbacks } from "./callbacks.js";
import { assign } from "./assign.js";
import { globalValue } from "./builtins.js";
import { coerce } from "./coerce.js";
import type { Argument, Expression, FunctionCode, Site } from "./code.js";
import { elementsOf, iterate, knownElements, newArray, newObject } from "./containers.js";
import { evaluateChain, passLink } from "./evaluate-chain.js";
import { evaluateClass } from "./evaluate-class.js";
import { callMethod, callUnknown, callValue, construct } from "./evaluate-call.js";
import { constructSuper, initializeFields } from "./evaluate-function.js";
import { evaluateYield } from "./evaluate-generator.js";
import { loadLater, readImport } from "./evaluate-module.js";
import { evaluateConditional, evaluateLogical } from "./evaluate-conditional.js";
import { evaluateBinary, evaluateUnary } from "./evaluate-operator.js";
import { deleteProperty, inheritedField, keyText, readProperty, writeProperty } from "./evaluate-property.js";
import { frameOf, type Frame } from "./frame.js";
import { noticeArithmetic } from "./notice.js";
import { callInstanceMethod } from "./library-values.js";
import { elementsKey, getterKey, lengthKey, setterKey, type AbstractObject } from "./objects.js";
import { drained } from "./pull.js";
import { ownKeys, type Arguments, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  hostValue,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  undefinedValue,
  unknownValue,
  withoutNullish,
  type Value,
} from "./value.js";

export function evaluate(expression: Expression, frame: Frame, run: Run): Value {
  run.step();
  switch (expression.kind) {
    case "literal":
      return literal(expression.value);
    case "primitive":
      return primitive(expression, frame, run);
    case "variable":
      run.tape.justMade = null;
      return readVariable(expression, frame, run);
    case "global":
      return globalValue(expression.name, run);
    case "this":
      return frame.self;
    case "function":
      return objectValue(
        run.object(expression, frame, { kind: "function", code: expression.code, frame, home: null }).id,
      );
    case "class":
      return evaluateClass(expression.code, frame, run);
    case "object":
      return evaluateObject(expression, frame, run);
    case "array": {
      const { values, more } = evaluateArguments(expression.elements, frame, run);
      return newArray(values, more, placeOf(expression, unnamed(frame), frame, run), run, "array");
    }
    case "get":
      return evaluateGet(expression, frame, run);
    case "superGet": {
      const key = keyText(evaluate(expression.key, frame, run));
      return readSuper(key, placeOf(expression, unnamed(frame), frame, run), run);
    }
    case "call":
      return evaluateCall(expression, frame, run);
    case "new": {
      const callee = evaluate(expression.callee, frame, run);
      return construct(
        callee,
        evaluateArguments(expression.args, frame, run),
        placeOf(expression, expression.site, frame, run),
        run,
      );
    }
    case "superCall":
      return evaluateSuperCall(expression, frame, run);
    case "assign":
      return evaluateAssignment(expression, frame, run);
    case "delete": {
      const object = evaluate(expression.object, frame, run);
      deleteProperty(object, keyText(evaluate(expression.key, frame, run)), run);
      return anyPrimitive;
    }
    case "conditional":
      return evaluateConditional(expression, frame, run);
    case "logical":
      return evaluateLogical(expression, frame, run);
    case "unary": {
      const operand = coerced(evaluate(expression.operand, frame, run), expression, frame, run);
      noticeArithmetic(expression.op, [operand], expression.site, run);
      return evaluateUnary(expression.op, operand);
    }
    case "binary": {
      const left = coerced(evaluate(expression.left, frame, run), expression, frame, run);
      const right = coerced(evaluate(expression.right, frame, run), expression, frame, run);
      noticeArithmetic(expression.op, [left, right], expression.site, run);
      return evaluateBinary(expression.op, left, right);
    }
    case "sequence":
      return expression.items.reduce((_, item) => evaluate(item, frame, run), undefinedValue);
    case "chain":
      return evaluateChain(expression, frame, run);
    case "await":
      return evaluateAwait(expression, frame, run);
    case "yield":
      return evaluateYield(expression, frame, run);
    case "import":
      return evaluateImport(expression, frame, run);
    case "unknown":
      for (const operand of expression.operands) run.escape(evaluate(operand, frame, run));
      return unknownValue;
  }
}

export function evaluateArguments(args: readonly Argument[], frame: Frame, run: Run): Arguments {
  if (args.every(({ kind }) => kind === "one"))
    return { values: args.map(({ value }) => evaluate(value, frame, run)), more: null };
  const values: Value[] = [];
  let more: Value | null = null;
  for (const argument of args) {
    const value = evaluate(argument.value, frame, run);
    const spread = argument.kind === "spread" ? spreadOf(value, argument, frame, run) : { values: [value], more: null };
    if (more === null) values.push(...spread.values);
    else more = spread.values.reduce(merge, more);
    if (spread.more !== null) more = merge(more ?? nothing, spread.more);
  }
  return { values, more };
}

function spreadOf(given: Value, part: object, frame: Frame, run: Run): Arguments {
  const value = drained(given, Infinity, placeOf(part, unnamed(frame), frame, run), run);
  const [only, ...others] = run.objectsOf(value);
  const isOne =
    only !== undefined && others.length === 0 && !value.unknown && value.tensors.length + value.hosts.length === 0;
  const known = isOne ? knownElements(only, run) : null;
  if (known !== null) return { values: known, more: null };
  return { values: [], more: iterate(value, placeOf(part, unnamed(frame), frame, run), run) };
}

function primitive(expression: Extract<Expression, { kind: "primitive" }>, frame: Frame, run: Run): Value {
  const values = expression.operands.map((operand) => coerced(evaluate(operand, frame, run), expression, frame, run));
  return hostValue(values.flatMap(({ hosts }) => hosts));
}

function coerced(value: Value, part: object, frame: Frame, run: Run): Value {
  if (value.objects.length > 0) coerce(value, placeOf(part, unnamed(frame), frame, run), run, 1);
  return value;
}

/** The object whose property is written stands before the value and is evaluated first. */
function evaluateAssignment({ target, value }: Extract<Expression, { kind: "assign" }>, frame: Frame, run: Run): Value {
  if (target.kind !== "property") {
    const assigned = evaluate(value, frame, run);
    assign(target, assigned, frame, run);
    return assigned;
  }
  const object = evaluate(target.object, frame, run);
  const key = keyText(evaluate(target.key, frame, run));
  const assigned = evaluate(value, frame, run);
  writeProperty(object, key, assigned, placeOf(target, target.site, frame, run), run);
  return assigned;
}

function readVariable({ variable }: Extract<Expression, { kind: "variable" }>, frame: Frame, run: Run): Value {
  const value =
    variable.imported === null ? readOwn(variable, frame, run) : readImport(variable.imported, variable.span.uri, run);
  run.see(variable, value);
  return value;
}

function readOwn(variable: Extract<Expression, { kind: "variable" }>["variable"], frame: Frame, run: Run): Value {
  const owner = frameOf(variable, frame);
  return owner === null ? unknownValue : (run.read(run.cellOf(variable, owner)) ?? undefinedValue);
}

function evaluateGet(expression: Extract<Expression, { kind: "get" }>, frame: Frame, run: Run): Value {
  run.tape.justMade = null;
  const object = evaluate(expression.object, frame, run);
  passLink(expression, object, run);
  const key = evaluateKey(expression.key, frame, run);
  return readProperty(
    expression.optional ? withoutNullish(object) : object,
    key,
    placeOf(expression, expression.site, frame, run),
    run,
  );
}

/** A property's name as text, if it is certain. */
function evaluateKey(key: Expression, frame: Frame, run: Run): string | null {
  return key.kind === "literal" ? String(key.value) : keyText(evaluate(key, frame, run));
}

function readSuper(key: string | null, place: Place, run: Run): Value {
  const { home, self } = place.frame;
  if (home === null || key === null || home.shape.kind !== "class") return unknownValue;
  // Within a static method `super` is the class above; nothing is lost by allowing both.
  const above = (name: string): readonly Value[] =>
    [run.prototypeOf(home), home].flatMap((below) => inheritedField(below, name, run) ?? []);
  const got = above(getterKey(key)).map((getter) => callValue(getter, self, { values: [], more: null }, place, run));
  const values = [...above(key), ...got];
  return values.length === 0 ? undefinedValue : mergeAll(values);
}

function evaluateCall(expression: Extract<Expression, { kind: "call" }>, frame: Frame, run: Run): Value {
  const { callee, site } = expression;
  const awaited = run.awaited === site ? site : null;
  run.awaited = null;
  const place = placeOf(expression, site, frame, run);
  if (callee.kind === "get") {
    const receiver = evaluate(callee.object, frame, run);
    passLink(callee, receiver, run);
    // Whether the method is there is not looked at.
    passLink(expression, undefinedValue, run);
    const key = evaluateKey(callee.key, frame, run);
    const args = evaluateArguments(expression.args, frame, run);
    run.awaited = awaited;
    const value = callMethod(receiver, key, args, place, run);
    run.awaited = null;
    return value;
  }
  const called = evaluate(callee, frame, run);
  passLink(expression, called, run);
  const args = evaluateArguments(expression.args, frame, run);
  run.awaited = awaited;
  const self = callee.kind === "superGet" ? frame.self : undefinedValue;
  const value =
    callee.kind === "superGet" && run.objectsOf(called).length === 0
      ? callLibrarySuper(keyText(evaluate(callee.key, frame, run)), self, args, place, run)
      : callValue(called, self, args, place, run);
  run.awaited = null;
  return value;
}

/** `super.forward(x)` where the class above is the library's. */
function callLibrarySuper(key: string | null, self: Value, args: Arguments, place: Place, run: Run): Value {
  const made = run
    .objectsOf(self)
    .map((object) => (key === null ? null : callInstanceMethod(object, key, args, place, run)));
  const isComplete = made.length > 0 && made.every((value) => value !== null) && !self.unknown;
  return isComplete ? mergeAll(made.flatMap((value) => (value === null ? [] : [value]))) : callUnknown(self, args, run);
}

function evaluateSuperCall(expression: Extract<Expression, { kind: "superCall" }>, frame: Frame, run: Run): Value {
  const args = evaluateArguments(expression.args, frame, run);
  const { home, self } = frame;
  const place = placeOf(expression, expression.site, frame, run);
  if (home === null || home.shape.kind !== "class") return unknownValue;
  for (const instance of run.objectsOf(self)) {
    constructSuper(home, instance, args, place, run);
    initializeFields(home, instance, place, run);
  }
  return self;
}

function evaluateAwait({ operand, at }: Extract<Expression, { kind: "await" }>, frame: Frame, run: Run): Value {
  const call = operand.kind === "chain" ? operand.value : operand;
  const waits = at === "await" || frame.caller === "waits";
  if (call.kind === "call" && waits) run.awaited = call.site;
  const value = evaluate(operand, frame, run);
  run.awaited = null;
  if (at === "await") runCallbacks(run, value);
  if (waits) run.waitFor(value);
  return awaitedValue(value, run);
}

/** What a promise settles to; a promise in a promise is unwrapped as well. */
export function awaitedValue(value: Value, run: Run, depth = 4): Value {
  const objects = run.objectsOf(value);
  const promises = objects.filter(({ shape }) => shape.kind === "promise");
  const thenables = objects.filter((object) => isThenable(object, run));
  for (const { id } of thenables) run.escape(objectValue(id));
  if (thenables.length > 0) return merge(value, unknownValue);
  if (promises.length === 0) return value;
  if (depth === 0) return merge(value, unknownValue);
  const others = value.objects.filter((id) => promises.every((promise) => promise.id !== id));
  const settled = promises.map((promise) => awaitedValue(elementsOf(promise, run), run, depth - 1));
  return mergeAll([{ ...value, objects: others }, ...settled]);
}

/** Whatever has a method `then` is awaited through it, and what that gives is not followed. */
function isThenable(object: AbstractObject, run: Run): boolean {
  const { kind } = object.shape;
  if (kind !== "plain" && kind !== "instance") return false;
  return object.fields.has("then") || inheritedField(object, "then", run) !== null;
}

function evaluateImport({ specifier, uri }: Extract<Expression, { kind: "import" }>, frame: Frame, run: Run): Value {
  const value = readImport({ specifier, name: "*" }, uri, run);
  loadLater(uri, specifier, run);
  const place = placeOf(frame.code, unnamed(frame), frame, run);
  const promise = run.objectAt(`${place.frame.id}/import ${specifier} ${uri}`, { kind: "promise" }, false);
  run.add(run.fieldOf(promise, elementsKey), value);
  return objectValue(promise.id);
}

function evaluateObject(expression: Extract<Expression, { kind: "object" }>, frame: Frame, run: Run): Value {
  const place = placeOf(expression, unnamed(frame), frame, run);
  const object = newObject("plain", place, run, "object");
  for (const member of expression.members) {
    if (member.kind === "spread") {
      spreadInto(object, evaluate(member.value, frame, run), place, run);
      continue;
    }
    const key = keyText(evaluate(member.key, frame, run));
    if (member.kind === "field") {
      const value = evaluate(member.value, frame, run);
      if (key !== null && member.key.kind === "literal") run.initialize(object, key, value);
      else run.write(run.fieldOf(object, key ?? elementsKey), value);
      if (member.site !== null) run.remarks.keySites.set(run.fieldOf(object, key ?? elementsKey), member.site);
      continue;
    }
    const accessor = run.object(member, frame, { kind: "function", code: member.code, frame, home: null });
    const name = member.kind === "getter" ? getterKey(key ?? elementsKey) : setterKey(key ?? elementsKey);
    run.write(run.fieldOf(object, name), objectValue(accessor.id));
  }
  return objectValue(object.id);
}

/** `{ ...source }`: a field of one source replaces, a field that only some sources have may be there or not. */
export function spreadInto(object: AbstractObject, source: Value, place: Place, run: Run): void {
  const sources = run.objectsOf(source);
  const isCertain = sources.length === 1 && !source.unknown && source.primitives.length === 0;
  for (const from of sources) {
    for (const key of ownKeys(from)) {
      if (from.shape.kind === "array" && key === lengthKey) continue;
      const value = readProperty(objectValue(from.id), key, place, run);
      // What is undefined may not be there at all, and then the field stays as it was.
      const isThere = value.primitives !== "any" && !value.primitives.includes(undefined) && !value.unknown;
      if (isCertain && isThere) run.write(run.fieldOf(object, key), value);
      else run.add(run.fieldOf(object, key), merge(value, undefinedValue));
    }
    for (const name of from.fields.keys()) {
      if (!name.startsWith("get ")) continue;
      run.add(run.fieldOf(object, name.slice(4)), readProperty(objectValue(from.id), name.slice(4), place, run));
    }
    if (from.fields.has(elementsKey)) run.add(run.fieldOf(object, elementsKey), elementsOf(from, run));
    if (from.shape.kind === "namespace")
      run.add(run.fieldOf(object, elementsKey), readProperty(objectValue(from.id), null, place, run));
  }
  if (source.unknown) run.add(run.fieldOf(object, elementsKey), unknownValue);
  if (source.tensors.length > 0) run.escape(source);
}

export function placeOf(part: object, site: Site, frame: Frame, run: Run): Place {
  return { frame, key: run.keyOf(part), site };
}

const unnamedSites = new WeakMap<FunctionCode, Site>();

/** A place that no reader ever points at. */
export function unnamed({ code }: Frame): Site {
  const known = unnamedSites.get(code);
  if (known !== undefined) return known;
  const made = unnamedIn(code);
  unnamedSites.set(code, made);
  return made;
}

/** The body of a file stays the same through all its texts, so where it ends is asked anew each time. */
function unnamedIn(code: FunctionCode): Site {
  return {
    get span() {
      return code.span;
    },
    get wordSpan() {
      return code.span;
    },
    name: null,
    nameSpan: null,
    receiver: null,
    group: [],
    removal: [],
    statement: null,
    intended: false,
    mark: null,
    meant: false,
    indent: "",
    operands: [],
  };
}
