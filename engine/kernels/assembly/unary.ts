/**
 * Functions of one float32, over `count` values, four at a time. `round` goes to the even neighbor at a half.
 */
import { circular, errorFunction, exponential, hyperbolicTangent, logarithm, logarithmOfOnePlus, logistic, softened } from "./lanes";

const NEG = 0;
const ABS = 1;
const SIGN = 2;
const SQUARE = 3;
const RELU = 4;
const FLOOR = 5;
const CEIL = 6;
const TRUNC = 7;
const ROUND = 8;
const SQRT = 9;
const RSQRT = 10;
const RECIPROCAL = 11;
const EXP = 12;
const LOG = 13;
const TANH = 14;
const SIGMOID = 15;
const SILU = 16;
const ERF = 17;
const GELU = 18;
const LOG1P = 19;
const SOFTPLUS = 20;

/** Beyond this the three-step reduction of sin and cos loses digits. */
const LARGEST_ANGLE: f32 = 8192;

export function neg(x: usize, out: usize, count: i32): void {
  each(NEG, x, out, count);
}
export function abs(x: usize, out: usize, count: i32): void {
  each(ABS, x, out, count);
}
export function sign(x: usize, out: usize, count: i32): void {
  each(SIGN, x, out, count);
}
export function square(x: usize, out: usize, count: i32): void {
  each(SQUARE, x, out, count);
}
export function relu(x: usize, out: usize, count: i32): void {
  each(RELU, x, out, count);
}
export function floor(x: usize, out: usize, count: i32): void {
  each(FLOOR, x, out, count);
}
export function ceil(x: usize, out: usize, count: i32): void {
  each(CEIL, x, out, count);
}
export function trunc(x: usize, out: usize, count: i32): void {
  each(TRUNC, x, out, count);
}
export function round(x: usize, out: usize, count: i32): void {
  each(ROUND, x, out, count);
}
export function sqrt(x: usize, out: usize, count: i32): void {
  each(SQRT, x, out, count);
}
export function rsqrt(x: usize, out: usize, count: i32): void {
  each(RSQRT, x, out, count);
}
export function reciprocal(x: usize, out: usize, count: i32): void {
  each(RECIPROCAL, x, out, count);
}
export function exp(x: usize, out: usize, count: i32): void {
  each(EXP, x, out, count);
}
export function log(x: usize, out: usize, count: i32): void {
  each(LOG, x, out, count);
}
export function tanh(x: usize, out: usize, count: i32): void {
  each(TANH, x, out, count);
}
export function sigmoid(x: usize, out: usize, count: i32): void {
  each(SIGMOID, x, out, count);
}
export function silu(x: usize, out: usize, count: i32): void {
  each(SILU, x, out, count);
}
export function erf(x: usize, out: usize, count: i32): void {
  each(ERF, x, out, count);
}
export function gelu(x: usize, out: usize, count: i32): void {
  each(GELU, x, out, count);
}
export function log1p(x: usize, out: usize, count: i32): void {
  each(LOG1P, x, out, count);
}
export function softplus(x: usize, out: usize, count: i32): void {
  each(SOFTPLUS, x, out, count);
}
export function sin(x: usize, out: usize, count: i32): void {
  eachAngle(0, x, out, count);
}
export function cos(x: usize, out: usize, count: i32): void {
  eachAngle(2, x, out, count);
}

@inline function each(op: i32, x: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    v128.store(out, apply(op, v128.load(x)));
    x += 16;
    out += 16;
  }
  for (; i < count; i++) {
    v128.store_lane<f32>(out, apply(op, v128.load_zero<f32>(x)), 0);
    x += 4;
    out += 4;
  }
}

@inline function apply(op: i32, x: v128): v128 {
  if (op == NEG) return f32x4.neg(x);
  if (op == ABS) return f32x4.abs(x);
  if (op == SIGN) return signOf(x);
  if (op == SQUARE) return f32x4.mul(x, x);
  if (op == RELU) return f32x4.max(x, f32x4.splat(0));
  if (op == FLOOR) return f32x4.floor(x);
  if (op == CEIL) return f32x4.ceil(x);
  if (op == TRUNC) return f32x4.trunc(x);
  if (op == ROUND) return f32x4.nearest(x);
  if (op == SQRT) return f32x4.sqrt(x);
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (op == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (op == EXP) return exponential(x);
  if (op == LOG) return logarithm(x);
  if (op == TANH) return hyperbolicTangent(x);
  if (op == SIGMOID) return logistic(x);
  if (op == SILU) return f32x4.mul(x, logistic(x));
  if (op == LOG1P) return logarithmOfOnePlus(x);
  if (op == SOFTPLUS) return softened(x);
  if (op == ERF) return errorFunction(x);
  return gaussianUnit(x);
}

/** 1, 0 or −1; both comparisons are false at NaN, which gives 0. */
@inline function signOf(x: v128): v128 {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  return f32x4.sub(v128.and(f32x4.gt(x, zero), one), v128.and(f32x4.lt(x, zero), one));
}

/** gelu(x) = x/2 · (1 + erf(x/√2)). */
@inline function gaussianUnit(x: v128): v128 {
  const e = errorFunction(f32x4.mul(x, f32x4.splat(0.70710678118654752)));
  return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(f32x4.splat(1), e));
}

@inline function eachAngle(quarter: i32, x: usize, out: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const angles = v128.load(x);
    const small = f32x4.le(f32x4.abs(angles), f32x4.splat(LARGEST_ANGLE));
    if (i32x4.all_true(small)) v128.store(out, circular(angles, quarter));
    else for (let lane = 0; lane < 4; lane++) store<f32>(out + (lane << 2), exactly(quarter, load<f32>(x + (lane << 2))));
    x += 16;
    out += 16;
  }
  for (; i < count; i++) {
    store<f32>(out, exactly(quarter, load<f32>(x)));
    x += 4;
    out += 4;
  }
}

function exactly(quarter: i32, x: f32): f32 {
  return <f32>(quarter == 0 ? NativeMath.sin(x) : NativeMath.cos(x));
}
