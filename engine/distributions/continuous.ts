/** Distributions of real numbers, whose samples can carry a gradient to the parameters. */
import { noGrad } from "../autograd/grad-mode.js";
import { where } from "../functions.js";
import type { Tensor } from "../tensor.js";
import { drawnLike, parametersOf, type Distribution } from "./distribution.js";

/** The normal distribution with a mean and a standard deviation. */
export class Normal implements Distribution {
  /** The mean, of the distribution's shape. */
  readonly loc: Tensor;
  /** The standard deviation, of the distribution's shape. */
  readonly scale: Tensor;

  constructor(loc: Tensor | number, scale: Tensor | number) {
    [this.loc, this.scale] = parametersOf(loc, scale);
  }

  /** `loc`. */
  get mean(): Tensor {
    return this.loc;
  }

  /** `scale`². */
  get variance(): Tensor {
    return this.scale.square();
  }

  /** A sample that carries a gradient: loc + scale · ε (Kingma and Welling, 2014). */
  rsample(shape: readonly number[] = []): Tensor {
    return drawnLike(this.loc, shape, "normal").mul(this.scale).add(this.loc);
  }

  sample(shape: readonly number[] = []): Tensor {
    return noGrad(() => this.rsample(shape));
  }

  logProb(value: Tensor): Tensor {
    const distance = value.sub(this.loc).div(this.scale).square();
    return distance
      .mul(-0.5)
      .sub(this.scale.log())
      .sub(0.5 * Math.log(2 * Math.PI));
  }

  entropy(): Tensor {
    return this.scale.log().add(0.5 + 0.5 * Math.log(2 * Math.PI));
  }
}

/** All numbers from `low` up to `high` alike. */
export class Uniform implements Distribution {
  /** The lower end, inside. */
  readonly low: Tensor;
  /** The upper end, outside. */
  readonly high: Tensor;

  constructor(low: Tensor | number, high: Tensor | number) {
    [this.low, this.high] = parametersOf(low, high);
  }

  /** (low + high) / 2. */
  get mean(): Tensor {
    return this.low.add(this.high).mul(0.5);
  }

  /** (high − low)² / 12. */
  get variance(): Tensor {
    return this.high.sub(this.low).square().div(12);
  }

  /** A sample that carries a gradient. */
  rsample(shape: readonly number[] = []): Tensor {
    return drawnLike(this.low, shape, "uniform").mul(this.high.sub(this.low)).add(this.low);
  }

  sample(shape: readonly number[] = []): Tensor {
    return noGrad(() => this.rsample(shape));
  }

  logProb(value: Tensor): Tensor {
    const isInside = value.ge(this.low).logicalAnd(value.lt(this.high));
    return where(isInside, this.high.sub(this.low).log().neg(), -Infinity);
  }

  entropy(): Tensor {
    return this.high.sub(this.low).log();
  }
}
