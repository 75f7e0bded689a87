/** Ops that are called as functions: choosing between tensors, and joining several. */
import { apply, type Given } from "./autograd/apply.js";
import { EngineError, notATensor, valueText } from "./errors.js";
import { none } from "./ops/op-spec.js";
import type { Tensor } from "./tensor.js";

/** a where the condition holds, b elsewhere. The condition gets no gradient; the side not chosen gets zeros. */
export function where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor {
  if (typeof condition === "number" || typeof condition === "boolean")
    throw notATensor("where", "the condition", condition);
  return apply("where", [condition, a, b], none);
}

/** Tensors of one shape along a new dimension, by default the first. */
export function stack(tensors: readonly Tensor[], dim = 0): Tensor {
  return apply("stack", list("stack", tensors), { dim });
}

/** Tensors joined along a dimension, by default the first. */
export function concat(tensors: readonly Tensor[], dim = 0): Tensor {
  return apply("concat", list("concat", tensors), { dim });
}

function list(call: string, tensors: readonly Tensor[]): readonly Given[] {
  if (Array.isArray(tensors) && tensors.every((each) => typeof each !== "number")) return tensors;
  throw new EngineError(
    `${call}: the first argument is ${Array.isArray(tensors) ? "an array with numbers in it" : valueText(tensors)}`,
    "tensors are passed as one array",
    `Write \`${call}([a, b])\`.`,
  );
}
