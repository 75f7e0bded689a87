/** Lengths of vectors: the p-norms; and running sums of exponentials, which like them are guarded against overflow. */
import { elementCount, reducedDimension, slicedAt } from "../shape.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Storage } from "../kernels/storage.js";
import type { Tensor } from "../tensor.js";
import { blocks, flows, op, type Operand } from "./op-spec.js";
import { reduced, reducedSome, slices, spread, type Reduced } from "./reduction.js";

/** Which norm: (Σ|x|ᵖ)^(1/p); 0 counts what is not zero, ±∞ takes the largest or smallest magnitude. */
export interface Normed extends Reduced {
  readonly p: number;
}

export const norms = {
  norm: op<"x", Normed>({
    summary: "The length of vectors: the root of the sum of their elements' powers.",
    inputs: {
      x: flows(
        (g, { x, out }, { shapes: [shape], attributes }) => {
          const [length, upstream] = [spread(out, shape, attributes), spread(g, shape, attributes)];
          return towardElements(upstream, x, length, attributes);
        },
        "x",
        "out",
      ),
    },
    exceptions: { x: ({ p }) => (p === 0 ? blocks("counting what is not zero has no derivative") : null) },
    dtype: "floating",
    shape: ([x], attributes) =>
      attributes.p < 0 || attributes.p === Infinity
        ? reducedSome("norm", x, attributes)
        : reduced("norm", x, attributes),
    workspace: ([x]) => [elementCount(x), 1],
    forward: (kernels, [x], out, attributes, workspace) => fillNorm(kernels, x, out, attributes, workspace),
  }),

  logCumSumExp: op<"x", { readonly dim: number }>({
    summary: "The logarithm of running sums of exponentials along a dimension.",
    inputs: {
      // ∂outⱼ/∂xᵢ = e^(xᵢ − outⱼ) for i ≤ j. The sum over j runs backward and in logarithms, so that nothing overflows;
      // what is positive in the cotangent and what is negative are summed apart, since only they have logarithms.
      x: flows(
        (g, { x, out }, { attributes: { dim } }) => {
          if (x.shape.length === 0) return g;
          const lowest = g.dtype === "float32" ? -3.4028234663852886e38 : -Number.MAX_VALUE;
          const backward = (part: Tensor): Tensor => {
            const logarithm = part.log().maskedFill(part.le(0), lowest);
            return logarithm.sub(out).flip(dim).logCumSumExp(dim).flip(dim).add(x).exp();
          };
          return backward(g).sub(backward(g.neg()));
        },
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x], { dim }) => (reducedDimension("logCumSumExp", dim, x), x),
    forward: (_kernels, [x], out, { dim }) => runLogarithms(x, out, reducedDimension("logCumSumExp", dim, x.shape)),
  }),
};

/** ∂‖x‖/∂xᵢ = sign(xᵢ)·|xᵢ|^(p−1) / ‖x‖^(p−1), and 0 at the origin, as in PyTorch. */
function towardElements(g: Tensor, x: Tensor, length: Tensor, { p, dim }: Normed): Tensor {
  if (p === 1) return x.sign().mul(g);
  if (p === 2) return g.mul(x.div(length).maskedFill(length.eq(0), 0));
  if (!Number.isFinite(p)) {
    const isChosen = x.abs().eq(length).logicalOr(x.isnan().logicalAnd(length.isnan())).to(x.dtype);
    return x
      .sign()
      .mul(isChosen)
      .mul(g.div(isChosen.sum(dim, { keepdim: true })));
  }
  const scale = g.div(length.pow(p - 1)).maskedFill(length.eq(0), 0);
  if (p < 1)
    return x
      .sign()
      .mul(x.abs().pow(p - 1))
      .maskedFill(x.eq(0), 0)
      .mul(g.mul(length.pow(1 - p)));
  if (p < 2)
    return x
      .sign()
      .mul(x.abs().pow(p - 1))
      .mul(scale);
  return x.mul(x.abs().pow(p - 2)).mul(scale);
}

function fillNorm(
  kernels: Kernels,
  x: Operand,
  out: Operand,
  attributes: Normed,
  [powers, exponent]: readonly Storage[],
): void {
  const { p } = attributes;
  const [count, left] = [elementCount(x.shape), elementCount(out.shape)];
  const along = slices("norm", x.shape, attributes);
  kernels.unary(p === 2 ? "square" : "abs", x.storage, powers, count);
  if (p === Infinity) return kernels.max(powers, out.storage, null, along);
  if (p === -Infinity) return kernels.min(powers, out.storage, null, along);
  if (p === 0) for (let i = 0; i < count; i++) powers.write(i, powers.read(i) === 0 ? 0 : 1);
  else if (p !== 1 && p !== 2) raise(kernels, powers, exponent, p, count);
  kernels.sum(powers, out.storage, along);
  if (p === 2) kernels.unary("sqrt", out.storage, out.storage, left);
  else if (p !== 0 && p !== 1) raise(kernels, out.storage, exponent, 1 / p, left);
}

function raise(kernels: Kernels, values: Storage, exponent: Storage, power: number, count: number): void {
  exponent.write(0, power);
  kernels.binary("pow", values, exponent, values, count);
}

/** ln(eᵃ + eᵇ) step by step, always from the larger of the two. */
function runLogarithms(x: Operand, out: Operand, dim: number): void {
  const { outer, length, inner } = slicedAt(x.shape, dim);
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      let total = -Infinity;
      for (let k = 0; k < length; k++) {
        const place = (i * length + k) * inner + j;
        total = logOfSum(total, x.storage.read(place));
        out.storage.write(place, total);
      }
    }
  }
}

function logOfSum(a: number, b: number): number {
  const [larger, smaller] = [Math.max(a, b), Math.min(a, b)];
  // Two equal infinities would make ∞ − ∞.
  if (larger === smaller && !Number.isFinite(larger)) return larger;
  return larger + Math.log1p(Math.exp(smaller - larger));
}
