/**
 * Activations that are made of other ops and have no row of their own. Each goes to both sides of its kink through
 * masks, so that a side that was not taken can send back neither a gradient nor a NaN.
 */
import { where } from "../functions.js";
import { EngineError, shapeText } from "../errors.js";
import { dimensionOf } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface CurveMethods {
  /** x where positive, α·(eˣ − 1) elsewhere. */
  elu(alpha?: number): Tensor;
  /** x where positive, α·(e^(x/α) − 1) elsewhere, which has no step in its slope. */
  celu(alpha?: number): Tensor;
  /** The elu that keeps mean 0 and variance 1 from layer to layer. */
  selu(): Tensor;
  /** x between 0 and 6, and the bounds outside. */
  relu6(): Tensor;
  /** x between two bounds, and the bounds outside. At a bound the gradient is zero. */
  hardtanh(min?: number, max?: number): Tensor;
  /** A sigmoid of three straight lines. */
  hardsigmoid(): Tensor;
  /** x times its hardsigmoid. */
  hardswish(): Tensor;
  /** x outside −λ to λ, 0 inside. */
  hardshrink(lambda?: number): Tensor;
  /** x moved toward 0 by λ, 0 inside. */
  softshrink(lambda?: number): Tensor;
  /** x/(1 + |x|). */
  softsign(): Tensor;
  /** x − tanh x. */
  tanhshrink(): Tensor;
  /** x where above a threshold, a value elsewhere. */
  threshold(threshold: number, value: number): Tensor;
  /** x·tanh(ln(1 + eˣ)). */
  mish(): Tensor;
  /** ln σ(x), exact far below zero. */
  logSigmoid(): Tensor;
  /** The first half along a dimension times the sigmoid of the second. */
  glu(dim?: number): Tensor;
  /** x where positive, elsewhere x times a weight for each channel. */
  prelu(weight: Tensor): Tensor;
  /** The softmax of −x along a dimension. */
  softmin(dim: number): Tensor;
}

export const curveMethods: CurveMethods & ThisType<Tensor> = {
  elu(alpha = 1) {
    return positivePart(this).add(belowZero(this).expm1().add(atZero(this)).mul(alpha));
  },
  celu(alpha = 1) {
    return positivePart(this).add(belowZero(this).div(alpha).expm1().mul(alpha)).add(atZero(this));
  },
  selu() {
    return this.elu(1.6732632423543772).mul(1.0507009873554805);
  },
  relu6() {
    return this.hardtanh(0, 6);
  },
  hardtanh(min = -1, max = 1) {
    return this.maskedFill(this.le(min), min).maskedFill(this.ge(max), max);
  },
  hardsigmoid() {
    const line = this.div(6).add(0.5).maskedFill(this.le(-3), 0).maskedFill(this.ge(3), 1);
    // As in PyTorch the slope at NaN is 0.
    return line.maskedFill(this.isnan(), NaN);
  },
  hardswish() {
    const middle = this.maskedFill(this.lt(-3).add(this.gt(3)), 0);
    return middle.mul(middle.div(6).add(0.5)).add(this.maskedFill(this.le(3), 0));
  },
  hardshrink(lambda = 0.5) {
    return this.maskedFill(this.abs().le(lambda), 0);
  },
  softshrink(lambda = 0.5) {
    if (lambda < 0) {
      throw new EngineError(
        `softshrink: lambda is ${lambda}`,
        "nothing is moved toward zero by a negative amount",
        "Pass a number from 0.",
      );
    }
    const above = where(this.gt(lambda), this.sub(lambda), 0);
    return where(this.lt(-lambda), this.add(lambda), above);
  },
  softsign() {
    return this.div(this.abs().add(1));
  },
  tanhshrink() {
    return this.sub(this.tanh());
  },
  threshold(threshold, value) {
    return this.maskedFill(this.le(threshold), value);
  },
  mish() {
    return this.mul(this.softplus().tanh());
  },
  logSigmoid() {
    return this.neg().softplus().neg();
  },
  glu(dim = -1) {
    const at = dimensionOf("glu", dim, this.shape);
    const half = this.shape[at] / 2;
    if (!Number.isInteger(half)) {
      throw new EngineError(
        `glu: dimension ${at} of ${shapeText(this.shape)} has ${this.shape[at]} elements`,
        "it is cut into two halves",
        "Choose a dimension of even length.",
      );
    }
    return this.narrow(at, 0, half).mul(this.narrow(at, half, half).sigmoid());
  },
  prelu(weight) {
    const channels = this.shape.length < 2 ? 1 : this.shape[1];
    if (weight.storage.size !== 1 && (weight.shape.length !== 1 || weight.storage.size !== channels)) {
      throw new EngineError(
        `prelu: the weight has shape ${shapeText(weight.shape)}`,
        `the input has ${channels} channels`,
        "Pass one weight, or one for each channel.",
      );
    }
    const places = this.shape.map((_, dim) => (dim === 1 ? weight.storage.size : 1));
    const slopes = weight.storage.size === 1 ? weight.reshape([]) : weight.reshape(places);
    return positivePart(this).add(negativePart(this).mul(slopes));
  },
  softmin(dim) {
    return this.neg().softmax(dim);
  },
};

/** NaN stays in both parts. */
function positivePart(x: Tensor): Tensor {
  return x.maskedFill(x.le(0), 0);
}

function negativePart(x: Tensor): Tensor {
  return x.maskedFill(x.gt(0), 0);
}

/** x where it is negative, without a slope at zero. */
function belowZero(x: Tensor): Tensor {
  return x.maskedFill(x.ge(0), 0);
}

/** Zeros that have the slope 1 at zero: what a curve has there from the left, and no second derivative, as in PyTorch. */
function atZero(x: Tensor): Tensor {
  return x.maskedFill(x.ne(0), 0);
}
