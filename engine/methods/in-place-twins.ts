/**
 * The in-place twins as methods: each runs the op of its name and writes the result over its tensor, whose history becomes
 * that of the result.
 */
import { checkWritable } from "../autograd/apply.js";
import { checkWritten } from "../autograd/dtypes.js";
import { EngineError, shapeText } from "../errors.js";
import { inPlaceTwins, type InPlaceTwin } from "../ops/in-place-twins.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import type { Replacements, Scaled } from "./derived.js";

export interface InPlaceTwinMethods {
  /** Makes each element its absolute value. */
  abs_(): this;
  /** Makes each element its arc cosine. */
  acos_(): this;
  /** Makes each element its inverse hyperbolic cosine. */
  acosh_(): this;
  /** Adds `value` times a / b. */
  addcdiv_(a: Tensor, b: Tensor, options?: Scaled): this;
  /** Adds `value` times a · b. */
  addcmul_(a: Tensor, b: Tensor, options?: Scaled): this;
  /** Makes each element its arc sine. */
  asin_(): this;
  /** Makes each element its inverse hyperbolic sine. */
  asinh_(): this;
  /** Makes each element its arc tangent. */
  atan_(): this;
  /** Makes each element the angle of the point (o, element). */
  atan2_(o: Tensor): this;
  /** Makes each element its inverse hyperbolic tangent. */
  atanh_(): this;
  /** Rounds each element up. */
  ceil_(): this;
  /** Brings each element between two bounds; null is no bound. */
  clamp_(min: number | null, max?: number | null): this;
  /** Brings each element down to the bound where it is above. */
  clampMax_(bound: Tensor | number): this;
  /** Brings each element up to the bound where it is below. */
  clampMin_(bound: Tensor | number): this;
  /** Gives each element the sign of another. */
  copysign_(o: Tensor | number): this;
  /** Makes each element its cosine. */
  cos_(): this;
  /** Makes each element its hyperbolic cosine. */
  cosh_(): this;
  /** Makes each element the product of those up to it, along a dimension. */
  cumprod_(dim: number): this;
  /** Makes each element the sum of those up to it, along a dimension. */
  cumsum_(dim: number): this;
  /** Makes each element the logarithmic derivative of Γ there. */
  digamma_(): this;
  /** Makes each element its error function. */
  erf_(): this;
  /** Makes each element 1 − erf of it. */
  erfc_(): this;
  /** Makes each element what has it as its error function. */
  erfinv_(): this;
  /** Makes each element its exponential. */
  exp_(): this;
  /** Makes each element the power of 2 with it as exponent. */
  exp2_(): this;
  /** Makes each element eˣ − 1. */
  expm1_(): this;
  /** Rounds each element down. */
  floor_(): this;
  /** Divides and rounds down. */
  floorDivide_(o: Tensor | number): this;
  /** Makes each element the remainder of the division, with its own sign. */
  fmod_(o: Tensor | number): this;
  /** Takes the integer part away. */
  frac_(): this;
  /** Makes each element √(x² + o²). */
  hypot_(o: Tensor): this;
  /** Adds the rows of `source` to those that `index` names. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options?: { readonly alpha?: number }): this;
  /** Overwrites the rows that `index` names with those of `source`. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this;
  /** Overwrites the rows that `index` names with a number. */
  indexFill_(dim: number, index: Tensor, value: number): this;
  /** Multiplies each negative element by `slope`. */
  leakyRelu_(slope?: number): this;
  /** Goes from each element toward `end` by the part `weight`. */
  lerp_(end: Tensor, weight: Tensor | number): this;
  /** Makes each element ln |Γ| there. */
  lgamma_(): this;
  /** Makes each element its natural logarithm. */
  log_(): this;
  /** Makes each element its logarithm to base 10. */
  log10_(): this;
  /** Makes each element ln(1 + x). */
  log1p_(): this;
  /** Makes each element its logarithm to base 2. */
  log2_(): this;
  /** Makes each element ln(x / (1 − x)). */
  logit_(eps?: number | null): this;
  /** Overwrites the elements where the mask is true with a number. */
  maskedFill_(mask: Tensor, value: Tensor | number): this;
  /** Overwrites the elements where the mask is true with those of `source`, in order. */
  maskedScatter_(mask: Tensor, source: Tensor): this;
  /** Puts numbers in the place of NaN and the infinities. */
  nanToNum_(options?: Replacements): this;
  /** Turns the sign of each element. */
  neg_(): this;
  /** Raises each element to a power. */
  pow_(o: Tensor | number): this;
  /** Makes each element 1 / x. */
  reciprocal_(): this;
  /** Makes each element the remainder of the division, with the divisor's sign. */
  remainder_(o: Tensor | number): this;
  /** Rounds each element to the nearest whole number, halves to the even one. */
  round_(options?: { readonly decimals?: number }): this;
  /** Makes each element 1 / √x. */
  rsqrt_(): this;
  /** Overwrites the elements that `index` names along a dimension. */
  scatter_(dim: number, index: Tensor, source: Tensor | number): this;
  /** Adds to the elements that `index` names along a dimension. */
  scatterAdd_(dim: number, index: Tensor, source: Tensor): this;
  /** Makes each element 1 / (1 + e⁻ˣ). */
  sigmoid_(): this;
  /** Makes each element −1, 0 or 1. */
  sign_(): this;
  /** Makes each element its sine. */
  sin_(): this;
  /** Makes each element sin(πx) / (πx). */
  sinc_(): this;
  /** Makes each element its hyperbolic sine. */
  sinh_(): this;
  /** Makes each element its square root. */
  sqrt_(): this;
  /** Makes each element its square. */
  square_(): this;
  /** Makes each element its tangent. */
  tan_(): this;
  /** Makes each element its hyperbolic tangent. */
  tanh_(): this;
  /** Sets everything above a diagonal to zero. */
  tril_(offset?: number): this;
  /** Sets everything below a diagonal to zero. */
  triu_(offset?: number): this;
  /** Takes what is behind the point away. */
  trunc_(): this;
  /** Makes each element x · ln(o), 0 where x is 0. */
  xlogy_(o: Tensor | number): this;
}

/** An op and its twin take the same arguments. */
type Arguments = readonly never[];

export const inPlaceTwinMethods = Object.fromEntries(
  inPlaceTwins.map((twin) => [
    `${twin}_`,
    function (this: Tensor, ...given: Arguments): Tensor {
      return overwritten(this, twin, given);
    },
  ]),
) as unknown as Pick<Tensor, keyof InPlaceTwinMethods>;

function overwritten(tensor: Tensor, twin: InPlaceTwin, given: Arguments): Tensor {
  const call = `${twin}_`;
  checkWritable(call, tensor);
  // What the op saves must not be what is overwritten.
  const before = tensor.clone();
  const op: (this: Tensor, ...given: Arguments) => Tensor = before[twin];
  const result = Reflect.apply(op, before, given);
  if (!sameShape(result.shape, tensor.shape)) {
    throw new EngineError(
      `${call}: a result of shape ${shapeText(result.shape)} does not fit into the tensor of shape ${shapeText(tensor.shape)}`,
      "a tensor keeps its shape when it is changed in place",
      "Use the op without the underscore, or reduce the argument first.",
    );
  }
  checkWritten(call, tensor.dtype, result);
  return tensor.copy_(result);
}
