/**
 * Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019), as in PyTorch. With g the gradient:
 *
 *     m ← β₁·m + (1 − β₁)·g         v ← β₂·v + (1 − β₂)·g²
 *     w ← w − lr · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * Adam adds weightDecay·w to g; AdamW shrinks w by lr·weightDecay first. AMSGrad divides by the largest v so far.
 */
import { kernels } from "../kernels/active.js";
import type { AdamStep } from "../kernels/kernels.js";
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { checkAtLeastZero, checkBelowOne, Optimizer, zerosFor, type ParameterGroup } from "./optimizer.js";

/** The settings of `Adam` and `AdamW`. */
export interface AdamSettings {
  /** The step size, 0.001 unless given. */
  lr: number;
  /** How much of the averages of g and of g² is kept. */
  betas: readonly [number, number];
  /** Keeps the division finite. */
  eps: number;
  /** How strongly parameters are drawn toward zero. */
  weightDecay: number;
  /** Divides by the largest average of g² so far. */
  amsgrad: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `Adam` and `AdamW`. */
export type AdamOptions = Partial<AdamSettings>;

interface Moments {
  readonly step: number;
  readonly mean: Storage;
  readonly square: Storage;
  readonly largest: Storage | null;
}

const defaults: AdamSettings = {
  lr: 0.001,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
};

abstract class AdamFamily extends Optimizer<AdamSettings, Moments> {
  protected abstract readonly decay: AdamStep["decay"];

  protected override change(parameter: Tensor, grad: Tensor, settings: AdamSettings, state: Moments | null): Moments {
    const step = (state?.step ?? 0) + 1;
    const mean = state?.mean ?? zerosFor(parameter);
    const square = state?.square ?? zerosFor(parameter);
    const largest = settings.amsgrad ? (state?.largest ?? zerosFor(parameter)) : null;
    const [beta1, beta2] = settings.betas;
    kernels.adamStep(parameter.storage, grad.storage, mean, square, largest, {
      learningRate: settings.lr,
      beta1,
      beta2,
      epsilon: settings.eps,
      weightDecay: settings.weightDecay,
      decay: this.decay,
      direction: settings.maximize ? -1 : 1,
      correction1: 1 - beta1 ** step,
      correction2: 1 - beta2 ** step,
    });
    return { step, mean, square, largest };
  }
}

/** Averages of the gradient and of its square (Kingma and Ba, 2015): w ← w − lr · m̂ / (√v̂ + ε). */
export class Adam extends AdamFamily {
  protected override readonly decay = "coupled";

  constructor(params: readonly Tensor[] | readonly ParameterGroup<AdamSettings>[], options: AdamOptions = {}) {
    super("Adam", params, { ...defaults, ...options }, checkSettings);
  }
}

/** Adam whose weight decay, 0.01 unless given, is kept out of the averages. */
export class AdamW extends AdamFamily {
  protected override readonly decay = "decoupled";

  constructor(params: readonly Tensor[] | readonly ParameterGroup<AdamSettings>[], options: AdamOptions = {}) {
    super("AdamW", params, { ...defaults, weightDecay: 0.01, ...options }, checkSettings);
  }
}

function checkSettings(call: string, { lr, betas, eps, weightDecay }: AdamSettings): void {
  checkAtLeastZero(call, "lr", lr);
  checkBelowOne(call, "betas[0]", betas[0]);
  checkBelowOne(call, "betas[1]", betas[1]);
  checkAtLeastZero(call, "eps", eps);
  checkAtLeastZero(call, "weightDecay", weightDecay);
}
