/**
 * The recorded cases as they lie on disk, typed, and read without trusting them further than needed. What the format
 * means stands in the README of the folder with the data; nothing here knows an op.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A number, or the text of one that JSON cannot hold. */
export type Datum = number | string;

export interface TensorData {
  readonly $: "tensor";
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly Datum[];
  readonly requires_grad?: boolean;
}

export type Written =
  | null
  | boolean
  | number
  | string
  | TensorData
  | { readonly $: "float"; readonly v: Datum }
  | { readonly $: "dtype"; readonly v: string }
  | { readonly $: "slice"; readonly v: readonly (number | null)[] }
  | { readonly $: "tuple"; readonly v: readonly Written[] }
  | { readonly $: "ellipsis" }
  | readonly Written[];

/** Flat data by path, "same" where float64 gave the same numbers as float32. */
export type FlatByPath = Readonly<Record<string, readonly Datum[] | "same" | null>>;

export interface OpCase {
  readonly id: string;
  readonly op: string;
  readonly variant: string;
  readonly family: string;
  readonly call: string;
  readonly args: readonly Written[];
  readonly kwargs: Readonly<Record<string, Written>>;
  readonly out?: readonly Written[];
  readonly cot?: readonly (readonly Datum[] | null)[];
  readonly grads?: Readonly<Record<string, TensorData | null>>;
  readonly ref64?: { readonly out: readonly (readonly Datum[] | "same")[]; readonly grads?: FlatByPath };
  readonly double?: {
    readonly v: Readonly<Record<string, readonly Datum[] | null>>;
    readonly gg: FlatByPath;
    readonly gg64?: FlatByPath;
  };
  readonly mutates?: Readonly<Record<string, TensorData>>;
  readonly ambiguous?: Readonly<Record<string, readonly number[]>>;
  readonly unstable?: Readonly<Record<string, readonly number[]>>;
  readonly error?: { readonly type: string; readonly message: string };
}

/** The operands of a promotion: a tensor of a shape and dtype, a Python number, or a dtype by itself. */
export type PromotionOperand =
  | { readonly kind: "tensor"; readonly shape: readonly number[]; readonly dtype: string }
  | { readonly kind: "scalar"; readonly type: "bool" | "int" | "float" }
  | { readonly kind: "dtype"; readonly dtype: string }
  | string;

export interface PromotionCase {
  readonly op: string;
  readonly a: PromotionOperand;
  readonly b?: PromotionOperand;
  readonly result: unknown;
}

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

export interface Tolerances {
  readonly default: Readonly<Record<string, Tolerance>>;
  readonly overrides: Readonly<Record<string, Readonly<Record<string, Tolerance>>>>;
}

/** The families of a folder, by the names of its files. */
export function familiesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .map((name) => name.slice(0, -".jsonl.gz".length))
    .sort();
}

export function casesOf(folder: string, family: string): OpCase[] {
  return linesOf(folder, family).map((line): OpCase => JSON.parse(line));
}

export function promotionsOf(folder: string): PromotionCase[] {
  return linesOf(folder, "promotion").map((line): PromotionCase => JSON.parse(line));
}

export function tolerancesOf(folder: string): Tolerances {
  const path = join(folder, "tolerances.json");
  if (!existsSync(path)) return { default: defaults, overrides: {} };
  return JSON.parse(readFileSync(path, "utf8"));
}

const defaults = { float32: { rtol: 1.3e-6, atol: 1e-5 }, float64: { rtol: 1e-7, atol: 1e-7 } };

function linesOf(folder: string, family: string): string[] {
  const text = gunzipSync(readFileSync(join(folder, `${family}.jsonl.gz`))).toString("utf8");
  return text.split("\n").filter((line) => line !== "");
}

export function isTensorData(value: unknown): value is TensorData {
  return typeof value === "object" && value !== null && "$" in value && value.$ === "tensor";
}

export function numberOf(datum: Datum): number {
  return typeof datum === "number" ? datum : Number(datum);
}

/** Whether the engine has the case's dtypes at all: the four of its own, and int64 with values that an int32 holds. */
export function isExcluded(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isExcluded);
  if (typeof value !== "object" || value === null) return false;
  if (isTensorData(value)) {
    if (value.dtype === "int64") return value.data.some((datum) => !Number.isInteger(numberOf(datum)) || Math.abs(numberOf(datum)) > 2 ** 31 - 1);
    return engineDtype(value.dtype) === null;
  }
  if ("$" in value && value.$ === "dtype" && "v" in value) return engineDtype(String(value.v)) === null;
  if ("dtype" in value && typeof value.dtype === "string" && engineDtype(value.dtype) === null) return true;
  return Object.values(value).some(isExcluded);
}

export function engineDtype(name: string): "float32" | "float64" | "int32" | "bool" | null {
  switch (name) {
    case "float32":
    case "float64":
    case "int32":
    case "bool":
      return name;
    case "int64":
      return "int32";
    default:
      return null;
  }
}
