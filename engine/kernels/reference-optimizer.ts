/**
 * The reference kernels of the optimizers: one step over a whole parameter, in place, by PyTorch's formulas.
 * They work in float64 and round to the parameter's dtype when they write.
 */
import type { AdamStep, SgdStep } from "./kernels.js";
import type { Storage } from "./storage.js";

export function sgdStep(parameter: Storage, gradient: Storage, buffer: Storage | null, step: SgdStep): void {
  const [values, gradients, velocities] = [parameter.values, gradient.values, buffer?.values];
  const { momentum } = step;
  for (let i = 0; i < parameter.size; i++) {
    let change = step.direction * gradients[i] + step.weightDecay * values[i];
    if (velocities !== undefined) {
      const first = step.buffer === "first";
      const velocity = first ? change : momentum * velocities[i] + (1 - step.dampening) * change;
      velocities[i] = velocity;
      change = step.nesterov === "nesterov" ? change + momentum * velocity : velocity;
    }
    values[i] -= step.learningRate * change;
  }
}

export function adamStep(
  parameter: Storage,
  gradient: Storage,
  mean: Storage,
  square: Storage,
  largest: Storage | null,
  step: AdamStep,
): void {
  const [values, gradients] = [parameter.values, gradient.values];
  const [means, squares, tops] = [mean.values, square.values, largest?.values];
  const { beta1, beta2 } = step;
  const coupled = step.decay === "coupled" ? step.weightDecay : 0;
  const shrink = step.decay === "decoupled" ? 1 - step.learningRate * step.weightDecay : 1;
  for (let i = 0; i < parameter.size; i++) {
    const value = values[i] * shrink;
    const g = step.direction * gradients[i] + coupled * value;
    means[i] = beta1 * means[i] + (1 - beta1) * g;
    squares[i] = beta2 * squares[i] + (1 - beta2) * g * g;
    let spread = squares[i];
    if (tops !== undefined) spread = tops[i] = Math.max(tops[i], squares[i]);
    const scale = Math.sqrt(spread) / Math.sqrt(step.correction2) + step.epsilon;
    values[i] = value - (step.learningRate / step.correction1) * (means[i] / scale);
  }
}
