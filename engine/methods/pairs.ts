/** Arithmetic of two numbers beyond the four operations as methods; each calls its row of the op table. */
import { apply } from "../autograd/apply.js";
import { tensorOnly } from "../errors.js";
import { none } from "../ops/op-spec.js";
import type { Tensor } from "../tensor.js";

export interface PairMethods {
  /** The remainder of a division, with the sign of a. */
  fmod(o: Tensor | number): Tensor;
  /** The remainder of a division, with the sign of b. */
  remainder(o: Tensor | number): Tensor;
  /** The quotient, rounded down. The gradient is zero everywhere. */
  floorDivide(o: Tensor | number): Tensor;
  /** The quotient, rounded toward zero. The gradient is zero everywhere. */
  truncDivide(o: Tensor | number): Tensor;
  /** The angle of the point (b, a) in radians, element by element. */
  atan2(o: Tensor): Tensor;
  /** √(a² + b²), element by element, without overflow. */
  hypot(o: Tensor): Tensor;
  /** The magnitude of a with the sign of b. */
  copysign(o: Tensor | number): Tensor;
  /** 0 where a is negative, 1 where it is positive, b where it is 0. */
  heaviside(o: Tensor): Tensor;
  /** The larger of two values; of a number and NaN the number. */
  fmax(o: Tensor): Tensor;
  /** The smaller of two values; of a number and NaN the number. */
  fmin(o: Tensor): Tensor;
  /** ln(eᵃ + eᵇ), element by element, without overflow. */
  logaddexp(o: Tensor): Tensor;
  /** log₂(2ᵃ + 2ᵇ), element by element, without overflow. */
  logaddexp2(o: Tensor): Tensor;
  /** a·ln b, 0 where a is 0. */
  xlogy(o: Tensor | number): Tensor;
  /** a·ln(1 + b), 0 where a is 0. */
  xlog1py(o: Tensor | number): Tensor;
  /** The bits that both integers have. */
  bitwiseAnd(o: Tensor | number): Tensor;
  /** The bits that either integer has. */
  bitwiseOr(o: Tensor | number): Tensor;
  /** The bits that one of two integers has. */
  bitwiseXor(o: Tensor | number): Tensor;
  /** The bits of a moved up by b places. */
  shiftLeft(o: Tensor | number): Tensor;
  /** The bits of a moved down by b places. */
  shiftRight(o: Tensor | number): Tensor;
  /** The greatest common divisor of two integers. */
  gcd(o: Tensor): Tensor;
  /** The least common multiple of two integers. */
  lcm(o: Tensor): Tensor;
}

export const pairMethods: PairMethods & ThisType<Tensor> = {
  fmod(o) {
    return apply("fmod", [this, o], none);
  },
  remainder(o) {
    return apply("remainder", [this, o], none);
  },
  floorDivide(o) {
    return apply("floorDivide", [this, o], none);
  },
  truncDivide(o) {
    return apply("truncDivide", [this, o], none);
  },
  atan2(o) {
    return apply("atan2", [this, tensorOnly("atan2", o)], none);
  },
  hypot(o) {
    return apply("hypot", [this, tensorOnly("hypot", o)], none);
  },
  copysign(o) {
    return apply("copysign", [this, o], none);
  },
  heaviside(o) {
    return apply("heaviside", [this, tensorOnly("heaviside", o)], none);
  },
  fmax(o) {
    return apply("fmax", [this, tensorOnly("fmax", o)], none);
  },
  fmin(o) {
    return apply("fmin", [this, tensorOnly("fmin", o)], none);
  },
  logaddexp(o) {
    return apply("logaddexp", [this, tensorOnly("logaddexp", o)], none);
  },
  logaddexp2(o) {
    return apply("logaddexp2", [this, tensorOnly("logaddexp2", o)], none);
  },
  xlogy(o) {
    return apply("xlogy", [this, o], none);
  },
  xlog1py(o) {
    return apply("xlog1py", [this, o], none);
  },
  bitwiseAnd(o) {
    return apply("bitwiseAnd", [this, o], none);
  },
  bitwiseOr(o) {
    return apply("bitwiseOr", [this, o], none);
  },
  bitwiseXor(o) {
    return apply("bitwiseXor", [this, o], none);
  },
  shiftLeft(o) {
    return apply("shiftLeft", [this, o], none);
  },
  shiftRight(o) {
    return apply("shiftRight", [this, o], none);
  },
  gcd(o) {
    return apply("gcd", [this, tensorOnly("gcd", o)], none);
  },
  lcm(o) {
    return apply("lcm", [this, tensorOnly("lcm", o)], none);
  },
};

/** Refuses a number where PyTorch does, too: it would have to become a tensor of some dtype first. */
