/**
 * Selection: choosing elements by a condition or an index, and the comparisons that make conditions.
 * Conditions and indices have no derivative; what was chosen passes its gradient through.
 */
import { EngineError, shapeText, shapesDoNotFit } from "../errors.js";
import type { CompareOp } from "../kernels/kernels.js";
import { broadcast, dimensionOf, elementCount, lengthAt, reducedDimension, slicedAt, type Shape } from "../shape.js";
import { compareLoop } from "./loops.js";
import { blocks, flows, op, type None, type Operand, type OpSpec } from "./op-spec.js";

export interface AlongDim {
  readonly dim: number;
}

export interface Filled {
  readonly value: number;
}

/** The shape to scatter into, and the dimension that the index is about. */
export interface Scattered {
  readonly shape: Shape;
  readonly dim: number;
}

const condition = blocks("a condition only chooses and has no derivative");
const index = blocks("an index has no derivative");
const comparison = blocks("a comparison has no derivative");

export const selection = {
  where: op<"condition" | "a" | "b">({
    summary: "a where the condition holds, b elsewhere.",
    inputs: {
      condition,
      a: flows((g, { condition: holds }) => g.maskedFill(holds.eq(0), 0), "condition"),
      b: flows((g, { condition: holds }) => g.maskedFill(holds, 0), "condition"),
    },
    fixed: { condition: "bool" },
    broadcasting: "before the kernel",
    shape: ([holds, a, b]) => broadcast("where", holds, broadcast("where", a, b)),
    forward: (kernels, [holds, a, b], out) =>
      kernels.where(holds.storage, a.storage, b.storage, out.storage, elementCount(out.shape)),
    method: false,
  }),

  maskedFill: op<"x" | "mask", Filled>({
    summary: "A number where the mask holds, x elsewhere.",
    inputs: {
      x: flows((g, { mask }) => g.maskedFill(mask, 0), "mask"),
      mask: condition,
    },
    dtype: "kept",
    fixed: { mask: "bool" },
    broadcasting: "before the kernel",
    shape: ([x, mask]) => broadcast("maskedFill", x, mask),
    forward: (kernels, [x, mask, value], out) =>
      kernels.where(mask.storage, value.storage, x.storage, out.storage, elementCount(out.shape)),
  }),

  indexSelect: op<"x" | "index", AlongDim>({
    summary: "The rows that an index names.",
    inputs: {
      x: flows((g, { index: rows }, { shapes: [x], attributes: { dim } }) => g.indexInto([...x], dim, rows), "index"),
      index,
    },
    dtype: "kept",
    fixed: { index: "int32" },
    shape: ([x, rows], { dim }) => selected("indexSelect", x, rows, dim),
    check: ([x, rows], { dim }) => checkIndex("indexSelect", rows, x.shape, dim),
    forward: (kernels, [x, rows], out, { dim }) => {
      const along = slicedAt(x.shape, dimensionOf("indexSelect", dim, x.shape));
      kernels.indexSelect(x.storage, rows.storage, out.storage, along, elementCount(rows.shape));
    },
  }),

  indexInto: op<"x" | "index", Scattered>({
    summary: "Rows added up at the places that an index names, with zeros elsewhere.",
    inputs: {
      x: flows((g, { index: rows }, { attributes: { dim } }) => g.indexSelect(rows, dim), "index"),
      index,
    },
    dtype: "kept",
    fixed: { index: "int32" },
    shape: (_shapes, { shape }) => shape,
    check: ([, rows], { shape, dim }) => checkIndex("indexInto", rows, shape, dim),
    forward: (kernels, [x, rows], out, { dim }) => {
      const along = slicedAt(out.shape, dimensionOf("indexInto", dim, out.shape));
      kernels.indexAdd(x.storage, rows.storage, out.storage, along, elementCount(rows.shape));
    },
  }),

  gather: op<"x" | "index", AlongDim>({
    summary: "One element for each entry of an index, along a dimension.",
    inputs: {
      x: flows(
        (g, { index: places }, { shapes: [x], attributes: { dim } }) => g.scatterInto([...x], dim, places),
        "index",
      ),
      index,
    },
    dtype: "kept",
    fixed: { index: "int32" },
    shape: ([x, places], { dim }) => gathered("gather", x, places, dim),
    check: ([x, places], { dim }) => checkIndex("gather", places, x.shape, dim),
    forward: (kernels, [x, places], out, { dim }) => {
      const at = reducedDimension("gather", dim, x.shape);
      kernels.gather(x.storage, places.storage, out.storage, slicedAt(x.shape, at), lengthAt(out.shape, at));
    },
  }),

  scatterInto: op<"x" | "index", Scattered>({
    summary: "Elements added up at the places that an index names along a dimension, with zeros elsewhere.",
    inputs: {
      x: flows((g, { index: places }, { attributes: { dim } }) => g.gather(dim, places), "index"),
      index,
    },
    dtype: "kept",
    fixed: { index: "int32" },
    shape: ([, places], { shape, dim }) => (gathered("scatterInto", shape, places, dim), shape),
    check: ([, places], { shape, dim }) => checkIndex("scatterInto", places, shape, dim),
    forward: (kernels, [x, places], out, { dim }) => {
      const at = reducedDimension("scatterInto", dim, out.shape);
      kernels.scatterAdd(x.storage, places.storage, out.storage, slicedAt(out.shape, at), lengthAt(places.shape, at));
    },
  }),

  gt: compare("gt", "Whether a > b, elementwise."),
  lt: compare("lt", "Whether a < b, elementwise."),
  ge: compare("ge", "Whether a ≥ b, elementwise."),
  le: compare("le", "Whether a ≤ b, elementwise."),
  eq: compare("eq", "Whether a = b, elementwise."),
  ne: compare("ne", "Whether a ≠ b, elementwise."),
};

