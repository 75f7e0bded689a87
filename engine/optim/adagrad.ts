/**
 * Adagrad (Duchi, Hazan and Singer, 2011) as in PyTorch. With g the gradient and t the number of the step:
 *
 *     s ← s + g²
 *     w ← w − lr / (1 + (t − 1)·lrDecay) · g / (√s + ε)
 */
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { changeEach, checkAtLeastZero, Optimizer, type ParameterGroup, zerosFor } from "./optimizer.js";

/** The settings of `Adagrad`. */
export interface AdagradSettings {
  /** The step size, 0.01 unless given. */
  lr: number;
  /** How fast it falls. */
  lrDecay: number;
  /** How strongly parameters are drawn toward zero. */
  weightDecay: number;
  /** What the sum of squares begins with. */
  initialAccumulatorValue: number;
  /** Keeps the division finite. */
  eps: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `Adagrad`. */
export type AdagradOptions = Partial<AdagradSettings>;

const defaults: AdagradSettings = {
  lr: 0.01,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
};

interface Sum {
  readonly step: number;
  readonly squares: Storage;
}

/** Divides by the root of the sum of all squared gradients (Duchi, Hazan and Singer, 2011). */
export class Adagrad extends Optimizer<AdagradSettings, Sum> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<AdagradSettings>[], options: AdagradOptions = {}) {
    super("Adagrad", params, { ...defaults, ...options }, checkSettings);
  }

  protected override change(parameter: Tensor, grad: Tensor, settings: AdagradSettings, state: Sum | null): Sum {
    const step = (state?.step ?? 0) + 1;
    const squares = state?.squares ?? begun(parameter, settings.initialAccumulatorValue);
    const rate = settings.lr / (1 + (step - 1) * settings.lrDecay);
    changeEach(parameter, grad, settings, [squares], (value, slope, remembered) => {
      remembered[0] += slope * slope;
      return value - (rate * slope) / (Math.sqrt(remembered[0]) + settings.eps);
    });
    return { step, squares };
  }
}

function begun(parameter: Tensor, value: number): Storage {
  const storage = zerosFor(parameter);
  if (value !== 0) for (let at = 0; at < storage.size; at++) storage.write(at, value);
  return storage;
}

function checkSettings(call: string, settings: AdagradSettings): void {
  for (const name of ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"] as const) {
    checkAtLeastZero(call, name, settings[name]);
  }
}
