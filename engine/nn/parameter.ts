/**
 * A parameter: a leaf that a module registers and an optimizer changes. It is a tensor in everything else.
 */
import { hooks } from "../autograd/hooks.js";
import { notATensor } from "../errors.js";
import { Tensor } from "../tensor.js";

/** What sets a parameter up. */
export interface ParameterOptions {
  /** False freezes it: no gradient, and optimizers leave it alone. */
  readonly requiresGrad?: boolean;
}

/** A tensor that a module learns. As a module's property it is registered: `parameters()` finds it. */
export class Parameter extends Tensor {
  /** Takes over the values of a tensor, without its history. */
  constructor(t: Tensor, options: ParameterOptions = {}) {
    if (!(t instanceof Tensor)) throw notATensor("Parameter", "the value", t);
    super(t.storage, t.shape);
    this.requiresGrad = options.requiresGrad ?? true;
    hooks.listener?.leafMade?.(this);
  }
}
