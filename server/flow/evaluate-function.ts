/**
 * Functions of the program: each call site walks the body in a context of its own, so that a helper which detaches for
 * one caller does not cut for another. Chains that grow too long, and recursion, share one context per closure.
 */
import { endCallbacks } from "./callbacks.js";
import { assign } from "./assign.js";
import { newArray, newContainer } from "./containers.js";
import { oneOf, callUnknown } from "./evaluate-call.js";
import { startInSteps, stepsOf } from "./evaluate-async.js";
import { startGenerator } from "./evaluate-generator.js";
import { attempt } from "./evaluate-try.js";
import { execute, hoist, newTarget } from "./evaluate-statement.js";
import type { Thread } from "./cells.js";
import type { ClassMember, FunctionCode, Variable } from "./code.js";
import type { Frame, Mode } from "./frame.js";
import { libraryAt } from "./linked.js";
import type { AbstractObject, ObjectShape } from "./objects.js";
import { allArguments, argumentAt, assumedRecording, type Arguments, type Place, type Run } from "./run.js";
import { noWrites, present } from "./store.js";
import { noteNameable } from "./nameable.js";
import { anyEnclosure, inEnclosure, enclosureKey, type Enclosure } from "./enclosure.js";
import { merge, nothing, objectValue, tensorValue, undefinedValue, unknownValue, type Value } from "./value.js";
import { keyText, writeProperty } from "./evaluate-property.js";
import { evaluate } from "./evaluate-expression.js";
import { constructBase } from "./library-values.js";

type FunctionShape = Extract<ObjectShape, { kind: "function" }>;

export function callFunction(callee: AbstractObject, self: Value, args: Arguments, place: Place, run: Run): Value {
  const { shape } = callee;
  if (shape.kind !== "function") return nothing;
  run.step();
  const { code } = shape;
  const receiver = selfOf(shape, self);
  const isAwaited = run.awaited === place.site;
  run.awaited = null;
  if (code.usesArguments) for (const value of allArguments(args)) run.escape(value);
  const mode = modeOf(code, place.frame.mode);
  const enclosure = enclosureWithin(code, run);
  const frame = frameOfCall(callee, shape, mode, place, run);
  const called = (): Value =>
    inEnclosure(enclosure, run, () =>
      frame.merged ? callMerged(frame, receiver, args, place, run) : walk(frame, receiver, args, place, run),
    );
  switch (code.flavor) {
    case "plain": {
      const result = called();
      run.graph.handedOver.returned(result.tensors, frame, place);
      return result;
    }
    case "async": {
      frame.caller = isAwaited || code.awaits ? "waits" : "goes on";
      if (isAwaited) return newContainer("promise", called(), place, run, "async");
      const steps = code.awaits && !frame.merged && countAt(place) === "one" ? stepsOf(code) : null;
      if (steps !== null) {
        frame.self = merge(frame.self, receiver);
        const begin = (): void => beginBody(code, frame, run, () => bindParameters(code, args, frame, place, run));
        const promise = startInSteps(frame, steps, begin, place, run);
        if (promise !== null) return promise;
      }
      return code.awaits
        ? startAsync(called, place, run)
        : newContainer("promise", attempt(called, run), place, run, "async");
    }
    case "generator":
    case "asyncGenerator":
      return startGenerator(frame, countAt(place), called, run);
  }
}

/** The caller goes on while the function waits. */
function startAsync(called: () => Value, place: Place, run: Run): Value {
  return run.apart(countAt(place), (thread) => {
    const promise = newContainer("promise", called(), place, run, "async");
    run.promises.note(promise, [thread]);
    endCallbacks(run);
    return promise;
  });
}

function frameOfCall(callee: AbstractObject, shape: FunctionShape, mode: Mode, place: Place, run: Run): Frame {
  const isMerged = needsMerging(shape.code, place, run);
  const context = modeKey(mode) + enclosureKey(enclosureWithin(shape.code, run));
  const key = isMerged
    ? `merged ${callee.id}/${rootOf(shape.code, run)}/${context}`
    : `${place.frame.id}/${place.key}/${callee.id}/${context}`;
  return frameFor(key, shape, mode, place, run, isMerged ? "merged" : "own");
}

/** How many of what is called here may exist at once. */
export function countAt({ frame }: Place): Thread["count"] {
  return frame.multiple || frame.loopDepth > 0 ? "many" : "one";
}

/** What is done before the first statement of a body that is walked in steps. */
function beginBody(code: FunctionCode, frame: Frame, run: Run, bind: () => void): void {
  for (const variable of code.vars) run.write(run.cellOf(variable, frame), undefinedValue);
  bind();
  if (code.body.kind === "block") hoist(code.body.functions, frame, run);
}

