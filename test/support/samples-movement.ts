/** Samples of matrix products and of changes of shape, order and dtype. */
import { concat, stack } from "@gradlens/engine";
import { column, row, table, type Sample } from "./sample.js";

export const movementSamples = {
  inverse: [
    {
      given: [
        [
          [2, 1],
          [0.5, 3],
        ],
      ],
      call: (x) => x.inverse(),
      gives: [
        [3 / 5.5, -1 / 5.5],
        [-0.5 / 5.5, 2 / 5.5],
      ],
    },
    // The first pivot is 0, so the rows change places.
    {
      given: [
        [
          [
            [0, 2],
            [4, 1],
          ],
          [
            [1, 0],
            [0, -4],
          ],
        ],
      ],
      call: (x) => x.inverse(),
      gives: [
        [
          [-0.125, 0.25],
          [0.5, 0],
        ],
        [
          [1, 0],
          [0, -0.25],
        ],
      ],
    },
  ],
  matmul: [
    { given: [table, [[1], [2], [-1]]], call: (a, b) => a.matmul(b), gives: [[-4], [4]] },
    { given: [table, [1, 2, -1]], call: (a, b) => a.matmul(b), gives: [-4, 4] },
    { given: [[2, -1], table], call: (a, b) => a.matmul(b), gives: [-2, -2.75, 4.5] },
    { given: [row, [2, 4, 1]], call: (a, b) => a.matmul(b), gives: -2 },
    {
      given: [
        [table, [row, row]],
        [[1], [2], [-1]],
      ],
      call: (a, b) => a.matmul(b),
      gives: [
        [[-4], [4]],
        [[-4], [-4]],
      ],
    },
    {
      given: [
        [[1, 2]],
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
      call: (a, b) => a.matmul(b),
      gives: [[[5]], [[11]]],
    },
    {
      given: [
        [[[1, 2]], [[3, 4]]],
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
      call: (a, b) => a.matmul(b),
      gives: [[[5]], [[25]]],
    },
    {
      given: [
        [[[[1, 2]]], [[[3, 4]]]],
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
      call: (a, b) => a.matmul(b),
      gives: [
        [[[5]], [[11]]],
        [[[11]], [[25]]],
      ],
    },
    {
      given: [
        [[[1, 2]], [[3, 4]]],
        [1, -1],
      ],
      call: (a, b) => a.matmul(b),
      gives: [[-1], [-1]],
    },
    {
      given: [
        [1, -1],
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ],
      call: (a, b) => a.matmul(b),
      gives: [[-1], [-1]],
    },
    {
      given: [table, [[1, 2]]],
      call: (a, b) => a.matmulSides(b, { a: "transposed", b: "transposed" }),
      gives: [[6.5], [-0.75], [1]],
    },
    {
      given: [table, [row]],
      call: (a, b) => a.matmulSides(b, { a: "plain", b: "transposed" }),
      gives: [[5.8125], [0.1875]],
    },
    {
      given: [table, [[1], [2]]],
      call: (a, b) => a.matmulSides(b, { a: "transposed", b: "plain" }),
      gives: [[6.5], [-0.75], [1]],
    },
  ],

  reshape: [
    {
      given: [table],
      call: (x) => x.reshape([3, -1]),
      gives: [
        [0.5, -1.25],
        [2, 3],
        [0.25, -0.5],
      ],
    },
    { given: [2.5], call: (x) => x.reshape([1, 1]), gives: [[2.5]] },
  ],
  transpose: [
    {
      given: [table],
      call: (x) => x.transpose(),
      gives: [
        [0.5, 3],
        [-1.25, 0.25],
        [2, -0.5],
      ],
    },
    { given: [[table, table]], call: (x) => x.transpose(0, 1), gives: table.map((r) => [r, r]) },
  ],
  permute: [
    {
      given: [[[[1, 2, 3]], [[4, 5, 6]]]],
      call: (x) => x.permute([2, 0, 1]),
      gives: [1, 2, 3].map((v) => [[v], [v + 3]]),
    },
  ],
  expand: [
    {
      given: [column],
      call: (x) => x.expand([2, 3]),
      gives: [
        [1.5, 1.5, 1.5],
        [-0.75, -0.75, -0.75],
      ],
    },
    { given: [row], call: (x) => x.expand([2, -1]), gives: [row, row] },
    { given: [2.5], call: (x) => x.expand([2]), gives: [2.5, 2.5] },
  ],
  sumTo: [
    { given: [table], call: (x) => x.sumTo([2, 1]), gives: [[1.25], [2.75]] },
    { given: [table], call: (x) => x.sumTo([3]), gives: [3.5, -1, 1.5] },
    { given: [table], call: (x) => x.sumTo([]), gives: 4 },
  ],
  narrow: [
    {
      given: [table],
      call: (x) => x.narrow(1, 1, 2),
      gives: [
        [-1.25, 2],
        [0.25, -0.5],
      ],
    },
    { given: [table], call: (x) => x.narrow(0, 1, 1), gives: [[3, 0.25, -0.5]] },
  ],
  placed: [
    {
      given: [[[1], [2]]],
      call: (x) => x.placed(1, 1, 3),
      gives: [
        [0, 1, 0],
        [0, 2, 0],
      ],
    },
  ],
  flip: [
    {
      given: [table],
      call: (x) => x.flip(1),
      gives: [
        [2, -1.25, 0.5],
        [-0.5, 0.25, 3],
      ],
    },
  ],
  stack: [
    { given: [row, [1, 2, 3]], call: (a, b) => stack([a, b]), gives: [row, [1, 2, 3]] },
    {
      given: [row, [1, 2, 3]],
      call: (a, b) => stack([a, b], 1),
      gives: [
        [0.5, 1],
        [-1.25, 2],
        [2, 3],
      ],
    },
    { given: [2], call: (a) => stack([a, a]), gives: [2, 2] },
  ],
  concat: [
    { given: [row, [1, 2]], call: (a, b) => concat([a, b]), gives: [...row, 1, 2] },
    {
      given: [table, [[7], [8]]],
      call: (a, b) => concat([a, b], -1),
      gives: [
        [...row, 7],
        [3, 0.25, -0.5, 8],
      ],
    },
  ],
  clone: [{ given: [table], call: (x) => x.clone(), gives: table }],
  to: [
    { given: [[0.5, -1.25]], call: (x) => x.to("float32"), gives: [0.5, -1.25] },
    { given: [[0.5, -1.25]], call: (x) => x.to("int32"), gives: [0, -1] },
    { given: [[0.5, 0]], call: (x) => x.to("bool"), gives: [1, 0] },
  ],
} satisfies Readonly<Record<string, readonly Sample[]>>;
