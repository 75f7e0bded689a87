/**
 * Arithmetic of two numbers beyond the four operations: remainders, extremes that pass over NaN, logarithms of sums,
 * and the ops of integers. Formulas state the derivative at one element, as in `elementwise.ts`.
 */
import { isFloat } from "../dtype.js";
import { EngineError } from "../errors.js";
import type { BinaryOp } from "../kernels/kernels.js";
import { broadcast } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { binaryLoop } from "./loops.js";
import { blocks, flows, op, vanishes, type Derivative, type None, type Operand, type OpSpec } from "./op-spec.js";

const whole = blocks("an integer or bool has no derivative");
const step = vanishes("the quotient is rounded, and so constant between whole numbers");

export const pairs = {
  fmod: {
    ...two(
      "fmod",
      "The remainder of a division, with the sign of a.",
      flows((g) => g),
      flows((g, { a, b }) => g.mul(a.div(b).trunc().neg()), "a", "b"),
    ),
    check: (operands: readonly Operand[]) => checkDivisor("fmod", operands),
  },
  remainder: {
    ...two(
      "remainder",
      "The remainder of a division, with the sign of b.",
      flows((g) => g),
      flows((g, { a, b }) => g.mul(a.floorDivide(b).neg()), "a", "b"),
    ),
    check: (operands: readonly Operand[]) => checkDivisor("remainder", operands),
  },
  floorDivide: {
    ...two("floorDivide", "The quotient, rounded down.", step, step),
    check: (operands: readonly Operand[]) => checkDivisor("floorDivide", operands),
  },
  truncDivide: {
    ...two("truncDivide", "The quotient, rounded toward zero.", step, step),
    check: (operands: readonly Operand[]) => checkDivisor("truncDivide", operands),
  },
  atan2: two(
    "atan2",
    "The angle of the point (b, a), elementwise.",
    flows((g, { a, b }) => g.mul(b.mul(overSquares(a, b))), "a", "b"),
    flows((g, { a, b }) => g.mul(a.neg().mul(overSquares(a, b))), "a", "b"),
    "float",
  ),
  probabilityLoss: op<"prediction" | "target">({
    summary: "−t·ln p − (1 − t)·ln(1 − p), elementwise, with logarithms of at least −100.",
    inputs: {
      // (p − t) / (p·(1 − p)), with a divisor of at least 1e-12, as in PyTorch: a prediction of exactly 0 or 1 gives no NaN.
      prediction: flows(
        (g, { prediction: p, target: t }) => g.mul(p.sub(t)).div(p.mul(p.neg().add(1)).clampMin(1e-12)),
        "prediction",
        "target",
      ),
      target: flows((g, { prediction: p }) => g.mul(p.neg().log1p().sub(p.log())), "prediction"),
    },
    dtype: "floating",
    broadcasting: "before the kernel",
    shape: ([p, t]) => broadcast("probabilityLoss", p, t),
    method: false,
    forward: (_kernels, [p, t], out) => {
      const at = ({ storage }: Operand, place: number): number => storage.read(storage.size === 1 ? 0 : place);
      for (let place = 0; place < out.storage.size; place++) {
        const [prediction, target] = [at(p, place), at(t, place)];
        const hit = Math.max(-100, Math.log(prediction));
        const miss = Math.max(-100, Math.log1p(-prediction));
        out.storage.write(place, (target - 1) * miss - target * hit);
      }
    },
  }),
  hypot: two(
    "hypot",
    "√(a² + b²), elementwise, without overflow.",
    flows((g, { a, out }) => g.mul(a.div(out)), "a", "out"),
    flows((g, { b, out }) => g.mul(b.div(out)), "b", "out"),
    "floating",
  ),
  copysign: two(
    "copysign",
    "The magnitude of a with the sign of b.",
    flows((g, { a, out }) => g.mul(out.div(a).maskedFill(a.eq(0), 0)), "a", "out"),
    vanishes("only the sign is taken, and it is constant on either side of zero"),
    "float",
  ),
  heaviside: two(
    "heaviside",
    "0 where a is negative, 1 where it is positive, b where it is 0.",
    vanishes("a step is constant on either side of zero"),
    vanishes("it counts only where a is exactly 0"),
  ),
  fmax: two(
    "fmax",
    "The larger of two values; of a number and NaN the number.",
    flows((g, { a, b }) => g.maskedFill(a.ge(b).add(b.ne(b)).logicalNot(), 0), "a", "b"),
    flows((g, { a, b }) => g.maskedFill(a.ge(b).add(b.ne(b)), 0), "a", "b"),
  ),
  fmin: two(
    "fmin",
    "The smaller of two values; of a number and NaN the number.",
    flows((g, { a, b }) => g.maskedFill(a.le(b).add(b.ne(b)).logicalNot(), 0), "a", "b"),
    flows((g, { a, b }) => g.maskedFill(a.le(b).add(b.ne(b)), 0), "a", "b"),
  ),
  logaddexp: two(
    "logaddexp",
    "ln(eᵃ + eᵇ), elementwise, without overflow.",
    flows((g, { a, b }) => g.div(b.sub(a).exp().add(1)), "a", "b"),
    flows((g, { a, b }) => g.div(a.sub(b).exp().add(1)), "a", "b"),
    "floating",
  ),
  logaddexp2: two(
    "logaddexp2",
    "log₂(2ᵃ + 2ᵇ), elementwise, without overflow.",
    flows((g, { a, b }) => g.div(b.sub(a).exp2().add(1)), "a", "b"),
    flows((g, { a, b }) => g.div(a.sub(b).exp2().add(1)), "a", "b"),
    "floating",
  ),
  xlogy: two(
    "xlogy",
    "a·ln b, 0 where a is 0.",
    flows((g, { a, b }) => g.xlogy(b).maskedFill(a.eq(0).mul(b.le(0)), 0), "a", "b"),
    flows((g, { a, b }) => g.mul(a).div(b), "a", "b"),
    "float",
  ),
  xlog1py: two(
    "xlog1py",
    "a·ln(1 + b), 0 where a is 0.",
    flows((g, { a, b }) => g.mul(b.log1p()).maskedFill(a.eq(0).mul(b.le(-1)), 0), "a", "b"),
    flows((g, { a, b }) => g.mul(a).div(b.add(1)), "a", "b"),
    "float",
  ),

  bitwiseAnd: ofIntegers("bitwiseAnd", "The bits that both integers have."),
  bitwiseOr: ofIntegers("bitwiseOr", "The bits that either integer has."),
  bitwiseXor: ofIntegers("bitwiseXor", "The bits that one of two integers has."),
  shiftLeft: ofIntegers("shiftLeft", "The bits of a moved up by b places."),
  shiftRight: ofIntegers("shiftRight", "The bits of a moved down by b places."),
  gcd: ofIntegers("gcd", "The greatest common divisor of two integers."),
  lcm: ofIntegers("lcm", "The least common multiple of two integers."),
};

