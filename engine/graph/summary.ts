/**
 * A tensor in a few numbers, copied while the tensor lives: what a graph keeps of a value or a gradient.
 * It reads plain numbers and knows no tensor. Of a watched program it is the dearest part, so it looks at every number
 * once, and once more for the histogram of what is more than a handful.
 */
import type { Histogram, TensorSummary } from "./gradient-graph.js";

const firstCount = 16;
const binCount = 20;
/** Loops over one kind of array are several times as fast as over any. Kept between calls, and never handed out. */
let scratch = new Float64Array(1024);

export function summarize(values: ArrayLike<number>): TensorSummary {
  const size = values.length;
  if (scratch.length < size) scratch = new Float64Array(2 * size);
  const numbers = scratch;
  numbers.set(values);
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let squares = 0;
  let exactZeros = 0;
  let nonFinite = 0;
  for (let i = 0; i < size; i++) {
    const value = numbers[i] ?? NaN;
    if (value - value !== 0) {
      nonFinite++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) exactZeros++;
    sum += value;
    squares += value * value;
  }
  const finiteCount = size - nonFinite;
  const hasFinite = finiteCount > 0;
  const first: number[] = [];
  for (let i = 0; i < size && i < firstCount; i++) first.push(numbers[i] ?? NaN);
  return {
    first,
    norm: nonFinite > 0 ? NaN : normOf(numbers, size, squares, Math.max(Math.abs(min), Math.abs(max))),
    min: hasFinite ? min : NaN,
    max: hasFinite ? max : NaN,
    mean: hasFinite ? sum / finiteCount : NaN,
    exactZeros,
    nonFinite,
    size,
    histogram: size > firstCount && hasFinite ? histogramOf(numbers, size, min, max) : null,
  };
}

/** Squares of very small and of very large numbers vanish or overflow; then each is scaled by the largest first. */
function normOf(numbers: Float64Array, size: number, squares: number, largest: number): number {
  if (size === 0 || largest === 0) return 0;
  if (squares > 1e-290 && squares < Infinity) return Math.sqrt(squares);
  let scaledSquares = 0;
  for (let i = 0; i < size; i++) scaledSquares += ((numbers[i] ?? 0) / largest) ** 2;
  return largest * Math.sqrt(scaledSquares);
}

/** Of the finite values; all in the middle bin where they are equal. */
function histogramOf(numbers: Float64Array, size: number, min: number, max: number): Histogram {
  const counts = new Array<number>(binCount).fill(0);
  // The halves keep the range of the largest numbers finite.
  const perUnit = binCount / 2 / (max / 2 - min / 2);
  for (let i = 0; i < size; i++) {
    const value = numbers[i] ?? NaN;
    if (value - value !== 0) continue;
    const bin = max > min ? Math.min(binCount - 1, Math.floor((value / 2 - min / 2) * 2 * perUnit)) : binCount >> 1;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { from: min, to: max, counts };
}
