/**
 * The reference kernels that go element by element: arithmetic, comparisons and functions of one number.
 * Each op is one formula in a table; the loops are written once. An int32 array wraps around by itself, as PyTorch does.
 */
import type { BinaryOp, CompareOp, UnaryOp, Walk } from "./kernels.js";
import { powerShortcut } from "./power.js";
import {
  copysign,
  floorDivide,
  fmax,
  fmin,
  gcd,
  heaviside,
  hypot,
  lcm,
  logaddexp,
  logaddexp2,
  shiftLeft,
  shiftRight,
  xlog1py,
  xlogy,
} from "./pair-math.js";
import {
  bessel,
  besselScaled,
  digamma,
  entr,
  erfc,
  erfcx,
  erfinv,
  lgamma,
  logNdtr,
  ndtr,
  polygamma,
  sinc,
} from "./special-functions.js";
import {
  erf,
  frexp,
  gelu,
  pow,
  relu,
  remainder,
  roundHalfToEven,
  sigmoid,
  sign,
  silu,
  softplus,
} from "./scalar-math.js";
import type { DType, Storage, Values } from "./storage.js";
import { walkPair } from "./walk.js";

type Binary = (a: number, b: number) => number;
type Unary = (x: number) => number;

const binaryFormulas: Readonly<Record<BinaryOp, Binary>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow,
  // Math.max and Math.min answer NaN when either argument is NaN, as PyTorch does.
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  remainder,
  atan2: Math.atan2,
  fmod: (a, b) => a % b,
  floorDivide,
  truncDivide: (a, b) => Math.trunc(a / b),
  copysign,
  hypot,
  heaviside,
  fmax,
  fmin,
  logaddexp,
  logaddexp2,
  xlogy,
  xlog1py,
  polygamma: (x, n) => polygamma(n, x),
  bitwiseAnd: (a, b) => a & b,
  bitwiseOr: (a, b) => a | b,
  bitwiseXor: (a, b) => a ^ b,
  shiftLeft,
  shiftRight,
  gcd,
  lcm,
};

/** A product of two int32 can need more digits than a float64 has. */
const integerFormulas: Readonly<Record<BinaryOp, Binary>> = { ...binaryFormulas, mul: Math.imul };

/** The sum of two bools is whether either holds. */
const boolFormulas: Readonly<Record<BinaryOp, Binary>> = { ...binaryFormulas, add: (a, b) => a | b };

const compareFormulas: Readonly<Record<CompareOp, (a: number, b: number) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
};

const unaryFormulas: Readonly<Record<UnaryOp, Unary>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign,
  square: (x) => x * x,
  relu,
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round: roundHalfToEven,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sigmoid,
  softplus,
  silu,
  gelu,
  erf,
  erfc,
  erfcx,
  erfinv,
  ndtr,
  logNdtr,
  entr,
  lgamma,
  digamma,
  exp2: (x) => 2 ** x,
  sinc,
  i0: (x) => bessel(0, x),
  i0e: (x) => besselScaled(0, x),
  i1: (x) => bessel(1, x),
  i1e: (x) => besselScaled(1, x),
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  mantissa: (x) => frexp(x).mantissa,
  exponent: (x) => frexp(x).exponent,
};

export function binary(op: BinaryOp, a: Storage, b: Storage, out: Storage, count: number): void {
  const shortcut = op === "pow" && b.size === 1 && isFloat(out) ? powerShortcut(b.values[0]) : null;
  if (shortcut !== null) unary(shortcut, a, out, count);
  else eachPair(binaryFormula(op, out.dtype), a, b, out.values, count);
}

export function binaryStrided(
  op: BinaryOp,
  a: Storage,
  aWalk: Walk,
  b: Storage,
  bWalk: Walk,
  out: Storage,
  shape: readonly number[],
): void {
  eachWalked(binaryFormula(op, out.dtype), a, aWalk, b, bWalk, out.values, shape);
}

export function compare(op: CompareOp, a: Storage, b: Storage, out: Storage, count: number): void {
  const holds = compareFormulas[op];
  eachPair((x, y) => Number(holds(x, y)), a, b, out.values, count);
}

export function compareStrided(
  op: CompareOp,
  a: Storage,
  aWalk: Walk,
  b: Storage,
  bWalk: Walk,
  out: Storage,
  shape: readonly number[],
): void {
  const holds = compareFormulas[op];
  eachWalked((x, y) => Number(holds(x, y)), a, aWalk, b, bWalk, out.values, shape);
}

export function unary(op: UnaryOp, x: Storage, out: Storage, count: number): void {
  const formula = op === "square" && out.dtype === "int32" ? squareOfInteger : unaryFormulas[op];
  const from = x.values;
  const to = out.values;
  for (let i = 0; i < count; i++) to[i] = formula(from[i]);
}

function binaryFormula(op: BinaryOp, dtype: DType): Binary {
  if (dtype === "int32") return integerFormulas[op];
  return dtype === "bool" ? boolFormulas[op] : binaryFormulas[op];
}

function isFloat({ dtype }: Storage): boolean {
  return dtype === "float32" || dtype === "float64";
}

function squareOfInteger(x: number): number {
  return Math.imul(x, x);
}

/** An operand of one value stands for all of them. */
function eachPair(formula: Binary, a: Storage, b: Storage, out: Values, count: number): void {
  const left = a.values;
  const right = b.values;
  const leftStep = a.size === 1 ? 0 : 1;
  const rightStep = b.size === 1 ? 0 : 1;
  for (let i = 0; i < count; i++) out[i] = formula(left[i * leftStep], right[i * rightStep]);
}

function eachWalked(
  formula: Binary,
  a: Storage,
  aWalk: Walk,
  b: Storage,
  bWalk: Walk,
  out: Values,
  shape: readonly number[],
): void {
  const left = a.values;
  const right = b.values;
  let i = 0;
  walkPair(shape, aWalk, bWalk, (aIndex, bIndex) => {
    out[i++] = formula(left[aIndex], right[bIndex]);
  });
}
