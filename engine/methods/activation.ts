/** Activations as methods; each calls its row of the op table. */
import { apply } from "../autograd/apply.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface SoftplusOptions {
  readonly beta?: number;
  readonly threshold?: number;
}

export interface ActivationMethods {
  /** Each element, or zero where it is negative. There the gradient is zero, too. */
  relu(): Tensor;
  /** Each element, or `slope` times it where it is negative. */
  leakyRelu(slope?: number): Tensor;
  /** 1 / (1 + e^−x) of each element. */
  sigmoid(): Tensor;
  /** The hyperbolic tangent of each element. */
  tanh(): Tensor;
  /** x·Φ(x) of each element, with Φ the distribution function of the standard normal, or its approximation by tanh. */
  gelu(options?: { readonly approximate?: "none" | "tanh" }): Tensor;
  /** x·σ(x) of each element. */
  silu(): Tensor;
  /** ln(1 + e^βx)/β of each element; above the threshold of βx it is x. */
  softplus(options?: SoftplusOptions): Tensor;
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
  gelu({ approximate = "none" } = {}) {
    if (approximate === "tanh") {
      const inner = this.pow(3)
        .mul(0.044715)
        .add(this)
        .mul(Math.sqrt(2 / Math.PI));
      return this.mul(0.5).mul(inner.tanh().add(1));
    }
    return apply("gelu", [this], none);
  },
  silu() {
    return apply("silu", [this], none);
  },
  softplus({ beta = 1, threshold = 20 } = {}) {
    if (beta === 1 && threshold === 20) return apply("softplus", [this], none);
    const scaled = this.mul(beta);
    const isLinear = scaled.gt(threshold);
    const curved = scaled.maskedFill(isLinear, 0).softplus().div(beta);
    return apply("where", [isLinear, this, curved], none);
  },
  softmax(dim) {
    return apply("softmax", [this], { dim });
  },
  logSoftmax(dim) {
    return apply("logSoftmax", [this], { dim });
  },
};
