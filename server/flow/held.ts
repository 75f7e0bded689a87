/**
 * Which leaves an optimizer is given, and which ones a module registers.
 *
 *     class Net extends nn.Module {
 *       first = new nn.Linear(4, 4);        // registered: weight and bias
 *       rest = [new nn.Linear(4, 4)];       // not registered: a plain array is not looked into
 *       scale = tensor(1, { requiresGrad: true });   // not registered: no Parameter
 *     }
 */
import { elementsOf, knownElements } from "./containers.js";
import { isModule } from "./library-values.js";
import { elementsKey, type AbstractObject } from "./objects.js";
import type { Run } from "./run.js";
import { merge, mergeAll, nothing, tensorValue, unknownValue, type Value } from "./value.js";

/** The tensors in lists, and in groups with `params`. Something else in there is unknown. */
export function holdsOf(value: Value, run: Run, depth = 4): Value {
  const own: Value = { ...nothing, tensors: value.tensors, unknown: value.unknown };
  if (value.objects.length === 0) return own;
  if (depth === 0) return merge(own, unknownValue);
  const inner = run.objectsOf(value).map((object) => {
    const { kind } = object.shape;
    if (kind === "array") return holdsOf(elementsOf(object, run), run, depth - 1);
    if (kind !== "plain" || object.escaped) return unknownValue;
    const fields = ["params", elementsKey].map((key) => object.fields.get(key));
    return mergeAll(
      fields.map((cell) => (cell === undefined ? nothing : holdsOf(run.read(cell) ?? nothing, run, depth - 1))),
    );
  });
  return mergeAll([own, ...inner]);
}

/** Of a list, or of the lists in groups: what each parameter may be that is certain to be in it and to be a tensor. */
export function certainElements(given: Value, run: Run): readonly (readonly number[])[] {
  const [only, ...others] = run.objectsOf(given);
  if (only === undefined || others.length > 0 || given.unknown || only.shape.kind !== "array") return [];
  const elements = knownElements(only, run) ?? [elementsOf(only, run)];
  return elements.flatMap((element) => {
    const { tensors, objects, primitives, unknown } = element;
    if (tensors.length > 0) return objects.length + primitives.length === 0 && !unknown ? [tensors] : [];
    const [group, ...more] = run.objectsOf(element);
    const cell = group?.shape.kind === "plain" && more.length === 0 ? group.fields.get("params") : undefined;
    return cell === undefined || unknown ? [] : certainElements(run.read(cell) ?? nothing, run);
  });
}

/** What a module's own properties may hold that `parameters()` finds: parameters, and other modules. */
export function registeredIn(object: AbstractObject, run: Run): Value {
  const fields = [...object.fields].filter(([key]) => !key.startsWith("#"));
  const values = fields.map(([, cell]) => run.read(cell) ?? nothing);
  const registered = values.map((value): Value => {
    const modules = run.objectsOf(value).filter((inner) => isModule(inner, run));
    return {
      ...tensorValue(...value.tensors.filter((node) => mayBeParameter(node, run))),
      objects: modules.map(({ id }) => id),
      unknown: value.unknown,
    };
  });
  return mergeAll([...registered, object.escaped ? unknownValue : nothing]);
}

/** The parameters that a module has for certain: each the one tensor of the one object that a property holds. */
export function certainParameters(
  object: AbstractObject,
  run: Run,
  visited = new Set<AbstractObject>(),
): ReadonlySet<number> {
  const found = new Set<number>();
  if (visited.has(object) || !object.single || object.escaped) return found;
  visited.add(object);
  for (const [key, cell] of object.fields) {
    const value = run.read(cell) ?? nothing;
    const [tensor] = value.tensors;
    const [inner] = run.objectsOf(value);
    const isOne = value.tensors.length + value.objects.length === 1 && value.primitives.length === 0 && !value.unknown;
    if (!isOne || key === elementsKey || key.startsWith("#")) continue;
    if (tensor !== undefined && isParameter(tensor, run) && !run.graph.several.has(tensor)) found.add(tensor);
    if (inner === undefined || !isModule(inner, run)) continue;
    for (const each of certainParameters(inner, run, visited)) found.add(each);
  }
  return found;
}

function isParameter(node: number, run: Run): boolean {
  const what = run.graph.creationOf.get(node)?.what;
  return what === "parameter" || what === "module";
}

/** What `tensor()` and the ops make is no Parameter. */
function mayBeParameter(node: number, run: Run): boolean {
  const creation = run.graph.creationOf.get(node);
  if (creation !== undefined) return creation.what !== "tensor";
  return run.graph.nodes[node]?.kind !== "op";
}
