/**
 * Dropout: while training, each element is set to zero with probability p and the others are scaled by 1 / (1 − p)
 * (Srivastava et al., 2014). The coin is the engine's seeded generator, so a run can be repeated.
 */
import { tensor } from "../creation.js";
import { EngineError, valueText } from "../errors.js";
import { generator } from "../random.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";

export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
    if (typeof p === "number" && p >= 0 && p <= 1) return;
    throw new EngineError(
      `Dropout: p is ${valueText(p)}`,
      "it is the probability of dropping an element, from 0 to 1",
      "Pass for example 0.5.",
    );
  }

  override forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return x;
    const scale = this.p === 1 ? 0 : 1 / (1 - this.p);
    const factors = Float32Array.from({ length: x.storage.size }, () => (generator.uniform() < this.p ? 0 : scale));
    return x.mul(tensor(factors, { dtype: x.dtype }).reshape(x.shape));
  }
}
