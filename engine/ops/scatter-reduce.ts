/** Elements brought together at the places of an index: sums, products, means and extremes. */
import { elementCount, reducedDimension, stridesOf, type Shape } from "../shape.js";
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
      const zeros = at(x.mul(0).nanToNum().maskedFill(x.isinf(), 0).scatterAdd(dim, index, isZero.to(x.dtype)));
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
  const none = x.maskedFill(x.eq(x).add(x.isnan()), 0);
  const start = self === "included" ? none.add(1) : none;
  const ones = source.maskedFill(source.eq(source).add(source.isnan()), 1);
  return start.scatterAdd(dim, index, ones).clampMin(1);
}

/** How many elements are the extreme at each place; they share its gradient. */
function tiesAt({ x, index, source, out }: Saved, { dim }: ScatterReduced): Tensor {
  const isChosen = source.eq(narrowed(out, index.shape, dim).gather(dim, index)).to(x.dtype);
  return x.eq(out).to(x.dtype).scatterAdd(dim, index, isChosen);
}

function touched(x: Tensor, index: Tensor, dim: number): Tensor {
  const none = x.maskedFill(x.eq(x).add(x.isnan()), 0);
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
  const places = placesOf(x.shape, index, reducedDimension("scatterReduce", dim, x.shape));
  places.forEach((place, at) => {
    const value = source.storage.read(at);
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

/** For every element of the index its flat place in the tensor. */
function placesOf(shape: Shape, { storage, shape: own }: Operand, dim: number): number[] {
  const [strides, steps] = [stridesOf(shape), stridesOf(own)];
  return Array.from({ length: elementCount(own) }, (_, at) =>
    own.reduce(
      (sum, length, each) =>
        sum + strides[each] * (each === dim ? storage.read(at) : Math.floor(at / steps[each]) % length),
      0,
    ),
  );
}
