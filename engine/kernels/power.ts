/**
 * The powers that PyTorch computes without `pow` when the exponent is one number: they differ from it at −∞,
 * and they are much faster.
 */
import type { UnaryOp } from "./kernels.js";

/** The op that raises to this exponent, or null where only `pow` does. */
export function powerShortcut(exponent: number): UnaryOp | null {
  return shortcuts.get(exponent) ?? null;
}

const shortcuts: ReadonlyMap<number, UnaryOp> = new Map([
  [2, "square"],
  [0.5, "sqrt"],
  [-0.5, "rsqrt"],
  [-1, "reciprocal"],
]);
