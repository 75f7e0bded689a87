/**
 * Optimizers that look at the sign of the gradient alone: Rprop (Riedmiller and Braun, 1993) has a step size for each
 * element, which grows while the sign stays; Lion (Chen et al., 2023) goes by the sign of an average.
 */
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { changeEach, checkAtLeastZero, checkBelowOne, Optimizer, type ParameterGroup, zerosFor } from "./optimizer.js";

/** The settings of `Rprop`. */
export interface RpropSettings {
  /** The size of the first step, 0.01 unless given. */
  lr: number;
  /** What a step is multiplied by where the sign has changed, and where it has not. */
  etas: readonly [number, number];
  /** The smallest and the largest step. */
  stepSizes: readonly [number, number];
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `Rprop`. */
export type RpropOptions = Partial<RpropSettings>;

interface Steps {
  readonly before: Storage;
  readonly sizes: Storage;
}

/**
 * Grows a step while the gradient keeps its sign and shrinks it where the sign changes (Riedmiller and Braun, 1993).
 */
export class Rprop extends Optimizer<RpropSettings, Steps> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<RpropSettings>[], options: RpropOptions = {}) {
    const defaults: RpropSettings = { lr: 0.01, etas: [0.5, 1.2], stepSizes: [1e-6, 50], maximize: false };
    super("Rprop", params, { ...defaults, ...options }, (call, { lr }) => checkAtLeastZero(call, "lr", lr));
  }

  protected override change(parameter: Tensor, grad: Tensor, settings: RpropSettings, state: Steps | null): Steps {
    const { lr, etas, stepSizes, maximize } = settings;
    const kept = state ?? { before: zerosFor(parameter), sizes: zerosFor(parameter) };
    if (state === null) for (let at = 0; at < kept.sizes.size; at++) kept.sizes.write(at, lr);
    const [smaller, larger] = etas;
    const [least, most] = stepSizes;
    changeEach(parameter, grad, { weightDecay: 0, maximize }, [kept.before, kept.sizes], (value, slope, remembered) => {
      const agreement = Math.sign(slope * remembered[0]);
      const factor = agreement > 0 ? larger : agreement < 0 ? smaller : 1;
      remembered[1] = Math.min(most, Math.max(least, remembered[1] * factor));
      // After a change of the sign the element waits for one step.
      remembered[0] = agreement < 0 ? 0 : slope;
      return value - Math.sign(remembered[0]) * remembered[1];
    });
    return kept;
  }
}

/** The settings of `Lion`. */
export interface LionSettings {
  /** The size of every step, 0.0001 unless given. */
  lr: number;
  /** How much of the average counts in a step, and how much of it is kept. */
  betas: readonly [number, number];
  /** By what part of the step size parameters shrink. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** What differs from the defaults of `Lion`. */
export type LionOptions = Partial<LionSettings>;

interface Average {
  readonly mean: Storage;
}

/** Steps by the sign of an average of gradients (Chen et al., 2023). */
export class Lion extends Optimizer<LionSettings, Average> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<LionSettings>[], options: LionOptions = {}) {
    const defaults: LionSettings = { lr: 0.0001, betas: [0.9, 0.99], weightDecay: 0, maximize: false };
    super("Lion", params, { ...defaults, ...options }, (call, { lr, betas, weightDecay }) => {
      checkAtLeastZero(call, "lr", lr);
      checkBelowOne(call, "betas[0]", betas[0]);
      checkBelowOne(call, "betas[1]", betas[1]);
      checkAtLeastZero(call, "weightDecay", weightDecay);
    });
  }

  protected override change(parameter: Tensor, grad: Tensor, settings: LionSettings, state: Average | null): Average {
    const { lr, betas, weightDecay, maximize } = settings;
    const [inStep, kept] = betas;
    const mean = state?.mean ?? zerosFor(parameter);
    changeEach(parameter, grad, { weightDecay: 0, maximize }, [mean], (value, slope, remembered) => {
      const direction = Math.sign(inStep * remembered[0] + (1 - inStep) * slope);
      remembered[0] = kept * remembered[0] + (1 - kept) * slope;
      return value * (1 - lr * weightDecay) - lr * direction;
    });
    return { mean };
  }
}
