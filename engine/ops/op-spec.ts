/**
 * The words of the op table: what a row says about an op, and the three things an op can do to a gradient.
 * `Tensor`, `Kernels` and `Storage` are named as types only: a formula uses nothing but the methods of its arguments,
 * so the server reads the table without loading an engine, and a formula that is recorded can be derived again.
 */
import type { Shape } from "../graph/gradient-graph.js";
import type { Kernels, Walk } from "../kernels/kernels.js";
import type { DType, Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";

export type { Shape };

/** What passes: by a formula, as zeros almost everywhere, or not at all. Every *no* has a reason that can follow "because". */
export type GradientEffect =
  | { readonly kind: "flows" }
  | { readonly kind: "vanishes"; readonly because: string }
  | { readonly kind: "blocks"; readonly because: string };

export type NoGradient = Exclude<GradientEffect, { kind: "flows" }>;

/** A gradient effect together with its formula. `saves` names the inputs, or `out`, whose values the formula reads. */
export type Derivative<Attributes> = Flows<Attributes> | NoGradient;

export interface Flows<Attributes> {
  readonly kind: "flows";
  readonly saves: readonly string[];
  /**
   * Pulls the cotangent `g` of the output back to this input. The result may still have the broadcast shape or another
   * float dtype; `backward.ts` sums and converts it once for all formulas.
   */
  vjp(g: Tensor, saved: Readonly<Record<string, Tensor>>, about: About<Attributes>): Tensor;
}

/** What a formula knows besides the saved values. `position` counts the operands, which matters where they are a list. */
export interface About<Attributes> {
  readonly attributes: Attributes;
  readonly shapes: readonly Shape[];
  readonly position: number;
}

/** What a kernel gets of a tensor. */
export interface Operand {
  readonly storage: Storage;
  readonly shape: Shape;
}

/**
 * How dtypes come together.
 * `promoted`: the operands meet in one dtype, and so does the result; `float`: the same, and integers become float32;
 * `floating`: as `promoted`, and an integer is an error; `compared`: they meet, and the result is a bool;
 * `kept`: the result has the dtype of the first operand, nothing is converted;
 * `counted`: as `kept`, with a bool counted in int32; `index`: the result is an int32;
 * `written`: the others are converted to the first, which must be able to hold them. A function names the dtype by attribute.
 */
export type DtypeRule<Attributes> =
  | "promoted"
  | "float"
  | "floating"
  | "compared"
  | "kept"
  | "counted"
  | "index"
  | "written"
  | ByAttributes<Attributes, DType>;

/** One row. Operands come in the order of `inputs`; where `operands` is "list", each of them is the one input. */
export interface OpSpec<Input extends string = string, Attributes = unknown> {
  /** One sentence; hovers and docs show it. */
  readonly summary: string;
  readonly inputs: Readonly<Record<Input, Derivative<Attributes>>>;
  /** The keys of `inputs`, in order. */
  readonly names: readonly string[];
  /** Attributes for which an input's rule above does not hold, with what holds instead; null means that it does. */
  readonly exceptions?: { readonly [name in Input]?: ByAttributes<Attributes, NoGradient | null> };
  readonly operands: "named" | "list";
  /**
   * Of the first operand: new values, all the same values in another shape, some of them or all in another order, or the
   * same storage with new values.
   */
  readonly output: "fresh" | "view" | "window" | "overwrites";
  readonly dtype: DtypeRule<Attributes>;
  /** Inputs that the kernel wants in one dtype and that take no part in the rule: indices and conditions. */
  readonly fixed?: { readonly [name in Input]?: DType };
  /** Whether the kernel repeats operands that broadcast, or wants each in the full shape or as a single value. */
  readonly broadcasting: "in the kernel" | "before the kernel";
  /** Throws where shapes do not fit. */
  shape(shapes: readonly Shape[], attributes: Attributes): Shape;
  /** Checks values that a kernel trusts, such as indices. */
  check?(operands: readonly Operand[], attributes: Attributes): void;
  /** Of a window: where its elements lie among those of the first operand, counted row by row. */
  places?(x: Shape, attributes: Attributes): Walk;
  /** The sizes of scratch storages that the kernels need, in the dtype that the op computes in. */
  workspace?(shapes: readonly Shape[], attributes: Attributes): readonly number[];
  /** Fills `out`, which holds zeros or is the first operand where the op overwrites it. */
  forward(
    kernels: Kernels,
    operands: readonly Operand[],
    out: Operand,
    attributes: Attributes,
    workspace: readonly Storage[],
  ): void;
  /** Whether it is called as a method, as in PyTorch. */
  readonly method: boolean;
}

/** Typed as a method, so that a row with narrower attributes is still a row of the table. */
export type ByAttributes<Attributes, Result> = { decide(attributes: Attributes): Result }["decide"];

/** Ops without attributes take this. */
export type None = Readonly<Record<never, never>>;
export const none: None = {};

/** The formula's second parameter has exactly the values that are named after it. */
export function flows<Attributes, Saves extends string = never>(
  vjp: (g: Tensor, saved: Readonly<Record<Saves, Tensor>>, about: About<Attributes>) => Tensor,
  ...saves: readonly Saves[]
): Flows<Attributes> {
  return { kind: "flows", saves, vjp };
}

export function vanishes(because: string): NoGradient {
  return { kind: "vanishes", because };
}

export function blocks(because: string): NoGradient {
  return { kind: "blocks", because };
}

/** A window is read and written where its elements lie, so no kernel runs to make it. */
const nothingToDo = (): void => undefined;

type Defaulted = "forward" | "operands" | "output" | "method" | "dtype" | "broadcasting";
type Written<Input extends string, Attributes> = Omit<OpSpec<Input, Attributes>, Defaulted | "names"> &
  Partial<Pick<OpSpec<Input, Attributes>, Defaulted>>;

/**
 * A row: named operands, fresh output, promoted dtypes and a method, unless it says otherwise. Absent fields are written
 * too, so that all rows have one layout to the JavaScript engine.
 */
export function op<Input extends string, Attributes = None>(
  row: Written<Input, Attributes>,
): OpSpec<Input, Attributes> {
  return {
    summary: row.summary,
    inputs: row.inputs,
    names: Object.keys(row.inputs),
    exceptions: row.exceptions,
    operands: row.operands ?? "named",
    output: row.output ?? "fresh",
    dtype: row.dtype ?? "promoted",
    fixed: row.fixed,
    broadcasting: row.broadcasting ?? "in the kernel",
    shape: row.shape,
    check: row.check,
    places: row.places,
    workspace: row.workspace,
    forward: row.forward ?? nothingToDo,
    method: row.method ?? true,
  };
}
