/**
 * Making tensors: from numbers, filled, counted or random. What is made here is a leaf, also inside `noGrad`.
 */
import { hooks } from "./autograd/hooks.js";
import { defaultFloat, isDType } from "./dtype.js";
import { EngineError, shapeText, valueText } from "./errors.js";
import { Storage, type DType, type Values } from "./kernels/storage.js";
import { generator } from "./random.js";
import { checkedShape, elementCount, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** How a new tensor is made: its dtype, and whether gradients are wanted for it. */
export interface TensorOptions {
  /** Whether ops on this tensor are recorded and `backward()` gives it a gradient. */
  readonly requiresGrad?: boolean;
  /** "float32" unless something else is asked for. */
  readonly dtype?: DType;
}

/** What `tensor()` takes: numbers in arrays in arrays, of one length at each depth, or a typed array. */
export type NestedInput = number | boolean | Values | readonly NestedInput[];

/** Makes a tensor of the given numbers. A plain number gives a scalar, nested arrays give as many dimensions. */
export function tensor(data: NestedInput, options: TensorOptions = {}): Tensor {
  const shape = shapeOfData(data);
  const numbers: number[] = [];
  flattenInto(numbers, data, shape, 0);
  return leaf(Storage.of(dtypeOf("tensor", options), numbers), shape, options);
}

/** Zeros in the given shape. */
export function zeros(shape: Shape, options: TensorOptions = {}): Tensor {
  return fullOf("zeros", shape, 0, options);
}

/** Ones in the given shape. */
export function ones(shape: Shape, options: TensorOptions = {}): Tensor {
  return fullOf("ones", shape, 1, options);
}

/** One number in the given shape. */
export function full(shape: Shape, value: number, options: TensorOptions = {}): Tensor {
  return fullOf("full", shape, value, options);
}

/** Zeros in the shape and dtype of another tensor, without its history. */
export function zerosLike(like: Tensor, options: TensorOptions = {}): Tensor {
  return fullOf("zerosLike", like.shape, 0, { dtype: like.dtype, ...options });
}

/** Ones in the shape and dtype of another tensor, without its history. */
export function onesLike(like: Tensor, options: TensorOptions = {}): Tensor {
  return fullOf("onesLike", like.shape, 1, { dtype: like.dtype, ...options });
}

/** The numbers from `start` up to and without `end`; `arange(5)` counts from 0 to 4. */
export function arange(start: number, end?: number, step = 1, options: TensorOptions = {}): Tensor {
  const [from, to] = end === undefined ? [0, start] : [start, end];
  const count = Math.ceil((to - from) / step);
  if (!Number.isFinite(count) || step === 0 || count < 0) {
    throw new EngineError(
      `arange: steps of ${step} do not lead from ${from} to ${to}`,
      "the step must be a number other than 0 and point toward the end",
      "Change the sign of the step, or exchange start and end.",
    );
  }
  const numbers = Array.from({ length: count }, (_, i) => from + i * step);
  return leaf(Storage.of(dtypeOf("arange", options), numbers), [count], options);
}

/** `count` numbers at equal distances from `start` to `end`, both included. */
export function linspace(start: number, end: number, count: number, options: TensorOptions = {}): Tensor {
  const [length] = checkedShape("linspace", [count]);
  const step = length === 1 ? 0 : (end - start) / (length - 1);
  const numbers = Array.from({ length }, (_, i) => (i === length - 1 && i > 0 ? end : start + i * step));
  return leaf(Storage.of(dtypeOf("linspace", options), numbers), [length], options);
}

/** `count` powers of a base, whose exponents lie at equal distances from `start` to `end`. */
export function logspace(start: number, end: number, count: number, base = 10, options: TensorOptions = {}): Tensor {
  const [length] = checkedShape("logspace", [count]);
  const step = length === 1 ? 0 : (end - start) / (length - 1);
  const numbers = Array.from({ length }, (_, i) => base ** (i === length - 1 && i > 0 ? end : start + i * step));
  return leaf(Storage.of(dtypeOf("logspace", options), numbers), [length], options);
}

/** The identity matrix; with two lengths, rows and columns, ones on the diagonal of a matrix that need not be square. */
export function eye(size: number | readonly [number, number], options: TensorOptions = {}): Tensor {
  const [rows, columns] = checkedShape("eye", typeof size === "number" ? [size, size] : size);
  const storage = Storage.zeros(dtypeOf("eye", options), rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) storage.write(i * columns + i, 1);
  return leaf(storage, [rows, columns], options);
}

/** Normally distributed numbers with mean 0 and standard deviation 1, from the engine's seeded generator. */
export function randn(shape: Shape, options: TensorOptions = {}): Tensor {
  return drawn("randn", shape, () => generator.normal(), options);
}

/** Evenly distributed numbers from 0 up to and without 1, from the engine's seeded generator. */
export function rand(shape: Shape, options: TensorOptions = {}): Tensor {
  return drawn("rand", shape, () => generator.uniform(), options);
}

/** Whole numbers from `low` up to and without `high`, in int32 unless another dtype is asked for. */
export function randint(low: number, high: number, shape: Shape, options: TensorOptions = {}): Tensor {
  if (!(high > low)) {
    throw new EngineError(
      `randint: there is no whole number from ${low} up to and without ${high}`,
      "the upper bound is excluded",
      "Pass a `high` above `low`.",
    );
  }
  return drawn("randint", shape, () => generator.integer(low, high), { dtype: "int32", ...options });
}

function fullOf(call: string, given: Shape, value: number, options: TensorOptions): Tensor {
  const shape = checkedShape(call, given);
  const storage = Storage.zeros(dtypeOf(call, options), elementCount(shape));
  if (value !== 0) for (let i = 0; i < storage.size; i++) storage.write(i, value);
  return leaf(storage, shape, options);
}

function drawn(call: string, given: Shape, draw: () => number, options: TensorOptions): Tensor {
  const shape = checkedShape(call, given);
  const storage = Storage.zeros(dtypeOf(call, options), elementCount(shape));
  for (let i = 0; i < storage.size; i++) storage.write(i, draw());
  return leaf(storage, shape, options);
}

/** Where every leaf of a program begins, so also where a listener hears of it. */
function leaf(storage: Storage, shape: Shape, options: TensorOptions): Tensor {
  const made = new Tensor(storage, shape);
  if (options.requiresGrad ?? false) made.requiresGrad = true;
  hooks.listener?.leafMade?.(made);
  return made;
}

function dtypeOf(call: string, options: TensorOptions): DType {
  checkOptions(call, options);
  const { dtype } = options;
  if (dtype === undefined) return defaultFloat;
  if (isDType(dtype)) return dtype;
  throw new EngineError(
    `${call}: ${valueText(dtype)} is not a dtype`,
    "the dtypes are float32, float64, int32 and bool",
    'Write for example `{ dtype: "float32" }`.',
  );
}

/** A misspelled option would go unnoticed until a loss finds nothing to learn. */
function checkOptions(call: string, options: TensorOptions): void {
  const isObject = typeof options === "object" && options !== null;
  const unknown = isObject ? Object.keys(options).find((key) => key !== "requiresGrad" && key !== "dtype") : undefined;
  if (isObject && unknown === undefined) return;
  throw new EngineError(
    `${call}: ${unknown === undefined ? `the options are ${valueText(options)}` : `there is no option ${valueText(unknown)}`}`,
    "the options are `requiresGrad` and `dtype`, passed by name",
    `Write for example \`${call}(…, { requiresGrad: true })\`.`,
  );
}

function isList(data: NestedInput): data is readonly NestedInput[] | Values {
  return Array.isArray(data) || ArrayBuffer.isView(data);
}

/** The shape that the first element at each depth suggests; `flattenInto` checks that all others agree. */
function shapeOfData(data: NestedInput): number[] {
  const shape: number[] = [];
  for (let level: NestedInput | undefined = data; level !== undefined && isList(level); level = level[0]) {
    shape.push(level.length);
  }
  return shape;
}

function flattenInto(numbers: number[], data: NestedInput, shape: Shape, depth: number): void {
  if (!isList(data)) {
    if (depth !== shape.length) throw ragged(depth, "a number", shape);
    numbers.push(asNumber(data));
    return;
  }
  if (depth === shape.length || data.length !== shape[depth]) {
    throw ragged(depth, `${data.length} element${data.length === 1 ? "" : "s"}`, shape);
  }
  for (const each of data) flattenInto(numbers, each, shape, depth + 1);
}

function asNumber(value: number | boolean): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const isTensor = (value as unknown) instanceof Tensor;
  throw new EngineError(
    `tensor: one of the values is ${isTensor ? "a tensor" : valueText(value)}`,
    "a tensor is made of numbers",
    isTensor
      ? "Use `stack` to put tensors together, `clone()` for a copy that stays connected, or `detach()` for one that is not."
      : "Convert it to a number first.",
  );
}

function ragged(depth: number, found: string, shape: Shape): EngineError {
  return new EngineError(
    `tensor: the nested arrays are ragged: ${found} at depth ${depth}, where the first row suggests shape ${shapeText(shape)}`,
    "every row of a tensor has the same length",
    "Make all rows equally long, for example by padding them.",
  );
}
