/**
 * What an expression may be: one of these tensors, one of these objects, one of these literals, or something that
 * the analysis does not know. Values are immutable and only grow by `merge`, so every loop over them ends.
 *
 *     const h = flag ? x.mul(2) : x.detach();   // tensors: { mul, detach }
 *     const n = x.item();                       // hosts: { item }: a number that came from a tensor
 *     const o = externalCall();                 // unknown
 */
import type { Choice } from "./choices.js";
import type { Literal } from "./code.js";

export interface Value {
  /** Node ids in the flow graph, ascending. */
  readonly tensors: readonly number[];
  /** Abstract object ids, ascending. */
  readonly objects: readonly number[];
  /** Numbers, strings and arrays of numbers that were read from tensors: node ids, ascending. */
  readonly hosts: readonly number[];
  /** The literals it may be; "any" when they are too many or not known. */
  readonly primitives: readonly Literal[] | "any";
  readonly unknown: boolean;
  /** The condition that chooses between these tensors, where there is one and nothing else came to them. */
  readonly choice: Choice | null;
}

const none: readonly never[] = [];
export const nothing: Value = {
  tensors: none,
  objects: none,
  hosts: none,
  primitives: none,
  unknown: false,
  choice: null,
};
/** Literals that programs are full of; the others are made where they are met. */
const commonLiterals = new Map<Literal, Value>();
const literalsKept = 4096;
export const undefinedValue = literal(undefined);
export const anyPrimitive: Value = { ...nothing, primitives: "any" };
export const unknownValue: Value = { ...nothing, unknown: true };

/** What chance or the world outside decides: told from other values by its identity, and lost when it is merged. */
export const chance: Value = { ...nothing, primitives: "any" };
export const fromOutside: Value = { ...unknownValue };

export function literal(value: Literal): Value {
  const known = commonLiterals.get(value);
  if (known !== undefined && !Object.is(value, -0)) return known;
  const made: Value = { tensors: none, objects: none, hosts: none, primitives: [value], unknown: false, choice: null };
  if (commonLiterals.size < literalsKept) commonLiterals.set(value, made);
  return made;
}

export function tensorValue(...ids: readonly number[]): Value {
  return { tensors: ids, objects: none, hosts: none, primitives: none, unknown: false, choice: null };
}

export function objectValue(id: number): Value {
  return { tensors: none, objects: [id], hosts: none, primitives: none, unknown: false, choice: null };
}

export function hostValue(ids: readonly number[]): Value {
  if (ids.length === 0) return anyPrimitive;
  const hosts = ids.length === 1 ? ids : [...new Set(ids)].sort((a, b) => a - b);
  return { tensors: none, objects: none, hosts, primitives: "any", unknown: false, choice: null };
}

const literalLimit = 6;

/** The smallest value that covers both. Returns `a` itself when `b` adds nothing, so that growth is seen by identity. */
export function merge(a: Value, b: Value): Value {
  if (a === b || b === nothing) return a;
  if (a === nothing) return b;
  const tensors = union(a.tensors, b.tensors);
  const objects = union(a.objects, b.objects);
  const hosts = union(a.hosts, b.hosts);
  const primitives = mergePrimitives(a.primitives, b.primitives);
  const unknown = a.unknown || b.unknown;
  const choice = b.tensors.length === 0 ? a.choice : a.tensors.length === 0 ? b.choice : sameChoice(a, b);
  const isSame =
    choice === a.choice &&
    tensors === a.tensors &&
    objects === a.objects &&
    hosts === a.hosts &&
    primitives === a.primitives &&
    unknown === a.unknown;
  return isSame ? a : { tensors, objects, hosts, primitives, unknown, choice };
}

function sameChoice(a: Value, b: Value): Choice | null {
  return a.choice === b.choice ? a.choice : null;
}

export function mergeAll(values: readonly Value[]): Value {
  let all = nothing;
  for (const value of values) all = merge(all, value);
  return all;
}

export type Truth = "yes" | "no" | "maybe";

/** Whether it is true as a condition. */
export function truthOf(value: Value): Truth {
  const { primitives } = value;
  if (value.unknown || primitives === "any" || isEmpty(value)) return "maybe";
  const hasObjects = value.tensors.length + value.objects.length > 0;
  const mayBeTrue = hasObjects || primitives.some(Boolean);
  const mayBeFalse = primitives.some((primitive) => !primitive);
  return mayBeTrue && mayBeFalse ? "maybe" : mayBeTrue ? "yes" : "no";
}

/** Whether it is null or undefined. */
export function nullishnessOf(value: Value): Truth {
  const { primitives } = value;
  if (value.unknown || primitives === "any" || isEmpty(value)) return "maybe";
  const mayBeNullish = primitives.some((primitive) => primitive === null || primitive === undefined);
  const mayBeOther = primitives.some((primitive) => primitive !== null && primitive !== undefined);
  const hasObjects = value.tensors.length + value.objects.length > 0;
  if (!mayBeNullish) return "no";
  return mayBeOther || hasObjects ? "maybe" : "yes";
}

export function isEmpty({ tensors, objects, hosts, primitives, unknown }: Value): boolean {
  return !unknown && tensors.length === 0 && objects.length === 0 && hosts.length === 0 && primitives.length === 0;
}

/** The one literal that it must be, or null. */
export function onlyLiteral(value: Value): { readonly value: Literal } | null {
  const { primitives } = value;
  if (primitives === "any" || primitives.length !== 1 || value.unknown) return null;
  return value.tensors.length + value.objects.length + value.hosts.length === 0 ? { value: primitives[0] } : null;
}

/** Without null and undefined: what is left after `??` or `?.` went on. */
export function withoutNullish(value: Value): Value {
  if (value.primitives === "any") return value;
  const primitives = value.primitives.filter((primitive) => primitive !== null && primitive !== undefined);
  return primitives.length === value.primitives.length ? value : { ...value, primitives };
}

export function withoutUndefined(value: Value): Value {
  if (value.primitives === "any") return value;
  return { ...value, primitives: value.primitives.filter((primitive) => primitive !== undefined) };
}

/** Adds up two ascending lists; `a` itself when `b` adds nothing. */
export function union(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  return includesAll(a, b) ? a : inOrder(a, b);
}

function inOrder(a: readonly number[], b: readonly number[]): readonly number[] {
  const all: number[] = [];
  let at = 0;
  for (const id of b) {
    for (let next = a[at]; next !== undefined && next < id; next = a[++at]) all.push(next);
    if (a[at] === id) at++;
    all.push(id);
  }
  return [...all, ...a.slice(at)];
}

/** Walks both ascending lists once, however long they are. */
function includesAll(a: readonly number[], b: readonly number[]): boolean {
  let at = 0;
  for (const id of b) {
    const found = a.indexOf(id, at);
    if (found === -1) return false;
    at = found + 1;
  }
  return true;
}

function mergePrimitives(a: Value["primitives"], b: Value["primitives"]): Value["primitives"] {
  if (a === "any" || a === b || b.length === 0) return a;
  if (b === "any" || a.length === 0) return b;
  const added = b.filter((value) => !a.includes(value));
  if (added.length === 0) return a;
  const all = [...a, ...added];
  // Two numbers are enough to give up on numbers: a counting loop would never end otherwise.
  const numberCount = all.filter((value) => typeof value === "number").length;
  return all.length > literalLimit || numberCount > 2 ? "any" : all;
}
