/** Derivatives of functions of tensors: products with the Jacobian from either side, and whole Jacobians and Hessians. */
import { EngineError, shapeText } from "../errors.js";
import { stack } from "../functions.js";
import { Storage } from "../kernels/storage.js";
import { Tensor } from "../tensor.js";
import { grad } from "./backward.js";
import { enableGrad } from "./grad-mode.js";

/** Options of `jacobian`, `hessian`, `vjp` and `jvp`. */
export interface DerivativeOptions {
  /** Whether the result can be derived again. */
  readonly createGraph?: boolean;
}

/** A function of tensors whose derivative is asked for. It must be pure: it may be called more than once. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** The value of a function and vᵀ·J for each input; v has the shape of the value, and is 1 for a scalar unless given. */
export function vjp(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  v: Tensor | null = null,
  { createGraph = false }: DerivativeOptions = {},
): { value: Tensor; gradients: Tensor[] } {
  const own = leavesOf(inputs, createGraph ? "recorded" : "free");
  const value = enableGrad(() => fn(...own));
  const gradients = pulled(value, own, v, createGraph ? "recorded" : "free");
  return { value: createGraph ? value : value.detach(), gradients };
}

/** The value of a function and J·v, where v has a tensor for each input. By two passes backward, so ops need no forward rules. */
export function jvp(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  v: Tensor | readonly Tensor[],
  { createGraph = false }: DerivativeOptions = {},
): { value: Tensor; tangent: Tensor } {
  const own = leavesOf(inputs, createGraph ? "recorded" : "free");
  const directions = listed(v);
  if (directions.length !== own.length) {
    throw new EngineError(
      `jvp: ${own.length} inputs and ${directions.length} directions`,
      "each input moves in a direction of its own",
      "Pass one tensor for each input.",
    );
  }
  const value = enableGrad(() => fn(...own));
  const weights = filled(value, 0);
  weights.requiresGrad = true;
  const gradients = enableGrad(() => pulled(value, own, weights, "recorded"));
  const sum = enableGrad(() =>
    gradients.map((gradient, at) => gradient.mul(directions[at]).sum()).reduce((total, each) => total.add(each)),
  );
  const tangent = sum.requiresGrad ? grad(sum, weights, { allowUnused: true, createGraph })[0] : null;
  return { value: createGraph ? value : value.detach(), tangent: tangent ?? filled(value, 0) };
}

/** ∂value/∂input for each input: the value's shape, and behind it the input's. */
export function jacobian(fn: TensorFunction, inputs: Tensor, options?: DerivativeOptions): Tensor;
export function jacobian(fn: TensorFunction, inputs: readonly Tensor[], options?: DerivativeOptions): Tensor[];
export function jacobian(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  { createGraph = false }: DerivativeOptions = {},
): Tensor | Tensor[] {
  const own = leavesOf(inputs, createGraph ? "recorded" : "free");
  const value = enableGrad(() => fn(...own));
  const flat = enableGrad(() => value.reshape([-1]));
  const rows = Array.from({ length: flat.storage.size }, (_, at) =>
    enableGrad(() => pulled(flat.select(0, at), own, null, createGraph ? "recorded" : "keep")),
  );
  const whole = own.map((input, each) => {
    const all = rows.length === 0 ? filled(input, 0).unsqueeze(0).narrow(0, 0, 0) : stack(rows.map((row) => row[each]));
    return all.reshape([...value.shape, ...input.shape]);
  });
  return inputs instanceof Tensor ? whole[0] : whole;
}

/** The second derivatives of a scalar function: the input's shape twice; for several inputs a matrix of blocks. */
export function hessian(fn: TensorFunction, inputs: Tensor, options?: DerivativeOptions): Tensor;
export function hessian(fn: TensorFunction, inputs: readonly Tensor[], options?: DerivativeOptions): Tensor[][];
export function hessian(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  options: DerivativeOptions = {},
): Tensor | Tensor[][] {
  const gradient =
    (at: number) =>
    (...own: Tensor[]): Tensor => {
      const value = fn(...own);
      if (value.storage.size !== 1) {
        throw new EngineError(
          `hessian: the function gave a value of shape ${shapeText(value.shape)}`,
          "second derivatives are those of one number",
          "Sum the value up, or ask for the `jacobian` of its gradient.",
        );
      }
      return pulled(value, own, null, "recorded")[at];
    };
  if (inputs instanceof Tensor) return jacobian(gradient(0), inputs, options);
  return inputs.map((_, at) => jacobian(gradient(at), inputs, options));
}

/** What becomes of the graph of a pass: freed, kept for another one, or recorded itself. */
type Graph = "free" | "keep" | "recorded";

/** Zeros where nothing depends on an input. */
function pulled(value: Tensor, inputs: readonly Tensor[], v: Tensor | null, graph: Graph): Tensor[] {
  if (!value.requiresGrad) return inputs.map((input) => filled(input, 0));
  const found = grad(value, inputs, {
    ...(v === null ? {} : { gradients: v }),
    createGraph: graph === "recorded",
    retainGraph: graph !== "free",
    allowUnused: true,
  });
  return found.map((each, at) => each ?? filled(inputs[at], 0));
}

/** The inputs as leaves of their own, so that no `grad` of the program's is touched; under `createGraph` with their history. */
function leavesOf(inputs: Tensor | readonly Tensor[], graph: Graph): Tensor[] {
  return listed(inputs).map((input) => {
    if (graph === "recorded" && input.requiresGrad) return enableGrad(() => input.reshape(input.shape));
    const own = new Tensor(input.storage, input.shape);
    own.requiresGrad = true;
    return own;
  });
}

function filled(like: Tensor, value: number): Tensor {
  const storage = Storage.zeros(like.dtype, like.storage.size);
  if (value !== 0) for (let at = 0; at < storage.size; at++) storage.write(at, value);
  return new Tensor(storage, like.shape);
}

function listed(value: Tensor | readonly Tensor[]): readonly Tensor[] {
  return value instanceof Tensor ? [value] : value;
}
