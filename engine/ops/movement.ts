/**
 * Movement: the same values in another shape or order, without arithmetic. The way back of each is another of them;
 * `expand` and `sumTo` are each other's.
 */
import { EngineError, shapeText, shapesDoNotFit } from "../errors.js";
import type { DType } from "../kernels/storage.js";
import type { Walk } from "../kernels/kernels.js";
import { isFloat } from "../dtype.js";
import {
  broadcastStrides,
  dimensionOf,
  elementCount,
  expanded,
  lengthAt,
  reshaped,
  sameShape,
  stridesOf,
  type Shape,
} from "../shape.js";
import { contiguous, repeated } from "./loops.js";
import { blocks, flows, op } from "./op-spec.js";

export interface ToShape {
  readonly shape: Shape;
}

export interface Exchanged {
  readonly dim0: number;
  readonly dim1: number;
}

export interface Section {
  readonly dim: number;
  readonly start: number;
  readonly length: number;
  /** How far apart the elements are; 1 unless given. */
  readonly step?: number;
}

/** Where a section lies in a longer tensor that is zero elsewhere. */
export interface Placed {
  readonly dim: number;
  readonly start: number;
  readonly total: number;
}

export interface Joined {
  readonly dim: number;
}

export interface ToDType {
  readonly dtype: DType;
}

