/**
 * Derivatives held against differences: the Jacobian that a backward pass gives, beside the one that moving each input a
 * little shows. In float64, where differences are worth something.
 */
import { EngineError, shapeText } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { Tensor } from "../tensor.js";
import { grad } from "./backward.js";
import { jacobian, type TensorFunction } from "./functional.js";
import { enableGrad } from "./grad-mode.js";

/** How `gradcheck` and `gradgradcheck` compare. */
export interface GradcheckOptions {
  /** How far inputs are moved, 1e-6 unless given. */
  readonly eps?: number;
  /** The absolute part of the allowed difference: |analytic − numeric| ≤ atol + rtol · |numeric|. */
  readonly atol?: number;
  /** The relative part of the allowed difference. */
  readonly rtol?: number;
  /** Whether a difference is an error, and not only a false. */
  readonly raise?: boolean;
}

/** Whether the derivatives of a function are those that its values show; inputs that require no gradient are left alone. */
export function gradcheck(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): boolean {
  const all = inputs instanceof Tensor ? [inputs] : [...inputs];
  const found = differenceIn(fn, all, options);
  if (found === null) return true;
  if (options.raise === false) return false;
  throw new EngineError(
    `gradcheck: the derivative by input ${found.input}, element ${found.element}, of the value's element ${found.row} is ${found.analytic} by the backward pass and ${found.numeric} by differences`,
    "moving the input a little changes the value otherwise than the derivative says",
    "Check the formula of the op, or of your function's backward part; at a kink or a jump the two may differ.",
  );
}

/** The same for the second derivatives: the gradient itself is the function. */
export function gradgradcheck(
  fn: TensorFunction,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): boolean {
  const all = inputs instanceof Tensor ? [inputs] : [...inputs];
  const learning = all.flatMap((input, at) => (input.requiresGrad ? [at] : []));
  // A weight of its own for each element of the value, so that no two derivatives can cancel.
  const weighted = (value: Tensor): Tensor => {
    const weights = Float64Array.from({ length: value.storage.size }, (_, at) => 1 + Math.sin(1 + at) / 2);
    return value.mul(new Tensor(Storage.of(value.dtype, weights), value.shape)).sum();
  };
  return learning.every((at) =>
    gradcheck(
      (...own) => {
        const value = weighted(fn(...own));
        const [first] = grad(value, [own[at]], { createGraph: true, allowUnused: true });
        return first ?? own[at].mul(0);
      },
      all,
      options,
    ),
  );
}

interface Found {
  readonly input: number;
  readonly element: number;
  readonly row: number;
  readonly analytic: number;
  readonly numeric: number;
}

/** The same values as a leaf of its own, which learns if the input does. */
function alone(input: Tensor): Tensor {
  const own = new Tensor(input.storage, input.shape);
  own.requiresGrad = input.requiresGrad;
  return own;
}

function differenceIn(fn: TensorFunction, inputs: readonly Tensor[], options: GradcheckOptions): Found | null {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3 } = options;
  for (const [at, input] of inputs.entries()) {
    if (!input.requiresGrad) continue;
    if (input.dtype !== "float64") {
      throw new EngineError(
        `gradcheck: input ${at} has dtype ${input.dtype} and shape ${shapeText(input.shape)}`,
        "differences of float32 values have only a few right digits",
        'Make it with `{ dtype: "float64" }`.',
      );
    }
    const others = inputs.map((each, place) => (place === at ? each : alone(each)));
    const asFunction = (own: Tensor): Tensor => fn(...others.map((each, place) => (place === at ? own : each)));
    const analytic = jacobian(asFunction, input).storage.toArray();
    const moved = (element: number, step: number): ArrayLike<number> => {
      const storage = Storage.of("float64", input.storage.toArray());
      storage.write(element, storage.read(element) + step);
      const own = new Tensor(storage, input.shape);
      own.requiresGrad = true;
      return enableGrad(() => asFunction(own)).storage.toArray();
    };
    for (let element = 0; element < input.storage.size; element++) {
      const [after, before] = [moved(element, eps), moved(element, -eps)];
      for (let row = 0; row < after.length; row++) {
        const numeric = (after[row] - before[row]) / (2 * eps);
        const exact = analytic[row * input.storage.size + element];
        if (Math.abs(exact - numeric) <= atol + rtol * Math.abs(numeric)) continue;
        return { input: at, element, row, analytic: exact, numeric };
      }
    }
  }
  return null;
}
