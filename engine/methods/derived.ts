/**
 * Elementwise methods that are made of other ops and have no row of their own: tests of numbers, logic, roundings,
 * interpolation. What passes through each stands in `ops/composites.ts`.
 */
import { apply } from "../autograd/apply.js";
import { EngineError, tensorOnly } from "../errors.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface Closeness {
  /** The part of b by which they may differ; 1e-5 unless given. */
  readonly rtol?: number;
  /** What they may differ by besides; 1e-8 unless given. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. */
  readonly equalNan?: boolean;
}

export interface Replacements {
  readonly nan?: number;
  /** The largest number of the dtype unless given. */
  readonly posinf?: number | null;
  /** The smallest number of the dtype unless given. */
  readonly neginf?: number | null;
}

export interface Scaled {
  /** A factor of the added part. */
  readonly value?: number;
}

export interface DerivedMethods {
  /** Whether each element is not a number. */
  isnan(): Tensor;
  /** Whether each element is infinite. */
  isinf(): Tensor;
  /** Whether each element is a number and not infinite. */
  isfinite(): Tensor;
  /** Whether each element is +∞. */
  isposinf(): Tensor;
  /** Whether each element is −∞. */
  isneginf(): Tensor;
  /** NaN and the infinities replaced by numbers; where they were, the gradient is zero. */
  nanToNum(options?: Replacements): Tensor;
  /** Whether both are other than zero. */
  logicalAnd(o: Tensor): Tensor;
  /** Whether one of the two is other than zero. */
  logicalOr(o: Tensor): Tensor;
  /** Whether exactly one of the two is other than zero. */
  logicalXor(o: Tensor): Tensor;
  /** Whether |a − b| ≤ atol + rtol·|b|, element by element. */
  isclose(o: Tensor, options?: Closeness): Tensor;
  /** Whether all elements are close. */
  allclose(o: Tensor, options?: Closeness): boolean;
  /** Whether shape and all elements are the same. */
  equal(o: Tensor): boolean;
  /** What is left of each element without its integer part. */
  frac(): Tensor;
  /** Degrees to radians. */
  deg2rad(): Tensor;
  /** Radians to degrees. */
  rad2deg(): Tensor;
  /** The angle in the complex plane: π where negative, else 0. */
  angle(): Tensor;
  /** a + weight·(b − a). */
  lerp(end: Tensor, weight: Tensor | number): Tensor;
  /** This tensor + value · a · b. */
  addcmul(a: Tensor, b: Tensor, options?: Scaled): Tensor;
  /** This tensor + value · a / b. */
  addcdiv(a: Tensor, b: Tensor, options?: Scaled): Tensor;
  /** a · 2ᵇ. */
  ldexp(o: Tensor): Tensor;
  /** Each element to a power, computed in float64. */
  floatPower(o: Tensor | number): Tensor;
  /** Each element, or the bound where it is below. The gradient goes to whichever was taken. */
  clampMin(bound: Tensor | number): Tensor;
  /** Each element, or the bound where it is above. The gradient goes to whichever was taken. */
  clampMax(bound: Tensor | number): Tensor;
}

export const derivedMethods: DerivedMethods & ThisType<Tensor> = {
  isnan() {
    return this.ne(this);
  },
  isinf() {
    return this.abs().eq(Infinity);
  },
  isfinite() {
    return this.dtype === "bool" ? this.eq(this) : this.abs().lt(Infinity);
  },
  isposinf() {
    return this.eq(Infinity);
  },
  isneginf() {
    return this.eq(-Infinity);
  },
  nanToNum({ nan = 0, posinf = null, neginf = null } = {}) {
    if (this.dtype !== "float32" && this.dtype !== "float64") return this.clone();
    const largest = this.dtype === "float64" ? Number.MAX_VALUE : 3.4028234663852886e38;
    return this.maskedFill(this.isnan(), nan)
      .maskedFill(this.isposinf(), posinf ?? largest)
      .maskedFill(this.isneginf(), neginf ?? -largest);
  },
  logicalAnd(o) {
    return truth(this).mul(truth(o));
  },
  logicalOr(o) {
    return truth(this).add(truth(o));
  },
  logicalXor(o) {
    return truth(this).ne(truth(o));
  },
  isclose(o, { rtol = 1e-5, atol = 1e-8, equalNan = false } = {}) {
    checkComparable("isclose", this, o, rtol, atol);
    const same = equalNan ? this.eq(o).add(this.isnan().mul(o.isnan())) : this.eq(o);
    if (rtol === 0 && atol === 0) return same;
    const [a, b] = this.dtype.startsWith("float") ? [this, o] : [this.to("float64"), o.to("float64")];
    const difference = a.sub(b).abs();
    return same.add(difference.isfinite().mul(difference.le(b.mul(rtol).abs().add(atol))));
  },
  allclose(o, options = {}) {
    return this.isclose(o, options).data.every((value) => value !== 0);
  },
  equal(o) {
    const isAlike = this.shape.length === o.shape.length && this.shape.every((length, dim) => length === o.shape[dim]);
    return isAlike && this.eq(o).data.every((value) => value !== 0);
  },
  frac() {
    return this.sub(this.trunc());
  },
  deg2rad() {
    return this.mul(Math.PI / 180);
  },
  rad2deg() {
    return this.mul(180 / Math.PI);
  },
  angle() {
    const negative = this.to(this.dtype === "float64" ? "float64" : "float32")
      .sign()
      .clamp(null, 0);
    const angle = negative.mul(-Math.PI).abs();
    return this.dtype.startsWith("float") ? angle.maskedFill(this.isnan(), NaN) : angle;
  },
  lerp(end, weight) {
    return this.add(end.sub(this).mul(weight));
  },
  addcmul(a, b, { value = 1 } = {}) {
    return this.add(value === 1 ? a.mul(b) : a.mul(b).mul(value));
  },
  addcdiv(a, b, { value = 1 } = {}) {
    return this.add(value === 1 ? a.div(b) : a.div(b).mul(value));
  },
  ldexp(o) {
    return this.mul(o.exp2());
  },
  floatPower(o) {
    return this.to("float64").pow(typeof o === "number" ? o : o.to("float64"));
  },
  clampMin(bound) {
    if (typeof bound === "number") return this.clamp(bound);
    return apply("where", [this.lt(bound).add(bound.isnan()), bound, this], none);
  },
  clampMax(bound) {
    if (typeof bound === "number") return this.clamp(null, bound);
    return apply("where", [this.gt(bound).add(bound.isnan()), bound, this], none);
  },
};

function truth(value: Tensor): Tensor {
  return tensorOnly("a logical op", value).dtype === "bool" ? value : value.ne(0);
}

function checkComparable(call: string, a: Tensor, b: Tensor, rtol: number, atol: number): void {
  tensorOnly(call, b);
  if (a.dtype !== b.dtype) {
    throw new EngineError(
      `${call}: the dtypes are ${a.dtype} and ${b.dtype}`,
      "how close two values are is a question of one precision",
      "Convert one of them with `to(…)` first.",
    );
  }
  if (rtol >= 0 && atol >= 0) return;
  throw new EngineError(
    `${call}: the tolerances are ${rtol} and ${atol}`,
    "a distance is not negative",
    "Pass numbers from 0.",
  );
}
