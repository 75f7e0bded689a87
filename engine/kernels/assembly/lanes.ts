/**
 * Functions of four float32 at a time. The polynomials for exp, log, tanh, sin, cos and erf are those of
 * S. Moshier's Cephes library (single precision); errors stay within about two units in the last place.
 */

@inline function splat(x: f32): v128 {
  return f32x4.splat(x);
}

@inline function multiplyAdd(a: v128, b: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(a, b), splat(c));
}

/** 2ⁿ for whole n in −126…127, by its exponent bits. */
@inline function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** eˣ = 2ⁿ·eʳ with |r| ≤ ln 2 / 2. The scaling goes in two steps, so that denormal results are reached. */
@inline export function exponential(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, splat(-104)), splat(89));
  const n = f32x4.nearest(f32x4.mul(bounded, splat(1.44269504088896341)));
  let r = f32x4.sub(bounded, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, splat(-2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = multiplyAdd(p, r, 1.3981999507e-3);
  p = multiplyAdd(p, r, 8.3334519073e-3);
  p = multiplyAdd(p, r, 4.1665795894e-2);
  p = multiplyAdd(p, r, 1.6666665459e-1);
  p = multiplyAdd(p, r, 5.0000001201e-1);
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), splat(1));
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** ln x = e·ln 2 + ln m with m between √½ and √2. Denormals are scaled up first. */
@inline export function logarithm(x: v128): v128 {
  const tiny = f32x4.lt(x, splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat(33554432)), x, tiny);
  let e = i32x4.sub(i32x4.shr_s(scaled, 23), i32x4.splat(126));
  e = i32x4.sub(e, v128.and(tiny, i32x4.splat(25)));
  let m = v128.or(v128.and(scaled, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const low = f32x4.lt(m, splat(0.707106781186547524));
  e = i32x4.add(e, low);
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), splat(1));
  const exponent = f32x4.convert_i32x4_s(e);
  const square = f32x4.mul(m, m);
  let p = splat(7.0376836292e-2);
  p = multiplyAdd(p, m, -1.1514610310e-1);
  p = multiplyAdd(p, m, 1.1676998740e-1);
  p = multiplyAdd(p, m, -1.2420140846e-1);
  p = multiplyAdd(p, m, 1.4249322787e-1);
  p = multiplyAdd(p, m, -1.6668057665e-1);
  p = multiplyAdd(p, m, 2.0000714765e-1);
  p = multiplyAdd(p, m, -2.4999993993e-1);
  p = multiplyAdd(p, m, 3.3333331174e-1);
  let y = f32x4.mul(f32x4.mul(p, m), square);
  y = f32x4.add(y, f32x4.mul(exponent, splat(-2.12194440e-4)));
  y = f32x4.sub(y, f32x4.mul(square, splat(0.5)));
  let result = f32x4.add(f32x4.add(m, y), f32x4.mul(exponent, splat(0.693359375)));
  result = v128.bitselect(splat(f32.NEGATIVE_INFINITY), result, f32x4.eq(x, splat(0)));
  result = v128.bitselect(x, result, f32x4.eq(x, splat(f32.POSITIVE_INFINITY)));
  // Negative numbers have no logarithm, and NaN stays NaN.
  return v128.bitselect(result, splat(f32.NaN), f32x4.ge(x, splat(0)));
}

/** ln(1 + x). What 1 + x loses of a small x comes back as the factor x / ((1 + x) − 1) (Kahan). */
@inline export function logarithmOfOnePlus(x: v128): v128 {
  const one = splat(1);
  const sum = f32x4.add(one, x);
  const corrected = f32x4.mul(logarithm(sum), f32x4.div(x, f32x4.sub(sum, one)));
  const result = v128.bitselect(x, corrected, f32x4.eq(sum, one));
  return v128.bitselect(x, result, f32x4.eq(x, splat(f32.POSITIVE_INFINITY)));
}

/** ln(1 + eˣ) = max(x, 0) + ln(1 + e^−|x|), which never overflows. */
@inline export function softened(x: v128): v128 {
  const rest = logarithmOfOnePlus(exponential(f32x4.neg(f32x4.abs(x))));
  return f32x4.add(f32x4.max(x, splat(0)), rest);
}

/** A polynomial near zero, 1 − 2/(e²ˣ + 1) elsewhere, where that does not cancel. */
@inline export function hyperbolicTangent(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let p = splat(-5.70498872745e-3);
  p = multiplyAdd(p, z, 2.06390887954e-2);
  p = multiplyAdd(p, z, -5.37397155531e-2);
  p = multiplyAdd(p, z, 1.33314422036e-1);
  p = multiplyAdd(p, z, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x);
  const e = exponential(f32x4.add(size, size));
  const far = f32x4.sub(splat(1), f32x4.div(splat(2), f32x4.add(e, splat(1))));
  return v128.bitselect(near, withSignOf(x, far), f32x4.lt(size, splat(0.625)));
}

