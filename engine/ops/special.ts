/**
 * Functions of one number beyond the everyday ones: inverse and hyperbolic functions, powers of 2 and logarithms,
 * gamma, Bessel and error functions. Each formula is the textbook derivative, written with ops of the table.
 */
import { isFloat } from "../dtype.js";
import { EngineError } from "../errors.js";
import type { UnaryOp } from "../kernels/kernels.js";
import { elementCount } from "../shape.js";
import { unaryLoop } from "./loops.js";
import { blocks, flows, op, type Derivative, type None, type OpSpec } from "./op-spec.js";

/** Which derivative of digamma. */
export interface Order {
  readonly order: number;
}

/** How far from 0 and 1 a probability is kept; null where it is not. */
export interface Margin {
  readonly eps: number | null;
}

export const special = {
  expm1: of(
    "expm1",
    "eˣ − 1, exact for small x.",
    flows((g, { out }) => g.mul(out.add(1)), "out"),
  ),
  exp2: of(
    "exp2",
    "2 to the power of each element.",
    flows((g, { out }) => g.mul(out.mul(Math.LN2)), "out"),
  ),
  log2: of(
    "log2",
    "The logarithm to the base 2 of each element.",
    flows((g, { x }) => g.div(x.mul(Math.LN2)), "x"),
  ),
  log10: of(
    "log10",
    "The logarithm to the base 10 of each element.",
    flows((g, { x }) => g.div(x.mul(Math.LN10)), "x"),
  ),
  asin: of(
    "asin",
    "The arcsine of each element.",
    flows((g, { x }) => g.mul(x.square().neg().add(1).rsqrt()), "x"),
  ),
  acos: of(
    "acos",
    "The arccosine of each element.",
    flows((g, { x }) => g.mul(x.square().neg().add(1).rsqrt().neg()), "x"),
  ),
  sinh: of(
    "sinh",
    "The hyperbolic sine of each element.",
    flows((g, { x }) => g.mul(x.cosh()), "x"),
  ),
  cosh: of(
    "cosh",
    "The hyperbolic cosine of each element.",
    flows((g, { x }) => g.mul(x.sinh()), "x"),
  ),
  asinh: of(
    "asinh",
    "The inverse hyperbolic sine of each element.",
    flows((g, { x }) => g.mul(x.square().add(1).rsqrt()), "x"),
  ),
  acosh: of(
    "acosh",
    "The inverse hyperbolic cosine of each element.",
    flows((g, { x }) => g.mul(x.square().sub(1).rsqrt()), "x"),
  ),
  atanh: of(
    "atanh",
    "The inverse hyperbolic tangent of each element.",
    flows((g, { x }) => g.div(x.square().neg().add(1)), "x"),
  ),
  sinc: of(
    "sinc",
    "sin(πx)/(πx) of each element, 1 at 0.",
    // ∂/∂x = (πx·cos πx − sin πx)/(πx²), 0 at 0.
    flows((g, { x }) => {
      const scaled = x.mul(Math.PI);
      const slope = scaled.cos().mul(scaled).sub(scaled.sin()).div(x.square().mul(Math.PI));
      return g.mul(slope.maskedFill(x.eq(0), 0));
    }, "x"),
  ),
  erfc: of(
    "erfc",
    "1 − erf(x) of each element, exact where it is small.",
    flows((g, { x }) => g.mul(x.square().neg().exp()).mul(-2 / Math.sqrt(Math.PI)), "x"),
  ),
  erfcx: of(
    "erfcx",
    "e^(x²)·erfc(x) of each element.",
    flows(
      (g, { x, out }) =>
        g.mul(
          x
            .mul(out)
            .mul(2)
            .sub(2 / Math.sqrt(Math.PI)),
        ),
      "x",
      "out",
    ),
  ),
  erfinv: of(
    "erfinv",
    "The inverse of the error function of each element.",
    flows((g, { out }) => g.mul(out.square().exp()).mul(Math.sqrt(Math.PI) / 2), "out"),
  ),
  ndtr: of(
    "ndtr",
    "The distribution function of the standard normal at each element.",
    flows((g, { x }) => g.mul(x.square().mul(-0.5).exp()).mul(1 / Math.sqrt(2 * Math.PI)), "x"),
  ),
  logNdtr: of(
    "logNdtr",
    "The logarithm of the standard normal's distribution function at each element.",
    // φ(x)/Φ(x) = √(2/π) / erfcx(−x/√2)
    flows((g, { x }) => g.div(x.mul(-Math.SQRT1_2).erfcx()).mul(Math.sqrt(2 / Math.PI)), "x"),
  ),
  entr: of(
    "entr",
    "−x·ln x of each element, 0 at 0 and −∞ below.",
    flows((g, { x }) => g.mul(x.log().neg().sub(1)), "x"),
  ),
  lgamma: of(
    "lgamma",
    "ln |Γ(x)| of each element.",
    flows((g, { x }) => g.mul(x.digamma()), "x"),
  ),
  digamma: of(
    "digamma",
    "The derivative of ln Γ at each element.",
    flows((g, { x }) => g.mul(x.polygamma(1)), "x"),
  ),
  polygamma: op<"x", Order>({
    summary: "A derivative of digamma at each element.",
    inputs: { x: flows((g, { x }, { attributes: { order } }) => g.mul(x.polygamma(order + 1)), "x") },
    dtype: "float",
    shape: ([x], { order }) => {
      if (Number.isInteger(order) && order >= 0) return x;
      throw new EngineError(
        `polygamma: there is no derivative number ${order}`,
        "derivatives are counted from 0",
        "Pass a whole number from 0.",
      );
    },
    forward: (kernels, [x, order], out) =>
      kernels.binary("polygamma", x.storage, order.storage, out.storage, elementCount(out.shape)),
  }),
  i0: of(
    "i0",
    "The modified Bessel function of order 0 at each element.",
    flows((g, { x }) => g.mul(x.i1()), "x"),
  ),
  i0e: of(
    "i0e",
    "The modified Bessel function of order 0, times e^−|x|.",
    flows((g, { x, out }) => g.mul(x.i1e().sub(x.sign().mul(out))), "x", "out"),
  ),
  i1: of(
    "i1",
    "The modified Bessel function of order 1 at each element.",
    // I₁′ = I₀ − I₁/x, 1/2 at 0.
    flows((g, { x, out }) => g.mul(x.i0().sub(out.div(x)).maskedFill(x.eq(0), 0.5)), "x", "out"),
  ),
  i1e: of(
    "i1e",
    "The modified Bessel function of order 1, times e^−|x|.",
    flows(
      (g, { x, out }) =>
        g.mul(
          x
            .i0e()
            .sub(out.mul(x.sign().add(x.reciprocal())))
            .maskedFill(x.eq(0), 0.5),
        ),
      "x",
      "out",
    ),
  ),
  logit: op<"x", Margin>({
    summary: "ln(x/(1 − x)) of each probability, kept away from 0 and 1 by a margin.",
    inputs: {
      x: flows((g, { x }, { attributes: { eps } }) => {
        const slope = g.div(x.mul(x.neg().add(1)));
        const isOutside = x.lt(eps ?? 0).add(x.gt(1 - (eps ?? 0)));
        return slope.maskedFill(isOutside, eps === null ? NaN : 0);
      }, "x"),
    },
    dtype: "float",
    shape: ([x]) => x,
    workspace: ([x]) => [elementCount(x)],
    forward: (kernels, [x, one, ...bounds], out, _attributes, [rest]) => {
      const count = elementCount(out.shape);
      const [low, high] = bounds;
      kernels.copy(x.storage, 0, out.storage, 0, count);
      if (low !== undefined) kernels.binary("maximum", out.storage, low.storage, out.storage, count);
      if (high !== undefined) kernels.binary("minimum", out.storage, high.storage, out.storage, count);
      kernels.binary("sub", one.storage, out.storage, rest, count);
      kernels.binary("div", out.storage, rest, out.storage, count);
      kernels.unary("log", out.storage, out.storage, count);
    },
  }),
  mantissa: of(
    "mantissa",
    "x = mantissa · 2^exponent, with the mantissa between 1/2 and 1.",
    // The exponent is constant almost everywhere: ∂m/∂x = 2^−exponent.
    flows((g, { x }) => g.mul(x.exponent().to(g.dtype).neg().exp2()), "x"),
  ),
  exponent: op<"x">({
    summary: "The power of 2 that scales the mantissa of each element.",
    inputs: { x: blocks("an exponent is an integer and has no derivative") },
    dtype: "index",
    shape: ([x]) => x,
    forward: unaryLoop("exponent"),
  }),
  signbit: op<"x">({
    summary: "Whether each element is negative, −0 included.",
    inputs: { x: blocks("a sign has no derivative") },
    dtype: () => "bool",
    shape: ([x]) => x,
    forward: (_kernels, [x], out) => {
      const count = elementCount(out.shape);
      for (let i = 0; i < count; i++) {
        const value = x.storage.read(i);
        out.storage.write(i, Number(value < 0 || Object.is(value, -0)));
      }
    },
  }),
  bitwiseNot: op<"x">({
    summary: "Every bit of each integer turned over; for bools, its opposite.",
    inputs: { x: blocks("an integer or bool has no derivative") },
    dtype: "kept",
    shape: ([x]) => x,
    check: ([x]) => {
      if (!isFloat(x.storage.dtype)) return;
      throw new EngineError(
        `bitwiseNot: the tensor has dtype ${x.storage.dtype}`,
        "a float has no bits to turn over one by one",
        'Convert it with `to("int32")` first.',
      );
    },
    forward: (_kernels, [x], out) => {
      const isBool = x.storage.dtype === "bool";
      const count = elementCount(out.shape);
      for (let i = 0; i < count; i++) out.storage.write(i, isBool ? 1 - x.storage.read(i) : ~x.storage.read(i));
    },
  }),
};

function of(kernel: UnaryOp, summary: string, x: Derivative<None>): OpSpec<"x", None> {
  return op<"x">({ summary, inputs: { x }, dtype: "float", shape: ([shape]) => shape, forward: unaryLoop(kernel) });
}
