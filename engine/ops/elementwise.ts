/**
 * Arithmetic, element by element, with broadcasting. Formulas state the derivative at one element; summing a cotangent
 * back over broadcast dimensions is done once, in `backward.ts`.
 */
import { isFloat } from "../dtype.js";
import { EngineError } from "../errors.js";
import type { UnaryOp } from "../kernels/kernels.js";
import { elementCount, broadcast } from "../shape.js";
import { binaryLoop, unaryLoop } from "./loops.js";
import { flows, op, vanishes, type Derivative, type None, type Operand, type OpSpec } from "./op-spec.js";

/** The power to which `pow` raises: a number of the program, or null where the exponent is a tensor. */
export interface Exponent {
  readonly exponent: number | null;
}

export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

export const elementwise = {
  add: op<"a" | "b">({
    summary: "Sum, elementwise, with broadcasting.",
    inputs: { a: flows((g) => g), b: flows((g) => g) },
    shape: ([a, b]) => broadcast("add", a, b),
    forward: binaryLoop("add"),
  }),

  sub: op<"a" | "b">({
    summary: "Difference, elementwise, with broadcasting.",
    inputs: { a: flows((g) => g), b: flows((g) => g.neg()) },
    shape: ([a, b]) => broadcast("sub", a, b),
    check: ([a]) => checkNumeric("sub", a),
    forward: binaryLoop("sub"),
  }),

  mul: op<"a" | "b">({
    summary: "Product, elementwise, with broadcasting.",
    inputs: {
      a: flows((g, { b }) => g.mul(b), "b"),
      b: flows((g, { a }) => g.mul(a), "a"),
    },
    shape: ([a, b]) => broadcast("mul", a, b),
    forward: binaryLoop("mul"),
  }),

  div: op<"a" | "b">({
    summary: "Quotient, elementwise, with broadcasting.",
    inputs: {
      a: flows((g, { b }) => g.div(b), "b"),
      // ∂(a/b)/∂b = −a/b²
      b: flows((g, { a, b }) => g.mul(a.div(b).div(b)).neg(), "a", "b"),
    },
    dtype: "float",
    shape: ([a, b]) => broadcast("div", a, b),
    forward: binaryLoop("div"),
  }),

  pow: op<"x" | "exponent", Exponent>({
    summary: "Each element to the power of the exponent.",
    inputs: {
      x: flows(
        (g, { x, exponent }, { attributes }) => {
          if (attributes.exponent !== null) return g.mul(x.pow(attributes.exponent - 1).mul(attributes.exponent));
          // Where the exponent is 0 the power is 1 everywhere, also at x = 0, where the formula would be 0·∞.
          return g.mul(exponent.mul(x.pow(exponent.sub(1)))).maskedFill(exponent.eq(0), 0);
        },
        "x",
        "exponent",
      ),
      // ∂xᵉ/∂e = xᵉ·ln x; at x = 0 with e ≥ 0 the limit is 0.
      exponent: flows(
        (g, { x, exponent, out }) => g.mul(out.mul(x.log()).maskedFill(x.eq(0).mul(exponent.ge(0)), 0)),
        "x",
        "exponent",
        "out",
      ),
    },
    exceptions: {
      x: ({ exponent }) => (exponent === 0 ? vanishes("anything to the power 0 is 1") : null),
    },
    shape: ([x, exponent]) => broadcast("pow", x, exponent),
    check: ([x, exponent]) => checkIntegerPower(x, exponent),
    forward: binaryLoop("pow"),
  }),

  maximum: op<"a" | "b">({
    summary: "The larger of two values, elementwise, with broadcasting.",
    inputs: {
      // Where both are equal, each gets half.
      a: flows((g, { a, b }) => g.mul(a.eq(b).mul(0.5)).add(g.maskedFill(a.le(b), 0)), "a", "b"),
      b: flows((g, { a, b }) => g.mul(a.eq(b).mul(0.5)).add(g.maskedFill(b.le(a), 0)), "a", "b"),
    },
    shape: ([a, b]) => broadcast("maximum", a, b),
    forward: binaryLoop("maximum"),
  }),

  minimum: op<"a" | "b">({
    summary: "The smaller of two values, elementwise, with broadcasting.",
    inputs: {
      a: flows((g, { a, b }) => g.mul(a.eq(b).mul(0.5)).add(g.maskedFill(a.ge(b), 0)), "a", "b"),
      b: flows((g, { a, b }) => g.mul(a.eq(b).mul(0.5)).add(g.maskedFill(b.ge(a), 0)), "a", "b"),
    },
    shape: ([a, b]) => broadcast("minimum", a, b),
    forward: binaryLoop("minimum"),
  }),

  clamp: op<"x", Bounds>({
    summary: "Each element, kept between two bounds.",
    inputs: {
      // At a bound the gradient still passes, as in PyTorch. Asked this way around, NaN counts as outside.
      x: flows((g, { x }, { attributes: { min, max } }) => {
        const above = min === null ? g : g.maskedFill(x.ge(min).logicalNot(), 0);
        return max === null ? above : above.maskedFill(x.le(max).logicalNot(), 0);
      }, "x"),
    },
    shape: ([x]) => x,
    forward: (kernels, [x, ...bounds], out, { min, max }) => {
      const count = elementCount(out.shape);
      const [low, high] = min === null ? [null, bounds[0]] : [bounds[0], bounds[1]];
      if (min !== null && low) kernels.binary("maximum", x.storage, low.storage, out.storage, count);
      const sofar = min === null ? x.storage : out.storage;
      if (max !== null && high) kernels.binary("minimum", sofar, high.storage, out.storage, count);
    },
  }),

  neg: unary(
    "neg",
    "The negative of each element.",
    flows((g) => g.neg()),
    "promoted",
  ),
  abs: unary(
    "abs",
    "The absolute value of each element.",
    flows((g, { x }) => g.mul(x.sign()), "x"),
    "promoted",
  ),
  square: unary(
    "square",
    "The square of each element.",
    flows((g, { x }) => g.mul(x.mul(2)), "x"),
    "counted",
  ),
  exp: unary(
    "exp",
    "e to the power of each element.",
    flows((g, { out }) => g.mul(out), "out"),
  ),
  log: unary(
    "log",
    "The natural logarithm of each element.",
    flows((g, { x }) => g.div(x), "x"),
  ),
  log1p: unary(
    "log1p",
    "ln(1 + x), exact for small x.",
    flows((g, { x }) => g.div(x.add(1)), "x"),
  ),
  sqrt: unary(
    "sqrt",
    "The square root of each element.",
    flows((g, { out }) => g.div(out.mul(2)), "out"),
  ),
  rsqrt: unary(
    "rsqrt",
    "One over the square root of each element.",
    flows((g, { out }) => g.mul(out.pow(3).mul(-0.5)), "out"),
  ),
  reciprocal: unary(
    "reciprocal",
    "One over each element.",
    flows((g, { out }) => g.neg().mul(out.mul(out)), "out"),
  ),
  sin: unary(
    "sin",
    "The sine of each element.",
    flows((g, { x }) => g.mul(x.cos()), "x"),
  ),
  cos: unary(
    "cos",
    "The cosine of each element.",
    flows((g, { x }) => g.mul(x.sin().neg()), "x"),
  ),
  tan: unary(
    "tan",
    "The tangent of each element.",
    flows((g, { out }) => g.mul(out.square().add(1)), "out"),
  ),
  atan: unary(
    "atan",
    "The arctangent of each element.",
    flows((g, { x }) => g.div(x.square().add(1)), "x"),
  ),
  erf: unary(
    "erf",
    "The error function of each element.",
    flows((g, { x }) => g.mul(x.square().neg().exp()).mul(2 / Math.sqrt(Math.PI)), "x"),
  ),

  round: unary(
    "round",
    "The nearest integer; a half goes to the even one.",
    vanishes("round is constant between half-integers"),
    "promoted",
  ),
  floor: unary("floor", "The largest integer not above x.", vanishes("floor is constant between integers"), "promoted"),
  ceil: unary("ceil", "The smallest integer not below x.", vanishes("ceil is constant between integers"), "promoted"),
  trunc: unary(
    "trunc",
    "The integer part of each element.",
    vanishes("trunc is constant between integers"),
    "promoted",
  ),
  sign: unary("sign", "−1, 0 or 1, by the sign of x.", vanishes("sign is constant on either side of zero"), "promoted"),
};