function compare(kernel: CompareOp, summary: string): OpSpec<"a" | "b", None> {
  return op<"a" | "b">({
    summary,
    inputs: { a: comparison, b: comparison },
    dtype: "compared",
    shape: ([a, b]) => broadcast(kernel, a, b),
    forward: compareLoop(kernel),
  });
}

function selected(call: string, x: Shape, rows: Shape, dim: number): Shape {
  const at = dimensionOf(call, dim, x);
  if (rows.length > 1) {
    const advice = "Flatten the index with `reshape([-1])`, or use `gather`.";
    throw shapesDoNotFit(call, x, rows, "the index must have one dimension", advice);
  }
  return x.map((length, each) => (each === at ? elementCount(rows) : length));
}

/** The result has the index's shape; the index may differ from x only along the dimension. */
function gathered(call: string, x: Shape, places: Shape, dim: number): Shape {
  if (x.length === 0 && places.length === 0) return places;
  const at = dimensionOf(call, dim, x);
  const fits = places.length === x.length && places.every((length, each) => each === at || length === x[each]);
  if (!fits) {
    const because = `the index must have the same dimensions, except along dimension ${at}`;
    throw shapesDoNotFit(call, x, places, because, "Expand or narrow the index to fit.");
  }
  return places;
}

function checkIndex(call: string, places: Operand, x: Shape, dim: number): void {
  const limit = x.length === 0 ? 1 : lengthAt(x, dimensionOf(call, dim, x));
  for (let i = 0; i < places.storage.size; i++) {
    const value = places.storage.read(i);
    const isInside = Number.isInteger(value) && value >= 0 && value < limit;
    if (isInside) continue;
    throw new EngineError(
      `${call}: the index has ${value} at position ${i}`,
      `dimension ${dim} of ${shapeText(x)} has elements 0 to ${limit - 1}`,
      "Check how the index was computed; negative indices are not counted from the end.",
      call === "indexSelect" ? "IndexError" : "RuntimeError",
    );
  }
}
