/**
 * Samples of every op: inputs, the call, and what it gives, worked out by hand or by a formula that shares no code with
 * the engine. A new op does not compile until it has samples. Values keep away from kinks and ties, where a derivative
 * is a matter of convention; those have tests of their own.
 */
import type { Nested, NestedInput, Tensor } from "@gradlens/engine";
import { concat, stack, where } from "@gradlens/engine";
import type { OpName } from "@gradlens/engine/ops";

export interface Sample {
  readonly given: readonly NestedInput[];
  /** Takes one tensor for each entry of `given`. */
  readonly call: (...inputs: Tensor[]) => Tensor;
  readonly gives: Nested;
}

const row = [0.5, -1.25, 2];
const column = [[1.5], [-0.75]];
const table = [
  [0.5, -1.25, 2],
  [3, 0.25, -0.5],
];
const positive = [0.5, 1.25, 2];

/** An op on one input, given by its formula for one number. */
function each(values: readonly number[], call: (x: Tensor) => Tensor, formula: (x: number) => number): Sample {
  return { given: [values], call, gives: values.map(formula) };
}

/** An op on two inputs: one pair of equal shapes, one that broadcasts, one with a number. */
function pairs(
  call: (a: Tensor, b: Tensor | number) => Tensor,
  formula: (a: number, b: number) => number,
): readonly Sample[] {
  return [
    { given: [row, [2, 0.75, -1.5]], call, gives: [formula(0.5, 2), formula(-1.25, 0.75), formula(2, -1.5)] },
    { given: [row, column], call, gives: column.map(([b]) => row.map((a) => formula(a, b))) },
    { given: [column, row], call, gives: column.map(([a]) => row.map((b) => formula(a, b))) },
    { given: [row], call: (a) => call(a, 3), gives: row.map((a) => formula(a, 3)) },
  ];
}

/** In-place ops work on a copy, since a leaf that requires grad must not be changed. */
function pairsInPlace(
  call: (a: Tensor, b: Tensor | number) => Tensor,
  formula: (a: number, b: number) => number,
): readonly Sample[] {
  return [
    {
      given: [row, [2, 0.75, -1.5]],
      call: (a, b) => call(a.clone(), b),
      gives: [formula(0.5, 2), formula(-1.25, 0.75), formula(2, -1.5)],
    },
    { given: [table, [4]], call: (a, b) => call(a.clone(), b), gives: table.map((r) => r.map((a) => formula(a, 4))) },
    { given: [row], call: (a) => call(a.clone(), 3), gives: row.map((a) => formula(a, 3)) },
  ];
}

/** Reductions of `table`: all elements, along each dimension, and with the dimension kept. */
function reductions(
  call: (x: Tensor, dim?: number | null, options?: { readonly keepdim: boolean }) => Tensor,
  formula: (values: readonly number[]) => number,
): readonly Sample[] {
  const columns = [0, 1, 2].map((at) => formula(table.map((r) => r[at])));
  const rows = table.map((r) => formula(r));
  return [
    { given: [table], call: (x) => call(x), gives: formula(table.flat()) },
    { given: [table], call: (x) => call(x, 0), gives: columns },
    { given: [table], call: (x) => call(x, -1), gives: rows },
    { given: [table], call: (x) => call(x, 1, { keepdim: true }), gives: rows.map((value) => [value]) },
    { given: [row], call: (x) => call(x, null, { keepdim: true }), gives: [formula(row)] },
    { given: [2.5], call: (x) => call(x), gives: formula([2.5]) },
    { given: [2.5], call: (x) => call(x, 0), gives: formula([2.5]) },
  ];
}

/** Without the scalars, which have no variance. */
function reductionsOfSeveral(
  call: (x: Tensor, dim?: number | null, options?: { readonly keepdim: boolean }) => Tensor,
  formula: (values: readonly number[]) => number,
): readonly Sample[] {
  return reductions(call, formula).filter(({ given: [data] }) => Array.isArray(data));
}