/** With e = e^−|x|, which never overflows: 1/(1+e) on the right side, e/(1+e) on the left. */
@inline export function logistic(x: v128): v128 {
  const e = exponential(f32x4.neg(f32x4.abs(x)));
  const right = f32x4.div(splat(1), f32x4.add(splat(1), e));
  return v128.bitselect(f32x4.mul(e, right), right, f32x4.lt(x, splat(0)));
}

/** A polynomial in x² below 1; above, 1 − e^(−x²)·p(1/x²)/x. */
@inline export function errorFunction(x: v128): v128 {
  const size = f32x4.abs(x);
  const z = f32x4.mul(x, x);
  let near = splat(7.853861353153693e-5);
  near = multiplyAdd(near, z, -8.010193625184903e-4);
  near = multiplyAdd(near, z, 5.188327685732524e-3);
  near = multiplyAdd(near, z, -2.685381193529856e-2);
  near = multiplyAdd(near, z, 1.128358514861418e-1);
  near = multiplyAdd(near, z, -3.761262582423300e-1);
  near = multiplyAdd(near, z, 1.128379165726710);
  near = f32x4.mul(near, x);

  const q = f32x4.div(splat(1), size);
  const y = f32x4.mul(q, q);
  let middle = splat(2.326819970068386e-2);
  middle = multiplyAdd(middle, y, -1.387039388740657e-1);
  middle = multiplyAdd(middle, y, 3.687424674597105e-1);
  middle = multiplyAdd(middle, y, -5.824733027278666e-1);
  middle = multiplyAdd(middle, y, 6.210004621745983e-1);
  middle = multiplyAdd(middle, y, -4.944515323274145e-1);
  middle = multiplyAdd(middle, y, 3.404879937665872e-1);
  middle = multiplyAdd(middle, y, -2.741127028184656e-1);
  middle = multiplyAdd(middle, y, 5.638259427386472e-1);
  let outer = splat(-1.047766399936249e1);
  outer = multiplyAdd(outer, y, 1.297719955372516e1);
  outer = multiplyAdd(outer, y, -7.495518717768503);
  outer = multiplyAdd(outer, y, 2.921019019210786);
  outer = multiplyAdd(outer, y, -1.015265279202700);
  outer = multiplyAdd(outer, y, 4.218463358204948e-1);
  outer = multiplyAdd(outer, y, -2.820767439740514e-1);
  outer = multiplyAdd(outer, y, 5.641895067754075e-1);
  const rest = v128.bitselect(middle, outer, f32x4.lt(size, splat(2)));
  const decay = exponential(f32x4.neg(f32x4.mul(size, size)));
  const far = f32x4.sub(splat(1), f32x4.mul(f32x4.mul(decay, q), rest));
  return v128.bitselect(near, withSignOf(x, far), f32x4.lt(size, splat(1)));
}

/** sin for |x| ≤ 8192: reduced by multiples of π/4 in three steps. `quarter` 0 gives the sine, 2 the cosine. */
@inline export function circular(x: v128, quarter: i32): v128 {
  const size = f32x4.abs(x);
  let octant = i32x4.trunc_sat_f32x4_s(f32x4.mul(size, splat(1.27323954473516)));
  octant = v128.and(i32x4.add(octant, i32x4.splat(1)), i32x4.splat(~1));
  const steps = f32x4.convert_i32x4_s(octant);
  let r = f32x4.sub(size, f32x4.mul(steps, splat(0.78515625)));
  r = f32x4.sub(r, f32x4.mul(steps, splat(2.4187564849853515625e-4)));
  r = f32x4.sub(r, f32x4.mul(steps, splat(3.77489497744594108e-8)));
  const z = f32x4.mul(r, r);
  let s = splat(-1.9515295891e-4);
  s = multiplyAdd(s, z, 8.3321608736e-3);
  s = multiplyAdd(s, z, -1.6666654611e-1);
  s = f32x4.add(f32x4.mul(f32x4.mul(s, z), r), r);
  let c = splat(2.443315711809948e-5);
  c = multiplyAdd(c, z, -1.388731625493765e-3);
  c = multiplyAdd(c, z, 4.166664568298827e-2);
  c = f32x4.add(f32x4.sub(f32x4.mul(c, f32x4.mul(z, z)), f32x4.mul(z, splat(0.5))), splat(1));
  const turned = i32x4.add(octant, i32x4.splat(quarter));
  const usesCosine = i32x4.ne(v128.and(turned, i32x4.splat(2)), i32x4.splat(0));
  let result = v128.bitselect(c, s, usesCosine);
  result = v128.xor(result, i32x4.shl(v128.and(turned, i32x4.splat(4)), 29));
  if (quarter == 0) result = v128.xor(result, v128.and(x, i32x4.splat(0x80000000)));
  return result;
}

@inline function withSignOf(x: v128, size: v128): v128 {
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)));
}
