/** Samples of linear algebra: small matrices whose parts are known by hand. */
import { linalg, type Tensor } from "@gradlens/engine";
import { one, other, square, two, type Sample } from "./sample.js";

/** A function of symmetric matrices is held to its derivative on those. */
const symmetric = (x: Tensor): Tensor => x.add(x.transpose(-2, -1)).mul(0.5);
const given = [
  [2, 1],
  [1, 3],
];
const tall = [
  [3, 0],
  [4, 5],
  [0, 0],
];
const root = (of: number, over = 1): number => Math.sqrt(of) / over;

export const linearSamples = {
  solve: [{ given: [given, [[3], [5]]], call: (x, b) => x.solve(b), gives: [[0.8], [1.4]] }],
  solveTriangular: [
    {
      given: [
        [
          [2, 7],
          [1, 4],
        ],
        [[2], [5]],
      ],
      call: (x, b) => x.solveTriangular(b, { triangle: "lower", diagonal: "given" }),
      gives: [[1], [1]],
    },
    {
      given: [
        [
          [2, 7],
          [1, 4],
        ],
        [[2], [5]],
      ],
      call: (x, b) => x.solveTriangular(b, { triangle: "upper", diagonal: "ones" }),
      gives: [[-33], [5]],
    },
  ],
  det: [
    { given: [given], call: (x) => x.det(), gives: 5 },
    // Singular: each cofactor is a determinant of what is left.
    {
      given: [
        [
          [1, 2, 3],
          [2, 4, 6],
          [1, 0, 1],
        ],
      ],
      call: (x) => x.det(),
      gives: 0,
    },
  ],
  detSign: [
    {
      given: [
        [
          [2, 1],
          [3, 0.5],
        ],
      ],
      call: (x) => x.detSign(),
      gives: -1,
    },
  ],
  logAbsDet: [{ given: [given], call: (x) => x.logAbsDet(), gives: Math.log(5) }],
  cholesky: [
    {
      given: [
        [
          [4, 2],
          [2, 5],
        ],
      ],
      call: (x) => symmetric(x).cholesky(),
      gives: [
        [2, 0],
        [1, 2],
      ],
    },
  ],
  eigvalsh: [
    {
      given: [
        [
          [2, 2],
          [2, 5],
        ],
      ],
      call: (x) => symmetric(x).eigvalsh(),
      gives: [1, 6],
    },
  ],
  eigvectorsh: [
    {
      given: [
        [
          [2, 2],
          [2, 5],
        ],
      ],
      call: (x) => symmetric(x).eigvectorsh(),
      gives: [
        [2 / root(5), 1 / root(5)],
        [-1 / root(5), 2 / root(5)],
      ],
    },
  ],
  svdvals: [{ given: [tall], call: (x) => x.svdvals(), gives: [3 * root(5), root(5)] }],
  svdLeft: [
    {
      given: [tall],
      call: (x) => x.svdLeft(),
      gives: [
        [1 / root(10), 3 / root(10)],
        [3 / root(10), -1 / root(10)],
        [0, 0],
      ],
    },
  ],
  svdRight: [
    {
      given: [tall],
      call: (x) => x.svdRight(),
      gives: [
        [1 / root(2), 1 / root(2)],
        [1 / root(2), -1 / root(2)],
      ],
    },
  ],
  qrOrthogonal: [
    {
      given: [
        [
          [3, 1],
          [4, 2],
        ],
      ],
      call: (x) => x.qrOrthogonal(),
      gives: [
        [-0.6, -0.8],
        [-0.8, 0.6],
      ],
    },
  ],
  qrTriangular: [
    {
      given: [
        [
          [3, 1],
          [4, 2],
        ],
      ],
      call: (x) => x.qrTriangular(),
      gives: [
        [-5, -2.2],
        [0, 0.4],
      ],
    },
  ],
  pseudoInverse: [
    {
      given: [
        [
          [1, 0],
          [0, 2],
          [0, 0],
        ],
      ],
      call: (x) => x.pseudoInverse({ relative: 1e-9 }),
      gives: [
        [1, 0, 0],
        [0, 0.5, 0],
      ],
    },
  ],
} satisfies Readonly<Record<string, readonly Sample[]>>;

const positive = (x: Tensor): Tensor => x.matmul(x.transpose(-2, -1));

/** One call of each function of `linalg`. */
export const linalgSamples = {
  cofactors: one((x) => x.cofactors()),
  "linalg.solve": two((a, b) => linalg.solve(a, b, { left: false })),
  "linalg.solveTriangular": two((a, b) => linalg.solveTriangular(a, b, { upper: true, left: false })),
  "linalg.inv": one((x) => linalg.inv(x)),
  "linalg.det": one((x) => linalg.det(x)),
  "linalg.slogdet": one((x) => linalg.slogdet(x).logabsdet),
  "linalg.logdet": one((x) => linalg.logdet(x)),
  "linalg.cholesky": one((x) => linalg.cholesky(positive(x), { upper: true })),
  "linalg.choleskySolve": two((b, triangle) => linalg.choleskySolve(b, triangle)),
  "linalg.choleskyInverse": one((x) => linalg.choleskyInverse(x.tril())),
  "linalg.qr": one((x) => linalg.qr(x.repeat([1, 2])).r),
  "linalg.eigh": one((x) => linalg.eigh(positive(x)).eigenvectors),
  "linalg.eigvalsh": one((x) => linalg.eigvalsh(positive(x))),
  "linalg.svd": one((x) => linalg.svd(x).u),
  "linalg.svdvals": one((x) => linalg.svdvals(x)),
  "linalg.pinv": one((x) => linalg.pinv(x)),
  "linalg.matrixRank": one((x) => linalg.matrixRank(x)),
  "linalg.lstsq": two((a, b) => linalg.lstsq(a, b).solution),
  "linalg.cond": one((x) => linalg.cond(x)),
  "linalg.matrixNorm": one((x) => linalg.matrixNorm(x, "nuc")),
  "linalg.vectorNorm": one((x) => linalg.vectorNorm(x)),
  "linalg.matrixPower": one((x) => linalg.matrixPower(x, 2)),
  "linalg.matrixExp": one((x) => linalg.matrixExp(x)),
  "linalg.multiDot": one((x) => linalg.multiDot([x, x, x])),
  "linalg.vander": one((x) => linalg.vander(x)),
  "linalg.tensorsolve": {
    given: [[[square, other]], other],
    call: (a, b) =>
      linalg.tensorsolve(a.reshape([4, 2, 1]).narrow(0, 0, 2).reshape([2, 1, 2]), b.select(0, 0).reshape([2, 1])),
    gives: 0,
  },
  "linalg.tensorinv": one((x) => linalg.tensorinv(x, { ind: 1 })),
} satisfies Readonly<Record<string, Sample>>;
