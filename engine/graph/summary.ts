/**
 * A tensor in a few numbers, copied while the tensor lives: what a graph keeps of a value or a gradient.
 * It reads plain numbers and knows no tensor.
 */
import type { Histogram, TensorSummary } from "./gradient-graph.js";

const firstCount = 16;
const binCount = 20;

export function summarize(values: ArrayLike<number>): TensorSummary {
  const size = values.length;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let largest = 0;
  let exactZeros = 0;
  let nonFinite = 0;
  for (let i = 0; i < size; i++) {
    const value = values[i] ?? NaN;
    if (value - value !== 0) {
      nonFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) exactZeros++;
    sum += value;
  }
  largest = Math.max(Math.abs(min), Math.abs(max));
  const finiteCount = size - nonFinite;
  const hasFinite = finiteCount > 0;
  return {
    first: Array.from({ length: Math.min(size, firstCount) }, (_, i) => values[i] ?? NaN),
    norm: nonFinite > 0 ? NaN : normOf(values, largest),
    min: hasFinite ? min : NaN,
    max: hasFinite ? max : NaN,
    mean: hasFinite ? sum / finiteCount : NaN,
    exactZeros,
    nonFinite,
    size,
    histogram: size > firstCount && hasFinite ? histogramOf(values, min, max) : null,
  };
}

/** Every element is exactly zero, and there is one. */
export function isAllZero(summary: TensorSummary): boolean {
  return summary.size > 0 && summary.exactZeros === summary.size;
}

/** Scaled by the largest element, so that squares of tiny and of huge numbers do not vanish or overflow. */
function normOf(values: ArrayLike<number>, largest: number): number {
  if (values.length === 0 || largest === 0) return 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const scaled = (values[i] ?? 0) / largest;
    squares += scaled * scaled;
  }
  return largest * Math.sqrt(squares);
}

/** Of the finite values; all in the middle bin where they are equal. */
function histogramOf(values: ArrayLike<number>, min: number, max: number): Histogram {
  const counts = new Array<number>(binCount).fill(0);
  const width = (max - min) / binCount;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (value - value !== 0) continue;
    const bin = width > 0 ? Math.min(binCount - 1, Math.floor((value - min) / width)) : binCount >> 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from: min, to: max, counts };
}
