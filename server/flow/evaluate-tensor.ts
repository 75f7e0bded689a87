/**
 * Tensors: what an op, a control or a property does to the flow graph. The facts come from the library's rows; whether
 * ops are recorded comes from the frame.
 *
 *     const y = x.mul(w);        // node mul: derive from x and from w
 *     const z = y.detach();      // node detach: cut from y
 *     const i = y.argmax();      // node argmax: cut from y, because an index has no derivative
 *     noGrad(() => x.mul(w));    // node mul: cut from x and from w
 */
import type { HostMeaning, Library, MethodMeaning, OpEffect, OpMeaning, OpResult } from "../libraries/library.js";
import { newArray, newObject } from "./containers.js";
import { deepTensors } from "./deep-tensors.js";
import { createVariable } from "./create-tensor.js";
import { cutOff } from "./cut-off.js";
import type { EdgeKind } from "./flow-graph.js";
import { noticeBackward, noticeGrad } from "./notice.js";
import { recordChange, recordOp, recordPass } from "./recorded.js";
import { allArguments, argumentAt, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
import { noteOpShape } from "./shapes.js";
import { anyEnclosure, edgeInto, enclosureKey, type Ends } from "./enclosure.js";
import {
  anyPrimitive,
  hostValue,
  literal,
  merge,
  mergeAll,
  nothing,
  objectValue,
  onlyLiteral,
  tensorValue,
  truthOf,
  type Truth,
  undefinedValue,
  union,
  unknownValue,
  type Value,
} from "./value.js";

/** The tensors in a value, by the library whose they are. */
export function byLibrary({ tensors, choice }: Value, run: Run): Iterable<readonly [Library, Value]> {
  const [first] = tensors;
  if (first === undefined) return [];
  const library = run.graph.nodes[first]?.library;
  const isOne = library !== undefined && tensors.every((id) => run.graph.nodes[id]?.library === library);
  return isOne ? [[library, { ...tensorValue(...tensors), choice }]] : grouped(tensors, run);
}

function grouped(tensors: readonly number[], run: Run): ReadonlyMap<Library, Value> {
  const groups = new Map<Library, Value>();
  for (const id of tensors) {
    const library = run.graph.nodes[id]?.library;
    if (library !== undefined) groups.set(library, merge(groups.get(library) ?? nothing, tensorValue(id)));
  }
  return groups;
}

/** Records an op on these inputs, in the order of its row; `more` may stand in any place. */
export function applyOp(
  meaning: OpMeaning,
  inputs: readonly Value[],
  more: Value | null,
  place: LibraryPlace,
  run: Run,
): Value {
  const node = run.graph.node(
    `${place.frame.id}/${place.key}/${meaning.op}`,
    "op",
    meaning.op,
    place.site,
    place.library,
  );
  noteMaking(node, place, run);
  inputs.forEach((input, index) => {
    // What stands behind the inputs of the row, such as a value or the weights in the options, is part of the result too.
    const { name, effect } = meaning.inputs[index] ?? { name: "input", effect: { kind: "flows" } as const };
    connect(node, deepTensors(input, run), name, castEffect(meaning, inputs, effect), meaning.op, place, run);
  });
  if (more !== null) connect(node, deepTensors(more, run), "input", { kind: "flows" }, meaning.op, place, run);
  const effects = meaning.inputs.map(({ effect }) => castEffect(meaning, inputs, effect));
  if (effects.every(({ kind }) => kind === "blocks" || kind === "throws")) run.graph.discrete.add(node);
  if (meaning.isView) run.graph.views.set(node, inputs[0]?.tensors ?? []);
  recordOp(node, meaning, inputs, more, place, run);
  noteOpShape(node, meaning.op, more === null ? inputs : [...inputs, more], meaning.inputs.length, place, run);
  return resultOf(meaning.gives, tensorValue(node), place, run);
}

/** An op that has leaves of its own, which are not followed. */
export function applyOpaque(op: string, args: Arguments, place: LibraryPlace, run: Run): Value {
  const inputs = args.values.map((_, index) => ({ name: `x${index + 1}`, effect: { kind: "flows" } as const }));
  const meaning = { kind: "op", op, inputs, isView: false, toDtype: null, gives: { kind: "tensor" } } as const;
  const made = applyOp(meaning, args.values, args.more, place, run);
  for (const id of made.tensors) run.graph.sources.add(id);
  return made;
}

/** Tensors of one library; another's are another call. */
export function tensorMethod(
  meaning: MethodMeaning,
  receiver: Value,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  switch (meaning.kind) {
    case "op":
      return applyOp(meaning, [receiver, ...args.values], args.more, place, run);
    case "inPlace":
      recordChange(meaning.op.op, receiver, place, run);
      changeInPlace(meaning.op, receiver, args, place, run);
      return receiver;
    case "cuts":
      return cutOff(meaning.control, meaning.because, () => place.site.removal, receiver, place, run);
    case "leaves":
      return readHost(meaning, receiver, place, run);
    case "variable":
      return createVariable(meaning, receiver, argumentAt(args, 0), place, run);
    case "takesValue": {
      const cut = run.graph.cut("copy", meaning.label, meaning.because, place.site, () => []);
      const { tensors, hosts } = deepTensors(argumentAt(args, 0), run);
      for (const node of receiver.tensors) {
        if (!gradientsBehind(tensorValue(...tensors), run).has(node)) run.graph.takeValues(node, tensors);
        for (const from of tensors) run.graph.edge(node, from, "value", { kind: "cut", cut });
        for (const from of hosts) run.graph.edge(node, from, "value", { kind: "derive" });
      }
      return receiver;
    }
    case "backward":
      run.tape.cleared.reopen();
      noticeBackward(receiver, args, place, run);
      run.training.pass(receiver, args.values.length + (args.more === null ? 0 : 1) === 0 ? "certain" : "maybe", place);
      run.freezing.work();
      startBackward(receiver, argumentAt(args, 0), place, run);
      recordPass(receiver, args, place, run);
      return undefinedValue;
    case "returnsReceiver":
      for (const id of receiver.tensors) run.graph.gradOwners.add(id);
      return receiver;
    case "requires": {
      const isDefault = args.values.length === 0 && args.more === null;
      setRequiresGrad(receiver, isDefault ? "yes" : truthOf(argumentAt(args, 0)), place, run);
      return receiver;
    }
    case "harmless":
      return anyPrimitive;
  }
}

export function tensorProperty(name: string, receiver: Value, place: LibraryPlace, run: Run): Value {
  const meaning = place.library.properties.get(name);
  switch (meaning?.kind) {
    case "leaves":
      return readHost(meaning, receiver, place, run);
    case "grad": {
      noticeGrad(receiver, place, run);
      const node = run.graph.gradients(`${place.frame.id}/${place.key}/grad`, place.site, place.library);
      const cut = run.graph.cut("grad", "grad", meaning.because, place.site);
      for (const from of receiver.tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
      run.training.handle(receiver.tensors);
      return merge(tensorValue(node), literal(null));
    }
    case "requires":
      run.freezing.look(receiver.tensors);
      return anyPrimitive;
    case "fact":
      return anyPrimitive;
    case "same":
      return receiver;
    case undefined:
      run.escape(receiver);
      return unknownValue;
  }
}

export function setTensorProperty(
  name: string | null,
  receiver: Value,
  value: Value,
  place: LibraryPlace,
  run: Run,
): void {
  const meaning = name === null ? undefined : place.library.properties.get(name);
  if (meaning?.kind === "requires") {
    setRequiresGrad(receiver, truthOf(value), place, run);
  } else if (meaning?.kind === "grad") {
    for (const id of receiver.tensors) run.graph.gradOwners.add(id);
    const pool = run.graph.gradientPool(place.site, place.library);
    for (const from of value.tensors) run.graph.edge(pool, from, "gradient", { kind: "derive" });
    if (value.unknown) run.graph.sources.add(pool);
    const isNull = onlyLiteral(value)?.value === null;
    const isOne = receiver.tensors.length === 1 && !receiver.unknown;
    if (isNull && isOne) run.tape.cleared.clear(receiver.tensors, place.site);
    else if (!isNull) run.tape.cleared.reopen(receiver.tensors);
    run.training.setGradient(receiver.tensors, value, receiver.unknown ? "maybe" : "certain", place);
  } else {
    run.escape(value);
    run.escape(receiver);
  }
}

function setRequiresGrad({ tensors, unknown }: Value, isOn: Truth, place: Place, run: Run): void {
  for (const id of tensors) run.graph.setRequiresGrad(id, isOn);
  run.freezing.set(tensors, unknown ? "maybe" : "certain", isOn, place);
}

/** Marks these values as losses, and lets gradients have a history if the pass itself may be recorded. */
export function startBackward(receiver: Value, options: Value, place: LibraryPlace, run: Run): void {
  const loss = run.graph.loss(place.site, { call: "backward()", is: "receiver", without: "throws" });
  run.choices.takeLoss(place.site, receiver, () => loss.nodes.size > 0);
  for (const id of receiver.tensors) loss.nodes.add(id);
  for (const loop of run.iterations.loops) loss.loops.add(loop);
  if (receiver.unknown || receiver.tensors.length === 0) loss.unknown = true;
  if (!mayRecordItself(options, run)) return;
  const pool = run.graph.gradientPool(place.site, place.library);
  for (const from of receiver.tensors) run.graph.edge(pool, from, "loss", { kind: "derive" });
  run.graph.sources.add(pool);
}

/** What was running, or paused, when an op was applied. */
function noteMaking(node: number, { frame, library }: LibraryPlace, run: Run): void {
  const { mode } = frame;
  if (library.records === "insideClosures") {
    const before = run.graph.madeIn.get(node);
    run.graph.madeIn.set(
      node,
      before === undefined || enclosureKey(before) === enclosureKey(run.enclosure) ? run.enclosure : anyEnclosure,
    );
  } else if (mode.kind === "paused") run.graph.pausedBy.set(node, mode.cut);
}

function resultOf(gives: OpResult, made: Value, place: LibraryPlace, run: Run): Value {
  switch (gives.kind) {
    case "tensor":
      return made;
    case "list":
      return newArray([], made, place, run, "results");
    case "fields": {
      const object = newObject("plain", place, run, "results");
      for (const name of gives.names) run.write(run.fieldOf(object, name), made);
      return objectValue(object.id);
    }
  }
}

function connect(
  node: number,
  input: Value,
  name: string,
  effect: OpEffect,
  op: string,
  place: LibraryPlace,
  run: Run,
): void {
  run.freezing.work();
  for (const from of input.tensors) run.freezing.take(from, node);
  run.choices.take(node, name, input, () => run.graph.nodes[node]?.inputs.some((edge) => edge.input === name) === true);
  for (const from of union(input.tensors, input.hosts))
    run.graph.edge(node, from, name, edgeKind({ from, to: node, input: name }, effect, op, place, run));
  if (!isOnlyTensors(input)) run.graph.unsure.add(`${node}/${name}`);
  const isCut = effect.kind === "blocks" || effect.kind === "throws" || isPaused(place);
  if (input.unknown && !isCut) run.graph.sources.add(node);
}

function isOnlyTensors({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return tensors.length > 0 && !unknown && objects.length + hosts.length + primitives.length === 0;
}

/** Within one pause the first op cuts, and what follows it is not cut again; so is a truth value that only chooses. */
function edgeKind(ends: Ends, effect: OpEffect, op: string, place: LibraryPlace, run: Run): EdgeKind {
  const { graph } = run;
  const { frame, library, site } = place;
  const { from } = ends;
  const pause = library.records === "everywhere" && frame.mode.kind === "paused" ? frame.mode.cut : null;
  if (pause !== null && graph.pausedBy.get(from) === pause) return { kind: "derive" };
  const entry = library.records === "insideClosures" ? edgeInto(ends, site, run) : null;
  if (entry?.kind === "cut") return entry;
  if (effect.kind === "blocks" || effect.kind === "throws") {
    if (graph.discrete.has(from)) return { kind: "derive" };
    const kind = effect.kind === "throws" ? "throwingOp" : "op";
    return { kind: "cut", cut: graph.cut(kind, `${op}()`, effect.because, site) };
  }
  if (pause !== null) return { kind: "cut", cut: pause };
  return effect.kind === "vanishes" ? { kind: "vanish", because: effect.because } : { kind: "derive" };
}

function isPaused({ frame, library }: LibraryPlace): boolean {
  return library.records === "everywhere" && frame.mode.kind === "paused";
}

/** A cast to an integer blocks; a dtype that is not known lets the gradient pass. */
export function castEffect({ toDtype }: OpMeaning, inputs: readonly Value[], effect: OpEffect): OpEffect {
  if (toDtype === null) return effect;
  const dtype = onlyLiteral(inputs[1] ?? nothing);
  return dtype !== null && typeof dtype.value === "string" ? toDtype(dtype.value) : effect;
}

/** The receiver takes on the history of what is written into it, and so does everything it is a view of. */
function changeInPlace(
  { inputs, op }: OpMeaning,
  receiver: Value,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): void {
  const changed = withBases(receiver.tensors, run);
  run.freezing.work();
  for (const node of changed) run.freezing.disturb(node);
  noteChange(receiver.tensors, changed, args, place, run);
  for (const node of changed) {
    run.graph.unsure.add(`${node}/*`);
    args.values.forEach((value, index) => {
      const { name, effect } = inputs[index + 1] ?? { name: "input", effect: { kind: "flows" } as const };
      connect(node, deepTensors(value, run), name, effect, op, place, run);
    });
    if (args.more !== null) connect(node, deepTensors(args.more, run), "input", { kind: "flows" }, op, place, run);
  }
}

/** A change of a gradient may clear it; a change of leaves by their gradients is a step. */
function noteChange(
  receivers: readonly number[],
  changed: ReadonlySet<number>,
  args: Arguments,
  place: Place,
  run: Run,
): void {
  for (const node of changed) {
    const leaves = leavesOfGradient(node, run);
    if (leaves.length > 0) run.training.setGradient(leaves, literal(null), "maybe", place);
  }
  const leaves = [...changed].filter((node) => run.graph.creationOf.has(node));
  run.training.handle(leaves);
  const given = mergeAll(allArguments(args).map((value) => deepTensors(value, run)));
  const used = gradientsBehind(given, run);
  // A copy, or a mean with what another network has learnt: that is how a target is kept.
  if (place.frame.mode.kind === "paused")
    for (const leaf of leaves) if (!used.has(leaf)) run.graph.takeValues(leaf, given.tensors);
  const [only] = receivers;
  const isOne = receivers.length === 1 && changed.size === 1 && only !== undefined && !run.graph.several.has(only);
  for (const leaf of leaves) if (used.has(leaf)) run.training.stepByHand(leaf, isOne ? "certain" : "maybe", place);
}

/** The leaves whose `grad` this is. */
function leavesOfGradient(node: number, run: Run): readonly number[] {
  const { op, inputs } = run.graph.nodes[node] ?? { op: null, inputs: [] };
  return op === "grad" ? inputs.flatMap(({ from, kind }) => (kind.kind === "cut" ? [from] : [])) : [];
}

/** The leaves whose `grad` was used to compute these values. */
function gradientsBehind({ tensors, hosts }: Value, run: Run): ReadonlySet<number> {
  const leaves = new Set<number>();
  const visited = new Set([...tensors, ...hosts]);
  for (const id of visited) {
    const own = leavesOfGradient(id, run);
    for (const leaf of own) leaves.add(leaf);
    if (own.length === 0) for (const { from } of run.graph.nodes[id]?.inputs ?? []) visited.add(from);
  }
  run.step(visited.size / 8);
  return leaves;
}

function withBases(ids: readonly number[], run: Run): ReadonlySet<number> {
  const all = new Set<number>();
  const pending = [...ids];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (all.has(id)) continue;
    all.add(id);
    pending.push(...(run.graph.views.get(id) ?? []));
  }
  return all;
}

function readHost(meaning: HostMeaning, receiver: Value, place: LibraryPlace, run: Run): Value {
  const { control, label, because } = meaning;
  const node = run.graph.node(`${place.frame.id}/${place.key}/${control}`, "host", control, place.site, place.library);
  const cut = run.graph.cut(control, label, because, place.site);
  for (const from of receiver.tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
  return meaning.as === "numbers" ? hostValue([node]) : merge(hostValue([node]), unknownValue);
}

function mayRecordItself(options: Value, run: Run): boolean {
  if (options.unknown) return true;
  return run.objectsOf(options).some((object) => {
    if (object.escaped || object.fields.has("*")) return true;
    const cell = object.fields.get("createGraph");
    return cell !== undefined && truthOf(run.read(cell) ?? undefinedValue) !== "no";
  });
}
