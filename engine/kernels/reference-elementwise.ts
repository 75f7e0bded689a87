/**
 * The reference kernels that go element by element: arithmetic, comparisons and functions of one number.
 * Each op is one formula in a table; the loops are written once. Integer results wrap around, as in PyTorch.
 */
import type { BinaryOp, CompareOp, UnaryOp, Walk } from "./kernels.js";
import { erf, gelu, pow, relu, remainder, roundHalfToEven, sigmoid, sign, silu, softplus } from "./scalar-math.js";
import type { Storage } from "./storage.js";
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
};

/** A product of two int32 can need more digits than a float64 has. */
const integerFormulas: Readonly<Record<BinaryOp, Binary>> = { ...binaryFormulas, mul: Math.imul };

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
};

export function binary(op: BinaryOp, a: Storage, b: Storage, out: Storage, count: number): void {
  const formula = formulaFor(op, out);
  const aStep = repeats(a, count);
  const bStep = repeats(b, count);
  for (let i = 0; i < count; i++) out.write(i, formula(a.read(i * aStep), b.read(i * bStep)));
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
  const formula = formulaFor(op, out);
  let i = 0;
  walkPair(shape, aWalk, bWalk, (aIndex, bIndex) => out.write(i++, formula(a.read(aIndex), b.read(bIndex))));
}

export function compare(op: CompareOp, a: Storage, b: Storage, out: Storage, count: number): void {
  const formula = compareFormulas[op];
  const aStep = repeats(a, count);
  const bStep = repeats(b, count);
  for (let i = 0; i < count; i++) out.write(i, Number(formula(a.read(i * aStep), b.read(i * bStep))));
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
  const formula = compareFormulas[op];
  let i = 0;
  walkPair(shape, aWalk, bWalk, (aIndex, bIndex) => out.write(i++, Number(formula(a.read(aIndex), b.read(bIndex)))));
}

export function unary(op: UnaryOp, x: Storage, out: Storage, count: number): void {
  const formula = op === "square" && out.dtype === "int32" ? (v: number) => Math.imul(v, v) : unaryFormulas[op];
  for (let i = 0; i < count; i++) out.write(i, wrapped(out, formula(x.read(i))));
}

/** 0 where one value stands for all of them, 1 where each has its own. */
function repeats(operand: Storage, count: number): 0 | 1 {
  return operand.size === 1 && count !== 1 ? 0 : 1;
}

function formulaFor(op: BinaryOp, out: Storage): Binary {
  if (out.dtype !== "int32") return binaryFormulas[op];
  const formula = integerFormulas[op];
  return (a, b) => wrapped(out, formula(a, b));
}

/** An int32 that overflows wraps around; any other dtype stays as it is. */
function wrapped(out: Storage, value: number): number {
  return out.dtype === "int32" && Number.isSafeInteger(value) ? value | 0 : value;
}
