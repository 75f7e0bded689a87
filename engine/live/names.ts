/**
 * Gives the user's names to values: when a marked call returns, what came out of it gets the variable that takes it.
 * The innermost name stays, except `f()` and `this.…`, which an outer variable replaces.
 */
import type { Origin } from "../graph/origin.js";

export interface Naming {
  /** Null for whatever is not a tensor of this run. */
  originOf(value: object): Origin | null;
  /** With their paths; none of whatever is not a module. */
  parametersOf(value: object): readonly (readonly [path: string, parameter: object])[];
}

const longestList = 1000;

/** Names a tensor, the tensors of a list or an object, or the parameters of a module. */
export function nameResult(naming: Naming, name: string, value: object): void {
  const locals = localsOf(name);
  const origin = naming.originOf(value);
  if (origin !== null) {
    if (locals === null) nameValue(origin, name);
    return;
  }
  for (const [path, part] of partsOf(naming, value)) {
    const partOrigin = naming.originOf(part);
    const partName = locals === null ? name + path : locals.get(path);
    if (partOrigin !== null && partName !== undefined) nameValue(partOrigin, partName);
  }
}

/** The variables of `[a, , b]` or `{ w, b: bias }` by the paths they take; null where one variable takes the whole. */
function localsOf(name: string): ReadonlyMap<string, string> | null {
  const parts = name.slice(1, -1).split(",");
  if (name.startsWith("[")) return new Map(parts.flatMap((part, index) => named(`[${index}]`, part)));
  if (!name.startsWith("{")) return null;
  return new Map(
    parts.flatMap((part) => {
      const [key = "", local = key] = part.split(":");
      return named(`.${key.trim()}`, local);
    }),
  );
}

function named(path: string, local: string): readonly (readonly [string, string])[] {
  return local.trim() === "" ? [] : [[path, local.trim()]];
}

function nameValue(origin: Origin, name: string): void {
  const isReplaced = origin.name === null || origin.name.includes("()") || origin.name.startsWith("this.");
  if (isReplaced && !(origin.name !== null && name.includes("()"))) origin.name = name;
}

function partsOf(naming: Naming, value: object): readonly (readonly [path: string, part: object])[] {
  // A typed array would be taken apart number by number.
  if (ArrayBuffer.isView(value)) return [];
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value.length <= longestList && isObject(value[0]) ? value : [];
    return list.flatMap((part, index) => (isObject(part) ? [[`[${index}]`, part] as const] : []));
  }
  const parameters = naming.parametersOf(value);
  if (parameters.length > 0) return parameters.map(([path, parameter]) => [`.${path}`, parameter]);
  // Getters are the program's own code, which nobody has called.
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(([key, { value: part }]) =>
    isObject(part) ? [[`.${key}`, part] as const] : [],
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
