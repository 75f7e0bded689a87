/**
 * Adadelta (Zeiler, 2012) as in PyTorch. With g the gradient:
 *
 *     v ← ρ·v + (1 − ρ)·g²          d = √(a + ε) / √(v + ε) · g
 *     a ← ρ·a + (1 − ρ)·d²          w ← w − lr·d
 */
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { changeEach, checkAtLeastZero, checkBelowOne, Optimizer, type ParameterGroup, zerosFor } from "./optimizer.js";

/** The settings of `Adadelta`. */
export interface AdadeltaSettings {
  /** A factor of the steps, 1 unless given. */
  lr: number;
  /** How much of the averages of g² and of the squared steps is kept, 0.9 unless given. */
  rho: number;
  /** Keeps the division finite, and lets the first step be other than zero. */
  eps: number;
  /** How strongly parameters are drawn toward zero. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `Adadelta`. */
export type AdadeltaOptions = Partial<AdadeltaSettings>;

const defaults: AdadeltaSettings = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false };

interface Averages {
  readonly square: Storage;
  readonly steps: Storage;
}

/**
 * Steps by the ratio of averages and without a rate of its own (Zeiler, 2012); the formula stands at the head of the
 * file.
 */
export class Adadelta extends Optimizer<AdadeltaSettings, Averages> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<AdadeltaSettings>[], options: AdadeltaOptions = {}) {
    super("Adadelta", params, { ...defaults, ...options }, checkSettings);
  }

  protected override change(
    parameter: Tensor,
    grad: Tensor,
    settings: AdadeltaSettings,
    state: Averages | null,
  ): Averages {
    const { lr, rho, eps } = settings;
    const kept = state ?? { square: zerosFor(parameter), steps: zerosFor(parameter) };
    changeEach(parameter, grad, settings, [kept.square, kept.steps], (value, slope, remembered) => {
      remembered[0] = rho * remembered[0] + (1 - rho) * slope * slope;
      const step = (Math.sqrt(remembered[1] + eps) / Math.sqrt(remembered[0] + eps)) * slope;
      remembered[1] = rho * remembered[1] + (1 - rho) * step * step;
      return value - lr * step;
    });
    return kept;
  }
}

function checkSettings(call: string, { lr, rho, eps, weightDecay }: AdadeltaSettings): void {
  checkAtLeastZero(call, "lr", lr);
  checkBelowOne(call, "rho", rho);
  checkAtLeastZero(call, "eps", eps);
  checkAtLeastZero(call, "weightDecay", weightDecay);
}