function unary(
  kernel: UnaryOp,
  summary: string,
  x: Derivative<None>,
  dtype: "float" | "promoted" | "counted" = "float",
): OpSpec<"x", None> {
  const check =
    dtype === "promoted" && kernel !== "sign"
      ? ([operand]: readonly Operand[]) => checkNumeric(kernel, operand)
      : undefined;
  return op<"x">({ summary, inputs: { x }, dtype, shape: ([shape]) => shape, check, forward: unaryLoop(kernel) });
}

function checkIntegerPower({ storage }: Operand, exponent: Operand): void {
  if (isFloat(storage.dtype)) return;
  if (storage.dtype === "bool") checkNumeric("pow", { storage, shape: [] });
  // Of a tensor of exponents each power is cut off to an integer, as in PyTorch; one that the program writes is a mistake.
  if (exponent.shape.length > 0) return;
  for (let i = 0; i < exponent.storage.size; i++) {
    const power = exponent.storage.read(i);
    if (power >= 0) continue;
    throw new EngineError(
      `pow: an integer was raised to the power ${power}`,
      "the result is not an integer",
      'Convert it with `to("float32")` first.',
    );
  }
}

export function checkNumeric(call: string, { storage }: Operand): void {
  if (storage.dtype !== "bool") return;
  throw new EngineError(
    `${call}: the values are bools`,
    call === "neg" || call === "sub" ? "a truth value has no negative" : "a truth value is not a number",
    'Use `logicalNot()` to turn it around, or convert with `to("float32")` first.',
  );
}
