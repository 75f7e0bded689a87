/** Special functions of one number as methods; each calls its row of the op table. */
import { apply } from "../autograd/apply.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface SpecialMethods {
  /** eˣ − 1 of each element, exact for small x. */
  expm1(): Tensor;
  /** 2 to the power of each element. */
  exp2(): Tensor;
  /** The logarithm to the base 2 of each element. */
  log2(): Tensor;
  /** The logarithm to the base 10 of each element. */
  log10(): Tensor;
  /** The arcsine of each element, in radians. */
  asin(): Tensor;
  /** The arccosine of each element, in radians. */
  acos(): Tensor;
  /** The hyperbolic sine of each element. */
  sinh(): Tensor;
  /** The hyperbolic cosine of each element. */
  cosh(): Tensor;
  /** The inverse hyperbolic sine of each element. */
  asinh(): Tensor;
  /** The inverse hyperbolic cosine of each element; NaN below 1. */
  acosh(): Tensor;
  /** The inverse hyperbolic tangent of each element. */
  atanh(): Tensor;
  /** sin(πx)/(πx) of each element, 1 at 0. */
  sinc(): Tensor;
  /** 1 − erf(x) of each element, exact where it is small. */
  erfc(): Tensor;
  /** e^(x²)·erfc(x) of each element. */
  erfcx(): Tensor;
  /** The inverse of the error function; NaN outside [−1, 1]. */
  erfinv(): Tensor;
  /** The distribution function of the standard normal at each element. */
  ndtr(): Tensor;
  /** Its logarithm, exact far below zero. */
  logNdtr(): Tensor;
  /** −x·ln x of each element, 0 at 0 and −∞ below. */
  entr(): Tensor;
  /** ln |Γ(x)| of each element. */
  lgamma(): Tensor;
  /** The derivative of ln Γ at each element. */
  digamma(): Tensor;
  /** The modified Bessel function of order 0 at each element. */
  i0(): Tensor;
  /** The modified Bessel function of order 0, times e^−|x|. */
  i0e(): Tensor;
  /** The modified Bessel function of order 1 at each element. */
  i1(): Tensor;
  /** The modified Bessel function of order 1, times e^−|x|. */
  i1e(): Tensor;
  /** The part of each element between 1/2 and 1, which 2 to the `exponent()` scales. */
  mantissa(): Tensor;
  /** The power of 2 that scales the `mantissa()` of each element, in int32. Gradients stop here. */
  exponent(): Tensor;
  /** Whether each element is negative, −0 included. Gradients stop here. */
  signbit(): Tensor;
  /** Every bit of each integer turned over; for bools, the opposite. */
  bitwiseNot(): Tensor;
  /** The derivative number `order` of digamma at each element. */
  polygamma(order: number): Tensor;
  /** ln(x/(1 − x)) of each probability; with `eps` it is kept between eps and 1 − eps first. */
  logit(eps?: number | null): Tensor;
}

export const specialMethods: SpecialMethods & ThisType<Tensor> = {
  expm1() {
    return apply("expm1", [this], none);
  },
  exp2() {
    return apply("exp2", [this], none);
  },
  log2() {
    return apply("log2", [this], none);
  },
  log10() {
    return apply("log10", [this], none);
  },
  asin() {
    return apply("asin", [this], none);
  },
  acos() {
    return apply("acos", [this], none);
  },
  sinh() {
    return apply("sinh", [this], none);
  },
  cosh() {
    return apply("cosh", [this], none);
  },
  asinh() {
    return apply("asinh", [this], none);
  },
  acosh() {
    return apply("acosh", [this], none);
  },
  atanh() {
    return apply("atanh", [this], none);
  },
  sinc() {
    return apply("sinc", [this], none);
  },
  erfc() {
    return apply("erfc", [this], none);
  },
  erfcx() {
    return apply("erfcx", [this], none);
  },
  erfinv() {
    return apply("erfinv", [this], none);
  },
  ndtr() {
    return apply("ndtr", [this], none);
  },
  logNdtr() {
    return apply("logNdtr", [this], none);
  },
  entr() {
    return apply("entr", [this], none);
  },
  lgamma() {
    return apply("lgamma", [this], none);
  },
  digamma() {
    return apply("digamma", [this], none);
  },
  i0() {
    return apply("i0", [this], none);
  },
  i0e() {
    return apply("i0e", [this], none);
  },
  i1() {
    return apply("i1", [this], none);
  },
  i1e() {
    return apply("i1e", [this], none);
  },
  mantissa() {
    return apply("mantissa", [this], none);
  },
  exponent() {
    return apply("exponent", [this], none);
  },
  signbit() {
    return apply("signbit", [this], none);
  },
  bitwiseNot() {
    return apply("bitwiseNot", [this], none);
  },
  polygamma(order) {
    return apply("polygamma", [this, order], { order });
  },
  logit(eps = null) {
    return apply("logit", [this, 1, ...(eps === null ? [] : [eps, 1 - eps])], { eps });
  },
};
