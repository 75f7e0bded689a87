/** Samples of views whose elements lie at regular distances, and of their ways back. */
import type { Sample } from "./sample.js";

const grid = [
  [1, 2, 3],
  [4, 5, 6],
];

export const stridedSamples = {
  strided: [
    // Overlapping: the middle element is read twice and gets both gradients.
    {
      given: [[1, 2, 3]],
      call: (x) => x.strided([2, 2], [1, 1], 0),
      gives: [
        [1, 2],
        [2, 3],
      ],
    },
    { given: [grid], call: (x) => x.strided([2], [4], 1), gives: [2, 6] },
  ],
  stridedInto: [
    {
      given: [
        [
          [1, 2],
          [4, 8],
        ],
      ],
      call: (x) => x.stridedInto([3], [1, 1], 0),
      gives: [1, 6, 8],
    },
    {
      given: [[1, 2]],
      call: (x) => x.stridedInto([2, 3], [4], 1),
      gives: [
        [0, 1, 0],
        [0, 0, 2],
      ],
    },
  ],
  stridedScatter: [
    {
      given: [grid, [-1, -2]],
      call: (x, source) => x.stridedScatter(source, [4], 0),
      gives: [
        [-1, 2, 3],
        [4, -2, 6],
      ],
    },
  ],
  diagonal: [
    { given: [grid], call: (x) => x.diagonal({ offset: 1 }), gives: [2, 6] },
    { given: [grid], call: (x) => x.diagonal({ offset: -1 }), gives: [4] },
    { given: [grid], call: (x) => x.diagonal({ offset: 5 }), gives: [] },
    {
      given: [[grid, grid]],
      call: (x) => x.diagonal({ dim1: 2, dim2: 1 }),
      gives: [
        [1, 5],
        [1, 5],
      ],
    },
  ],
  unfold: [
    {
      given: [[1, 2, 3, 4, 5]],
      call: (x) => x.unfold(0, 3, 2),
      gives: [
        [1, 2, 3],
        [3, 4, 5],
      ],
    },
    {
      given: [grid],
      call: (x) => x.unfold(-1, 2, 1),
      gives: [
        [
          [1, 2],
          [2, 3],
        ],
        [
          [4, 5],
          [5, 6],
        ],
      ],
    },
  ],
} satisfies Record<string, readonly Sample[]>;