/** Runs a body in a frame whose parameters are bound, and joins every way out of it. */
export function evaluateBody(
  code: Pick<FunctionCode, "vars" | "body">,
  frame: Frame,
  run: Run,
  bind: () => void = () => undefined,
): Value {
  const { store } = run;
  const target = newTarget("function", [], run);
  const outer = frame.targets;
  const outerLoops = frame.loopDepth;
  frame.targets = [target];
  frame.loopDepth = 0;
  run.stack.push(frame);
  let region: object | null = null;
  const end = store.branch(noWrites, () => {
    region = store.region;
    for (const variable of code.vars) run.write(run.cellOf(variable, frame), undefinedValue);
    bind();
    execute(code.body, frame, run);
    const isModule = frame.parent === null;
    if (isModule) noteNameable(nothing, run);
  });
  run.stack.pop();
  if (end !== null) target.result = merge(target.result, undefinedValue);
  if (target.breaks.length !== 1 || end !== null) run.tape.justMade = null;
  store.join(present([...target.breaks, end]), run.outlives(frame));
  if (target.breaks.length + (end === null ? 0 : 1) === 1) run.callbacks.moveTo(store.region, region);
  frame.targets = outer;
  frame.loopDepth = outerLoops;
  return target.result;
}

/** Fields first, then the constructor's body; with a base class, its part comes before both. */
export function constructInstance(
  owner: AbstractObject,
  instance: AbstractObject,
  args: Arguments,
  place: Place,
  run: Run,
): Value {
  const { shape } = owner;
  const self = objectValue(instance.id);
  if (shape.kind === "library") {
    constructBase(shape, instance, args, place, run);
    return nothing;
  }
  if (shape.kind !== "class") return callUnknown(self, args, run);
  const { create, superclass } = shape.code;
  if (create === null) {
    if (superclass !== null) constructSuper(owner, instance, args, place, run);
    initializeFields(owner, instance, place, run);
    return nothing;
  }
  if (superclass === null) initializeFields(owner, instance, place, run);
  const callee = run.object(
    create,
    shape.frame,
    { kind: "function", code: create, frame: shape.frame, home: owner },
    `constructor of ${owner.id}`,
  );
  const returned = callFunction(callee, self, args, { ...place, key: `${place.key}.constructor ${owner.id}` }, run);
  return { ...returned, primitives: [] };
}

/** `super(…)`: the base class's part of the same instance. */
export function constructSuper(
  owner: AbstractObject,
  instance: AbstractObject,
  args: Arguments,
  place: Place,
  run: Run,
): void {
  if (owner.shape.kind !== "class") return;
  const { superclass } = owner.shape;
  const bases = run.objectsOf(superclass);
  const alternatives = bases.map(
    (base) => () => constructInstance(base, instance, args, { ...place, key: `${place.key}.super` }, run),
  );
  if (superclass.unknown || bases.length === 0)
    alternatives.push(() => callUnknown(objectValue(instance.id), args, run));
  oneOf(alternatives, run);
}

export function initializeFields(owner: AbstractObject, instance: AbstractObject, place: Place, run: Run): void {
  if (owner.shape.kind !== "class") return;
  const { code, frame } = owner.shape;
  for (const member of code.members) {
    if (member.kind === "field" && member.where === "instance")
      initializeField(member, owner, instance, frame, place, run);
  }
}

/** Static and instance fields alike: `this` is what the field belongs to. */
export function initializeField(
  member: Extract<ClassMember, { kind: "field" }>,
  home: AbstractObject,
  target: AbstractObject,
  frame: Frame,
  place: Place,
  run: Run,
): void {
  const self = objectValue(target.id);
  const callee = run.object(member.code, frame, { kind: "function", code: member.code, frame, home }, String(home.id));
  const inner = { ...place, key: `${place.key}.${run.keyOf(member)}` };
  const value = callFunction(callee, self, { values: [], more: null }, inner, run);
  const key = keyText(evaluate(member.key, frame, run));
  if (key !== null) run.training.nameField(run.fieldOf(target, key), member.site, member);
  writeProperty(self, key, value, inner, run);
}

/** Whoever is outside calls it with anything, at any time, once or often. */
export function callFromOutside(callee: AbstractObject, self: Value, place: Place, run: Run): void {
  const anything: Arguments = { values: [], more: unknownValue };
  const outside: Place = {
    ...place,
    frame: { ...place.frame, mode: assumedRecording, multiple: true },
    key: `outside ${callee.id}`,
  };
  const call = (): void => {
    if (callee.shape.kind === "function") run.escape(callFunction(callee, self, anything, outside, run));
    if (callee.shape.kind !== "class") return;
    const instance = run.objectAt(`outside ${callee.id}`, { kind: "instance", of: callee }, false);
    run.escape(objectValue(instance.id));
    constructInstance(callee, instance, anything, outside, run);
  };
  run.apart("all", () => inEnclosure({ kind: "outside" }, run, call));
}

/** What an arrow's body sees as `this`. */
function selfOf(shape: FunctionShape, self: Value): Value {
  return shape.code.thisFrom === "outside" ? shape.frame.self : self;
}

