/**
 * Reductions: many elements become one, over a whole tensor (`dim` is null) or along one dimension.
 * The way back repeats the cotangent over what was reduced.
 */
import { EngineError, shapeText } from "../errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Storage } from "../kernels/storage.js";
import {
  broadcastStrides,
  elementCount,
  lengthAt,
  reducedDimension,
  reducedShape,
  slicedAt,
  type Shape,
  type Sliced,
} from "../shape.js";
import type { Tensor } from "../tensor.js";
import { contiguous } from "./loops.js";
import { blocks, flows, op, type About, type OpSpec, type Operand } from "./op-spec.js";

export interface Reduced {
  readonly dim: number | null;
  readonly keepdim: boolean;
}

const index = blocks("an index has no derivative");

/** `correction` lessens the number of elements: 1 for a sample, 0 for a whole population. */
export interface Corrected extends Reduced {
  readonly correction: number;
}

export interface Sorted {
  readonly dim: number;
  readonly order: "ascending" | "descending";
}

export const reduction = {
  sum: op<"x", Reduced>({
    summary: "The sum of all elements, or along a dimension.",
    inputs: { x: flows((g, _saved, { shapes: [x], attributes }) => spread(g, x, attributes)) },
    dtype: "counted",
    shape: ([x], attributes) => reduced("sum", x, attributes),
    forward: (kernels, [x], out, attributes) => kernels.sum(x.storage, out.storage, slices("sum", x.shape, attributes)),
  }),

  mean: op<"x", Reduced>({
    summary: "The mean of all elements, or along a dimension.",
    inputs: {
      x: flows((g, _saved, { shapes: [x], attributes }) =>
        spread(g.div(slices("mean", x, attributes).length), x, attributes),
      ),
    },
    dtype: "floating",
    shape: ([x], attributes) => reduced("mean", x, attributes),
    // The second operand is the number of elements behind each mean.
    forward: (kernels, [x, count], out, attributes) => {
      kernels.sum(x.storage, out.storage, slices("mean", x.shape, attributes));
      kernels.binary("div", out.storage, count.storage, out.storage, elementCount(out.shape));
    },
  }),

  max: extreme("max", "The largest element, of all or along a dimension."),
  min: extreme("min", "The smallest element, of all or along a dimension."),

  amax: sharedExtreme("amax", "max", "The largest element along a dimension; those that tie share the gradient."),
  amin: sharedExtreme("amin", "min", "The smallest element along a dimension; those that tie share the gradient."),

  prod: op<"x", Reduced>({
    summary: "The product of all elements, or along a dimension.",
    inputs: {
      x: flows(
        (g, { x, out }, { shapes: [shape], attributes }) => {
          if (!hasZero(x)) return spread(g.mul(out), shape, attributes).div(x);
          return spread(g, shape, attributes).mul(productsOfOthers(x, attributes.dim));
        },
        "x",
        "out",
      ),
    },
    dtype: "counted",
    shape: ([x], attributes) => reduced("prod", x, attributes),
    forward: (kernels, [x], out, attributes) =>
      kernels.prod(x.storage, out.storage, slices("prod", x.shape, attributes)),
  }),

  argsort: op<"x", Sorted>({
    summary: "The indices that put the elements along a dimension in order.",
    inputs: { x: index },
    dtype: "index",
    shape: ([x], { dim }) => (reducedDimension("argsort", dim, x), x),
    forward: (kernels, [x], out, { dim, order }) =>
      kernels.argsort(x.storage, out.storage, order, slices("argsort", x.shape, { dim })),
  }),

  argmax: op<"x", Reduced>({
    summary: "The index of the largest element, of all or along a dimension.",
    inputs: { x: index },
    dtype: "index",
    shape: ([x], attributes) => reducedSome("argmax", x, attributes),
    forward: (kernels, [x], out, attributes) =>
      kernels.max(x.storage, null, out.storage, slices("argmax", x.shape, attributes)),
  }),

  argmin: op<"x", Reduced>({
    summary: "The index of the smallest element, of all or along a dimension.",
    inputs: { x: index },
    dtype: "index",
    shape: ([x], attributes) => reducedSome("argmin", x, attributes),
    forward: (kernels, [x], out, attributes) =>
      kernels.min(x.storage, null, out.storage, slices("argmin", x.shape, attributes)),
  }),

  variance: op<"x", Corrected>({
    summary: "The variance of all elements, or along a dimension.",
    inputs: {
      x: flows((g, { x }, about) => towardDeviations(g, x, about), "x"),
    },
    dtype: "floating",
    shape: ([x], attributes) => reduced("variance", x, attributes),
    workspace: ([x]) => [elementCount(x)],
    forward: (kernels, operands, out, attributes, [deviations]) =>
      fillVariance(kernels, operands, out, attributes, deviations),
  }),

  std: op<"x", Corrected>({
    summary: "The standard deviation of all elements, or along a dimension.",
    inputs: {
      // ∂√v/∂v = 1/(2√v); where all elements are equal the gradient is 0, as in PyTorch.
      x: flows(
        (g, { x, out }, about) => towardDeviations(g.div(out.mul(2)).maskedFill(out.eq(0), 0), x, about),
        "x",
        "out",
      ),
    },
    dtype: "floating",
    shape: ([x], attributes) => reduced("std", x, attributes),
    workspace: ([x]) => [elementCount(x)],
    forward: (kernels, operands, out, attributes, [deviations]) => {
      fillVariance(kernels, operands, out, attributes, deviations);
      kernels.unary("sqrt", out.storage, out.storage, elementCount(out.shape));
    },
  }),

  logSumExp: op<"x", Reduced>({
    summary: "The logarithm of the sum of exponentials, of all elements or along a dimension.",
    inputs: {
      // ∂/∂xᵢ = e^(xᵢ − out), the softmax.
      x: flows(
        (g, { x, out }, { shapes: [shape], attributes }) =>
          spread(g, shape, attributes).mul(x.sub(spread(out, shape, attributes)).exp()),
        "x",
        "out",
      ),
    },
    dtype: "float",
    shape: ([x], attributes) => reduced("logSumExp", x, attributes),
    workspace: ([x], attributes) => [elementCount(x), elementCount(reduced("logSumExp", x, attributes))],
    forward: (kernels, [x], out, attributes, [exponentials, shift]) => {
      const along = slices("logSumExp", x.shape, attributes);
      const count = elementCount(out.shape);
      if (along.length > 0) kernels.max(x.storage, shift, null, along);
      // An infinite shift would make ∞ − ∞; without one the exponentials are 0 or ∞, which is right.
      for (let i = 0; i < count; i++) if (!Number.isFinite(shift.read(i))) shift.write(i, 0);
      subtract(kernels, x, shift, exponentials, attributes);
      kernels.unary("exp", exponentials, exponentials, elementCount(x.shape));
      kernels.sum(exponentials, out.storage, along);
      kernels.unary("log", out.storage, out.storage, count);
      kernels.binary("add", out.storage, shift, out.storage, count);
    },
  }),

  cumsum: op<"x", { readonly dim: number }>({
    summary: "Running sums along a dimension.",
    inputs: {
      // The gradient of a running sum runs the other way: Σⱼ≥ᵢ gⱼ = total − Σⱼ≤ᵢ gⱼ + gᵢ.
      x: flows((g, _saved, { attributes: { dim } }) => g.sum(dim, { keepdim: true }).sub(g.cumsum(dim)).add(g)),
    },
    dtype: "counted",
    shape: ([x], { dim }) => (reducedDimension("cumsum", dim, x), x),
    forward: (kernels, [x], out, { dim }) =>
      kernels.cumsum(x.storage, out.storage, slicedAt(x.shape, reducedDimension("cumsum", dim, x.shape))),
  }),
};

