/** Dropout as modules: it drops while they are training, and hands everything on in evaluation. */
import { channelDropout, checkProbability, dropout } from "../randomized.js";
import type { Tensor } from "../tensor.js";
import { Module } from "./module.js";

/** Drops elements. */
export class Dropout extends Module {
  constructor(/** The probability that an element is dropped in training. */ readonly p = 0.5) {
    super();
    checkProbability("Dropout", p);
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, { p: this.p, training: this.training });
  }
}

/** Drops whole channels of [batch, channels, …]. */
export class Dropout2d extends Module {
  constructor(/** The probability that a channel is dropped in training. */ readonly p = 0.5) {
    super();
    checkProbability("Dropout2d", p);
  }

  override forward(x: Tensor): Tensor {
    return channelDropout(x, { p: this.p, training: this.training, channels: x.shape.length === 3 ? 0 : 1 });
  }
}
