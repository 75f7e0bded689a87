/**
 * Abstract objects: one for each place that allocates, in each calling context. Their fields are cells of the store.
 * What an object is decides how its properties are read and what a call of it means.
 */
import type { ClassCode, FunctionCode } from "./code.js";
import type { Library } from "../libraries/library.js";
import type { Frame } from "./frame.js";
import type { CellId } from "./store.js";
import type { Value } from "./value.js";

export interface AbstractObject {
  readonly id: number;
  readonly shape: ObjectShape;
  /** Exactly one object at run time, so that a write may replace what was there. */
  readonly single: boolean;
  readonly fields: Map<string, CellId>;
  /** Code outside may change its fields and call its methods. */
  escaped: boolean;
}

export type ObjectShape =
  | { readonly kind: "plain" }
  | { readonly kind: "array" }
  | { readonly kind: "map" }
  | { readonly kind: "set" }
  | { readonly kind: "promise" }
  | { readonly kind: "iterator" }
  | {
      readonly kind: "function";
      readonly code: FunctionCode;
      readonly frame: Frame;
      readonly home: AbstractObject | null;
    }
  | { readonly kind: "bound"; readonly target: Value; readonly self: Value; readonly args: readonly Value[] }
  | { readonly kind: "class"; readonly code: ClassCode; readonly frame: Frame; readonly superclass: Value }
  | { readonly kind: "prototype"; readonly of: AbstractObject }
  | { readonly kind: "instance"; readonly of: AbstractObject }
  /** A name of a modelled library: "tensor", "nn.Linear", "" for the library itself. */
  | { readonly kind: "library"; readonly library: Library; readonly name: string }
  /** An object that the library made: a module, an optimizer. */
  | { readonly kind: "libraryInstance"; readonly library: Library; readonly of: string }
  /** Something that JavaScript brings: "console", "Math.max", "Array". */
  | { readonly kind: "builtin"; readonly name: string }
  /** All exports of a module of the program. */
  | { readonly kind: "namespace"; readonly module: string }
  /** The settling functions of `new Promise((resolve, reject) => …)`. */
  | { readonly kind: "resolver"; readonly promise: number };

/** Every element of an array, set or iterator whose place is not known; a promise's value. */
export const elementsKey = "*";
/** How many elements an array has, while that is known. */
export const lengthKey = "#length";
/** The keys of a map. */
export const keysKey = "#keys";
/** What is sent into a generator, and what it returns at its end. */
export const sentKey = "#sent";
export const returnedKey = "#returned";
export const getterKey = (key: string): string => `get ${key}`;
export const setterKey = (key: string): string => `set ${key}`;

/** Whether a field's name is the program's own, not one of the keys above. */
export function isOwnKey(key: string): boolean {
  const isInner = [elementsKey, lengthKey, keysKey, sentKey, returnedKey].includes(key);
  return !isInner && !key.startsWith("get ") && !key.startsWith("set ");
}
