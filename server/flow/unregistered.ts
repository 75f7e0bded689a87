/**
 * What a module holds and does not register: layers and parameters in plain arrays, objects, maps and private fields,
 * and leaves that are no `Parameter`. Looked at where `parameters()` is called, for all modules that it goes through.
 */
import { elementsOf } from "./containers.js";
import { isModule, parametersOf } from "./library-values.js";
import { elementsKey, isOwnKey, type AbstractObject } from "./objects.js";
import type { Run } from "./run.js";
import type { CellId } from "./store.js";
import { mergeAll, nothing, union, type Value } from "./value.js";

export type Hiding = "array" | "object" | "map" | "set" | "private" | "tensor";

/** A field with what `parameters()` does not find in it. */
export interface Hidden {
  readonly cell: CellId;
  readonly name: string;
  readonly by: Hiding;
  readonly nodes: readonly number[];
  /** There is nothing but modules in it. */
  readonly isOfModules: boolean;
}

export function hiddenIn(modules: Iterable<AbstractObject>, run: Run): readonly Hidden[] {
  return [...modules].flatMap((object) => {
    if (object.shape.kind !== "instance") return [];
    return [...object.fields].flatMap(([name, cell]) => {
      if (!isOwnKey(name)) return [];
      const value = run.read(cell) ?? nothing;
      return name.startsWith("#") ? privateOf(name, cell, value, run) : hiddenBy(name, cell, value, run);
    });
  });
}

function privateOf(name: string, cell: CellId, value: Value, run: Run): readonly Hidden[] {
  const nodes = union(leavesOf(value, run), insideOf(value, run));
  return nodes.length === 0 ? [] : [{ cell, name, by: "private", nodes, isOfModules: false }];
}

function hiddenBy(name: string, cell: CellId, value: Value, run: Run): readonly Hidden[] {
  const bare = value.tensors.filter((node) => {
    const creation = run.graph.creationOf.get(node);
    return creation?.what === "tensor" && creation.nodes.has(node);
  });
  const found: Hidden[] = bare.length === 0 ? [] : [{ cell, name, by: "tensor", nodes: bare, isOfModules: false }];
  for (const object of run.objectsOf(value)) {
    const by = hidingOf(object);
    const nodes = by === null ? [] : insideOf(value, run);
    if (by === null || nodes.length === 0) continue;
    const { tensors, objects, unknown } = by === "object" ? nothing : elementsOf(object, run);
    const isOfModules = tensors.length === 0 && !unknown && modulesAmong(objects, run) === objects.length;
    found.push({ cell, name, by, nodes, isOfModules });
  }
  return found;
}

function modulesAmong(ids: readonly number[], run: Run): number {
  return run.objectsOf({ ...nothing, objects: ids }).filter((object) => isModule(object, run)).length;
}

function hidingOf({ shape }: AbstractObject): Hiding | null {
  switch (shape.kind) {
    case "array":
    case "map":
    case "set":
      return shape.kind;
    case "plain":
      return "object";
    default:
      return null;
  }
}

/** The leaves in the containers of a value, and in the modules there. */
function insideOf(value: Value, run: Run, depth = 3): readonly number[] {
  if (depth === 0) return [];
  return run.objectsOf(value).reduce<readonly number[]>((found, object) => {
    if (isModule(object, run)) return union(found, parametersOf(object, run, new Set()).tensors);
    if (hidingOf(object) === null) return found;
    const inner = object.shape.kind === "plain" ? fieldsOf(object, run) : elementsOf(object, run);
    return union(found, union(leavesOf(inner, run), insideOf(inner, run, depth - 1)));
  }, []);
}

function fieldsOf(object: AbstractObject, run: Run): Value {
  const cells = [...object.fields].filter(([key]) => isOwnKey(key) || key === elementsKey);
  return mergeAll(cells.map(([, cell]) => run.read(cell) ?? nothing));
}

function leavesOf({ tensors }: Value, { graph }: Run): readonly number[] {
  return tensors.filter((node) => graph.creationOf.get(node)?.nodes.has(node) === true);
}
