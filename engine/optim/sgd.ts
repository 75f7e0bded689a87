/**
 * Stochastic gradient descent, with momentum as in PyTorch. With g the gradient plus weightDecay·w:
 *
 *     v ← momentum·v + (1 − dampening)·g        (in the first step v ← g)
 *     w ← w − lr·v                              (Nesterov: w − lr·(g + momentum·v))
 */
import { EngineError } from "../errors.js";
import { kernels } from "../kernels/active.js";
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { checkAtLeastZero, Optimizer, zerosFor, type ParameterGroup } from "./optimizer.js";

/** The settings of `SGD`. */
export interface SGDSettings {
  /** The step size. */
  lr: number;
  /** How much of the last velocity is kept; 0 is plain descent. */
  momentum: number;
  /** How much of the gradient is kept out of the velocity. */
  dampening: number;
  /** Adds so many times the parameter to its gradient. */
  weightDecay: number;
  /** Looks ahead along the velocity. Needs momentum and no dampening. */
  nesterov: boolean;
  /** Climbs instead of descending. */
  maximize: boolean;
}

/** The step size, and what differs from the defaults of `SGD`. */
export type SGDOptions = Partial<SGDSettings> & { readonly lr: number };

const defaults = { momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false };

/** The velocity, once there is one. */
interface Velocity {
  readonly buffer: Storage | null;
}

/** Descends along the gradient, with momentum if asked (Sutskever et al., 2013): v ← μ·v + g, w ← w − lr·v. */
export class SGD extends Optimizer<SGDSettings, Velocity> {
  constructor(params: readonly Tensor[] | readonly ParameterGroup<SGDSettings>[], options: SGDOptions) {
    super("SGD", params, { ...defaults, ...options }, checkSettings);
  }

  protected override change(parameter: Tensor, grad: Tensor, settings: SGDSettings, state: Velocity | null): Velocity {
    const earlier = state?.buffer ?? null;
    const buffer = settings.momentum === 0 ? null : (earlier ?? zerosFor(parameter));
    kernels.sgdStep(parameter.storage, grad.storage, buffer, {
      learningRate: settings.lr,
      momentum: settings.momentum,
      dampening: settings.dampening,
      weightDecay: settings.weightDecay,
      nesterov: settings.nesterov ? "nesterov" : "plain",
      direction: settings.maximize ? -1 : 1,
      buffer: earlier === null ? "first" : "later",
    });
    return { buffer: buffer ?? earlier };
  }
}

function checkSettings(call: string, { lr, momentum, dampening, weightDecay, nesterov }: SGDSettings): void {
  checkAtLeastZero(call, "lr", lr);
  checkAtLeastZero(call, "momentum", momentum);
  checkAtLeastZero(call, "weightDecay", weightDecay);
  if (!nesterov || (momentum > 0 && dampening === 0)) return;
  throw new EngineError(
    `${call}: nesterov with momentum ${momentum} and dampening ${dampening}`,
    "Nesterov's step looks ahead along an undampened velocity",
    "Pass a momentum above 0 and leave dampening at 0.",
  );
}
