/**
 * Tensors that begin here: constants, and leaves where their options say so. What a constant is made of reaches it as
 * a value; numbers that were read from a tensor were cut off there already.
 */
import type { VariableMeaning } from "../libraries/library.js";
import { deepTensors } from "./deep-tensors.js";
import { noticeOptions } from "./notice.js";
import { allArguments, type Arguments, type LibraryPlace, type Place, type Run } from "./run.js";
import { onlyLiteral, tensorValue, truthOf, undefinedValue, union, type Value } from "./value.js";

/** A creation function: a constant, or a leaf if its options say so. */
export function createTensor(args: Arguments, place: LibraryPlace, run: Run): Value {
  const node = constantOf(args, place, run);
  noteMade(node, place, run);
  run.graph.creationOf.set(node, run.graph.creation(place.site, "tensor"));
  noticeOptions(allArguments(args), place, run);
  const requires = requiresGradOf(allArguments(args), args.more !== null, run);
  if (requires !== "no") run.graph.require(node, place.site, "tensor", requires);
  return tensorValue(node);
}

export function createConstant(args: Arguments, place: LibraryPlace, run: Run): Value {
  return tensorValue(constantOf(args, place, run));
}

/** A leaf with the value of `initial`, whose history stays behind; not one where `trainable` is false. */
export function createVariable(
  meaning: VariableMeaning,
  initial: Value,
  trainable: Value,
  place: LibraryPlace,
  run: Run,
): Value {
  const { site, library, frame, key } = place;
  const node = run.graph.node(`${frame.id}/${key}/variable`, "constant", null, site, library);
  const { hosts, tensors } = deepTensors(initial, run);
  const cut = run.graph.cut("copy", "variable()", meaning.because, site, () => []);
  for (const from of tensors) run.graph.edge(node, from, "value", { kind: "cut", cut });
  for (const from of hosts) run.graph.edge(node, from, "value", { kind: "derive" });
  noteMade(node, place, run);
  run.graph.creationOf.set(node, run.graph.creation(site, "tensor"));
  const only = onlyLiteral(trainable);
  const requires = only !== null && only.value === undefined ? "yes" : truthOf(trainable);
  if (requires !== "no") run.graph.require(node, site, "tensor", requires);
  return tensorValue(node);
}

/** A leaf is made here; where this happens more than once, its node stands for all of them. */
export function noteMade(node: number, place: Place, run: Run): void {
  const { frame } = place;
  run.tape.made(node, place);
  run.graph.handedOver.made(node, place);
  run.iterations.made(node);
  if (frame.multiple || frame.loopDepth > 0) run.graph.several.add(node);
  run.training.renew(node);
  run.freezing.made(node);
}

function constantOf(args: Arguments, place: LibraryPlace, run: Run): number {
  const node = run.graph.node(`${place.frame.id}/${place.key}/created`, "constant", null, place.site, place.library);
  for (const value of allArguments(args)) {
    const { hosts, tensors } = deepTensors(value, run);
    for (const from of union(hosts, tensors)) run.graph.edge(node, from, "values", { kind: "derive" });
  }
  return node;
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
