/**
 * Functions that are given to a library to be differentiated: `grad(f)(x)`, `variableGrads(f)`, `minimize(f)`. The
 * function is called on a tape; what it returns is the loss, and what one differentiates by are leaves.
 *
 *     const g = grad((x) => x.square().sum());   // x: a leaf
 *     optimizer.minimize(() => loss(w), false, [w]);   // w: named as one to differentiate by
 */
import type { DifferentiatesMeaning } from "../libraries/library.js";
import type { Site } from "./code.js";
import { iterate, knownElements, newArray, newObject } from "./containers.js";
import { callValue } from "./evaluate-call.js";
import { awaitedValue } from "./evaluate-expression.js";
import { deepTensors } from "./deep-tensors.js";
import type { GrowingLoss } from "./graph-builder.js";
import { noteNameable } from "./nameable.js";
import { noticeLoss } from "./notice.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import { argumentAt, type Arguments, type LibraryPlace, type Run } from "./run.js";
import { chosenArguments, firstOf, leavesIn, mayHaveAux } from "./argument-trees.js";
import { comesFromOutside, edgeInto, labelOf, inEnclosure, enclosureOf } from "./enclosure.js";
import {
  literal,
  merge,
  mergeAll,
  nothing,
  nullishnessOf,
  objectValue,
  tensorValue,
  unknownValue,
  type Value,
} from "./value.js";

export function differentiate(meaning: DifferentiatesMeaning, args: Arguments, place: LibraryPlace, run: Run): Value {
  const { call, by, without } = meaning;
  const callee = argumentAt(args, 0);
  const is = by.kind === "variables" ? "resultByVariables" : "resultByArguments";
  const loss = run.graph.loss(place.site, { call, is, without });
  const given = by.kind === "arguments" ? leavesFor({ call, given: by.given, without }, args, place, run) : noArguments;
  if (by.kind === "variables") nameLeaves(loss, argumentAt(args, by.listAt), place, run);
  noteNameable(mergeAll(args.values), run);
  const at = { ...place, key: `${place.key}.function` };
  const returned = inEnclosure(enclosureOf(call, place, run), run, () => {
    // A promise is refused when the program runs; what it would settle to is no less a loss.
    const result = callValue(callee, nothing, given, at, run);
    noticeLoss(call, result, place, run);
    const settled = awaitedValue(result, run);
    const value = deepTensors(mayHaveAux(by, args, run) ? firstOf(settled, run) : settled, run);
    noteLoss(loss, value, place, run);
    return value;
  });
  return resultOf(meaning, { args, value: returned, given }, place, run);
}

const noArguments: Arguments = { values: [], more: null };

interface ByArguments {
  readonly call: string;
  readonly given: "one" | "list" | "later";
  readonly without: DifferentiatesMeaning["without"];
}

