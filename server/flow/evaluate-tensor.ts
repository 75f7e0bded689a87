/**
 * Tensors: what an op, a control or a property does to the flow graph. The facts come from the library's rows; whether
 * ops are recorded comes from the frame.
 *
 *     const y = x.mul(w);        // node mul: derive from x and from w
 *     const z = y.detach();      // node detach: cut from y
 *     const i = y.argmax();      // node argmax: cut from y, because an index has no derivative
 *     noGrad(() => x.mul(w));    // node mul: cut from x and from w
 */
import type { GradientEffect } from "@gradlens/engine/ops";
import type { Library, MethodMeaning, OpMeaning } from "../libraries/library.js";
import { elementsOf } from "./containers.js";
import type { EdgeKind } from "./flow-graph.js";
import { noticeGrad, noticeOptions } from "./notice.js";
import { recordChange, recordOp, recordPass } from "./recorded.js";
import { argumentAt, allArguments, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
import {
  anyPrimitive,
  hostValue,
  literal,
  merge,
  mergeAll,
  nothing,
  onlyLiteral,
  tensorValue,
  truthOf,
  undefinedValue,
  union,
  unknownValue,
  type Value,
} from "./value.js";

/** The tensors in a value, by the library whose they are. */
export function byLibrary({ tensors }: Value, run: Run): Iterable<readonly [Library, Value]> {
  const [first] = tensors;
  if (first === undefined) return [];
  const library = run.graph.nodes[first]?.library;
  const isOne = library !== undefined && tensors.every((id) => run.graph.nodes[id]?.library === library);
  return isOne ? [[library, tensorValue(...tensors)]] : grouped(tensors, run);
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
  const { mode } = place.frame;
  if (mode.kind === "paused") run.graph.pausedBy.set(node, mode.cut);
  inputs.forEach((input, index) => {
    const { name, effect } = meaning.inputs[index] ??
      meaning.inputs.at(-1) ?? { name: "input", effect: { kind: "flows" } as const };
    connect(node, deepTensors(input, run), name, castEffect(meaning, inputs, effect), meaning.op, place, run);
  });
  if (more !== null) connect(node, deepTensors(more, run), "input", { kind: "flows" }, meaning.op, place, run);
  const effects = meaning.inputs.map(({ effect }) => castEffect(meaning, inputs, effect));
  if (effects.every(({ kind }) => kind === "blocks")) run.graph.discrete.add(node);
  if (meaning.isView) run.graph.views.set(node, inputs[0]?.tensors ?? []);
  recordOp(node, meaning, inputs, more, place, run);
  return tensorValue(node);
}

/** Tensors of one library; another's are another call. */
export function tensorMethod(
  meaning: MethodMeaning,
  receiver: Value,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  const key = `${place.frame.id}/${place.key}`;
  switch (meaning.kind) {
    case "op":
      return applyOp(meaning, [receiver, ...args.values], args.more, place, run);
    case "inPlace":
      recordChange(meaning.op.op, receiver, place, run);
      changeInPlace(meaning.op, receiver, args, place, run);
      return receiver;
    case "cuts": {
      const node = run.graph.node(`${key}/detach`, "control", meaning.control, place.site, place.library);
      const cut = run.graph.cut(meaning.control, `${meaning.control}()`, meaning.because, place.site);
      for (const from of receiver.tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
      run.graph.views.set(node, receiver.tensors);
      return tensorValue(node);
    }
    case "leaves":
      return readHost(meaning.control, meaning.because, `${meaning.control}()`, receiver, place, run);
    case "backward":
      run.training.pass(receiver, args.values.length + (args.more === null ? 0 : 1) === 0 ? "certain" : "maybe", place);
      startBackward(receiver, argumentAt(args, 0), place, run);
      recordPass(receiver, args, place, run);
      return undefinedValue;
    case "returnsReceiver":
      for (const id of receiver.tensors) run.graph.gradOwners.add(id);
      return receiver;
    case "harmless":
      return anyPrimitive;
  }
}

export function tensorProperty(name: string, receiver: Value, place: LibraryPlace, run: Run): Value {
  const meaning = place.library.properties.get(name);
  switch (meaning?.kind) {
    case "host":
      return readHost(meaning.control, meaning.because, `\`${name}\``.replaceAll("`", ""), receiver, place, run);
    case "grad": {
      noticeGrad(receiver, place, run);
      const node = run.graph.gradients(`${place.frame.id}/${place.key}/grad`, place.site, place.library);
      const cut = run.graph.cut("grad", "grad", meaning.because, place.site);
      for (const from of receiver.tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
      run.training.handle(receiver.tensors);
      return merge(tensorValue(node), literal(null));
    }
    case "fact":
      return anyPrimitive;
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
  if (name === "requiresGrad") {
    for (const id of receiver.tensors) run.graph.setRequiresGrad(id, truthOf(value));
  } else if (name === "grad") {
    for (const id of receiver.tensors) run.graph.gradOwners.add(id);
    const pool = run.graph.gradientPool(place.site, place.library);
    for (const from of value.tensors) run.graph.edge(pool, from, "gradient", { kind: "derive" });
    if (value.unknown) run.graph.sources.add(pool);
    run.training.setGradient(receiver.tensors, value, place);
  } else {
    run.escape(value);
    run.escape(receiver);
  }
}

/** A creation function: a constant, or a leaf if its options say so. */
export function createTensor(args: Arguments, place: LibraryPlace, run: Run): Value {
  const node = run.graph.node(`${place.frame.id}/${place.key}/created`, "constant", null, place.site, place.library);
  const values = allArguments(args);
  for (const value of values) {
    const { hosts, tensors } = deepTensors(value, run);
    for (const from of union(hosts, tensors)) run.graph.edge(node, from, "values", { kind: "derive" });
  }
  noteMade(node, place, run);
  run.graph.creationOf.set(node, run.graph.creation(place.site, "tensor"));
  noticeOptions(values, place, run);
  run.tape.made(node, place);
  const requires = requiresGradOf(values, args.more !== null, run);
  if (requires !== "no") run.graph.require(node, place.site, "tensor", requires);
  return tensorValue(node);
}

/** A leaf is made here; where this happens more than once, its node stands for all of them. */
export function noteMade(node: number, { frame }: Place, run: Run): void {
  if (frame.multiple || frame.loopDepth > 0) run.graph.several.add(node);
  run.training.renew(node);
}

/** Marks these values as losses, and lets gradients have a history if the pass itself may be recorded. */
export function startBackward(receiver: Value, options: Value, place: LibraryPlace, run: Run): void {
  const loss = run.graph.loss(place.site);
  for (const id of receiver.tensors) loss.nodes.add(id);
  if (receiver.unknown || receiver.tensors.length === 0) loss.unknown = true;
  if (!mayRecordItself(options, run)) return;
  const pool = run.graph.gradientPool(place.site, place.library);
  for (const from of receiver.tensors) run.graph.edge(pool, from, "loss", { kind: "derive" });
  run.graph.sources.add(pool);
}

/** The tensors and host numbers in a value, also in arrays in it. */
export function deepTensors(value: Value, run: Run, depth = 3): Value {
  const arrays = run.objectsOf(value);
  if (arrays.length === 0) return value;
  if (depth === 0) return merge(value, unknownValue);
  return mergeAll([
    value,
    ...arrays.map((object) => {
      const isList = object.shape.kind === "array" || object.shape.kind === "set";
      return isList ? deepTensors(elementsOf(object, run), run, depth - 1) : nothing;
    }),
  ]);
}

function connect(
  node: number,
  input: Value,
  name: string,
  effect: GradientEffect,
  op: string,
  place: Place,
  run: Run,
): void {
  for (const from of union(input.tensors, input.hosts))
    run.graph.edge(node, from, name, edgeKind(from, effect, op, place, run));
  if (!isOnlyTensors(input)) run.graph.unsure.add(`${node}/${name}`);
  const isCut = effect.kind === "blocks" || place.frame.mode.kind === "paused";
  if (input.unknown && !isCut) run.graph.sources.add(node);
}

function isOnlyTensors({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return tensors.length > 0 && !unknown && objects.length + hosts.length + primitives.length === 0;
}

/** Within one pause the first op cuts, and what follows it is not cut again; so is a truth value that only chooses. */
function edgeKind(from: number, effect: GradientEffect, op: string, { frame, site }: Place, run: Run): EdgeKind {
  const { graph } = run;
  if (frame.mode.kind === "paused" && graph.pausedBy.get(from) === frame.mode.cut) return { kind: "derive" };
  if (effect.kind === "blocks") {
    if (graph.discrete.has(from)) return { kind: "derive" };
    return { kind: "cut", cut: graph.cut("op", `${op}()`, effect.because, site) };
  }
  if (frame.mode.kind === "paused") return { kind: "cut", cut: frame.mode.cut };
  return effect.kind === "vanishes" ? { kind: "vanish", because: effect.because } : { kind: "derive" };
}

/** A cast to an integer blocks; a dtype that is not known lets the gradient pass. */
export function castEffect({ toDtype }: OpMeaning, inputs: readonly Value[], effect: GradientEffect): GradientEffect {
  if (toDtype === null) return effect;
  const dtype = onlyLiteral(inputs[1] ?? nothing);
  return dtype !== null && typeof dtype.value === "string" ? toDtype(dtype.value) : effect;
}

/** The receiver takes on the history of what is written into it, and so does everything it is a view of. */
function changeInPlace({ inputs, op }: OpMeaning, receiver: Value, args: Arguments, place: Place, run: Run): void {
  const changed = withBases(receiver.tensors, run);
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
    if (leaves.length > 0) run.training.setGradient(leaves, literal(null), place);
  }
  const leaves = [...changed].filter((node) => run.graph.creationOf.has(node));
  run.training.handle(leaves);
  const used = gradientsBehind(mergeAll(allArguments(args).map((value) => deepTensors(value, run))), run);
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

function readHost(
  kind: "item" | "tolist" | "data",
  because: string,
  label: string,
  receiver: Value,
  place: LibraryPlace,
  run: Run,
): Value {
  const node = run.graph.node(`${place.frame.id}/${place.key}/${kind}`, "host", kind, place.site, place.library);
  const cut = run.graph.cut(kind, label, because, place.site);
  for (const from of receiver.tensors) run.graph.edge(node, from, "x", { kind: "cut", cut });
  return hostValue([node]);
}

function requiresGradOf(values: readonly Value[], hasMore: boolean, run: Run): "yes" | "maybe" | "no" {
  const options = values.flatMap((value) => run.objectsOf(value)).filter(({ shape }) => shape.kind !== "array");
  const isOpen = hasMore || values.some((value) => value.unknown);
  const flags = options.map((object) => {
    if (object.shape.kind !== "plain" || object.escaped) return "maybe";
    const cell = object.fields.get("requiresGrad");
    const isDynamic = object.fields.has("*");
    return isDynamic ? "maybe" : cell === undefined ? "no" : truthOf(run.read(cell) ?? undefinedValue);
  });
  if (isOpen || flags.includes("maybe")) return "maybe";
  if (!flags.includes("yes")) return "no";
  // Two objects that disagree are the two sides of a branch, not two arguments.
  return values.some((value) => value.objects.length > 1) && flags.includes("no") ? "maybe" : "yes";
}

function mayRecordItself(options: Value, run: Run): boolean {
  if (options.unknown) return true;
  return run.objectsOf(options).some((object) => {
    if (object.escaped || object.fields.has("*")) return true;
    const cell = object.fields.get("createGraph");
    return cell !== undefined && truthOf(run.read(cell) ?? undefinedValue) !== "no";
  });
}
