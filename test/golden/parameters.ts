/**
 * A recorded call's arguments as the mapping reads them: by Python's parameter names, each as the type that the engine
 * wants. What was given and never read makes a case unsupported, so that no mapping can pass by ignoring an argument.
 */
import { tensor, type DType, type Tensor } from "@gradlens/engine";
import { engineDtype, isTensorData, numberOf, type Written } from "./case.js";

/** Says that the engine has no such op, or not with these arguments. */
export class Unsupported extends Error {}

export type Argument = Tensor | number | boolean | string | null | Marked | readonly Argument[];
export type Marked =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "dtype"; readonly dtype: DType }
  | { readonly kind: "slice"; readonly parts: readonly (number | null)[] }
  | { readonly kind: "tuple"; readonly items: readonly Argument[] }
  | { readonly kind: "ellipsis" };

export type Answer = Tensor | number | boolean | readonly Answer[];

export class Parameters {
  private readonly unread: Set<string>;

  constructor(private readonly given: ReadonlyMap<string, Argument>) {
    this.unread = new Set(given.keys());
  }

  /** The names that the mapping has not asked for. */
  get ignored(): readonly string[] {
    return [...this.unread].filter((name) => this.given.get(name) !== null);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  get(name: string): Argument {
    this.unread.delete(name);
    return this.given.get(name) ?? null;
  }

  /** What stands where a tensor belongs is handed on as it is: refusing it is the engine's business. */
  tensor(name: string): Tensor {
    return asTensor(this.get(name));
  }

  tensors(name: string): Tensor[] {
    const value = this.get(name);
    if (isTensor(value)) return [value];
    return this.list(name).map(asTensor);
  }

  list(name: string): readonly Argument[] {
    const value = this.get(name);
    if (Array.isArray(value)) return value;
    if (typeof value === "object" && value !== null && "kind" in value && value.kind === "tuple") return value.items;
    throw new Unsupported(`${name} is no list`);
  }

  maybeTensor(name: string): Tensor | null {
    const value = this.get(name);
    return value === null ? null : asTensor(value);
  }

  /** The same for a parameter that only takes tensors. */
  other(name: string): Tensor {
    return this.operand(name) as unknown as Tensor;
  }

  /** A Python float that happens to be whole is a scalar tensor here: JavaScript's 2.0 is 2. */
  operand(name: string): Tensor | number {
    const value = this.get(name);
    if (typeof value === "boolean") return tensor(value, { dtype: "bool" });
    if (isFloat(value)) return Number.isInteger(value.value) ? tensor(value.value) : value.value;
    return typeof value === "number" ? value : asTensor(value);
  }

  number(name: string, otherwise?: number): number {
    const value = this.maybeNumber(name);
    if (value !== null) return value;
    if (otherwise === undefined) throw new Unsupported(`${name} is missing`);
    return otherwise;
  }

  maybeNumber(name: string): number | null {
    const value = this.get(name);
    if (value === null) return null;
    return asNumber(name, value);
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.get(name);
    if (value === null) return otherwise;
    return typeof value === "boolean" ? value : Boolean(asNumber(name, value));
  }

  text(name: string, otherwise: string): string {
    const value = this.get(name);
    return typeof value === "string" ? value : otherwise;
  }

  numbers(name: string): number[] {
    const value = this.get(name);
    if (typeof value === "number") return [value];
    return this.list(name).map((each) => asNumber(name, each));
  }

  /** One dimension, several, or none. */
  dims(name: string): number | number[] | null {
    const value = this.get(name);
    if (value === null || typeof value === "number") return value;
    return isFloat(value) ? value.value : this.numbers(name);
  }

  dtype(name: string): DType | null {
    const value = this.get(name);
    if (value === null) return null;
    if (typeof value === "object" && "kind" in value && value.kind === "dtype") return value.dtype;
    throw new Unsupported(`${name} is no dtype`);
  }
}

export function bind(signature: string, args: readonly Argument[], kwargs: Readonly<Record<string, Argument>>): Parameters {
  const names = signature.split(" ").filter((name) => name !== "");
  const given = new Map<string, Argument>(Object.entries(kwargs));
  const rest = names.at(-1)?.startsWith("*") === true ? names.pop()?.slice(1) : undefined;
  if (rest !== undefined) {
    const items = args.slice(names.length);
    const only = items.length === 1 ? items[0] : undefined;
    if (items.length > 0) given.set(rest, Array.isArray(only) ? only : items);
  } else if (args.length > names.length) {
    throw new Unsupported(`${args.length} arguments`);
  }
  names.forEach((name, position) => {
    if (position < args.length) given.set(name, args[position]);
  });
  return new Parameters(given);
}

/** Builds an argument, and notes every tensor in it by its path. */
export function argumentOf(written: Written, path: string, leaves: Map<string, Tensor>): Argument {
  if (written === null || typeof written !== "object") return written;
  if (isTensorData(written)) {
    const dtype = engineDtype(written.dtype);
    if (dtype === null) throw new Unsupported(`dtype ${written.dtype}`);
    const values = Float64Array.from(written.data, numberOf);
    const made = tensor(values, { dtype }).reshape(written.shape).detach();
    if (written.requires_grad === true) made.requiresGrad = true;
    leaves.set(path, made);
    return made;
  }
  if (isList(written)) return written.map((each, at) => argumentOf(each, `${path}[${at}]`, leaves));
  switch (written.$) {
    case "float":
      return { kind: "float", value: numberOf(written.v) };
    case "dtype": {
      const dtype = engineDtype(written.v);
      if (dtype === null) throw new Unsupported(`dtype ${written.v}`);
      return { kind: "dtype", dtype };
    }
    case "slice":
      return { kind: "slice", parts: written.v };
    case "tuple":
      return { kind: "tuple", items: written.v.map((each, at) => argumentOf(each, `${path}[${at}]`, leaves)) };
    case "ellipsis":
      return { kind: "ellipsis" };
  }
}

function isList(written: Written): written is readonly Written[] {
  return Array.isArray(written);
}

export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "storage" in value;
}

function isFloat(value: Argument): value is { readonly kind: "float"; readonly value: number } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "float";
}

/** Wrong input is part of the recorded errors, so a value of another kind passes as if it were a tensor. */
function asTensor(value: Argument): Tensor {
  return (isFloat(value) ? value.value : value) as unknown as Tensor;
}

function asNumber(name: string, value: Argument): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  if (isFloat(value)) return value.value;
  if (isTensor(value) && value.shape.length === 0) return value.item();
  throw new Unsupported(`${name} is no number`);
}
