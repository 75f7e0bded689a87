/** Arithmetic and elementwise functions as methods; each calls its row of the op table. */
import { apply } from "../autograd/apply.js";
import { EngineError, tensorOnly } from "../errors.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface ElementwiseMethods {
  /** a + b, element by element, with broadcasting. */
  add(o: Tensor | number): Tensor;
  /** a − b, element by element, with broadcasting. */
  sub(o: Tensor | number): Tensor;
  /** a · b, element by element, with broadcasting. */
  mul(o: Tensor | number): Tensor;
  /** a / b, element by element, with broadcasting. Integers give floats. */
  div(o: Tensor | number): Tensor;
  /** Each element to a power. The power 0 gives ones, whose gradient is zero. */
  pow(o: Tensor | number): Tensor;
  /** The larger of two values, element by element. Where they tie, each gets half of the gradient. */
  maximum(o: Tensor): Tensor;
  /** The smaller of two values, element by element. Where they tie, each gets half of the gradient. */
  minimum(o: Tensor): Tensor;
  /** Each element, kept between `min` and `max`; null leaves a side open. Outside the bounds the gradient is zero. */
  clamp(min: number | null, max?: number | null): Tensor;
  /** The negative of each element. */
  neg(): Tensor;
  /** The absolute value of each element. Its gradient at 0 is 0. */
  abs(): Tensor;
  /** The square of each element. */
  square(): Tensor;
  /** e to the power of each element. */
  exp(): Tensor;
  /** The natural logarithm of each element. */
  log(): Tensor;
  /** ln(1 + x), exact for small x. */
  log1p(): Tensor;
  /** The square root of each element. Its gradient at 0 is infinite. */
  sqrt(): Tensor;
  /** One over the square root of each element. */
  rsqrt(): Tensor;
  /** One over each element. */
  reciprocal(): Tensor;
  /** The sine of each element. */
  sin(): Tensor;
  /** The cosine of each element. */
  cos(): Tensor;
  /** The tangent of each element. */
  tan(): Tensor;
  /** The arctangent of each element. */
  atan(): Tensor;
  /** The error function of each element. */
  erf(): Tensor;
  /** The nearest integer, or number of `decimals` digits; a half goes to the even one. The gradient is zero everywhere. */
  round(options?: { readonly decimals?: number }): Tensor;
  /** The largest integer not above each element. The gradient is zero everywhere. */
  floor(): Tensor;
  /** The smallest integer not below each element. The gradient is zero everywhere. */
  ceil(): Tensor;
  /** The integer part of each element. The gradient is zero everywhere. */
  trunc(): Tensor;
  /** −1, 0 or 1, by the sign of each element. The gradient is zero everywhere. */
  sign(): Tensor;
}

export const elementwiseMethods: ElementwiseMethods & ThisType<Tensor> = {
  add(o) {
    return apply("add", [this, o], none);
  },
  sub(o) {
    checkNoBool(this, o);
    return apply("sub", [this, o], none);
  },
  mul(o) {
    return apply("mul", [this, o], none);
  },
  div(o) {
    return apply("div", [this, o], none);
  },
  pow(o) {
    return apply("pow", [this, o], { exponent: typeof o === "number" ? o : null });
  },
  maximum(o) {
    return apply("maximum", [this, tensorOnly("maximum", o)], none);
  },
  minimum(o) {
    return apply("minimum", [this, tensorOnly("minimum", o)], none);
  },
  clamp(min, max = null) {
    if (min === null && max === null) {
      throw new EngineError("clamp: both bounds are open", "then nothing is clamped", "Pass `min`, `max` or both.");
    }
    const bounds = [min, max].filter((bound) => bound !== null);
    return apply("clamp", [this, ...bounds], { min, max });
  },
  neg() {
    return apply("neg", [this], none);
  },
  abs() {
    return apply("abs", [this], none);
  },
  square() {
    return apply("square", [this], none);
  },
  exp() {
    return apply("exp", [this], none);
  },
  log() {
    return apply("log", [this], none);
  },
  log1p() {
    return apply("log1p", [this], none);
  },
  sqrt() {
    return apply("sqrt", [this], none);
  },
  rsqrt() {
    return apply("rsqrt", [this], none);
  },
  reciprocal() {
    return apply("reciprocal", [this], none);
  },
  sin() {
    return apply("sin", [this], none);
  },
  cos() {
    return apply("cos", [this], none);
  },
  tan() {
    return apply("tan", [this], none);
  },
  atan() {
    return apply("atan", [this], none);
  },
  erf() {
    return apply("erf", [this], none);
  },
  round({ decimals = 0 } = {}) {
    if (decimals === 0) return apply("round", [this], none);
    const scale = 10 ** Math.abs(decimals);
    return decimals > 0 ? this.mul(scale).round().div(scale) : this.div(scale).round().mul(scale);
  },
  floor() {
    return apply("floor", [this], none);
  },
  ceil() {
    return apply("ceil", [this], none);
  },
  trunc() {
    return apply("trunc", [this], none);
  },
  sign() {
    return apply("sign", [this], none);
  },
};

/** Bools meet numbers in every other op; here PyTorch refuses, since a − true was mostly meant as "a and not". */
function checkNoBool(a: Tensor, b: Tensor | number): void {
  const isBool = a.dtype === "bool" || (typeof b === "object" && b?.dtype === "bool");
  if (!isBool) return;
  throw new EngineError(
    "sub: one of the operands is a bool",
    "a truth value has no negative",
    'Use `bitwiseXor` or `logicalNot()`, or convert with `to("float32")` first.',
  );
}
