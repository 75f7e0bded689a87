/**
 * Formulas of pairs of numbers beyond arithmetic, with PyTorch's answers at NaN, the infinities and signed zero.
 * The reference kernels loop over them.
 */

/** a·ln b, 0 where a is 0, except that NaN stays. */
export function xlogy(a: number, b: number): number {
  if (Number.isNaN(b)) return b;
  return a === 0 ? 0 : a * Math.log(b);
}

export function xlog1py(a: number, b: number): number {
  if (Number.isNaN(b)) return b;
  return a === 0 ? 0 : a * Math.log1p(b);
}

/** The quotient rounded down, by way of the remainder, as Python does. */
export function floorDivide(a: number, b: number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  let quotient = (a - rest) / b;
  if (rest !== 0 && rest < 0 !== b < 0) quotient -= 1;
  if (quotient === 0) return 0 * (a / b);
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

export function copysign(a: number, b: number): number {
  const isNegative = b < 0 || Object.is(b, -0);
  return isNegative ? -Math.abs(a) : Math.abs(a);
}

/** 0 below zero, 1 above, b at zero. */
export function heaviside(a: number, b: number): number {
  if (Number.isNaN(a)) return a;
  return a === 0 ? b : Number(a > 0);
}

/** The larger value; of a number and NaN the number. */
export function fmax(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.max(a, b);
}

export function fmin(a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return Number.isNaN(b) ? a : Math.min(a, b);
}

/** ln(eᵃ + eᵇ) without overflow. */
export function logaddexp(a: number, b: number): number {
  if (a === b && !Number.isFinite(a)) return a;
  const larger = Math.max(a, b);
  return larger + Math.log1p(Math.exp(-Math.abs(a - b)));
}

export function logaddexp2(a: number, b: number): number {
  if (a === b && !Number.isFinite(a)) return a;
  const larger = Math.max(a, b);
  return larger + Math.log1p(2 ** -Math.abs(a - b)) / Math.LN2;
}

export function hypot(a: number, b: number): number {
  if (Math.abs(a) === Infinity || Math.abs(b) === Infinity) return Infinity;
  return Math.hypot(a, b);
}

export function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y > 0) [x, y] = [y, x % y];
  return x;
}

export function lcm(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.abs((a / gcd(a, b)) * b);
}

export function shiftLeft(a: number, b: number): number {
  return b < 0 || b > 31 ? 0 : a << b;
}

export function shiftRight(a: number, b: number): number {
  return a >> Math.min(31, Math.max(0, b));
}
