/**
 * The reference kernels of the optimizers: one step over a whole parameter, in place, by PyTorch's formulas.
 * They work in float64 and round to the parameter's dtype when they write.
 */
import type { AdamStep, SgdStep } from "./kernels.js";
import type { Storage } from "./storage.js";

export function sgdStep(parameter: Storage, gradient: Storage, buffer: Storage | null, step: SgdStep): void {
  for (let i = 0; i < parameter.size; i++) {
    const value = parameter.read(i);
    let change = step.direction * gradient.read(i) + step.weightDecay * value;
    if (buffer !== null) {
      const first = step.buffer === "first";
      const velocity = first ? change : step.momentum * buffer.read(i) + (1 - step.dampening) * change;
      buffer.write(i, velocity);
      change = step.nesterov === "nesterov" ? change + step.momentum * velocity : velocity;
    }
    parameter.write(i, value - step.learningRate * change);
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
  const { beta1, beta2 } = step;
  const coupled = step.decay === "coupled" ? step.weightDecay : 0;
  const shrink = step.decay === "decoupled" ? 1 - step.learningRate * step.weightDecay : 1;
  for (let i = 0; i < parameter.size; i++) {
    const value = parameter.read(i) * shrink;
    const g = step.direction * gradient.read(i) + coupled * value;
    mean.write(i, beta1 * mean.read(i) + (1 - beta1) * g);
    square.write(i, beta2 * square.read(i) + (1 - beta2) * g * g);
    largest?.write(i, Math.max(largest.read(i), square.read(i)));
    const spread = Math.sqrt((largest ?? square).read(i) / step.correction2) + step.epsilon;
    parameter.write(i, value - (step.learningRate / step.correction1) * (mean.read(i) / spread));
  }
}
