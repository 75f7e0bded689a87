/** Activations as methods; each calls its row of the op table. */
import { apply } from "../autograd/apply.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface ActivationMethods {
  /** Each element, or zero where it is negative. There the gradient is zero, too. */
  relu(): Tensor;
  /** Each element, or `slope` times it where it is negative. */
  leakyRelu(slope?: number): Tensor;
  /** 1 / (1 + e^−x) of each element. */
  sigmoid(): Tensor;
  /** The hyperbolic tangent of each element. */
  tanh(): Tensor;
  /** x·Φ(x) of each element, with Φ the distribution function of the standard normal. */
  gelu(): Tensor;
  /** x·σ(x) of each element. */
  silu(): Tensor;
  /** ln(1 + eˣ) of each element. */
  softplus(): Tensor;
  /** Exponentials along a dimension, scaled to sum to one. */
  softmax(dim: number): Tensor;
  /** The logarithm of the softmax along a dimension. */
  logSoftmax(dim: number): Tensor;
}

export const activationMethods: ActivationMethods & ThisType<Tensor> = {
  relu() {
    return apply("relu", [this], none);
  },
  leakyRelu(slope = 0.01) {
    return apply("leakyRelu", [this, slope, 0], { slope });
  },
  sigmoid() {
    return apply("sigmoid", [this], none);
  },
  tanh() {
    return apply("tanh", [this], none);
  },
  gelu() {
    return apply("gelu", [this], none);
  },
  silu() {
    return apply("silu", [this], none);
  },
  softplus() {
    return apply("softplus", [this], none);
  },
  softmax(dim) {
    return apply("softmax", [this], { dim });
  },
  logSoftmax(dim) {
    return apply("logSoftmax", [this], { dim });
  },
};
