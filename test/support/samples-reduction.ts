/** Samples of reductions and running sums. */
import { reductions, reductionsOfSeveral, row, sum, table, type Sample } from "./sample.js";

export const reductionSamples = {
  sum: reductions((x, dim, options) => x.sum(dim, options), sum),
  mean: reductions(
    (x, dim, options) => x.mean(dim, options),
    (values) => sum(values) / values.length,
  ),
  max: reductions(
    (x, dim, options) => x.max(dim, options),
    (values) => Math.max(...values),
  ),
  min: reductions(
    (x, dim, options) => x.min(dim, options),
    (values) => Math.min(...values),
  ),
  amax: reductions(
    (x, dim, options) => x.amax(dim, options),
    (values) => Math.max(...values),
  ),
  amin: reductions(
    (x, dim, options) => x.amin(dim, options),
    (values) => Math.min(...values),
  ),
  prod: [
    ...reductions(
      (x, dim, options) => x.prod(dim, options),
      (values) => values.reduce((product, value) => product * value, 1),
    ),
    { given: [[2, 0, 3]], call: (x) => x.prod(0), gives: 0 },
  ],
  argsort: [
    { given: [row], call: (x) => x.argsort(), gives: [1, 0, 2] },
    {
      given: [table],
      call: (x) => x.argsort(0, { descending: true }),
      gives: [
        [1, 1, 0],
        [0, 0, 1],
      ],
    },
  ],
  argmax: reductions(
    (x, dim, options) => x.argmax(dim, options),
    (values) => values.indexOf(Math.max(...values)),
  ),
  argmin: reductions(
    (x, dim, options) => x.argmin(dim, options),
    (values) => values.indexOf(Math.min(...values)),
  ),
  variance: [
    ...reductionsOfSeveral((x, dim, options) => x.variance(dim, options), varianceOf(1)),
    { given: [row], call: (x) => x.variance(0, { correction: 0 }), gives: varianceOf(0)(row) },
  ],
  std: reductionsOfSeveral(
    (x, dim, options) => x.std(dim, options),
    (values) => Math.sqrt(varianceOf(1)(values)),
  ),
  norm: reductions(
    (x, dim, options) => x.norm(dim, options),
    (values) => Math.hypot(...values),
  ),
  logSumExp: reductions((x, dim, options) => x.logSumExp(dim, options), logOfSum),
  logCumSumExp: [
    { given: [row], call: (x) => x.logCumSumExp(0), gives: [1, 2, 3].map((n) => logOfSum(row.slice(0, n))) },
    {
      given: [table],
      call: (x) => x.logCumSumExp(0),
      gives: [row, row.map((value, at) => logOfSum([value, table[1][at]]))],
    },
  ],
  cumsum: [
    { given: [row], call: (x) => x.cumsum(0), gives: [0.5, -0.75, 1.25] },
    { given: [table], call: (x) => x.cumsum(0), gives: [row, [3.5, -1, 1.5]] },
  ],
} satisfies Readonly<Record<string, readonly Sample[]>>;

function varianceOf(correction: number): (values: readonly number[]) => number {
  return (values) => {
    const mean = sum(values) / values.length;
    return sum(values.map((value) => (value - mean) ** 2)) / (values.length - correction);
  };
}

function logOfSum(values: readonly number[]): number {
  return Math.log(sum(values.map(Math.exp)));
}
