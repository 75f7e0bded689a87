/** Samples of special functions, with the values of tables, and of the ops of two numbers beyond arithmetic. */
import { binaryCrossEntropy } from "@gradlens/engine";
import { each, ofTensors, pairs, positive, row, type Sample } from "./sample.js";

const small = [0.5, -0.25, 0.75];

/** Values from tables or from identities that share no code with the engine. */
function known(given: readonly number[], call: Sample["call"], gives: readonly number[]): readonly Sample[] {
  return [{ given: [given], call, gives: [...gives] }];
}

export const specialSamples = {
  probabilityLoss: [
    {
      given: [
        [0.25, 0.75],
        [0.5, 1],
      ],
      call: (p, t) => binaryCrossEntropy(p, t, { reduction: "none" }),
      gives: [-0.5 * Math.log(0.25) - 0.5 * Math.log(0.75), -Math.log(0.75)],
    },
  ],
  expm1: [each(row, (x) => x.expm1(), Math.expm1)],
  exp2: [
    each(
      row,
      (x) => x.exp2(),
      (x) => 2 ** x,
    ),
  ],
  log2: [each(positive, (x) => x.log2(), Math.log2)],
  log10: [each(positive, (x) => x.log10(), Math.log10)],
  asin: [each(small, (x) => x.asin(), Math.asin)],
  acos: [each(small, (x) => x.acos(), Math.acos)],
  sinh: [each(row, (x) => x.sinh(), Math.sinh)],
  cosh: [each(row, (x) => x.cosh(), Math.cosh)],
  asinh: [each(row, (x) => x.asinh(), Math.asinh)],
  acosh: [each([1.5, 2, 4], (x) => x.acosh(), Math.acosh)],
  atanh: [each(small, (x) => x.atanh(), Math.atanh)],
  sinc: [
    each(
      row,
      (x) => x.sinc(),
      (x) => Math.sin(Math.PI * x) / (Math.PI * x),
    ),
  ],
  erfc: known([0.5, 1, 2], (x) => x.erfc(), [0.4795001221869535, 0.15729920705028513, 0.004677734981047266]),
  erfcx: known([0.5, 1, 2], (x) => x.erfcx(), [0.6156903441929258, 0.427583576155807, 0.2553956763105057]),
  erfinv: known([0.5, -0.25, 0.9], (x) => x.erfinv(), [0.4769362762044699, -0.22531205501217808, 1.1630871536766743]),
  ndtr: known([0, 1, -2], (x) => x.ndtr(), [0.5, 0.8413447460685429, 0.02275013194817921]),
  logNdtr: known([0, 1, -2], (x) => x.logNdtr(), [-0.6931471805599453, -0.17275377902344988, -3.7831843336820317]),
  entr: [
    each(
      positive,
      (x) => x.entr(),
      (x) => -x * Math.log(x),
    ),
  ],
  // Γ(1/2) = √π, Γ(5) = 24, |Γ(−1/2)| = 2√π
  lgamma: known([0.5, 5, -0.5], (x) => x.lgamma(), [
    Math.log(Math.sqrt(Math.PI)),
    Math.log(24),
    Math.log(2 * Math.sqrt(Math.PI)),
  ]),
  // ψ(1) = −γ, ψ(2) = 1 − γ, ψ(1/2) = −γ − 2 ln 2
  digamma: known([1, 2, 0.5], (x) => x.digamma(), [
    -0.5772156649015329,
    0.4227843350984671,
    -0.5772156649015329 - 2 * Math.LN2,
  ]),
  // ψ′(1) = π²/6, ψ′(1/2) = π²/2
  polygamma: known([1, 0.5], (x) => x.polygamma(1), [Math.PI ** 2 / 6, Math.PI ** 2 / 2]),
  i0: known([0.5, 1, -2], (x) => x.i0(), [1.0634833707413236, 1.2660658777520082, 2.279585302336067]),
  i0e: known([0.5, 1, -2], (x) => x.i0e(), [0.6450352704491501, 0.46575960759364043, 0.30850832255367103]),
  i1: known([0.5, 1, -2], (x) => x.i1(), [0.25789430539089636, 0.5651591039924851, -1.5906368546373291]),
  i1e: known([0.5, 1, -2], (x) => x.i1e(), [0.15642080318487173, 0.2079104153497085, -0.21526928924893767]),
  logit: [
    each(
      [0.25, 0.5, 0.9],
      (x) => x.logit(),
      (x) => Math.log(x / (1 - x)),
    ),
    { given: [[0.25, 0.5]], call: (x) => x.logit(0.3), gives: [Math.log(3 / 7), 0] },
  ],
  mantissa: known([0.75, -3, 5], (x) => x.mantissa(), [0.75, -0.75, 0.625]),
  exponent: known([0.75, -3, 5], (x) => x.exponent(), [0, 2, 3]),
  signbit: known([0.75, -3, 5], (x) => x.signbit(), [0, 1, 0]),
  bitwiseNot: known([0, 5], (x) => x.to("int32").bitwiseNot(), [-1, -6]),

  fmod: ofTensors(
    (a, b) => a.fmod(b),
    (a, b) => a % b,
  ),
  remainder: ofTensors(
    (a, b) => a.remainder(b),
    (a, b) => a - b * Math.floor(a / b),
  ),
  floorDivide: pairs(
    (a, b) => a.floorDivide(b),
    (a, b) => Math.floor(a / b),
  ),
  truncDivide: pairs(
    (a, b) => a.truncDivide(b),
    (a, b) => Math.trunc(a / b),
  ),
  copysign: pairs(
    (a, b) => a.copysign(b),
    (a, b) => Math.abs(a) * Math.sign(b),
  ),
  xlogy: [{ given: [row, positive], call: (a, b) => a.xlogy(b), gives: row.map((a, i) => a * Math.log(positive[i])) }],
  xlog1py: [
    { given: [row, positive], call: (a, b) => a.xlog1py(b), gives: row.map((a, i) => a * Math.log1p(positive[i])) },
  ],
  atan2: ofTensors((a, b) => a.atan2(b), Math.atan2),
  hypot: ofTensors(
    (a, b) => a.hypot(b),
    (a, b) => Math.sqrt(a * a + b * b),
  ),
  heaviside: ofTensors(
    (a, b) => a.heaviside(b),
    (a) => (a > 0 ? 1 : 0),
  ),
  fmax: ofTensors((a, b) => a.fmax(b), Math.max),
  fmin: ofTensors((a, b) => a.fmin(b), Math.min),
  logaddexp: ofTensors(
    (a, b) => a.logaddexp(b),
    (a, b) => Math.log(Math.exp(a) + Math.exp(b)),
  ),
  logaddexp2: ofTensors(
    (a, b) => a.logaddexp2(b),
    (a, b) => Math.log2(2 ** a + 2 ** b),
  ),
  bitwiseAnd: ofIntegers((a, b) => a.bitwiseAnd(b), [4, 0]),
  bitwiseOr: ofIntegers((a, b) => a.bitwiseOr(b), [14, 3]),
  bitwiseXor: ofIntegers((a, b) => a.bitwiseXor(b), [10, 3]),
  shiftLeft: ofIntegers((a, b) => a.shiftLeft(b), [768, 4]),
  shiftRight: ofIntegers((a, b) => a.shiftRight(b), [0, 0]),
  gcd: ofIntegers((a, b) => a.gcd(b), [6, 1]),
  lcm: ofIntegers((a, b) => a.lcm(b), [12, 2]),
} satisfies Readonly<Record<string, readonly Sample[]>>;

/** 12 and 6, 1 and 2. */
function ofIntegers(call: Sample["call"], gives: readonly number[]): readonly Sample[] {
  return [
    {
      given: [
        [12, 1],
        [6, 2],
      ],
      call: (a, b) => call(a.to("int32"), b.to("int32")),
      gives: [...gives],
    },
  ];
}
