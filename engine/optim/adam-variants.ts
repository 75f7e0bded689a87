/**
 * Relatives of Adam, as in PyTorch: NAdam looks ahead as Nesterov does (Dozat, 2016), RAdam waits until the average of g²
 * is worth something (Liu et al., 2020), Adamax divides by the largest gradient (Kingma and Ba, 2015).
 */
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { changeEach, checkAtLeastZero, checkBelowOne, Optimizer, type ParameterGroup, zerosFor } from "./optimizer.js";

/** The settings of `Adamax` and `RAdam`. */
export interface AdamVariantSettings {
  /** The step size: 0.002 unless given, and 0.001 for RAdam. */
  lr: number;
  /** How much of the averages of g and of g² is kept. */
  betas: readonly [number, number];
  /** Keeps the division finite. */
  eps: number;
  /** How strongly parameters are drawn toward zero. */
  weightDecay: number;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** The settings of `NAdam`. */
export interface NAdamSettings extends AdamVariantSettings {
  /** How fast the look ahead grows, 0.004 unless given. */
  momentumDecay: number;
}

/** What differs from the defaults of `Adamax` and `RAdam`. */
export type AdamVariantOptions = Partial<AdamVariantSettings>;
/** What differs from the defaults of `NAdam`. */
export type NAdamOptions = Partial<NAdamSettings>;

const defaults: AdamVariantSettings = { lr: 0.002, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false };

interface Moments {
  readonly step: number;
  readonly mean: Storage;
  readonly square: Storage;
}

interface AheadMoments extends Moments {
  /** The product of all weights of the look ahead so far. */
  readonly product: number;
}

/** Adam that looks ahead along the average gradient (Dozat, 2016). */
export class NAdam extends Optimizer<NAdamSettings, AheadMoments> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<NAdamSettings>[], options: NAdamOptions = {}) {
    super("NAdam", params, { ...defaults, momentumDecay: 0.004, ...options }, checkSettings);
  }

  protected override change(
    parameter: Tensor,
    grad: Tensor,
    settings: NAdamSettings,
    state: AheadMoments | null,
  ): AheadMoments {
    const { lr, eps, momentumDecay } = settings;
    const [beta1, beta2] = settings.betas;
    const { step, mean, square } = next(parameter, state);
    const weightAt = (time: number): number => beta1 * (1 - 0.5 * 0.96 ** (time * momentumDecay));
    const [now, later] = [weightAt(step), weightAt(step + 1)];
    const product = (state?.product ?? 1) * now;
    const correction = 1 - beta2 ** step;
    changeEach(parameter, grad, settings, [mean, square], (value, slope, remembered) => {
      average(remembered, slope, beta1, beta2);
      const divisor = Math.sqrt(remembered[1] / correction) + eps;
      const own = (slope * (1 - now)) / (1 - product);
      return value - (lr * (own + (remembered[0] * later) / (1 - product * later))) / divisor;
    });
    return { step, mean, square, product };
  }
}

/** Adam that steps carefully until its averages are reliable (Liu et al., 2020). */
export class RAdam extends Optimizer<AdamVariantSettings, Moments> {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamVariantSettings>[],
    options: AdamVariantOptions = {},
  ) {
    super("RAdam", params, { ...defaults, lr: 0.001, ...options }, checkSettings);
  }

  protected override change(
    parameter: Tensor,
    grad: Tensor,
    settings: AdamVariantSettings,
    state: Moments | null,
  ): Moments {
    const { lr, eps } = settings;
    const [beta1, beta2] = settings.betas;
    const { step, mean, square } = next(parameter, state);
    const [correction1, correction2] = [1 - beta1 ** step, 1 - beta2 ** step];
    const longest = 2 / (1 - beta2) - 1;
    const length = longest - (2 * step * beta2 ** step) / correction2;
    const rectified = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
    changeEach(parameter, grad, settings, [mean, square], (value, slope, remembered) => {
      average(remembered, slope, beta1, beta2);
      const corrected = remembered[0] / correction1;
      if (length <= 5) return value - lr * corrected;
      return (
        value - (lr * corrected * Math.sqrt(correction2) * Math.sqrt(rectified)) / (Math.sqrt(remembered[1]) + eps)
      );
    });
    return { step, mean, square };
  }
}

/** Adam with the largest gradient in the place of the average square (Kingma and Ba, 2015). */
export class Adamax extends Optimizer<AdamVariantSettings, Moments> {
  constructor(
    params: readonly Tensor[] | readonly ParameterGroup<AdamVariantSettings>[],
    options: AdamVariantOptions = {},
  ) {
    super("Adamax", params, { ...defaults, ...options }, checkSettings);
  }

  protected override change(
    parameter: Tensor,
    grad: Tensor,
    settings: AdamVariantSettings,
    state: Moments | null,
  ): Moments {
    const { lr, eps } = settings;
    const [beta1, beta2] = settings.betas;
    const { step, mean, square } = next(parameter, state);
    const correction = 1 - beta1 ** step;
    changeEach(parameter, grad, settings, [mean, square], (value, slope, remembered) => {
      remembered[0] = beta1 * remembered[0] + (1 - beta1) * slope;
      remembered[1] = Math.max(beta2 * remembered[1], Math.abs(slope) + eps);
      return value - ((lr / correction) * remembered[0]) / remembered[1];
    });
    return { step, mean, square };
  }
}

function next(parameter: Tensor, state: Moments | null): Moments {
  if (state !== null) return { step: state.step + 1, mean: state.mean, square: state.square };
  return { step: 1, mean: zerosFor(parameter), square: zerosFor(parameter) };
}

function average(remembered: Float64Array, slope: number, beta1: number, beta2: number): void {
  remembered[0] = beta1 * remembered[0] + (1 - beta1) * slope;
  remembered[1] = beta2 * remembered[1] + (1 - beta2) * slope * slope;
}

function checkSettings(call: string, { lr, betas, eps, weightDecay }: AdamVariantSettings): void {
  checkAtLeastZero(call, "lr", lr);
  checkBelowOne(call, "betas[0]", betas[0]);
  checkBelowOne(call, "betas[1]", betas[1]);
  checkAtLeastZero(call, "eps", eps);
  checkAtLeastZero(call, "weightDecay", weightDecay);
}