export const movement = {
  reshape: op<"x", ToShape>({
    summary: "The same elements in another shape.",
    inputs: { x: flows((g, _saved, { shapes: [x] }) => g.reshape([...x])) },
    output: "view",
    dtype: "kept",
    shape: ([x], { shape }) => reshaped(x, shape),
    forward: () => undefined,
  }),

  transpose: op<"x", Exchanged>({
    summary: "Two dimensions exchanged.",
    inputs: { x: flows((g, _saved, { attributes: { dim0, dim1 } }) => g.transpose(dim0, dim1)) },
    output: "window",
    dtype: "kept",
    shape: ([x], { dim0, dim1 }) => exchanged(x, dimensionOf("transpose", dim0, x), dimensionOf("transpose", dim1, x)),
    places: (x, { dim0, dim1 }) => {
      const [first, second] = [dimensionOf("transpose", dim0, x), dimensionOf("transpose", dim1, x)];
      return { offset: 0, strides: exchanged(stridesOf(x), first, second) };
    },
  }),

  permute: op<"x", { readonly dims: readonly number[] }>({
    summary: "The dimensions in another order.",
    inputs: { x: flows((g, _saved, { attributes: { dims }, shapes: [x] }) => g.permute(inverse(order(dims, x)))) },
    output: "window",
    dtype: "kept",
    shape: ([x], { dims }) => order(dims, x).map((dim) => lengthAt(x, dim)),
    places: (x, { dims }) => {
      const strides = stridesOf(x);
      return { offset: 0, strides: order(dims, x).map((dim) => lengthAt(strides, dim)) };
    },
  }),

  expand: op<"x", ToShape>({
    summary: "The values repeated along dimensions of length 1.",
    // The cotangent is summed over what was repeated, as after any broadcasting.
    inputs: { x: flows((g) => g) },
    output: "window",
    dtype: "kept",
    shape: ([x], { shape }) => expanded(x, shape),
    places: (x, { shape }) => ({ offset: 0, strides: broadcastStrides(x, expanded(x, shape)) }),
  }),

  sumTo: op<"x", ToShape>({
    summary: "The sum over the dimensions that broadcasting added or repeated.",
    inputs: { x: flows((g, _saved, { shapes: [x] }) => g.expand([...x])) },
    dtype: "counted",
    shape: ([x], { shape }) => {
      const fits = sameShape(expandedOr(shape, x), x);
      if (!fits) {
        throw shapesDoNotFit(
          "sumTo",
          x,
          shape,
          "the second does not broadcast to the first",
          "Compare from the right.",
        );
      }
      return shape;
    },
    forward: (kernels, [x], out) =>
      kernels.addStrided(x.storage, contiguous(x.shape), out.storage, repeated(out, x), x.shape),
  }),

  narrow: op<"x", Section>({
    summary: "A section along a dimension.",
    inputs: {
      x: flows((g, _saved, { attributes, shapes: [x] }) => {
        const { dim, start, step = 1 } = attributes;
        if (step === 1) return g.placed(dim, start, lengthAt(x, dimensionOf("narrow", dim, x)));
        const { strides, offset } = sectionPlaces(x, attributes);
        return g.stridedInto(x, strides, offset);
      }),
    },
    output: "window",
    dtype: "kept",
    shape: ([x], section) => narrowed(x, section),
    places: sectionPlaces,
  }),

  placed: op<"x", Placed>({
    summary: "A section put into its place along a dimension, with zeros around it.",
    inputs: {
      x: flows((g, _saved, { attributes: { dim, start }, shapes: [x] }) =>
        g.narrow(dim, start, lengthAt(x, dimensionOf("placed", dim, x))),
      ),
    },
    dtype: "kept",
    shape: ([x], { dim, total }) => withLength(x, dimensionOf("placed", dim, x), total),
    forward: (kernels, [x], out, { dim, start }) => {
      const strides = stridesOf(out.shape);
      const walk = { offset: start * lengthAt(strides, dimensionOf("placed", dim, x.shape)), strides };
      kernels.copyStrided(x.storage, contiguous(x.shape), out.storage, walk, x.shape);
    },
  }),

  flip: op<"x", Joined>({
    summary: "The elements in reverse order along a dimension.",
    inputs: { x: flows((g, _saved, { attributes: { dim } }) => g.flip(dim)) },
    dtype: "kept",
    shape: ([x], { dim }) => (dimensionOf("flip", dim, x), x),
    forward: (kernels, [x], out, { dim }) => {
      const at = dimensionOf("flip", dim, x.shape);
      const strides = stridesOf(x.shape);
      const step = lengthAt(strides, at);
      const reversed = strides.map((stride, each) => (each === at ? -stride : stride));
      const walk = { offset: step * Math.max(0, lengthAt(x.shape, at) - 1), strides: reversed };
      kernels.copyStrided(x.storage, walk, out.storage, contiguous(out.shape), out.shape);
    },
  }),

  stack: op<"tensors", Joined>({
    summary: "Tensors of one shape along a new dimension, by default the first.",
    inputs: {
      tensors: flows((g, _saved, { attributes: { dim }, position }) => g.narrow(dim, position, 1).squeeze(dim)),
    },
    operands: "list",
    shape: (shapes, { dim }) => stacked(shapes, dim),
    forward: (kernels, tensors, out, { dim }) => {
      const strides = stridesOf(out.shape);
      const at = dimensionOf("stack", dim, out.shape);
      const inner = strides.filter((_, each) => each !== at);
      tensors.forEach((x, position) => {
        const walk = { offset: position * lengthAt(strides, at), strides: inner };
        kernels.copyStrided(x.storage, contiguous(x.shape), out.storage, walk, x.shape);
      });
    },
    method: false,
  }),

  concat: op<"tensors", Joined>({
    summary: "Tensors joined along a dimension.",
    inputs: {
      tensors: flows((g, _saved, { attributes: { dim }, shapes, position }) => {
        const at = dimensionOf("concat", dim, shapes[0]);
        return g.narrow(at, startOf(shapes, at, position), lengthAt(shapes[position], at));
      }),
    },
    operands: "list",
    shape: (shapes, { dim }) => concatenated(shapes, dim),
    forward: (kernels, tensors, out, { dim }) => {
      const strides = stridesOf(out.shape);
      const at = dimensionOf("concat", dim, out.shape);
      const shapes = tensors.map((x) => x.shape);
      tensors.forEach((x, position) => {
        const walk = { offset: startOf(shapes, at, position) * lengthAt(strides, at), strides };
        kernels.copyStrided(x.storage, contiguous(x.shape), out.storage, walk, x.shape);
      });
    },
    method: false,
  }),

  clone: op<"x">({
    summary: "A copy that stays on the tape.",
    inputs: { x: flows((g) => g) },
    dtype: "kept",
    shape: ([x]) => x,
    forward: (kernels, [x], out) => kernels.copy(x.storage, 0, out.storage, 0, elementCount(out.shape)),
  }),

  to: op<"x", ToDType>({
    summary: "The values in another dtype.",
    // The cotangent is converted back to the dtype of x, as after any promotion.
    inputs: { x: flows((g) => g) },
    exceptions: { x: ({ dtype }) => (isFloat(dtype) ? null : blocks("an integer or bool has no derivative")) },
    dtype: ({ dtype }) => dtype,
    shape: ([x]) => x,
    forward: (kernels, [x], out) => kernels.cast(x.storage, out.storage, elementCount(out.shape)),
  }),
};

