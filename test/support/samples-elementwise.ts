/** Samples of arithmetic, activations and changes in place. */
import { each, ofTensors, pairs, pairsInPlace, positive, row, table, type Sample } from "./sample.js";

export const elementwiseSamples = {
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
  maximum: ofTensors((a, b) => a.maximum(b), Math.max),
  minimum: ofTensors((a, b) => a.minimum(b), Math.min),
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
  relu_: [{ given: [row], call: (x) => x.clone().relu_(), gives: [0.5, 0, 2] }],
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
} satisfies Readonly<Record<string, readonly Sample[]>>;

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

function sigmoidOf(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
