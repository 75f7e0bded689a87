/**
 * Tells the tape what the walk comes across: ops with their operands, passes with their options, changes in place.
 * What is not certain of them is left out here; `tape.ts` concludes from the rest.
 */
import type { OpMeaning } from "../libraries/library.js";
import { deepTensors } from "./deep-tensors.js";
import { castEffect } from "./evaluate-tensor.js";
import { allArguments, type Arguments, type LibraryPlace, type Run } from "./run.js";
import { nothing, onlyLiteral, truthOf, undefinedValue, type Value } from "./value.js";

/** An op of a row, on operands in the row's order; `more` may stand in any place. */
export function recordOp(
  node: number,
  meaning: OpMeaning,
  inputs: readonly Value[],
  more: Value | null,
  place: LibraryPlace,
  run: Run,
): void {
  const { tape } = run;
  tape.made(node, place);
  run.iterations.made(node);
  tape.justMade = node;
  const facts = place.library.tape;
  const linked = more === null && isRecording(place) ? certainLinks(meaning, inputs, place, run) : [];
  if (facts === null || linked.length === 0) return tape.forget(node);
  const second = onlyLiteral(inputs[1] ?? nothing)?.value;
  const names = linked.flatMap(({ name }) => facts.saves(meaning.op, name, second) ?? []);
  const saved = names.flatMap((name) => (name === "out" ? [node] : operandNamed(name, meaning, inputs)));
  tape.record(
    {
      node,
      op: meaning.op,
      links: new Set(linked.map(({ id }) => id)),
      saved: new Set(saved),
      keeps: names.length > 0 || facts.keeps(meaning.op) === "values",
    },
    place,
  );
}

/** `backward()` on these tensors. */
export function recordPass(receiver: Value, args: Arguments, place: LibraryPlace, run: Run): void {
  if (place.library.tape === null) return;
  // The inputs of a pass get a gradient, also where they are computed.
  for (const object of allArguments(args).flatMap((value) => run.objectsOf(value)))
    for (const cell of object.fields.values())
      for (const id of deepTensors(run.read(cell) ?? nothing, run).tensors) run.graph.gradOwners.add(id);
  const isExact = run.tape.isOnly(receiver) && !place.frame.merged;
  run.tape.pass(place.site, receiver.tensors, isExact ? "exact" : "unsure", graphAfter(args, run));
}

/** An op that changes its receiver: a leaf may not be changed while ops are recorded, and a saved value is lost. */
export function recordChange(op: string, receiver: Value, place: LibraryPlace, run: Run): void {
  const { tape } = run;
  if (place.library.tape === null) return;
  const { tensors } = receiver;
  const areLeaves =
    tape.isOnly(receiver, "or nullish") && isRecording(place) && tensors.every((id) => tape.isCertainLeaf(id));
  tape.leafChanges.say(place.site, areLeaves && tensors.length > 0 ? { op, leaves: tensors } : null);
  const [only, ...others] = tensors;
  const isExact = tape.isOnly(receiver) && !place.frame.merged;
  if (only !== undefined && others.length === 0 && isExact && !areLeaves)
    tape.overwrite(only, place.site, place.library.tape.outOfPlace(op));
}

interface Link {
  readonly id: number;
  readonly name: string;
}

function certainLinks(
  meaning: OpMeaning,
  inputs: readonly Value[],
  { library }: LibraryPlace,
  run: Run,
): readonly Link[] {
  // A layer may be made without some of its parameters.
  const isLayer = !library.methods.has(meaning.op) && !library.names.has(meaning.op);
  const sure = library.tape?.sureParameters.get(meaning.op) ?? [];
  return inputs.flatMap((value, index): Link[] => {
    const { name, effect } = meaning.inputs[index] ?? {};
    const id = onlyTensor(value);
    if (id === null || name === undefined || effect === undefined) return [];
    if (castEffect(meaning, inputs, effect).kind === "blocks" || run.tape.witnessesOf(id).size === 0) return [];
    return !isLayer || name.startsWith("x") || sure.includes(name) ? [{ id, name }] : [];
  });
}

function operandNamed(name: string, meaning: OpMeaning, inputs: readonly Value[]): readonly number[] {
  const value = inputs[meaning.inputs.findIndex((input) => input.name === name)];
  const id = value === undefined ? null : onlyTensor(value);
  return id === null ? [] : [id];
}

/** The one tensor that it must be, or null. */
function onlyTensor({ tensors, objects, hosts, primitives, unknown }: Value): number | null {
  const [only, ...others] = tensors;
  const isAlone = !unknown && objects.length + hosts.length + primitives.length + others.length === 0;
  return isAlone ? (only ?? null) : null;
}

function isRecording({ frame: { mode, merged } }: LibraryPlace): boolean {
  return mode.kind === "records" && mode.known === "certain" && !merged;
}

/** Whether a pass frees the graph behind it, by its options. */
function graphAfter({ values, more }: Arguments, run: Run): "frees" | "keeps" | "unknown" {
  if (more !== null) return "unknown";
  const [options] = values;
  if (options === undefined) return "frees";
  const [object, ...others] = run.objectsOf(options);
  const isPlain = others.length === 0 && !options.unknown && options.primitives.length === 0;
  if (object === undefined || !isPlain || object.escaped || object.shape.kind !== "plain") return "unknown";
  const names = [...object.fields.keys()];
  if (names.includes("*") || names.includes("inputs")) return "unknown";
  const settings = ["retainGraph", "createGraph"].map((name) => {
    const cell = object.fields.get(name);
    return truthOf(cell === undefined ? undefinedValue : (run.read(cell) ?? undefinedValue));
  });
  if (settings.includes("maybe")) return "unknown";
  return settings.includes("yes") ? "keeps" : "frees";
}