function extreme(name: "max" | "min", summary: string): OpSpec<"x", Reduced> {
  return op<"x", Reduced>({
    summary,
    inputs: {
      x: flows(
        (g, { x, out }, { shapes: [shape], attributes }) => {
          if (attributes.dim === null) return toAllExtremes(spread(g, shape, attributes), x, out);
          return toFirstExtreme(name, g, x, attributes.dim, attributes.keepdim);
        },
        "x",
        "out",
      ),
    },
    shape: ([x], attributes) => reducedSome(name, x, attributes),
    forward: (kernels, [x], out, attributes) =>
      kernels[name](x.storage, out.storage, null, slices(name, x.shape, attributes)),
  });
}

function sharedExtreme(name: string, kernel: "max" | "min", summary: string): OpSpec<"x", Reduced> {
  return op<"x", Reduced>({
    summary,
    inputs: {
      x: flows(
        (g, { x, out }, { shapes: [shape], attributes }) => {
          const chosen = x.eq(spread(out, shape, attributes)).to(g.dtype);
          const count = chosen.sum(attributes.dim, { keepdim: true });
          return spread(g, shape, attributes).mul(chosen).div(count);
        },
        "x",
        "out",
      ),
    },
    shape: ([x], attributes) => reducedSome(name, x, attributes),
    forward: (kernels, [x], out, attributes) =>
      kernels[kernel](x.storage, out.storage, null, slices(name, x.shape, attributes)),
  });
}

function hasZero({ storage }: Tensor): boolean {
  for (let i = 0; i < storage.size; i++) if (storage.read(i) === 0) return true;
  return false;
}

