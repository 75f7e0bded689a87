/**
 * Activations as modules, for use in `Sequential`. Each calls the op of its name; all but PReLU have no parameters.
 */
import type { Tensor } from "../tensor.js";
import { full } from "../creation.js";
import { Module } from "./module.js";
import { Parameter } from "./parameter.js";

/** Each element, or zero where it is negative. */
export class ReLU extends Module {
  override forward(x: Tensor): Tensor {
    return x.relu();
  }
}

/** Each element, or `slope` times it where it is negative. */
export class LeakyReLU extends Module {
  constructor(/** The slope of negative elements. */ readonly slope = 0.01) {
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
  constructor(/** Along which the results add up to 1. */ readonly dim = -1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.softmax(this.dim);
  }
}

/** The logarithm of the softmax along a dimension. */
export class LogSoftmax extends Module {
  constructor(/** Along which the exponentials of the results add up to 1. */ readonly dim = -1) {
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
    /** The first of the dimensions that become one. */
    readonly start = 1,
    /** The last of the dimensions that become one. */
    readonly end = -1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.flatten(this.start, this.end);
  }
}

/** The elu that keeps mean 0 and variance 1. */
export class SELU extends Module {
  override forward(x: Tensor): Tensor {
    return x.selu();
  }
}

/** Each element between 0 and 6, and the bounds outside. */
export class ReLU6 extends Module {
  override forward(x: Tensor): Tensor {
    return x.relu6();
  }
}

/** A sigmoid of three straight lines. */
export class Hardsigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return x.hardsigmoid();
  }
}

/** x times its hardsigmoid. */
export class Hardswish extends Module {
  override forward(x: Tensor): Tensor {
    return x.hardswish();
  }
}

/** x·tanh(ln(1 + eˣ)). */
export class Mish extends Module {
  override forward(x: Tensor): Tensor {
    return x.mish();
  }
}

/** x / (1 + |x|). */
export class Softsign extends Module {
  override forward(x: Tensor): Tensor {
    return x.softsign();
  }
}

/** x − tanh x. */
export class Tanhshrink extends Module {
  override forward(x: Tensor): Tensor {
    return x.tanhshrink();
  }
}

/** ln σ(x). */
export class LogSigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return x.logSigmoid();
  }
}

/** x where positive, α·(eˣ − 1) elsewhere. */
export class ELU extends Module {
  constructor(/** Very negative elements approach −alpha. */ readonly alpha = 1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.elu(this.alpha);
  }
}

/** x where positive, α·(e^(x/α) − 1) elsewhere. */
export class CELU extends Module {
  constructor(/** Very negative elements approach −alpha. */ readonly alpha = 1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.celu(this.alpha);
  }
}

/** x between two bounds, and the bounds outside. */
export class Hardtanh extends Module {
  constructor(
    /** The smallest result. */
    readonly min = -1,
    /** The largest result. */
    readonly max = 1,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.hardtanh(this.min, this.max);
  }
}

/** x outside −λ to λ, 0 inside. */
export class Hardshrink extends Module {
  constructor(/** Elements no farther than this from zero become zero. */ readonly lambda = 0.5) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.hardshrink(this.lambda);
  }
}

/** x moved toward 0 by λ, 0 inside. */
export class Softshrink extends Module {
  constructor(/** How far elements are drawn toward zero. */ readonly lambda = 0.5) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.softshrink(this.lambda);
  }
}

/** The first half along a dimension times the sigmoid of the second. */
export class GLU extends Module {
  constructor(/** The dimension that is halved. */ readonly dim = -1) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return x.glu(this.dim);
  }
}

/** x where positive, elsewhere x times a learned weight, one for all or one for each channel. */
export class PReLU extends Module {
  /** [channels] or [1]: the learned slopes of negative elements. */
  weight: Parameter;

  constructor(count = 1, first = 0.25) {
    super();
    this.weight = new Parameter(full([count], first));
  }

  override forward(x: Tensor): Tensor {
    return x.prelu(this.weight);
  }
}
