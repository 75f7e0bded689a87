/**
 * The kernels: every loop over numbers that the engine knows, by name, with what it means.
 * A kernel reads and writes storages that its caller has made, checks nothing and allocates nothing; shapes, dtypes, index
 * ranges and versions are settled before. `out` may be one of the inputs wherever a kernel goes element by element.
 */
import type { Storage } from "./storage.js";

/** All operands and the result have one dtype. `div` is true division and is for floats; `remainder` has the sign of b. */
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "maximum"
  | "minimum"
  | "remainder"
  | "atan2"
  | "fmod"
  | "floorDivide"
  | "truncDivide"
  | "copysign"
  | "hypot"
  | "heaviside"
  | "fmax"
  | "fmin"
  | "logaddexp"
  | "logaddexp2"
  | "xlogy"
  | "xlog1py"
  | "polygamma"
  | "bitwiseAnd"
  | "bitwiseOr"
  | "bitwiseXor"
  | "shiftLeft"
  | "shiftRight"
  | "gcd"
  | "lcm";

/** The operands have one dtype, the result is a bool. Comparisons with NaN are false, except `ne`. */
export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** Operand and result have one dtype; from `exp` on it is a float. `round` goes to the even neighbor at a half. */
export type UnaryOp =
  | "neg"
  | "abs"
  | "sign"
  | "square"
  | "relu"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "log2"
  | "log10"
  | "sqrt"
  | "rsqrt"
  | "reciprocal"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "silu"
  | "gelu"
  | "erf"
  | "erfc"
  | "erfcx"
  | "erfinv"
  | "ndtr"
  | "logNdtr"
  | "entr"
  | "lgamma"
  | "digamma"
  | "exp2"
  | "sinc"
  | "i0"
  | "i0e"
  | "i1"
  | "i1e"
  | "asinh"
  | "acosh"
  | "atanh"
  | "mantissa"
  | "exponent";

/** A tensor seen as [outer, reduced, inner]: the middle dimension is the one that is worked along. */
export interface Along {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Where a strided walk begins in a storage and how far each dimension's step goes; a stride of 0 repeats. */
export interface Walk {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** One side of a matrix product. `batch` is the step from one matrix to the next (0 repeats it); exchange `row` and `column` to transpose. */
export interface MatrixSteps {
  readonly batch: number;
  readonly row: number;
  readonly column: number;
}

/** out[batch, row, column] = Σ a[batch, row, i] · b[batch, i, column]; `out` is contiguous. */
export interface MatmulPlan {
  readonly batchCount: number;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly a: MatrixSteps;
  readonly b: MatrixSteps;
}

/** out = the values of one step of stochastic gradient descent; see `optim/sgd.ts` for the formula. */
export interface SgdStep {
  readonly learningRate: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly weightDecay: number;
  readonly nesterov: "nesterov" | "plain";
  /** 1 follows the gradient downhill, −1 uphill. */
  readonly direction: 1 | -1;
  /** In the first step the buffer takes the gradient as it is, undampened. */
  readonly buffer: "first" | "later";
}

/** The numbers of one Adam step, with the bias corrections 1 − βᵗ worked out; see `optim/adam.ts`. */
export interface AdamStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** `coupled` adds the decay to the gradient (Adam), `decoupled` shrinks the parameter (AdamW). */
  readonly decay: "coupled" | "decoupled";
  readonly direction: 1 | -1;
  readonly correction1: number;
  readonly correction2: number;
}

export interface Kernels {
  /** `count` results; an operand of one value is repeated, any other has `count` values. */
  binary(op: BinaryOp, a: Storage, b: Storage, out: Storage, count: number): void;
  /** The same with broadcasting: each operand is walked by its own strides, `out` is contiguous in `shape`. */
  binaryStrided(
    op: BinaryOp,
    a: Storage,
    aWalk: Walk,
    b: Storage,
    bWalk: Walk,
    out: Storage,
    shape: readonly number[],
  ): void;
  compare(op: CompareOp, a: Storage, b: Storage, out: Storage, count: number): void;
  compareStrided(
    op: CompareOp,
    a: Storage,
    aWalk: Walk,
    b: Storage,
    bWalk: Walk,
    out: Storage,
    shape: readonly number[],
  ): void;
  unary(op: UnaryOp, x: Storage, out: Storage, count: number): void;

  /** out[i] = a[i] where condition[i] is true, else b[i]. Operands of one value are repeated. */
  where(condition: Storage, a: Storage, b: Storage, out: Storage, count: number): void;
  /** Converts to the dtype of `out`: toward an integer it truncates, toward a bool it asks whether x ≠ 0. */
  cast(x: Storage, out: Storage, count: number): void;
  fill(out: Storage, value: number, offset: number, count: number): void;
  copy(x: Storage, xOffset: number, out: Storage, outOffset: number, count: number): void;
  /** The general copy behind expand, transpose, slice, concat, flip: both sides are walked, in row-major order of `shape`. */
  copyStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void;
  /** The same, but adds to what is there; where a stride of `outWalk` is 0 the values are summed. The adjoint of copyStrided. */
  addStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void;

  /** out[outer, inner] = Σ x[outer, :, inner]. */
  sum(x: Storage, out: Storage, along: Along): void;
  prod(x: Storage, out: Storage, along: Along): void;
  /** The largest value and, in int32, where it first occurs; either result may be left out. NaN is larger than everything. */
  max(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void;
  /** The smallest, in the same way. NaN is smaller than everything. */
  min(x: Storage, values: Storage | null, indices: Storage | null, along: Along): void;
  /** Running sums along the middle dimension; `out` has the shape of x. */
  cumsum(x: Storage, out: Storage, along: Along): void;
  softmax(x: Storage, out: Storage, along: Along): void;
  logSoftmax(x: Storage, out: Storage, along: Along): void;
  /** The indices (int32) that put each row in order; equal values keep their order and NaN goes last (first when descending). */
  argsort(x: Storage, indices: Storage, order: "ascending" | "descending", along: Along): void;

  matmul(a: Storage, b: Storage, out: Storage, plan: MatmulPlan): void;

  /** out[o, j, i] = x[o, index[j], i], for j below `count`; `along` is the shape of x. */
  indexSelect(x: Storage, index: Storage, out: Storage, along: Along, count: number): void;
  /** out[o, index[j], i] += source[o, j, i]; `along` is the shape of out. The adjoint of indexSelect. */
  indexAdd(source: Storage, index: Storage, out: Storage, along: Along, count: number): void;
  /** out[o, j, i] = x[o, index[o, j, i], i]; `along` is the shape of x, index and out have `count` in the middle. */
  gather(x: Storage, index: Storage, out: Storage, along: Along, count: number): void;
  /** out[o, index[o, j, i], i] += source[o, j, i]; `along` is the shape of out. The adjoint of gather. */
  scatterAdd(source: Storage, index: Storage, out: Storage, along: Along, count: number): void;
  /** out[o, index[o, j, i], i] = source[o, j, i]; the last write wins. */
  scatter(source: Storage, index: Storage, out: Storage, along: Along, count: number): void;

  /** One step in place; `buffer` is the momentum, null without. */
  sgdStep(parameter: Storage, gradient: Storage, buffer: Storage | null, step: SgdStep): void;
  /** One step in place; `largest` holds the largest second moments of AMSGrad, null without. */
  adamStep(
    parameter: Storage,
    gradient: Storage,
    mean: Storage,
    square: Storage,
    largest: Storage | null,
    step: AdamStep,
  ): void;
}
