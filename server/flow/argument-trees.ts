/**
 * Arguments that one differentiates by where a library takes trees of tensors: which of them, by `argnums`, and the
 * same tree once more with a leaf in the place of each tensor.
 *
 *     grad(loss, { argnums: [0, 2] })(params, x, scale);     // params.w, params.b and scale: leaves
 */
import type { DifferentiatesMeaning } from "../libraries/library.js";
import { knownElements, newArray, newObject } from "./containers.js";
import { getField } from "./evaluate-property.js";
import { elementsKey } from "./objects.js";
import { argumentAt, ownKeys, type Arguments, type Place, type Run } from "./run.js";
import { merge, nullishnessOf, objectValue, onlyLiteral, truthOf, unknownValue, type Value } from "./value.js";

/** The places that `argnums` names, the first where it names none; null where that is not known. */
export function chosenArguments(options: Value, run: Run): readonly number[] | null {
  if (nullishnessOf(options) === "yes") return [0];
  const argnums = optionOf(options, "argnums", run);
  if (argnums === null) return null;
  if (nullishnessOf(argnums) === "yes") return [0];
  const [list, ...others] = run.objectsOf(argnums);
  const values = list === undefined ? [argnums] : others.length === 0 ? knownElements(list, run) : null;
  const numbers = values?.map((each) => onlyLiteral(each)?.value) ?? [];
  const isKnown = numbers.length > 0 && !argnums.unknown && numbers.every((each) => typeof each === "number");
  return isKnown ? numbers.filter((each) => typeof each === "number") : null;
}

/** The function may return a pair of the loss and something that is not differentiated. */
export function mayHaveAux(by: DifferentiatesMeaning["by"], args: Arguments, run: Run): boolean {
  if (by.kind !== "arguments" || by.optionsAt === null) return false;
  const options = argumentAt(args, by.optionsAt);
  if (nullishnessOf(options) === "yes") return false;
  const aux = optionOf(options, "hasAux", run);
  return aux === null || truthOf(aux) !== "no";
}

/** An option of the one object that they are; null where it is not known. */
function optionOf(options: Value, name: string, run: Run): Value | null {
  const [object, ...others] = run.objectsOf(options);
  if (object === undefined || others.length > 0 || options.unknown || object.escaped) return null;
  return getField(object, name, run);
}

/** The first of a pair. */
export function firstOf(pair: Value, run: Run): Value {
  const firsts = run.objectsOf(pair).map((object) => getField(object, "0", run));
  return firsts.reduce<Value>(
    (all, each) => merge(all, each ?? unknownValue),
    pair.unknown || firsts.length === 0 ? unknownValue : { ...pair, objects: [] },
  );
}

/**
 * The same tree with what `leafOf` gives for each tensor, which it is told with its path. A tree that is not known as a
 * whole comes back as it is, and may carry a gradient.
 */
export function leavesIn(tree: Value, leafOf: (tensor: Value, path: string) => Value, place: Place, run: Run): Value {
  return copied(tree, "") ?? merge(tree, unknownValue);

  function copied(value: Value, path: string): Value | null {
    const objects = run.objectsOf(value);
    if (value.unknown || value.hosts.length > 0) return null;
    if (objects.length === 0) return value.tensors.length === 0 ? value : leafOf(value, path);
    const [only] = objects;
    const isOne = objects.length === 1 && value.tensors.length === 0 && only !== undefined && !only.escaped;
    if (!isOne || path.length > longestPath) return null;
    const { kind } = only.shape;
    const tag = `differentiated ${path}`;
    if (kind === "array") {
      const elements = knownElements(only, run)?.map((each, index) => copied(each, `${path}.${index}`)) ?? null;
      return isComplete(elements) ? newArray(elements, null, place, run, tag) : null;
    }
    const keys = ownKeys(only);
    if (kind !== "plain" || keys.includes(elementsKey)) return null;
    const fields: readonly (Value | null)[] = keys.map((key) => copied(getField(only, key, run), `${path}.${key}`));
    if (!isComplete(fields)) return null;
    const copy = newObject("plain", place, run, tag);
    for (const [index, field] of fields.entries()) run.write(run.fieldOf(copy, keys[index] ?? ""), field);
    return objectValue(copy.id);
  }
}

/** A tree that leads back to itself ends here. */
const longestPath = 120;

function isComplete(values: readonly (Value | null)[] | null): values is readonly Value[] {
  return values !== null && values.every((value) => value !== null);
}
