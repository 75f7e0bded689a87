/**
 * The op table as facts: what each op does to a gradient at each input, and why.
 * Formulas, shape rules and kernels are not here yet. Importing it loads nothing.
 */
import type { GradientEffect } from "./op-spec.js";

export { controls } from "./controls.js";
export type { Control, ControlEffect, ControlName } from "./controls.js";
export type { GradientEffect } from "./op-spec.js";

/** An input's effect, or its effect by dtype where the op is a cast. */
export interface OpRow {
  readonly summary: string;
  readonly inputs: Readonly<Record<string, GradientEffect>>;
  readonly method: boolean;
  /** For `to` alone: what a cast to an integer or bool dtype does instead. */
  readonly toInteger?: GradientEffect;
}

const flows: GradientEffect = { kind: "flows" };
const vanishes = (because: string): GradientEffect => ({ kind: "vanishes", because });
const blocks = (because: string): GradientEffect => ({ kind: "blocks", because });
const index = blocks("an index has no derivative");
const row = (summary: string, inputs: OpRow["inputs"]): OpRow => ({ summary, inputs, method: true });
const free = (summary: string, inputs: OpRow["inputs"]): OpRow => ({ summary, inputs, method: false });
const unary = (summary: string): OpRow => row(summary, { x: flows });
const binary = (summary: string): OpRow => row(summary, { a: flows, b: flows });
const step = (summary: string, because: string): OpRow => row(summary, { x: vanishes(because) });
const compare = (summary: string): OpRow => {
  const effect = blocks("a comparison has no derivative");
  return row(summary, { a: effect, b: effect });
};

export const opTable = {
  add: binary("Sum, elementwise, with broadcasting."),
  sub: binary("Difference, elementwise, with broadcasting."),
  mul: binary("Product, elementwise, with broadcasting."),
  div: binary("Quotient, elementwise, with broadcasting."),
  pow: unary("Each element to the power of a number."),
  neg: unary("The negative of each element."),
  exp: unary("e to the power of each element."),
  log: unary("The natural logarithm of each element."),
  abs: unary("The absolute value of each element."),
  sqrt: unary("The square root of each element."),
  sin: unary("The sine of each element."),
  cos: unary("The cosine of each element."),
  relu: unary("Each element, or zero where it is negative."),
  sigmoid: unary("1 / (1 + e^−x) of each element."),
  tanh: unary("The hyperbolic tangent of each element."),
  softmax: unary("Exponentials along a dimension, scaled to sum to one."),
  logSoftmax: unary("The logarithm of the softmax along a dimension."),
  matmul: binary("The matrix product."),
  sum: unary("The sum of all elements, or along a dimension."),
  mean: unary("The mean of all elements, or along a dimension."),
  max: unary("The largest element."),
  min: unary("The smallest element."),
  reshape: unary("The same elements in another shape."),
  transpose: unary("Two dimensions exchanged."),
  clone: unary("A copy that stays on the tape."),
  argmax: row("The index of the largest element.", { x: index }),
  round: step("The nearest integer.", "round is constant between half-integers"),
  floor: step("The largest integer not above x.", "floor is constant between integers"),
  ceil: step("The smallest integer not below x.", "ceil is constant between integers"),
  sign: step("−1, 0 or 1, by the sign of x.", "sign is constant on either side of zero"),
  gt: compare("Whether a > b, elementwise."),
  lt: compare("Whether a < b, elementwise."),
  ge: compare("Whether a ≥ b, elementwise."),
  le: compare("Whether a ≤ b, elementwise."),
  eq: compare("Whether a = b, elementwise."),
  ne: compare("Whether a ≠ b, elementwise."),
  where: free("a where the condition holds, b elsewhere.", {
    condition: blocks("a condition only chooses and has no derivative"),
    a: flows,
    b: flows,
  }),
  stack: free("Tensors of one shape along a new first dimension.", { tensors: flows }),
  concat: free("Tensors joined along a dimension.", { tensors: flows }),
  indexSelect: row("The rows that an index names.", { x: flows, index }),
  to: { ...unary("The values in another dtype."), toInteger: blocks("an integer has no derivative") },
  add_: binary("Adds in place."),
  sub_: binary("Subtracts in place."),
  mul_: binary("Multiplies in place."),
  zero_: row("Sets every element to zero.", { x: blocks("the old values are overwritten with zeros") }),
  copy_: row("Overwrites with another tensor's values.", { x: blocks("the old values are overwritten"), source: flows }),
} as const satisfies Readonly<Record<string, OpRow>>;

export type OpName = keyof typeof opTable;
