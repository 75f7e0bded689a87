/** Gradients that are too long are shortened in place, between `backward()` and `step()`. */
import { changed } from "../kernels/windows.js";
import { EngineError } from "../errors.js";
import type { Tensor } from "../tensor.js";

/**
 * Scales the gradients of all parameters so that together they are at most so long, and gives the length that they had
 * (Pascanu, Mikolov and Bengio, 2013). Parameters without a gradient do not count.
 */
export function clipGradNorm(
  parameters: Iterable<Tensor>,
  maxNorm: number,
  { p = 2 }: { readonly p?: number } = {},
): number {
  if (!(maxNorm >= 0) || !(p > 0)) {
    throw new EngineError(
      `clipGradNorm: a norm of at most ${maxNorm}, with p = ${p}`,
      "a length is at least 0 and a power above 0",
      "Pass for example 1.",
    );
  }
  const gradients = gradientsOf(parameters);
  let sum = 0;
  for (const { storage } of gradients) {
    for (let at = 0; at < storage.size; at++) {
      const size = Math.abs(storage.read(at));
      sum = p === Infinity ? Math.max(sum, size) : sum + size ** p;
    }
  }
  const length = p === Infinity ? sum : sum ** (1 / p);
  const factor = maxNorm / (length + 1e-6);
  if (factor < 1 || Number.isNaN(factor)) changeAll(gradients, (value) => value * factor);
  return length;
}

/** Brings every element of every gradient between −limit and limit. */
export function clipGradValue(parameters: Iterable<Tensor>, limit: number): void {
  if (!(limit >= 0)) {
    throw new EngineError(`clipGradValue: a limit of ${limit}`, "it is a size, at least 0", "Pass for example 0.5.");
  }
  changeAll(gradientsOf(parameters), (value) => Math.max(-limit, Math.min(limit, value)));
}

function gradientsOf(parameters: Iterable<Tensor>): readonly Tensor[] {
  return [...parameters].flatMap(({ grad }) => (grad === null ? [] : [grad]));
}

function changeAll(gradients: readonly Tensor[], change: (value: number) => number): void {
  for (const { storage } of gradients) {
    for (let at = 0; at < storage.size; at++) storage.write(at, change(storage.read(at)));
    changed(storage);
  }
}
