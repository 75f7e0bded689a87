/**
 * Activations: the curves between layers, and the softmax family. Formulas are written with the op's own output
 * where that saves a computation.
 */
import type { UnaryOp } from "../kernels/kernels.js";
import { elementCount, reducedDimension, slicedAt } from "../shape.js";
import { checkNumeric } from "./elementwise.js";
import { unaryLoop } from "./loops.js";
import { flows, op, type Derivative, type None, type Operand, type OpSpec } from "./op-spec.js";

export interface Along {
  readonly dim: number;
}

export interface Slope {
  readonly slope: number;
}

export const activation = {
  relu: curve(
    "relu",
    "Each element, or zero where it is negative.",
    flows((g, { out }) => g.maskedFill(out.le(0), 0), "out"),
  ),

  leakyRelu: op<"x", Slope>({
    summary: "Each element, or a small part of it where it is negative.",
    inputs: {
      x: flows(
        (g, { x }, { attributes: { slope } }) =>
          g.maskedFill(x.gt(0).logicalNot(), 0).add(g.mul(slope).maskedFill(x.gt(0), 0)),
        "x",
      ),
    },
    dtype: "float",
    shape: ([x]) => x,
    // max(x, 0) + slope·min(x, 0)
    workspace: ([x]) => [elementCount(x)],
    forward: (kernels, [x, slope, zero], out, _attributes, [positive]) => {
      const count = elementCount(out.shape);
      kernels.unary("relu", x.storage, positive, count);
      kernels.binary("minimum", x.storage, zero.storage, out.storage, count);
      kernels.binary("mul", out.storage, slope.storage, out.storage, count);
      kernels.binary("add", out.storage, positive, out.storage, count);
    },
  }),

  sigmoid: curve(
    "sigmoid",
    "1 / (1 + e^−x) of each element.",
    flows((g, { out }) => g.mul(out.mul(out.neg().add(1))), "out"),
  ),
  tanh: curve(
    "tanh",
    "The hyperbolic tangent of each element.",
    flows((g, { out }) => g.mul(out.square().neg().add(1)), "out"),
  ),
  softplus: curve(
    "softplus",
    "ln(1 + eˣ) of each element.",
    flows((g, { x }) => g.mul(x.sigmoid()), "x"),
  ),
  // ∂(x·σ(x))/∂x = σ(x)·(1 + x·(1 − σ(x)))
  silu: curve(
    "silu",
    "x·σ(x) of each element.",
    flows((g, { x }) => {
      const s = x.sigmoid();
      return g.mul(s.mul(x.mul(s.neg().add(1)).add(1)));
    }, "x"),
  ),
  // ∂(x·Φ(x))/∂x = Φ(x) + x·φ(x), with Φ and φ the distribution function and density of the standard normal.
  gelu: curve(
    "gelu",
    "x·Φ(x) of each element, with Φ of the standard normal.",
    flows((g, { x }) => {
      const distribution = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
      const density = x
        .square()
        .mul(-0.5)
        .exp()
        .mul(1 / Math.sqrt(2 * Math.PI));
      return g.mul(distribution.add(x.mul(density)));
    }, "x"),
  ),

  softmax: op<"x", Along>({
    summary: "Exponentials along a dimension, scaled to sum to one.",
    inputs: {
      x: flows((g, { out }, { attributes: { dim } }) => {
        const weighted = g.mul(out);
        return weighted.sub(out.mul(weighted.sum(dim, { keepdim: true })));
      }, "out"),
    },
    dtype: "floating",
    shape: ([x], { dim }) => along("softmax", x, dim),
    forward: (kernels, [x], out, { dim }) =>
      kernels.softmax(x.storage, out.storage, slicedAlong("softmax", x.shape, dim)),
  }),

  logSoftmax: op<"x", Along>({
    summary: "The logarithm of the softmax along a dimension.",
    inputs: {
      x: flows((g, { out }, { attributes: { dim } }) => g.sub(out.exp().mul(g.sum(dim, { keepdim: true }))), "out"),
    },
    dtype: "floating",
    shape: ([x], { dim }) => along("logSoftmax", x, dim),
    forward: (kernels, [x], out, { dim }) =>
      kernels.logSoftmax(x.storage, out.storage, slicedAlong("logSoftmax", x.shape, dim)),
  }),
};

function curve(kernel: UnaryOp, summary: string, x: Derivative<None>): OpSpec<"x", None> {
  const dtype = kernel === "relu" ? "promoted" : "float";
  const check = kernel === "relu" ? ([operand]: readonly Operand[]) => checkNumeric(kernel, operand) : undefined;
  return op<"x">({ summary, inputs: { x }, dtype, shape: ([shape]) => shape, check, forward: unaryLoop(kernel) });
}

/** The shape stays; the dimension is checked. */
function along(call: string, shape: readonly number[], dim: number): readonly number[] {
  reducedDimension(call, dim, shape);
  return shape;
}

function slicedAlong(call: string, shape: readonly number[], dim: number) {
  return slicedAt(shape, reducedDimension(call, dim, shape));
}
