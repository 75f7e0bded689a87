/**
 * RMSprop (Hinton, 2012) as in PyTorch. With g the gradient:
 *
 *     v ← α·v + (1 − α)·g²
 *     w ← w − lr · g / (√v + ε)
 *
 * Centered, the square of the average gradient is taken from v; with momentum the quotients are summed up first.
 */
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { changeEach, checkAtLeastZero, Optimizer, type ParameterGroup, zerosFor } from "./optimizer.js";

/** The settings of `RMSprop`. */
export interface RMSpropSettings {
  /** The step size, 0.01 unless given. */
  lr: number;
  /** How much of the average of g² is kept, 0.99 unless given. */
  alpha: number;
  /** Keeps the division finite. */
  eps: number;
  /** How strongly parameters are drawn toward zero. */
  weightDecay: number;
  /** How much of the last step is kept. */
  momentum: number;
  /** Divides by the deviation of the gradient and not by its size. */
  centered: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `RMSprop`. */
export type RMSpropOptions = Partial<RMSpropSettings>;

const defaults: RMSpropSettings = {
  lr: 0.01,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
};

interface Averages {
  readonly square: Storage;
  readonly mean: Storage;
  readonly step: Storage;
}

/** Divides by the root of an average of squared gradients (Hinton, 2012). */
export class RMSprop extends Optimizer<RMSpropSettings, Averages> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<RMSpropSettings>[], options: RMSpropOptions = {}) {
    super("RMSprop", params, { ...defaults, ...options }, checkSettings);
  }

  protected override change(
    parameter: Tensor,
    grad: Tensor,
    settings: RMSpropSettings,
    state: Averages | null,
  ): Averages {
    const { lr, alpha, eps, momentum, centered } = settings;
    const kept = state ?? { square: zerosFor(parameter), mean: zerosFor(parameter), step: zerosFor(parameter) };
    changeEach(parameter, grad, settings, [kept.square, kept.mean, kept.step], (value, slope, remembered) => {
      remembered[0] = alpha * remembered[0] + (1 - alpha) * slope * slope;
      if (centered) remembered[1] = alpha * remembered[1] + (1 - alpha) * slope;
      const spread = Math.sqrt(remembered[0] - remembered[1] * remembered[1]) + eps;
      remembered[2] = momentum * remembered[2] + slope / spread;
      return value - lr * remembered[2];
    });
    return kept;
  }
}

function checkSettings(call: string, { lr, alpha, eps, weightDecay, momentum }: RMSpropSettings): void {
  checkAtLeastZero(call, "lr", lr);
  checkAtLeastZero(call, "alpha", alpha);
  checkAtLeastZero(call, "eps", eps);
  checkAtLeastZero(call, "weightDecay", weightDecay);
  checkAtLeastZero(call, "momentum", momentum);
}
