/**
 * Where the curves between layers are flat: outputs at which nearly nothing of a gradient passes a unit. The training
 * view counts such units; `test/engine/flat-units.test.ts` holds the ranges against the formulas of the op table.
 */
import type { OpName } from "./table.js";

export interface FlatUnits {
  /** What such a unit is called: its output sticks at an end of the curve, or is zero for this input. */
  readonly word: "saturated" | "zero";
  /** A unit whose output is at most `from` or at least `to` passes at most 6 % of the gradient that it could. */
  readonly from: number;
  readonly to: number;
}

/** tanh′ = 1 − y² and σ′ = y(1 − y), against their largest values 1 and ¼; relu passes nothing where its output is 0. */
export const flatUnits: { readonly [op in OpName]?: FlatUnits } = {
  relu: { word: "zero", from: 0, to: Infinity },
  tanh: { word: "saturated", from: -0.97, to: 0.97 },
  sigmoid: { word: "saturated", from: 0.015, to: 0.985 },
};

/** The share of outputs at which the curve is flat, from 0 to 1; 0 of none. */
export function shareOfFlat(values: ArrayLike<number>, { from, to }: FlatUnits): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (value <= from || value >= to) count++;
  }
  return values.length === 0 ? 0 : count / values.length;
}