/** For each element the product of the others along the dimension, where dividing by a zero would not do. */
function productsOfOthers(x: Tensor, dim: number | null): Tensor {
  const line = dim === null || x.shape.length === 0 ? x.reshape([-1]) : x.transpose(dim, -1);
  const length = lengthAt(line.shape, line.shape.length - 1);
  const rows = line.unsqueeze(-2).expand([...line.shape, length]);
  const others = rows.maskedFill(diagonal(rows), 1).prod(-1);
  return dim === null || x.shape.length === 0 ? others.reshape(x.shape) : others.transpose(dim, -1);
}

/** Whether a place of square matrices is on the diagonal: running counts along rows and columns agree there. */
function diagonal(x: Tensor): Tensor {
  const ones = x.eq(x).add(x.ne(x)).to("int32");
  return ones.cumsum(-1).eq(ones.cumsum(-2));
}

/** Elements that tie for the extreme of a whole tensor share the gradient evenly, as in PyTorch. */
function toAllExtremes(g: Tensor, x: Tensor, out: Tensor): Tensor {
  // Where the extreme is NaN, it equals nothing, and the elements that are NaN were chosen.
  const chosen = x.eq(out).add(x.ne(x));
  return g.mul(chosen).div(chosen.sum());
}

/** Along a dimension the first of those that tie gets it all, as in PyTorch. */
function toFirstExtreme(name: "max" | "min", g: Tensor, x: Tensor, dim: number, keepdim: boolean): Tensor {
  const index = name === "max" ? x.argmax(dim, { keepdim: true }) : x.argmin(dim, { keepdim: true });
  const kept = keepdim || x.shape.length === 0 ? g : g.unsqueeze(dim);
  return kept.scatterInto(x.shape, dim, index);
}

/** The operands are x and two constants: the number of elements, and the same less the correction. */
function fillVariance(
  kernels: Kernels,
  [x, length, freedom]: readonly Operand[],
  out: Operand,
  attributes: Reduced,
  deviations: Storage,
): void {
  const along = slices("variance", x.shape, attributes);
  const count = elementCount(out.shape);
  kernels.sum(x.storage, out.storage, along);
  kernels.binary("div", out.storage, length.storage, out.storage, count);
  subtract(kernels, x, out.storage, deviations, attributes);
  kernels.unary("square", deviations, deviations, elementCount(x.shape));
  kernels.sum(deviations, out.storage, along);
  kernels.binary("div", out.storage, freedom.storage, out.storage, count);
}

/** x less one value for each slice that was reduced. */
function subtract(kernels: Kernels, x: Operand, reducedTo: Storage, out: Storage, { dim }: Reduced): void {
  const walk = { offset: 0, strides: broadcastStrides(keptShape(x.shape, dim), x.shape) };
  kernels.binaryStrided("sub", x.storage, contiguous(x.shape), reducedTo, walk, out, x.shape);
}

/** ∂v/∂xᵢ = 2·(xᵢ − mean)/(n − correction). */
function towardDeviations(g: Tensor, x: Tensor, { shapes: [shape], attributes }: About<Corrected>): Tensor {
  const deviations = x.sub(x.mean(attributes.dim, { keepdim: true }));
  const freedom = slices("variance", shape, attributes).length - attributes.correction;
  return spread(g, shape, attributes).mul(deviations.mul(2 / freedom));
}

/** The cotangent of a reduction, repeated over the input's shape. */
export function spread(g: Tensor, x: Shape, { dim }: Reduced): Tensor {
  return g.reshape(keptShape(x, dim)).expand(x);
}

/** The shape with every reduced dimension kept at length 1. */
function keptShape(x: Shape, dim: number | null): Shape {
  return reducedShape(x, dim === null ? null : reducedDimension("sum", dim, x), true);
}

export function reduced(call: string, x: Shape, { dim, keepdim }: Reduced): Shape {
  return reducedShape(x, dim === null ? null : reducedDimension(call, dim, x), keepdim);
}

/** The same for ops that must choose one element: there must be one. */
export function reducedSome(call: string, x: Shape, attributes: Reduced): Shape {
  const shape = reduced(call, x, attributes);
  const isEmpty =
    attributes.dim === null
      ? elementCount(x) === 0
      : x.length > 0 && lengthAt(x, reducedDimension(call, attributes.dim, x)) === 0;
  if (isEmpty) {
    throw new EngineError(
      `${call}: the tensor has shape ${shapeText(x)}`,
      "of no elements none is chosen",
      "Check how the tensor became empty, or reduce along another dimension.",
      attributes.dim === null && !call.startsWith("arg") ? "RuntimeError" : "IndexError",
    );
  }
  return shape;
}

/** How many elements become one. */
export function reducedLength(call: string, x: Shape, dim: number | null): number {
  return slices(call, x, { dim }).length;
}

export function slices(call: string, x: Shape, { dim }: Pick<Reduced, "dim">): Sliced {
  return slicedAt(x, dim === null ? null : reducedDimension(call, dim, x));
}
