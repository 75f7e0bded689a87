/**
 * The formulas of single numbers, with PyTorch's answers at NaN, at the infinities and at signed zero.
 * The reference kernels loop over them; nothing here knows about storages.
 */

/** C's pow, which differs from JavaScript's where the base is ±1: 1 to any power, and (−1)^±∞, is 1. */
export function pow(a: number, b: number): number {
  if (a === 1) return 1;
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return 1;
  return Math.pow(a, b);
}

/** The remainder with the sign of the divisor, as Python's `%`. */
export function remainder(a: number, b: number): number {
  const rest = a % b;
  const signsDiffer = rest !== 0 && rest < 0 !== b < 0;
  return signsDiffer ? rest + b : rest;
}

/** 1, 0 or −1; at NaN it is 0, as in PyTorch. */
export function sign(x: number): number {
  return Number(x > 0) - Number(x < 0);
}

export function relu(x: number): number {
  return x <= 0 ? 0 : x;
}

/** The nearest integer; a half goes to the even neighbor, and the sign of zero stays. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return rest < 0.5 ? keepSign(below, x) : keepSign(below + 1, x);
  return keepSign(below % 2 === 0 ? below : below + 1, x);
}

/** 1 / (1 + e^−x), without overflow on either side. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** ln(1 + eˣ); above 20 it is x to the last digit of a float32, which is where PyTorch changes over too. */
export function softplus(x: number): number {
  return x > 20 ? x : Math.log1p(Math.exp(x));
}

export function silu(x: number): number {
  return x * sigmoid(x);
}

/** x·Φ(x), with Φ the distribution function of the standard normal. */
export function gelu(x: number): number {
  return 0.5 * x * (1 + erf(x / Math.SQRT2));
}

/**
 * erf(x) = 2/√π · e^(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)): all terms have one sign, so nothing cancels.
 * From 6 on, 1 − erf(x) is below 3e−17.
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 6) return 1;
  if (x < -6) return -1;
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > Math.abs(total) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}

/** x = mantissa · 2^exponent, with 1/2 ≤ |mantissa| < 1. */
export function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { mantissa: x, exponent: 0 };
  let exponent = Math.floor(Math.log2(Math.abs(x))) + 1;
  let mantissa = x / 2 ** exponent;
  if (Math.abs(mantissa) >= 1) {
    mantissa /= 2;
    exponent++;
  } else if (Math.abs(mantissa) < 0.5) {
    mantissa *= 2;
    exponent--;
  }
  return { mantissa, exponent };
}

function keepSign(rounded: number, x: number): number {
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}
