/**
 * Special functions of single numbers, in float64: gamma and its derivatives, Bessel functions, and the relatives of erf.
 * Each names where its formula comes from; the reference kernels loop over them.
 */
import { erf } from "./scalar-math.js";

/** 1 − erf(x), without cancellation for large x. */
export function erfc(x: number): number {
  if (x < 2) return 1 - erf(x);
  return Math.exp(-x * x) * scaledTail(x);
}

/** e^(x²)·erfc(x). */
export function erfcx(x: number): number {
  if (x < -26.7) return Infinity;
  return x < 2 ? Math.exp(x * x) * erfc(x) : scaledTail(x);
}

/** The continued fraction of e^(x²)·erfc(x) from x = 2 on, evaluated from the far end (Abramowitz & Stegun 7.1.14). */
function scaledTail(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x === Infinity) return 0;
  let tail = x;
  for (let k = 120; k >= 1; k--) tail = x + k / 2 / tail;
  return 1 / (Math.sqrt(Math.PI) * tail);
}

/** The x with erf(x) = y: Giles's rational start (2012), then Newton's steps on the side that does not cancel. */
export function erfinv(y: number): number {
  if (Number.isNaN(y) || y < -1 || y > 1) return NaN;
  if (y === 0) return y;
  if (y === 1 || y === -1) return y * Infinity;
  const magnitude = Math.abs(y);
  const w = -Math.log1p(-magnitude * magnitude);
  let x = w < 5 ? Math.sqrt(w * 0.8) : Math.sqrt(w - Math.log(Math.sqrt(Math.PI * w)));
  for (let step = 0; step < 40; step++) {
    const error = magnitude < 0.5 ? erf(x) - magnitude : 1 - magnitude - erfc(x);
    const slope = (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    const newton = error / slope;
    const move = newton / (1 + x * newton);
    x -= move;
    if (Math.abs(move) < 1e-16 * Math.abs(x)) break;
  }
  return Math.sign(y) * x;
}

/** The distribution function of the standard normal. */
export function ndtr(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/** Its logarithm, exact far below zero. */
export function logNdtr(x: number): number {
  const t = x * Math.SQRT1_2;
  return x < -1 ? Math.log(erfcx(-t) / 2) - t * t : Math.log1p(-erfc(t) / 2);
}

/** −x·ln x, 0 at 0, −∞ below. */
export function entr(x: number): number {
  if (x > 0) return -x * Math.log(x);
  return x === 0 ? 0 : Number.isNaN(x) ? x : -Infinity;
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln |Γ(x)| (Lanczos 1964, with Godfrey's coefficients; a Taylor series around its zeros at 1 and 2). */
export function lgamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Infinity;
  if (x <= 0 && Number.isInteger(x)) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sinPi(x))) - lgamma(1 - x);
  if (Math.abs(x - 1) < 0.2) return nearOne(x - 1);
  if (Math.abs(x - 2) < 0.2) return nearOne(x - 2) + Math.log1p(x - 2);
  const z = x - 1;
  const t = z + 7.5;
  const total = lanczos.reduce((sum, c, i) => (i === 0 ? c : sum + c / (z + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(total);
}

/** ln Γ(1 + d) = −γ·d + Σ ζ(k)·(−d)ᵏ/k. */
function nearOne(d: number): number {
  let total = -0.57721566490153286 * d;
  let power = -d;
  for (let k = 2; k < 40; k++) {
    power *= -d;
    total += (zeta(k, 1) * power) / k;
  }
  return total;
}

/** (ln Γ)′: the recurrence up to 10, then the asymptotic series (Abramowitz & Stegun 6.3.18). */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Infinity : -Infinity;
  if (x === -Infinity || (x < 0 && Number.isInteger(x))) return NaN;
  if (x === Infinity) return Infinity;
  if (x < 0) return digamma(1 - x) - Math.PI / tanPi(x);
  let result = 0;
  let at = x;
  for (; at < 10; at++) result -= 1 / at;
  const s = 1 / (at * at);
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))))));
  return result + Math.log(at) - 0.5 / at - series;
}

/** The n-th derivative of digamma: (−1)ⁿ⁺¹·n!·ζ(n + 1, x). */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (n === 1) return trigamma(x);
  let factorial = 1;
  for (let k = 2; k <= n; k++) factorial *= k;
  return (n % 2 === 0 ? -1 : 1) * factorial * zeta(n + 1, x);
}

/** Below 1/2 by reflection, as PyTorch does for the first derivative alone. */
function trigamma(x: number): number {
  if (x < 0.5) {
    const s = sinPi(x);
    return (Math.PI / s) ** 2 - zeta(2, 1 - x);
  }
  return zeta(2, x);
}

/** Hurwitz's ζ(s, q) by Euler and Maclaurin, as in Cephes (Moshier 1987). */
export function zeta(s: number, q: number): number {
  if (Number.isNaN(q)) return q;
  if (q <= 0) {
    if (Number.isInteger(q)) return Infinity;
    if (!Number.isInteger(s)) return NaN;
  }
  if (q === Infinity) return 0;
  // So far below zero a float64 has no digits left for the sum.
  if (q < -1e5) return NaN;
  let total = 0;
  let at = q;
  for (let i = 0; i < 12 || at < 9; i++, at++) total += at ** -s;
  total += at ** (1 - s) / (s - 1) + 0.5 * at ** -s;
  let factor = s;
  let power = at ** (-s - 1);
  bernoulli.forEach((b, k) => {
    total += b * factor * power;
    const j = 2 * k + 1;
    factor *= (s + j) * (s + j + 1);
    power /= at * at;
  });
  return total;
}

/** B₂ₖ/(2k)!. */
const bernoulli = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
];

/** The modified Bessel functions Iᵥ of order 0 and 1, times e^−|x| (Abramowitz & Stegun 9.6.10 and 9.7.1). */
export function besselScaled(order: 0 | 1, x: number): number {
  const magnitude = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (Number.isNaN(x)) return x;
  if (magnitude === Infinity) return 0;
  return sign * (magnitude < 30 ? besselSeries(order, magnitude) * Math.exp(-magnitude) : besselTail(order, magnitude));
}

export function bessel(order: 0 | 1, x: number): number {
  const magnitude = Math.abs(x);
  const sign = order === 1 && x < 0 ? -1 : 1;
  if (magnitude < 30) return sign * besselSeries(order, magnitude);
  if (magnitude === Infinity) return sign * Infinity;
  // In two factors, so that the product overflows no sooner than the result.
  const half = Math.exp(magnitude / 2);
  return sign * besselTail(order, magnitude) * half * half;
}

function besselSeries(order: 0 | 1, x: number): number {
  let term = order === 0 ? 1 : x / 2;
  let total = term;
  for (let k = 1; k < 200 && Math.abs(term) > 1e-17 * Math.abs(total); k++) {
    term *= (x * x) / 4 / (k * (k + order));
    total += term;
  }
  return total;
}

function besselTail(order: 0 | 1, x: number): number {
  const mu = 4 * order * order;
  let term = 1;
  let total = 1;
  for (let k = 1; k < 30; k++) {
    term *= -(mu - (2 * k - 1) ** 2) / (k * 8 * x);
    total += term;
  }
  return total / Math.sqrt(2 * Math.PI * x);
}

/** sin(πx)/(πx), 1 at 0. */
export function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function sinPi(x: number): number {
  const rest = x - 2 * Math.round(x / 2);
  return Math.sin(Math.PI * rest);
}

function tanPi(x: number): number {
  return Math.tan(Math.PI * (x - Math.round(x)));
}
