/**
 * Calls: whoever may be called is called, each on its own copy of the state, and the results are joined. A callee that
 * is not known may do anything with what it is given.
 */
import { callBuiltin, callBuiltinMethod, newOfBuiltin } from "./builtins.js";
import { callFunction, constructInstance } from "./evaluate-function.js";
import { methodOf, readProperty } from "./evaluate-property.js";
import { byLibrary, tensorMethod } from "./evaluate-tensor.js";
import { callInstanceMethod, isTableObject, callLibrary, newOfLibrary } from "./library-values.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { allArguments, type Arguments, type Place, type Run } from "./run.js";
import { covers, joinWrites, noWrites, present } from "./store.js";
import {
  fromOutside,
  hostValue,
  isEmpty,
  merge,
  mergeAll,
  nothing,
  objectValue,
  unknownValue,
  type Value,
} from "./value.js";

export function callValue(callee: Value, self: Value, args: Arguments, place: Place, run: Run): Value {
  const targets = run.objectsOf(callee);
  if (targets.length === 0) return callee.unknown || !isEmpty(callee) ? callUnknown(self, args, run) : nothing;
  const [only] = targets;
  if (only !== undefined && targets.length === 1 && !callee.unknown) return callObject(only, self, args, place, run);
  const { awaited } = run;
  const alternatives = targets.map((target) => () => {
    run.awaited = awaited;
    return callObject(target, self, args, place, run);
  });
  if (callee.unknown) alternatives.push(() => callUnknown(self, args, run));
  return oneOf(alternatives, run);
}

/** A call of `object.key(…)`. */
export function callMethod(receiver: Value, key: string | null, args: Arguments, place: Place, run: Run): Value {
  if (receiver === fromOutside) {
    callUnknown(nothing, args, run);
    return fromOutside;
  }
  const alternatives: (() => Value)[] = [];
  for (const [library, tensors] of byLibrary(receiver, run)) {
    const meaning = key === null ? undefined : library.methods.get(key);
    // What is not known may be a tensor as well, and may have a history that these do not have.
    const known = receiver.unknown ? merge(tensors, unknownValue) : tensors;
    alternatives.push(() => {
      run.tape.calledOn(receiver);
      return meaning === undefined
        ? callUnknown(tensors, args, run)
        : tensorMethod(meaning, known, args, { ...place, library }, run);
    });
  }
  for (const object of run.objectsOf(receiver))
    alternatives.push(() => callObjectMethod(object, key, args, place, run));
  if (receiver.unknown) alternatives.push(() => callUnknown(nothing, args, run));
  const { primitives, hosts } = receiver;
  const isPlain =
    hosts.length > 0 || primitives === "any" || primitives.some((value) => value !== null && value !== undefined);
  if (isPlain) alternatives.push(() => callPlainMethod(receiver, args, place, run));
  return oneOf(alternatives, run);
}

export function construct(callee: Value, args: Arguments, place: Place, run: Run): Value {
  const targets = run.objectsOf(callee);
  const alternatives = targets.map((target) => () => constructObject(target, args, place, run));
  if (callee.unknown || targets.length === 0) alternatives.push(() => callUnknown(nothing, args, run));
  return oneOf(alternatives, run);
}

/** Everything that is given away escapes; what comes back may be anything. */
export function callUnknown(self: Value, args: Arguments, run: Run): Value {
  if (run.enclosure.kind === "running") run.graph.openEnclosures.add(run.enclosure.id);
  run.throws++;
  for (const value of [self, ...allArguments(args)]) run.escape(value);
  return unknownValue;
}

/** One of these happens; it is not known which. */
export function oneOf(alternatives: readonly (() => Value)[], run: Run): Value {
  const [only] = alternatives;
  if (only === undefined) return nothing;
  if (alternatives.length === 1) return only();
  const values: Value[] = [];
  const ends = alternatives.map((alternative) => run.store.branch(noWrites, () => void values.push(alternative())));
  run.store.join(present(ends));
  run.tape.justMade = null;
  return mergeAll(values);
}

/** Something that happens any number of times, also never; the callee cannot tell which time it is. */
export function repeat(place: Place, run: Run, body: () => Value): Value {
  let known = noWrites;
  let result = nothing;
  const passes = run.tape.passCount;
  place.frame.loopDepth++;
  run.iterations.loops.push(place.site);
  const loop = run.training.enterLoop(place.site);
  for (;;) {
    run.step();
    const growth = run.growth;
    let next = result;
    const end = run.store.branch(known, () => {
      next = merge(result, body());
    });
    const writes = end === null ? null : run.training.goAround(end, loop);
    const isStable = (writes === null || covers(run.store, known, writes)) && next === result && growth === run.growth;
    result = next;
    if (isStable) {
      if (writes !== null && run.tape.passCount > passes)
        run.store.branch(writes, () => run.tape.walkLater(place.site, body));
      break;
    }
    if (writes !== null) known = joinWrites(run.store, [known, writes]);
  }
  run.training.leaveLoop();
  place.frame.loopDepth--;
  run.iterations.loops.pop();
  run.store.join([known]);
  return result;
}