function walk(frame: Frame, self: Value, args: Arguments, place: Place, run: Run): Value {
  frame.self = merge(frame.self, self);
  const { code } = frame;
  return evaluateBody(code, frame, run, () => bindParameters(code, args, frame, place, run));
}

/** One context for every call of a recursion: arguments and results only grow, and rounds repeat until they do not. */
function callMerged(frame: Frame, self: Value, args: Arguments, place: Place, run: Run): Value {
  const growSelf = merge(frame.self, self);
  if (growSelf !== frame.self) run.growth++;
  frame.self = growSelf;
  const known = run.mergedArguments.get(frame) ?? [];
  const count = Math.max(known.length, args.values.length, frame.code.parameters.length);
  const grown = Array.from({ length: count }, (_, index) => merge(known[index] ?? nothing, argumentAt(args, index)));
  const more = args.more === null ? nothing : args.more;
  const grownMore = merge(run.mergedMore.get(frame) ?? nothing, more);
  if (grown.some((value, index) => value !== known[index]) || grownMore !== (run.mergedMore.get(frame) ?? nothing))
    run.growth++;
  run.mergedArguments.set(frame, grown);
  run.mergedMore.set(frame, grownMore);
  const before = run.mergedResults.get(frame) ?? { value: nothing, at: -1 };
  if (run.active.has(frame) || before.at === run.growth) return before.value;
  run.active.add(frame);
  const merged: Arguments = { values: grown, more: grownMore === nothing ? null : grownMore };
  const startedAt = run.growth;
  const walked = run.apart("all", () => walk(frame, frame.self, merged, place, run));
  const value = merge(before.value, walked);
  run.active.delete(frame);
  if (value !== before.value) run.growth++;
  run.mergedResults.set(frame, { value, at: value === before.value && startedAt === run.growth ? run.growth : -1 });
  return value;
}

function needsMerging(code: FunctionCode, { frame }: Place, run: Run): boolean {
  if (frame.depth >= run.plan.depth) return true;
  return run.stack.filter((active) => active.code === code).length >= 2;
}

/** Under the finest plan every call from without starts a recursion of its own. */
function rootOf(code: FunctionCode, run: Run): string {
  return run.plan.order === "none" ? "" : String(run.stack.find((active) => active.code === code)?.id ?? "");
}

function frameFor(
  key: string,
  shape: FunctionShape,
  mode: Mode,
  { frame: caller }: Place,
  run: Run,
  kind: "own" | "merged",
): Frame {
  const { code, frame: parent, home } = shape;
  return run.frame(key, () => ({
    code,
    parent,
    depth: caller.depth + 1,
    mode,
    home: home ?? parent.home,
    multiple: kind === "merged" || caller.multiple || caller.loopDepth > 0,
    merged: kind === "merged",
    cells: new Map(),
    self: code.thisFrom === "outside" ? parent.self : nothing,
    loopDepth: 0,
    targets: [],
    caller: "waits",
    iterator: null,
    consumer: null,
  }));
}

function bindParameters(code: FunctionCode, args: Arguments, frame: Frame, place: Place, run: Run): void {
  code.parameters.forEach((parameter, index) => {
    const given = argumentAt(args, index);
    const type = code.tensorParameters[index] ?? null;
    assign(parameter, given.unknown && type !== null ? tensorFromOutside(given, type, place, run) : given, frame, run);
  });
  if (code.rest === null) return;
  const rest = newArray(args.values.slice(code.parameters.length), args.more, { ...place, frame }, run, "rest");
  assign(code.rest, rest, frame, run);
}

/** Code outside gives a tensor where the type says so; whose it is and what history it has is not known. */
function tensorFromOutside(given: Value, type: Variable, { site }: Place, run: Run): Value {
  const { imported, span } = type;
  const library = imported === null ? null : libraryAt(imported.specifier, span.uri, run.linked);
  if (library === null) return given;
  const node = run.graph.node(`outside ${library.name}`, "outside", null, site, library);
  run.graph.sources.add(node);
  run.graph.escaped.add(node);
  return merge({ ...given, unknown: false }, tensorValue(node));
}

/** After its first `await`, and in a generator's every step, a body runs in the mode of whoever resumes it. */
function modeOf(code: FunctionCode, callers: Mode): Mode {
  if (code.flavor === "generator" || code.flavor === "asyncGenerator") return assumedRecording;
  if (code.flavor !== "async" || !code.awaits) return callers;
  return callers.kind === "records" ? callers : assumedRecording;
}

/** A generator's steps are taken by whoever asks for them; everything else runs while its caller does. */
function enclosureWithin({ flavor }: FunctionCode, { enclosure }: Run): Enclosure {
  return flavor === "generator" || flavor === "asyncGenerator" ? anyEnclosure : enclosure;
}

function modeKey(mode: Mode): string {
  if (mode.kind === "records") return mode.known === "certain" ? "" : "assumed";
  const { uri, start } = mode.cut.span;
  return `paused ${uri}:${start.line}:${start.character}`;
}
