/**
 * Gives the user's names to values: when a marked call returns, what came out of it gets the variable that takes it.
 * The innermost name stays, except `f()` and `this.…`, which an outer variable replaces.
 */
import type { Origin } from "../graph/origin.js";

export interface Naming {
  /** Null for whatever is not a tensor of this run. */
  originOf(value: object): Origin | null;
}

const longestList = 1000;

/** Names a tensor, the tensors of a list or a plain object, or the parameters of a module. */
export function nameResult(naming: Naming, name: string, value: object): void {
  const origin = naming.originOf(value);
  if (origin !== null) {
    nameValue(origin, name);
    return;
  }
  for (const [path, part] of partsOf(value)) {
    const partOrigin = naming.originOf(part);
    if (partOrigin !== null) nameValue(partOrigin, name + path);
  }
}

function nameValue(origin: Origin, name: string): void {
  const isReplaced = origin.name === null || origin.name.endsWith("()") || origin.name.startsWith("this.");
  if (isReplaced && !(origin.name !== null && name.endsWith("()"))) origin.name = name;
}

function partsOf(value: object): readonly (readonly [path: string, part: object])[] {
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value.length <= longestList ? value : [];
    return list.flatMap((part, index) => (isObject(part) ? [[`[${index}]`, part] as const] : []));
  }
  if (isModule(value)) {
    return [...value.namedParameters()].map(([path, parameter]) => [`.${path}`, parameter] as const);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return [];
  return Object.entries(value).flatMap(([key, part]) => (isObject(part) ? [[`.${key}`, part] as const] : []));
}

interface Named {
  namedParameters(): Iterable<readonly [string, object]>;
}

function isModule(value: object): value is Named {
  return "namedParameters" in value && typeof value.namedParameters === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