/** What a function is given to be differentiated by: each is a leaf, under the name of the parameter that takes it. */
function leavesFor(
  { call, given: how, without }: ByArguments,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Arguments {
  const callee = argumentAt(args, 0);
  const given = argumentAt(args, 1);
  const leaf = (value: Value, index: number): Value => {
    const leafOf = (tensor: Value, path: string): Value =>
      argumentLeaf(callee, { call, given: tensor, index, path, without }, place, run);
    return how === "one" ? leafOf(value, "") : leavesIn(value, leafOf, place, run);
  };
  if (how === "one") return { values: [leaf(given, 0)], more: null };
  if (how === "later") {
    const chosen = chosenArguments(given, run);
    // Which of them one differentiates by is not known, so each may carry a gradient.
    if (chosen === null || args.more !== null) return { values: [], more: unknownValue };
    return {
      values: args.values.slice(2).map((each, at) => (chosen.includes(at) ? leaf(each, at) : each)),
      more: null,
    };
  }
  const known = elementsIn(given, run);
  return known === null
    ? { values: [], more: merge(iterate(given, place, run), nothing) }
    : { values: known.map(leaf), more: null };
}

function elementsIn(list: Value, run: Run): readonly Value[] | null {
  const [only, ...others] = run.objectsOf(list);
  return only !== undefined && others.length === 0 && !list.unknown ? knownElements(only, run) : null;
}

interface GivenTensor {
  readonly call: string;
  readonly given: Value;
  readonly index: number;
  /** Within the argument: ".w", ".layers.0.b". */
  readonly path: string;
  readonly without: DifferentiatesMeaning["without"];
}

function argumentLeaf(
  callee: Value,
  { call, given, index, path, without }: GivenTensor,
  place: LibraryPlace,
  run: Run,
): Value {
  const key = `${place.frame.id}/${place.key}/argument ${index}${path}`;
  const targets = run.objectsOf(callee);
  // A tensor in a tree has no parameter of its own: it is known by the place that made it.
  const sites =
    path === ""
      ? targets.flatMap((target) => parameterSite(target, index) ?? [])
      : given.tensors.flatMap((id) => run.graph.nodes[id]?.site ?? []).slice(0, 1);
  const [site = place.site] = sites;
  const node = run.graph.node(key, "constant", null, site, place.library);
  for (const from of given.tensors) {
    // What is traced has the history of what it stands for only where that is traced as well.
    if (without === "throws" || run.enclosure.kind !== "none") run.graph.edge(node, from, "value", { kind: "derive" });
    // On a tape, the function may use the tensor itself instead of its parameter; one that is traced is another.
    if (without === "throws") run.graph.sources.add(from);
  }
  const isCertain = sites.length === (path === "" ? targets.length : 1) && !callee.unknown && !given.unknown;
  for (const each of sites) {
    run.graph.require(node, each, "tensor", isCertain ? "yes" : "maybe");
    const creation = run.graph.creation(each, "tensor");
    run.graph.namedAt.set(node, { call, is: "resultByArguments", without, site: place.site });
    run.graph.nameable.add(node);
    if (without === "throws") for (const alias of given.tensors) creation.aliases.add(alias);
  }
  if (!isCertain) run.graph.sources.add(node);
  return tensorValue(node);
}

function parameterSite({ shape }: AbstractObject, index: number): Site | null {
  return shape.kind === "function" ? (shape.code.parameterSites[index] ?? null) : null;
}

function nameLeaves(loss: GrowingLoss, list: Value, place: LibraryPlace, run: Run): void {
  if (nullishnessOf(list) !== "yes") loss.isListed = true;
  for (const id of deepTensors(list, run).tensors) {
    const { creationOf, namedAt } = run.graph;
    if (creationOf.has(id) && !namedAt.has(id)) namedAt.set(id, { ...loss.start, site: place.site });
  }
}

/** A loss that was computed before the function was called enters by an edge that is cut. */
function noteLoss(loss: GrowingLoss, value: Value, place: LibraryPlace, run: Run): void {
  for (const id of value.tensors) loss.nodes.add(comesFromOutside(id, run) ? enteringLoss(id, place, run) : id);
  const isNumber = value.tensors.length === 0 && value.hosts.length > 0;
  if (isNumber) for (const id of value.hosts) loss.nodes.add(id);
  if (value.unknown || (value.tensors.length === 0 && !isNumber)) loss.unknown = true;
}

function enteringLoss(from: number, { frame, key, site, library }: LibraryPlace, run: Run): number {
  const name = labelOf(from, run);
  const node = run.graph.node(`${frame.id}/${key}/returned ${from}`, "control", null, { ...site, name }, library);
  run.graph.edge(node, from, "value", edgeInto({ from, to: node, input: "value" }, site, run));
  return node;
}

interface Differentiated {
  /** What the call itself is given. */
  readonly args: Arguments;
  readonly value: Value;
  /** What its function is given. */
  readonly given: Arguments;
}

/** The gradients are made of everything that the loss is made of, so under an outer tape they have its history. */
function resultOf(
  { gives, by }: DifferentiatesMeaning,
  { args, value, given }: Differentiated,
  place: LibraryPlace,
  run: Run,
): Value {
  if (gives.kind === "value") return merge(value, literal(null));
  if (gives.kind === "unseen") return unknownValue;
  const node = run.graph.node(`${place.frame.id}/${place.key}/gradient`, "control", "grad", place.site, place.library);
  run.graph.madeIn.set(node, run.enclosure);
  for (const from of [...value.tensors, ...given.values.flatMap(({ tensors }) => tensors)])
    run.graph.edge(node, from, "loss", { kind: "derive" });
  if (value.unknown) run.graph.sources.add(node);
  const gradients = gradientsOf(by, tensorValue(node), args, place, run);
  if (gives.kind === "gradients") return gradients;
  // What is returned beside the loss is not followed.
  const first = mayHaveAux(by, args, run) ? merge(value, unknownValue) : value;
  if (gives.kind === "pair") return newArray([first, gradients], null, place, run, "value and gradients");
  const result = newObject("plain", place, run, "gradients and value");
  run.write(run.fieldOf(result, gives.value), value);
  run.write(run.fieldOf(result, gives.gradients), gradients);
  return objectValue(result.id);
}

function gradientsOf(
  by: DifferentiatesMeaning["by"],
  gradient: Value,
  args: Arguments,
  place: LibraryPlace,
  run: Run,
): Value {
  if (by.kind === "variables") {
    const byName = newObject("plain", place, run, "gradients by name");
    run.write(run.fieldOf(byName, elementsKey), gradient);
    return objectValue(byName.id);
  }
  if (by.given === "one") return gradient;
  if (by.given === "list") return newArray([], gradient, place, run, "gradients");
  // One gradient for each tensor of the first argument; several arguments, or something beside, are not followed.
  const isPlain = nullishnessOf(argumentAt(args, 1)) === "yes" && args.more === null;
  const at = { ...place, key: `${place.key}.gradients` };
  return isPlain ? leavesIn(argumentAt(args, 2), () => gradient, at, run) : merge(gradient, unknownValue);
}
