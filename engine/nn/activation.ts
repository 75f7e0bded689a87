/**
 * Activations as modules, for use in `Sequential`. Each calls the op of its name and has no parameters.
 */
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";

/** Each element, or zero where it is negative. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** Each element, or `slope` times it where it is negative. */
export class LeakyReLU extends Module {
  constructor(readonly slope = 0.01) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.leakyRelu(this.slope);
  }
}

/** 1 / (1 + e^−x) of each element. */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return x.sigmoid();
  }
}

/** The hyperbolic tangent of each element. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return x.tanh();
  }
}

/** x·Φ(x) of each element. */
export class GELU extends Module {
  override forward(x: Tensor): Tensor {
    return x.gelu();
  }
}

/** x·σ(x) of each element. */
export class SiLU extends Module {
  override forward(x: Tensor): Tensor {
    return x.silu();
  }
}

/** ln(1 + eˣ) of each element. */
export class Softplus extends Module {
  override forward(x: Tensor): Tensor {
    return x.softplus();
  }
}

/** Exponentials along a dimension, scaled to sum to one. */
export class Softmax extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.softmax(this.dim);
  }
}

/** The logarithm of the softmax along a dimension. */
export class LogSoftmax extends Module {
  constructor(readonly dim = -1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.logSoftmax(this.dim);
  }
}

/** The input itself. */
export class Identity extends Module {
  override forward(x: Tensor): Tensor {
    return x;
  }
}

/** The dimensions from `start` to `end` joined; by default all but the batch. */
export class Flatten extends Module {
  constructor(
    readonly start = 1,
    readonly end = -1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.flatten(this.start, this.end);
  }
}
