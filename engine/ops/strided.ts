/**
 * Views whose elements lie at regular distances: diagonals, windows along a dimension, and strides of any kind; with the
 * two ways back, which add into zeros, or overwrite a part of another tensor.
 */
import { EngineError, shapeText } from "../errors.js";
import type { Walk } from "../kernels/kernels.js";
import { dimensionOf, elementCount, lengthAt, stridesOf, type Shape } from "../shape.js";
import { contiguous } from "./loops.js";
import { flows, op } from "./op-spec.js";

/** Elements `offset`, `offset + strides[0]`, … of the flat tensor, in a shape. */
export interface Strided {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Where elements at regular distances go in zeros of shape `into`. */
export interface StridedInto {
  readonly into: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

export interface DiagonalOf {
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
}

export interface WindowsAlong {
  readonly dim: number;
  readonly size: number;
  readonly step: number;
}

export const stridedOps = {
  strided: op<"x", Strided>({
    summary: "Elements of the flat tensor at the multiples of strides.",
    inputs: {
      x: flows((g, _saved, { attributes: { strides, offset }, shapes: [x] }) => g.stridedInto(x, strides, offset)),
    },
    output: "window",
    dtype: "kept",
    shape: ([x], attributes) => (checkInside("strided", attributes.shape, attributes, x), attributes.shape),
    places: (_x, { strides, offset }) => ({ strides, offset }),
  }),

  stridedInto: op<"x", StridedInto>({
    summary: "Elements added up at the multiples of strides in zeros of a shape: the way back of `strided`.",
    inputs: {
      x: flows((g, _saved, { attributes: { strides, offset }, shapes: [x] }) => g.strided(x, strides, offset)),
    },
    dtype: "kept",
    shape: ([x], { into, strides, offset }) => (checkInside("stridedInto", x, { strides, offset }, into), into),
    forward: (kernels, [x], out, { strides, offset }) =>
      kernels.addStrided(x.storage, contiguous(x.shape), out.storage, { strides, offset }, x.shape),
  }),

  stridedScatter: op<"x" | "source", Omit<Strided, "shape">>({
    summary: "This tensor with the elements at the multiples of strides overwritten.",
    inputs: {
      // What was overwritten gets nothing. Any comparison is at least 0, also of NaN: a mask of the overwritten places.
      x: flows((g, _saved, { attributes: { strides, offset }, shapes: [x, source] }) => {
        const everywhere = g.strided(source, strides, offset).eq(0).ge(0);
        return g.maskedFill(everywhere.stridedInto(x, strides, offset), 0);
      }),
      source: flows((g, _saved, { attributes: { strides, offset }, shapes: [, source] }) =>
        g.strided(source, strides, offset),
      ),
    },
    dtype: "kept",
    shape: ([x, source], walk) => (checkInside("stridedScatter", source, walk, x), x),
    check: ([x, source]) => checkSameDtype(x.storage.dtype, source.storage.dtype),
    forward: (kernels, [x, source], out, walk) => {
      kernels.copy(x.storage, 0, out.storage, 0, elementCount(out.shape));
      kernels.copyStrided(source.storage, contiguous(source.shape), out.storage, walk, source.shape);
    },
  }),

  diagonal: op<"x", DiagonalOf>({
    summary: "The diagonal of the matrices that two dimensions hold, as a new last dimension.",
    inputs: {
      x: flows((g, _saved, { attributes, shapes: [x] }) => {
        const { strides, offset } = diagonalPlaces(x, attributes);
        return g.stridedInto(x, strides, offset);
      }),
    },
    output: "window",
    dtype: "kept",
    shape: ([x], attributes) => diagonalShape(x, attributes),
    places: diagonalPlaces,
  }),

  unfold: op<"x", WindowsAlong>({
    summary: "All windows of a size along a dimension, as a new last dimension.",
    inputs: {
      x: flows((g, _saved, { attributes, shapes: [x] }) => {
        const { strides, offset } = windowPlaces(x, attributes);
        return g.stridedInto(x, strides, offset);
      }),
    },
    output: "window",
    dtype: "kept",
    shape: ([x], { dim, size, step }) => {
      const at = dimensionOf("unfold", dim, x);
      const count = Math.floor((lengthAt(x, at) - size) / step) + 1;
      if (count < 1 || step < 1) throw windowsDoNotFit(x, at, size, step);
      return [...x.map((length, each) => (each === at ? count : length)), size];
    },
    places: windowPlaces,
  }),
};

function checkInside(call: string, shape: Shape, { strides, offset }: Walk, x: Shape): void {
  const count = elementCount(x);
  const isEmpty = elementCount(shape) === 0;
  const last = strides.reduce((place, stride, dim) => place + stride * Math.max(0, (shape[dim] ?? 1) - 1), offset);
  const isOrdered = offset >= 0 && strides.every((stride) => stride >= 0);
  if (strides.length === shape.length && isOrdered && (isEmpty || last < count)) return;
  throw new EngineError(
    `${call}: shape ${shapeText(shape)} with strides ${shapeText(strides)} from element ${offset} of ${count}`,
    "each dimension has a stride from 0, and all elements lie in the tensor",
    "Check the shape, the strides and the offset.",
  );
}

function checkSameDtype(target: string, source: string): void {
  if (target === source) return;
  throw new EngineError(
    `stridedScatter: the tensor has dtype ${target} and the source ${source}`,
    "what is written is not converted",
    `Convert the source with \`to("${target}")\`.`,
  );
}

function diagonalShape(x: Shape, { offset, dim1, dim2 }: DiagonalOf): Shape {
  const [rows, columns] = plane(x, dim1, dim2);
  const [height, width] = [lengthAt(x, rows), lengthAt(x, columns)];
  const length = Math.max(0, Math.min(offset >= 0 ? height : height + offset, offset >= 0 ? width - offset : width));
  return [...x.filter((_, dim) => dim !== rows && dim !== columns), length];
}

function diagonalPlaces(x: Shape, { offset, dim1, dim2 }: DiagonalOf): Walk {
  const [rows, columns] = plane(x, dim1, dim2);
  const strides = stridesOf(x);
  const start = offset >= 0 ? offset * lengthAt(strides, columns) : -offset * lengthAt(strides, rows);
  const rest = strides.filter((_, dim) => dim !== rows && dim !== columns);
  return { offset: start, strides: [...rest, lengthAt(strides, rows) + lengthAt(strides, columns)] };
}

function plane(x: Shape, dim1: number, dim2: number): [number, number] {
  const [rows, columns] = [dimensionOf("diagonal", dim1, x), dimensionOf("diagonal", dim2, x)];
  if (rows !== columns) return [rows, columns];
  throw new EngineError(
    `diagonal: dimensions ${shapeText([dim1, dim2])} of a tensor of shape ${shapeText(x)}`,
    "a plane has two different dimensions",
    "Name two dimensions that the tensor has.",
  );
}

function windowPlaces(x: Shape, { dim, step }: WindowsAlong): Walk {
  const at = dimensionOf("unfold", dim, x);
  const strides = stridesOf(x);
  const own = lengthAt(strides, at);
  return { offset: 0, strides: [...strides.map((stride, each) => (each === at ? own * step : stride)), own] };
}

function windowsDoNotFit(x: Shape, at: number, size: number, step: number): EngineError {
  return new EngineError(
    `unfold: windows of ${size} every ${step} do not fit dimension ${at} of ${shapeText(x)}`,
    `it has ${lengthAt(x, at)} elements`,
    "Pass a smaller size, and a step of at least 1.",
  );
}
