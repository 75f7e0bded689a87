/** Elements brought together at the places of an index: sums, products, means and extremes. */
import { placesAlongDimension, reducedDimension, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { blocks, flows, op, type About, type Operand } from "./op-spec.js";

export type Reduction = "sum" | "prod" | "mean" | "amax" | "amin";

export interface ScatterReduced {
  readonly dim: number;
  readonly reduce: Reduction;
  /** Whether what stands at a place takes part in what comes together there. */
  readonly self: "included" | "excluded";
}

type Saved = Readonly<Record<"x" | "index" | "source" | "out", Tensor>>;

export const scatterReductions = {
  scatterReduce: op<"x" | "index" | "source", ScatterReduced>({
    summary: "x with elements brought together at the places that an index names along a dimension.",
    inputs: {
      x: flows((g, saved, about) => towardSelf(g, saved, about), "x", "index", "source", "out"),
      index: blocks("an index has no derivative"),
      source: flows((g, saved, about) => towardSource(g, saved, about), "x", "index", "source", "out"),
    },
    dtype: "kept",
    fixed: { index: "int32" },
    shape: ([x]) => x,
    forward: (_kernels, operands, out, attributes) => bringTogether(operands, out, attributes),
  }),
};

function towardSelf(g: Tensor, saved: Saved, { attributes }: About<ScatterReduced>): Tensor {
  const { x, index } = saved;
  const { dim, self } = attributes;
  const own = gradientOfSelf(g, saved, attributes);
  return self === "included" ? own : own.maskedFill(touched(x, index, dim), 0);
}

function gradientOfSelf(g: Tensor, saved: Saved, attributes: ScatterReduced): Tensor {
  const { x, index, source, out } = saved;
  const { dim, reduce } = attributes;
  switch (reduce) {
    case "sum":
      return g;
    case "mean":
      return g.div(countAt(saved, attributes));
    case "prod": {
      // The product of the others: what comes out where a zero of x is taken for 1, divided by x.
      const whole = x.maskedFill(x.eq(0), 1);
      return g.mul(whole.scatterReduce(dim, index, source, reduce, selfOption(attributes))).div(whole);
    }
    case "amax":
    case "amin":
      return g.mul(x.eq(out)).div(tiesAt(saved, attributes));
  }
}

function towardSource(g: Tensor, saved: Saved, { attributes }: About<ScatterReduced>): Tensor {
  const { x, index, source, out } = saved;
  const { dim, reduce } = attributes;
  const at = (values: Tensor): Tensor => narrowed(values, index.shape, dim).gather(dim, index);
  switch (reduce) {
    case "sum":
      return at(g);
    case "mean":
      return at(g).div(at(countAt(saved, attributes)));
    case "prod": {
      // Where exactly one element that comes to a place is 0, its gradient is the product of the others.
      const isZero = source.eq(0);
      const zeros = at(blank(x).scatterAdd(dim, index, isZero.to(x.dtype)));
      const isOnly = isZero.mul(zeros.eq(1));
      const others = x.scatterReduce(dim, index, source.maskedFill(isOnly, 1), reduce, selfOption(attributes));
      const ordinary = at(g.mul(out)).div(source.maskedFill(isZero, 1));
      return ordinary.maskedFill(isOnly, 0).add(at(g.mul(others)).maskedFill(isOnly.eq(0), 0));
    }
    case "amax":
    case "amin":
      return at(g.div(tiesAt(saved, attributes))).mul(source.eq(at(out)));
  }
}

function selfOption({ self }: ScatterReduced): { readonly includeSelf: boolean } {
  return { includeSelf: self === "included" };
}

/** How many elements come together at each place, at least 1. */
function countAt({ x, index, source }: Saved, { dim, self }: ScatterReduced): Tensor {
  const start = self === "included" ? blank(x).add(1) : blank(x);
  return start.scatterAdd(dim, index, blank(source).add(1)).clampMin(1);
}

/** How many elements are the extreme at each place; they share its gradient. */
function tiesAt({ x, index, source, out }: Saved, { dim }: ScatterReduced): Tensor {
  const isChosen = source.eq(narrowed(out, index.shape, dim).gather(dim, index)).to(x.dtype);
  return x.eq(out).to(x.dtype).scatterAdd(dim, index, isChosen);
}

/** Zeros in the shape of x, also where x is infinite or no number: a formula has only methods to make them with. */
function blank(x: Tensor): Tensor {
  return x.maskedFill(x.eq(x).logicalOr(x.isnan()), 0);
}

function touched(x: Tensor, index: Tensor, dim: number): Tensor {
  const none = blank(x);
  const ones = narrowed(none, index.shape, dim).gather(dim, index).add(1);
  return none.scatterAdd(dim, index, ones).ne(0);
}

/** An index may be shorter than the tensor along the other dimensions; only that corner is looked at. */
function narrowed(x: Tensor, index: Shape, dim: number): Tensor {
  if (x.shape.length === 0) return x;
  const along = dim < 0 ? dim + x.shape.length : dim;
  return index.reduce(
    (each: Tensor, length, at) => (at === along || each.shape[at] === length ? each : each.narrow(at, 0, length)),
    x,
  );
}

function bringTogether(
  [x, index, source]: readonly Operand[],
  out: Operand,
  { dim, reduce, self }: ScatterReduced,
): void {
  const target = out.storage;
  for (let i = 0; i < target.size; i++) target.write(i, x.storage.read(i));
  const counts = new Float64Array(target.size).fill(self === "included" ? 1 : 0);
  const at = reducedDimension("scatterReduce", dim, x.shape);
  const places = placesAlongDimension(x.shape, at, index.storage.toArray(), index.shape);
  places.forEach((place, entry) => {
    const value = source.storage.read(entry);
    const before = counts[place]++ === 0 ? null : target.read(place);
    target.write(place, before === null ? value : together(reduce, before, value));
  });
  if (reduce !== "mean") return;
  const isWhole = target.dtype === "int32" || target.dtype === "bool";
  for (let i = 0; i < target.size; i++) {
    if (counts[i] < 2) continue;
    const mean = target.read(i) / counts[i];
    target.write(i, isWhole ? Math.floor(mean) : mean);
  }
}

function together(reduce: Reduction, a: number, b: number): number {
  switch (reduce) {
    case "sum":
    case "mean":
      return a + b;
    case "prod":
      return a * b;
    case "amax":
      return Math.max(a, b);
    case "amin":
      return Math.min(a, b);
  }
}