function varianceOf(correction: number): (values: readonly number[]) => number {
  return (values) => {
    const mean = sum(values) / values.length;
    return sum(values.map((value) => (value - mean) ** 2)) / (values.length - correction);
  };
}

function softmaxOf(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
}

/** The trapezoid rule on 20,000 steps: independent of the engine's series. */
function erfOf(x: number): number {
  const steps = 20_000;
  const width = x / steps;
  let total = (1 + Math.exp(-x * x)) / 2;
  for (let i = 1; i < steps; i++) total += Math.exp(-((i * width) ** 2));
  return (2 / Math.sqrt(Math.PI)) * width * total;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const sigmoidOf = (x: number): number => 1 / (1 + Math.exp(-x));
const flag = (holds: boolean): number => (holds ? 1 : 0);

export const samples: Readonly<Record<OpName, readonly Sample[]>> = {
  add: pairs(
    (a, b) => a.add(b),
    (a, b) => a + b,
  ),
  sub: pairs(
    (a, b) => a.sub(b),
    (a, b) => a - b,
  ),
  mul: pairs(
    (a, b) => a.mul(b),
    (a, b) => a * b,
  ),
  div: pairs(
    (a, b) => a.div(b),
    (a, b) => a / b,
  ),
  maximum: pairs(
    (a, b) => a.maximum(b),
    (a, b) => Math.max(a, b),
  ),
  minimum: pairs(
    (a, b) => a.minimum(b),
    (a, b) => Math.min(a, b),
  ),
  pow: [
    each(
      row,
      (x) => x.pow(2),
      (x) => x * x,
    ),
    each(
      row,
      (x) => x.pow(-3),
      (x) => 1 / (x * x * x),
    ),
    each(positive, (x) => x.pow(0.5), Math.sqrt),
    { given: [positive, [3, -0.5, 1.5]], call: (x, e) => x.pow(e), gives: [0.125, 1 / Math.sqrt(1.25), 2 ** 1.5] },
    {
      given: [[[0.5], [2]], positive],
      call: (x, e) => x.pow(e),
      gives: [0.5, 2].map((x) => positive.map((e) => x ** e)),
    },
  ],
  clamp: [
    { given: [row], call: (x) => x.clamp(-1, 1), gives: [0.5, -1, 1] },
    { given: [row], call: (x) => x.clamp(0), gives: [0.5, 0, 2] },
    { given: [row], call: (x) => x.clamp(null, 1), gives: [0.5, -1.25, 1] },
  ],
  neg: [
    each(
      row,
      (x) => x.neg(),
      (x) => -x,
    ),
  ],
  abs: [each(row, (x) => x.abs(), Math.abs)],
  square: [
    each(
      row,
      (x) => x.square(),
      (x) => x * x,
    ),
  ],
  exp: [each(row, (x) => x.exp(), Math.exp)],
  log: [each(positive, (x) => x.log(), Math.log)],
  log1p: [each(positive, (x) => x.log1p(), Math.log1p)],
  sqrt: [each(positive, (x) => x.sqrt(), Math.sqrt)],
  rsqrt: [
    each(
      positive,
      (x) => x.rsqrt(),
      (x) => 1 / Math.sqrt(x),
    ),
  ],
  reciprocal: [
    each(
      row,
      (x) => x.reciprocal(),
      (x) => 1 / x,
    ),
  ],
  sin: [each(row, (x) => x.sin(), Math.sin)],
  cos: [each(row, (x) => x.cos(), Math.cos)],
  tan: [each([0.5, -1, 1.25], (x) => x.tan(), Math.tan)],
  atan: [each(row, (x) => x.atan(), Math.atan)],
  erf: [each([0.5, -1.25, 2, -0.1], (x) => x.erf(), erfOf)],
  round: [{ given: [[0.4, -1.6, 2.5, 3.5]], call: (x) => x.round(), gives: [0, -2, 2, 4] }],
  floor: [{ given: [[0.4, -1.6, 2.5]], call: (x) => x.floor(), gives: [0, -2, 2] }],
  ceil: [{ given: [[0.4, -1.6, 2.5]], call: (x) => x.ceil(), gives: [1, -1, 3] }],
  trunc: [{ given: [[0.4, -1.6, 2.5]], call: (x) => x.trunc(), gives: [0, -1, 2] }],
  sign: [{ given: [[0.4, -1.6, 0]], call: (x) => x.sign(), gives: [1, -1, 0] }],

  relu: [{ given: [row], call: (x) => x.relu(), gives: [0.5, 0, 2] }],
  leakyRelu: [
    { given: [row], call: (x) => x.leakyRelu(), gives: [0.5, -0.0125, 2] },
    { given: [row], call: (x) => x.leakyRelu(2), gives: [0.5, -2.5, 2] },
  ],
  sigmoid: [each(row, (x) => x.sigmoid(), sigmoidOf)],
  tanh: [each(row, (x) => x.tanh(), Math.tanh)],
  gelu: [
    each(
      row,
      (x) => x.gelu(),
      (x) => (x / 2) * (1 + erfOf(x / Math.SQRT2)),
    ),
  ],
  silu: [
    each(
      row,
      (x) => x.silu(),
      (x) => x * sigmoidOf(x),
    ),
  ],
  softplus: [
    each(
      row,
      (x) => x.softplus(),
      (x) => Math.log(1 + Math.exp(x)),
    ),
  ],
  softmax: [
    { given: [row], call: (x) => x.softmax(0), gives: softmaxOf(row) },
    { given: [table], call: (x) => x.softmax(-1), gives: table.map(softmaxOf) },
    {
      given: [table],
      call: (x) => x.softmax(0),
      gives: [0, 1].map((at) => [0, 1, 2].map((i) => softmaxOf(table.map((r) => r[i]))[at])),
    },
  ],
  logSoftmax: [
    { given: [row], call: (x) => x.logSoftmax(0), gives: softmaxOf(row).map(Math.log) },
    { given: [table], call: (x) => x.logSoftmax(1), gives: table.map((r) => softmaxOf(r).map(Math.log)) },
  ],

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
  logSumExp: reductions(
    (x, dim, options) => x.logSumExp(dim, options),
    (values) => Math.log(sum(values.map(Math.exp))),
  ),
  cumsum: [
    { given: [row], call: (x) => x.cumsum(0), gives: [0.5, -0.75, 1.25] },
    { given: [table], call: (x) => x.cumsum(0), gives: [row, [3.5, -1, 1.5]] },
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

  add_: pairsInPlace(
    (a, b) => a.add_(b),
    (a, b) => a + b,
  ),
  sub_: pairsInPlace(
    (a, b) => a.sub_(b),
    (a, b) => a - b,
  ),
  // The other factor's gradient would need the overwritten value; that error is tested with the other errors.
  mul_: [
    { given: [row], call: (a) => a.clone().mul_(3), gives: [1.5, -3.75, 6] },
    { given: [row, [2, 4, 8]], call: (a, b) => a.clone().mul_(b.detach()), gives: [1, -5, 16] },
  ],
  div_: pairsInPlace(
    (a, b) => a.div_(b),
    (a, b) => a / b,
  ),
  zero_: [{ given: [row], call: (x) => x.clone().zero_(), gives: [0, 0, 0] }],
  fill_: [{ given: [row], call: (x) => x.clone().fill_(4), gives: [4, 4, 4] }],
  copy_: [
    { given: [row, [1, 2, 3]], call: (x, source) => x.clone().copy_(source), gives: [1, 2, 3] },
    {
      given: [table, [1, 2, 3]],
      call: (x, source) => x.clone().copy_(source),
      gives: [
        [1, 2, 3],
        [1, 2, 3],
      ],
    },
  ],
};