function exchanged(lengths: Shape, dim0: number, dim1: number): number[] {
  const result = [...lengths];
  result[dim0] = lengthAt(lengths, dim1);
  result[dim1] = lengthAt(lengths, dim0);
  return result;
}

function withLength(shape: Shape, dim: number, length: number): number[] {
  return shape.map((each, at) => (at === dim ? length : each));
}

function order(dims: readonly number[], x: Shape): number[] {
  const result = dims.map((dim) => dimensionOf("permute", dim, x));
  if (result.length !== x.length || new Set(result).size !== x.length) {
    throw new EngineError(
      `permute: [${dims.join(", ")}] is no order of the dimensions of ${shapeText(x)}`,
      "each dimension has to be named once",
      `Pass ${x.length} different dimensions.`,
    );
  }
  return result;
}

function inverse(dims: readonly number[]): number[] {
  return dims.map((_, dim) => dims.indexOf(dim));
}

/** The target itself where the shape expands to it, and the shape where it does not. */
function expandedOr(shape: Shape, target: Shape): Shape {
  const added = target.length - shape.length;
  const fits = added >= 0 && shape.every((length, dim) => length === 1 || length === target[dim + added]);
  return fits ? target : shape;
}

function sectionPlaces(x: Shape, { dim, start, step = 1 }: Section): Walk {
  const at = dimensionOf("narrow", dim, x);
  const strides = stridesOf(x);
  return {
    offset: start * lengthAt(strides, at),
    strides: strides.map((stride, each) => (each === at ? stride * step : stride)),
  };
}

function narrowed(x: Shape, { dim, start, length, step = 1 }: Section): Shape {
  const at = dimensionOf("narrow", dim, x);
  const whole = [start, length].every((number) => Number.isInteger(number) && number >= 0);
  const end = length === 0 ? start : start + (length - 1) * step + 1;
  if (!whole || end > lengthAt(x, at)) {
    throw new EngineError(
      `narrow: elements ${start} to ${end - 1} of dimension ${at} of ${shapeText(x)}`,
      `the dimension has elements 0 to ${lengthAt(x, at) - 1}`,
      "Check start and length; the section must lie inside.",
    );
  }
  return withLength(x, at, length);
}

function stacked(shapes: readonly Shape[], dim: number): Shape {
  const [first] = shapes;
  if (first === undefined) throw nothingToJoin("stack");
  for (const shape of shapes) {
    if (sameShape(first, shape)) continue;
    throw shapesDoNotFit("stack", first, shape, "all must be the same", "Reshape them first, or use `concat`.");
  }
  const at = dimensionOf("stack", dim, [...first, 0]);
  return [...first.slice(0, at), shapes.length, ...first.slice(at)];
}

function concatenated(shapes: readonly Shape[], dim: number): Shape {
  const [first] = shapes;
  if (first === undefined) throw nothingToJoin("concat");
  const at = dimensionOf("concat", dim, first);
  for (const shape of shapes) {
    if (sameShape(withLength(first, at, 0), withLength(shape, at, 0))) continue;
    const because = `they may differ only in dimension ${at}`;
    throw shapesDoNotFit("concat", first, shape, because, "Reshape one of them, or join along another dimension.");
  }
  return withLength(first, at, startOf(shapes, at, shapes.length));
}

function startOf(shapes: readonly Shape[], dim: number, position: number): number {
  return shapes.slice(0, position).reduce((total, shape) => total + lengthAt(shape, dim), 0);
}

function nothingToJoin(call: string): EngineError {
  return new EngineError(
    `${call}: the list is empty`,
    "no tensors have no shape together",
    "Pass at least one tensor.",
  );
}
