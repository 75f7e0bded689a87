/** Ops that are called as functions: choosing between tensors, and joining several. */
import { apply, type Given } from "./autograd/apply.js";
import { EngineError, notATensor, valueText } from "./errors.js";
import { none } from "./ops/op-spec.js";
import { dimensionOf } from "./shape.js";
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
  const given = list("concat", tensors);
  const scalar = tensors.findIndex(({ shape }) => shape.length === 0);
  if (scalar >= 0) {
    throw new EngineError(
      `concat: tensor ${scalar} is a scalar`,
      "it has no dimension to be joined along",
      "Use `stack`, or give it a dimension with `reshape([1])`.",
    );
  }
  // As in PyTorch an empty list of numbers may stand beside tensors of any shape.
  const isBlank = ({ shape }: Tensor): boolean => shape.length === 1 && shape[0] === 0;
  const full = tensors.find((each) => !isBlank(each));
  if (full === undefined) return apply("concat", given, { dim });
  const at = dimensionOf("concat", dim, full.shape);
  const none = full.shape.map((length, each) => (each === at ? 0 : length));
  const fitting = tensors.map((each) => (isBlank(each) && full.shape.length !== 1 ? each.reshape(none) : each));
  return apply("concat", fitting, { dim });
}

function list(call: string, tensors: readonly Tensor[]): readonly Given[] {
  if (Array.isArray(tensors) && tensors.every((each) => typeof each !== "number")) return tensors;
  throw new EngineError(
    `${call}: the first argument is ${Array.isArray(tensors) ? "an array with numbers in it" : valueText(tensors)}`,
    "tensors are passed as one array",
    `Write \`${call}([a, b])\`.`,
  );
}