/** 1/(a² + b²), so that a derivative at the origin is NaN, as in PyTorch. */
function overSquares(a: Tensor, b: Tensor): Tensor {
  return a.square().add(b.square()).reciprocal();
}

function two(
  kernel: BinaryOp,
  summary: string,
  a: Derivative<None>,
  b: Derivative<None>,
  dtype: "promoted" | "float" | "floating" = "promoted",
): OpSpec<"a" | "b", None> {
  return op<"a" | "b">({
    summary,
    inputs: { a, b },
    dtype,
    shape: ([left, right]) => broadcast(kernel, left, right),
    forward: binaryLoop(kernel),
  });
}

function ofIntegers(kernel: BinaryOp, summary: string): OpSpec<"a" | "b", None> {
  const isOfBits = kernel.startsWith("bitwise");
  return {
    ...two(kernel, summary, whole, whole),
    check: ([{ storage }]) => {
      if (storage.dtype === "int32" || (isOfBits && storage.dtype === "bool")) return;
      throw new EngineError(
        `${kernel}: the operands have dtype ${storage.dtype}`,
        `it is an op of integers${isOfBits ? " and bools" : ""}`,
        'Convert them with `to("int32")` first.',
      );
    },
  };
}

function checkDivisor(call: string, [{ storage }, divisor]: readonly Operand[]): void {
  if (storage.dtype === "bool") {
    throw new EngineError(
      `${call}: the operands are bools`,
      "a truth value cannot be divided",
      'Convert them with `to("int32")` first.',
    );
  }
  if (isFloat(storage.dtype)) return;
  for (let i = 0; i < divisor.storage.size; i++) {
    if (divisor.storage.read(i) !== 0) continue;
    throw new EngineError(
      `${call}: an integer was divided by zero`,
      "no integer stands for the result",
      'Convert with `to("float32")`, where it is infinite or not a number, or keep zeros out of the divisor.',
    );
  }
}
