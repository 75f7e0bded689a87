/**
 * Reductions: many elements become one, over a whole tensor (`dim` is null) or along one dimension.
 * The way back repeats the cotangent over what was reduced.
 */
import { EngineError, shapeText } from "../errors.js";
import { elementCount, lengthAt, reducedDimension, reducedShape, slicedAt, type Shape, type Sliced } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { blocks, flows, op, type OpSpec } from "./op-spec.js";

export interface Reduced {
  readonly dim: number | null;
  readonly keepdim: boolean;
}

const index = blocks("an index has no derivative");

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

/** The cotangent of a reduction, repeated over the input's shape. */
function spread(g: Tensor, x: Shape, { dim }: Reduced): Tensor {
  const kept = reducedShape(x, dim === null ? null : reducedDimension("sum", dim, x), true);
  return g.reshape([...kept]).expand([...x]);
}

function reduced(call: string, x: Shape, { dim, keepdim }: Reduced): Shape {
  return reducedShape(x, dim === null ? null : reducedDimension(call, dim, x), keepdim);
}

/** The same for ops that must choose one element: there must be one. */
function reducedSome(call: string, x: Shape, attributes: Reduced): Shape {
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
    );
  }
  return shape;
}

/** How many elements become one. */
export function reducedLength(call: string, x: Shape, dim: number | null): number {
  return slices(call, x, { dim }).length;
}

function slices(call: string, x: Shape, { dim }: Pick<Reduced, "dim">): Sliced {
  return slicedAt(x, dim === null ? null : reducedDimension(call, dim, x));
}