/** A callback that is called any number of times with values like these. */
export function callRepeatedly(callback: Value, args: readonly Value[], place: Place, run: Run): Value {
  return repeat(place, run, () => callValue(callback, nothing, { values: args, more: null }, place, run));
}

function callObject(target: AbstractObject, self: Value, args: Arguments, place: Place, run: Run): Value {
  const { shape } = target;
  if (shape.kind === "builtin") run.awaited = null;
  switch (shape.kind) {
    case "function":
      return callFunction(target, self, args, place, run);
    case "bound":
      return callValue(shape.target, shape.self, { ...args, values: [...shape.args, ...args.values] }, place, run);
    case "library":
      return callLibrary(shape.name, args, { ...place, library: shape.library }, run);
    case "builtin":
      return callBuiltin(shape.name, args, place, run);
    case "resolver": {
      const promise = run.objects[shape.promise];
      if (promise !== undefined) run.add(run.fieldOf(promise, elementsKey), args.values[0] ?? args.more ?? nothing);
      return nothing;
    }
    case "plain":
    case "array":
    case "map":
    case "set":
    case "promise":
    case "iterator":
    case "class":
    case "prototype":
    case "instance":
    case "libraryInstance":
    case "namespace":
      return callUnknown(merge(self, objectValue(target.id)), args, run);
  }
}

function callObjectMethod(object: AbstractObject, key: string | null, args: Arguments, place: Place, run: Run): Value {
  const self = objectValue(object.id);
  const method = key === null ? readProperty(self, null, place, run) : methodOf(object, key, place, run);
  if (run.objectsOf(method).length > 0) return callValue({ ...method, primitives: [] }, self, args, place, run);
  if (key === null) return callUnknown(self, args, run);
  if (method.unknown) {
    // Nobody replaces the methods of an optimizer, and what it is given may still go anywhere.
    const own = (): Value => callInstanceMethod(object, key, args, place, run) ?? nothing;
    const unseen = (): Value => callUnknown(self, args, run);
    return isTableObject(object, run) ? oneOf([own, unseen], run) : unseen();
  }
  // What a method of the language calls is not what is awaited.
  run.awaited = null;
  const known = callInstanceMethod(object, key, args, place, run) ?? callBuiltinMethod(object, key, args, place, run);
  if (known === null && isMissing(object, key, method)) return nothing;
  return known ?? callUnknown(self, args, run);
}

/** An object of the program's own has no method of that name, so the call throws. */
function isMissing({ shape, escaped }: AbstractObject, key: string, method: Value): boolean {
  return shape.kind === "plain" && !escaped && isEmpty(method) && !(key in Object.prototype);
}

/** A method of a number, a string, or of an array of numbers that was read from a tensor. */
function callPlainMethod(receiver: Value, args: Arguments, place: Place, run: Run): Value {
  run.awaited = null;
  const given = allArguments(args);
  const plain = hostValue(mergeAll([receiver, ...given]).hosts);
  const callbacks = given.filter((value) =>
    run.objectsOf(value).some(({ shape }) => shape.kind === "function" || shape.kind === "bound"),
  );
  if (callbacks.length === 0) return plain;
  const made = callbacks.map((callback) =>
    callRepeatedly(callback, [merge(plain, mergeAll(given)), plain, plain], place, run),
  );
  const list = run.objectAt(`${place.frame.id}/${place.key}/mapped`, { kind: "array" }, false);
  run.add(run.fieldOf(list, elementsKey), mergeAll(made));
  return mergeAll([plain, objectValue(list.id), ...made]);
}

function constructObject(target: AbstractObject, args: Arguments, place: Place, run: Run): Value {
  const { shape } = target;
  if (shape.kind === "class") {
    const { frame, key } = place;
    const single = !frame.multiple && frame.loopDepth === 0;
    const instance = run.objectAt(`${frame.id}/${key}/new ${target.id}`, { kind: "instance", of: target }, single);
    return merge(objectValue(instance.id), constructInstance(target, instance, args, place, run));
  }
  if (shape.kind === "library") return newOfLibrary(shape.name, args, { ...place, library: shape.library }, run);
  if (shape.kind === "builtin") return newOfBuiltin(shape.name, args, place, run);
  if (shape.kind === "function") {
    // An old-style constructor: its prototype is not followed.
    const made = {
      ...unknownValue,
      objects: objectValue(run.objectAt(`${place.frame.id}/${place.key}/old ${target.id}`, { kind: "plain" }, false).id)
        .objects,
    };
    run.escape(made);
    return merge(made, callFunction(target, made, args, place, run));
  }
  return callUnknown(objectValue(target.id), args, run);
}
