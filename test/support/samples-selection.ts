/** Samples of choosing by condition or index, and of comparisons. */
import { where, type Tensor } from "@gradlens/engine";
import { pairs, row, table, type Sample } from "./sample.js";

export const selectionSamples = {
  where: [
    { given: [[1, 0, 1], row, [7, 8, 9]], call: (c, a, b) => where(c, a, b), gives: [0.5, 8, 2] },
    { given: [[[1], [0]], row, 5], call: (c, a, b) => where(c, a, b), gives: [row, [5, 5, 5]] },
    { given: [[1, 0, 1], row], call: (c, a) => where(c, a, 4), gives: [0.5, 4, 2] },
  ],
  maskedFill: [
    { given: [row, [0, 1, 0]], call: (x, mask) => x.maskedFill(mask, 9), gives: [0.5, 9, 2] },
    { given: [table, [[0], [1]]], call: (x, mask) => x.maskedFill(mask, 9), gives: [row, [9, 9, 9]] },
  ],
  indexSelect: [
    { given: [table, [1, 0, 1]], call: (x, i) => x.indexSelect(i), gives: [table[1], table[0], table[1]] },
    {
      given: [table, [2, 0]],
      call: (x, i) => x.indexSelect(i, 1),
      gives: [
        [2, 0.5],
        [-0.5, 3],
      ],
    },
  ],
  indexInto: [
    {
      given: [
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [1, 0, 1],
      ],
      call: (x, i) => x.indexInto([3, 2], 0, i),
      gives: [
        [3, 4],
        [6, 8],
        [0, 0],
      ],
    },
  ],
  gather: [
    {
      given: [
        table,
        [
          [2, 0],
          [1, 1],
        ],
      ],
      call: (x, i) => x.gather(1, i),
      gives: [
        [2, 0.5],
        [0.25, 0.25],
      ],
    },
    { given: [row, [1]], call: (x, i) => x.gather(0, i), gives: [-1.25] },
  ],
  scatterReduce: (["sum", "prod", "mean", "amax", "amin"] as const).flatMap((reduce) => [
    {
      given: [row, [1, 1], [4, -3]],
      call: (x: Tensor, i: Tensor, source: Tensor) => x.scatterReduce(0, i, source, reduce),
      gives: [0.5, { sum: -0.25, prod: 15, mean: -0.25 / 3, amax: 4, amin: -3 }[reduce], 2],
    },
    {
      given: [row, [1, 1], [4, -3]],
      call: (x: Tensor, i: Tensor, source: Tensor) => x.scatterReduce(0, i, source, reduce, { includeSelf: false }),
      gives: [0.5, { sum: 1, prod: -12, mean: 0.5, amax: 4, amin: -3 }[reduce], 2],
    },
  ]),
  scatterInto: [
    {
      given: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [2, 0],
          [1, 1],
        ],
      ],
      call: (x, i) => x.scatterInto([2, 3], 1, i),
      gives: [
        [2, 0, 1],
        [0, 7, 0],
      ],
    },
  ],
  gt: pairs(
    (a, b) => a.gt(b),
    (a, b) => flag(a > b),
  ),
  lt: pairs(
    (a, b) => a.lt(b),
    (a, b) => flag(a < b),
  ),
  ge: pairs(
    (a, b) => a.ge(b),
    (a, b) => flag(a >= b),
  ),
  le: pairs(
    (a, b) => a.le(b),
    (a, b) => flag(a <= b),
  ),
  eq: pairs(
    (a, b) => a.eq(b),
    (a, b) => flag(a === b),
  ),
  ne: pairs(
    (a, b) => a.ne(b),
    (a, b) => flag(a !== b),
  ),
} satisfies Readonly<Record<string, readonly Sample[]>>;

function flag(holds: boolean): number {
  return holds ? 1 : 0;
}
