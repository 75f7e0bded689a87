/**
 * The ops of jax-js 0.1.25: what each does to a gradient. An op that is flat answers with zeros. Whatever has no row here lets everything through. Checked against the library by `test/libraries`.
 */
import type { OpEffect, OpMeaning, OpResult } from "./library.js";
import { opRow } from "./rows.js";

const flows: OpEffect = { kind: "flows" };
const zero = (because: string): OpEffect => ({ kind: "vanishes", because });
const step = zero("it is constant between its steps");
const index = zero("an index is constant between its steps");
const truth = zero("a truth value is constant between its steps");
const comparison = zero("a comparison is constant between its steps");
const integer = zero("its result is an integer, which is constant between its steps");
const shapeAlone = zero("the result does not depend on the values of `x`");
const chooses = zero("it only chooses between the others");
const missing: OpEffect = {
  kind: "throws",
  because: "jax-js has no derivative for `jacobi_eigh`, which it is made of, so a gradient through it throws",
};

/** Ops through which a gradient flows to every input. */
const flowing: readonly (readonly [prefix: string, names: string])[] = [
  [
    "numpy.",
    `abs absolute acos acosh add append arccos arccosh arcsin arcsinh arctan arctan2 arctanh array asin asinh astype atan
     atan2 atanh average broadcastTo cbrt clip columnStack concatenate convolve copysign corrcoef correlate cos cosh cov cross
     cumprod cumsum cumulativeProd cumulativeSum deg2rad degrees diag diagflat diagonal diff divide dot dstack ediff1d
     einsum exp exp2 expandDims expm1 flip fliplr flipud floatPower fmax fmin fmod full hstack hypot inner log log10
     log1p log2 logaddexp logaddexp2 matmul matrixTranspose matvec max maximum mean min minimum moveaxis multiply nanToNum
     nancumprod nancumsum nanmax nanmean nanmin nanprod nanstd nansum nanvar negative outer pad permuteDims polyadd polyder
     polymul polysub polyval positive pow power prod ptp rad2deg radians ravel reciprocal remainder repeat reshape roll
     rot90 sin sinc sinh sort sqrt square squeeze stack std subtract sum swapaxes take takeAlongAxis tan tanh tensordot
     tile trace transpose trapezoid tril triu trueDivide unwrap var_ vdot vecdot vecmat vstack`,
  ],
  [
    "numpy.linalg.",
    "cholesky cross det diagonal inv lstsq matmul matrixNorm matrixPower matrixTranspose multiDot norm outer solve tensordot trace vecdot vectorNorm",
  ],
  [
    "nn.",
    `celu dotProductAttention elu gelu glu hardSigmoid hardSilu hardSwish hardTanh identity leakyRelu log1mexp logSigmoid
     logSoftmax logmeanexp logsumexp mish relu relu6 selu sigmoid silu softSign softmax softplus sparsePlus sparseSigmoid
     squareplus standardize swish`,
  ],
  ["lax.", "conv convGeneralDilated convTranspose convWithGeneralPadding dot erf erfc reduceWindow"],
  ["lax.linalg.", "cholesky triangularSolve"],
  ["scipySpecial.", "erf erfc logSoftmax logit logsumexp softmax"],
  [
    "random.",
    `ball bernoulli bits categorical cauchy choice doubleSidedMaxwell exponential geometric gumbel key laplace logistic
     lognormal maxwell multivariateNormal normal pareto permutation rademacher randint rayleigh split triangular uniform
     weibullMin`,
  ],
];

/** Ops through which none flows, by their effect on every input. */
const flat: readonly (readonly [prefix: string, effect: OpEffect, names: string])[] = [
  ["numpy.", step, "around ceil floor floorDivide heaviside rint round sign trunc"],
  ["numpy.", index, "argmax argmin argsort nanargmax nanargmin"],
  [
    "numpy.",
    truth,
    "all any isfinite isin isinf isnan isneginf isposinf logicalAnd logicalNot logicalOr logicalXor signbit",
  ],
  ["numpy.", comparison, "arrayEqual arrayEquiv equal greater greaterEqual less lessEqual notEqual"],
  [
    "numpy.",
    integer,
    "bitwiseAnd bitwiseCount bitwiseInvert bitwiseLeftShift bitwiseNot bitwiseOr bitwiseRightShift bitwiseXor countNonzero invert leftShift rightShift",
  ],
  ["numpy.", shapeAlone, "onesLike zerosLike"],
  ["nn.", index, "oneHot"],
];

/** Ops that give several tensors. */
const lists = "arraySplit broadcastArrays divmod dsplit frexp hsplit meshgrid modf split unstack vsplit";

const choosing: OpMeaning = opRow("where", [
  ["condition", chooses],
  ["x", flows],
  ["y", flows],
]);

export const jaxOps: ReadonlyMap<string, OpMeaning> = new Map([
  ...flowing.flatMap(([prefix, names]) => rows(prefix, names, flows)),
  ...flat.flatMap(([prefix, effect, names]) => rows(prefix, names, effect)),
  ...rows("numpy.", lists, flows, { kind: "list" }),
  ...rows("lax.", "topK", flows, { kind: "list" }),
  ...rows("numpy.linalg.", "slogdet", flows, { kind: "list" }),
  ...rows("numpy.linalg.", "eigh svd", missing, { kind: "list" }),
  ...rows("lax.linalg.", "eigh svd", missing, { kind: "list" }),
  ...rows("numpy.linalg.", "eigvalsh svdvals", missing),
  ["numpy.where", choosing] as const,
]);

/** Methods of arrays. */
export const jaxMethodOps: ReadonlyMap<string, OpMeaning> = new Map([
  ...rows(
    "",
    "add astype diagonal div flatten max mean min mod mul neg prod ravel reshape slice sort sub sum transpose view",
    flows,
  ),
  ...rows("", "argsort", index),
  ...rows("", "all any", truth),
  ...rows("", "equal greater greaterEqual less lessEqual notEqual", comparison),
]);

function rows(
  prefix: string,
  names: string,
  effect: OpEffect,
  gives: OpResult = { kind: "tensor" },
): readonly (readonly [string, OpMeaning])[] {
  return names.split(/\s+/).map((name) => [
    `${prefix}${name}`,
    opRow(
      name,
      [
        ["x", effect],
        ["y", effect],
      ],
      gives,
    ),
  ]);
}
