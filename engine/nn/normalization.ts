/**
 * Layer normalization: the last dimensions are brought to mean 0 and variance 1, then scaled and shifted by parameters
 * (Ba, Kiros and Hinton, 2016). It is made of ops, so the picture shows its steps.
 */
import { ones, zeros } from "../creation.js";
import { shapesDoNotFit } from "../errors.js";
import { sameShape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Settings of layer normalization. */
export interface LayerNormOptions {
  /** Added to the variance, so that a constant row does not divide by zero. */
  readonly eps?: number;
}

export class LayerNorm extends Module {
  /** The scale, at first ones. */
  weight: Parameter;
  /** The shift, at first zeros. */
  bias: Parameter;

  readonly normalizedShape: readonly number[];
  readonly eps: number;

  constructor(normalizedShape: number | readonly number[], { eps = 1e-5 }: LayerNormOptions = {}) {
    super();
    this.normalizedShape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.eps = eps;
    this.weight = new Parameter(ones(this.normalizedShape));
    this.bias = new Parameter(zeros(this.normalizedShape));
  }

  override forward(x: Tensor): Tensor {
    const depth = this.normalizedShape.length;
    const last = x.shape.slice(Math.max(0, x.shape.length - depth));
    if (!sameShape(last, this.normalizedShape)) {
      const because = "the input must end in the shape that is normalized";
      const advice = "Change the layer's shape, or reshape the input.";
      throw shapesDoNotFit("LayerNorm", x.shape, this.normalizedShape, because, advice);
    }
    const rows = depth === 1 ? x : x.reshape([...x.shape.slice(0, x.shape.length - depth), -1]);
    const centered = rows.sub(rows.mean(-1, { keepdim: true }));
    const variance = centered.square().mean(-1, { keepdim: true });
    const normalized = centered.mul(variance.add(this.eps).rsqrt());
    return (depth === 1 ? normalized : normalized.reshape(x.shape)).mul(this.weight).add(this.bias);
  }
}
