/**
 * Shapes as pure functions: counting, broadcasting, reducing and reshaping. Shape errors are thrown here,
 * with the values in them, so that no kernel ever sees sizes that do not fit.
 */
import { EngineError, noSuchDimension, shapesDoNotFit, shapeText, valueText } from "./errors.js";
import type { Shape } from "./graph/gradient-graph.js";

export type { Shape };

/** A tensor seen as `outer` blocks of `length` slices of `inner` elements: one dimension singled out. */
export interface Sliced {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

export function elementCount(shape: Shape): number {
  let count = 1;
  for (let dim = 0; dim < shape.length; dim++) count *= shape[dim];
  return count;
}

export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let dim = 0; dim < a.length; dim++) {
    if (a[dim] !== b[dim]) return false;
  }
  return true;
}

/** Row-major strides: how many elements apart neighbors along each dimension lie. */
export function stridesOf(shape: Shape): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = stride;
    stride *= lengthAt(shape, dim);
  }
  return strides;
}

/** Strides that read `shape` as if it were `target`: zero along every dimension that is repeated. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const added = target.length - shape.length;
  return target.map((_, dim) =>
    dim < added || lengthAt(shape, dim - added) === 1 ? 0 : lengthAt(strides, dim - added),
  );
}

export function broadcast(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let dim = 0; dim < rank; dim++) {
    const left = dim < rank - a.length ? 1 : lengthAt(a, dim - (rank - a.length));
    const right = dim < rank - b.length ? 1 : lengthAt(b, dim - (rank - b.length));
    if (left !== right && left !== 1 && right !== 1) {
      const because = `${left} ≠ ${right} at dimension ${dim - rank}, and neither is 1`;
      throw shapesDoNotFit(
        op,
        a,
        b,
        because,
        "Reshape one side so that the dimensions agree from the right, or are 1.",
      );
    }
    shape.push(left === 1 ? right : left);
  }
  return shape;
}

/** The dimension as a number from 0, where −1 is the last. */
export function dimensionOf(op: string, dim: number, shape: Shape): number {
  const isThere = Number.isInteger(dim) && dim >= -shape.length && dim < shape.length;
  if (!isThere) throw noSuchDimension(op, dim, shape);
  return dim < 0 ? dim + shape.length : dim;
}

/** As `dimensionOf`, and a scalar counts as having one dimension, as in PyTorch's reductions. */
export function reducedDimension(op: string, dim: number, shape: Shape): number {
  if (shape.length === 0 && (dim === 0 || dim === -1)) return 0;
  return dimensionOf(op, dim, shape);
}

/** What a reduction leaves: every dimension gone when `dim` is null. */
export function reducedShape(shape: Shape, dim: number | null, keepdim: boolean): Shape {
  if (dim === null) return keepdim ? shape.map(() => 1) : [];
  if (shape.length === 0) return [];
  return keepdim ? shape.map((length, at) => (at === dim ? 1 : length)) : shape.filter((_, at) => at !== dim);
}

export function slicedAt(shape: Shape, dim: number | null): Sliced {
  if (dim === null || shape.length === 0) return { outer: 1, length: elementCount(shape), inner: 1 };
  return {
    outer: elementCount(shape.slice(0, dim)),
    length: lengthAt(shape, dim),
    inner: elementCount(shape.slice(dim + 1)),
  };
}

/** The requested shape with a single −1 filled in. */
export function reshaped(from: Shape, to: Shape): Shape {
  if (!Array.isArray(to)) throw notAShape("reshape", to);
  const count = elementCount(from);
  const open = to.filter((length) => length === -1).length;
  const known = elementCount(to.filter((length) => length !== -1));
  const happened = `reshape: ${shapeText(from)} cannot become ${shapeText(to)}`;
  if (open > 1 || to.some((length) => !Number.isInteger(length) || length < -1)) {
    throw new EngineError(
      happened,
      "a shape has whole numbers from 0 and at most one −1",
      "Leave one dimension open at most.",
    );
  }
  const fits = open === 0 ? known === count : known > 0 && count % known === 0;
  if (!fits) {
    const because = `${count} elements do not fill ${open === 0 ? `${known} places` : `blocks of ${known}`}`;
    throw new EngineError(happened, because, "The product of the dimensions must stay the same.");
  }
  return to.map((length) => (length === -1 ? count / known : length));
}

export function expanded(from: Shape, to: Shape): Shape {
  if (!Array.isArray(to)) throw notAShape("expand", to);
  const added = to.length - from.length;
  const target = to.map((length, dim) => (length === -1 && dim >= added ? lengthAt(from, dim - added) : length));
  const fits =
    added >= 0 &&
    target.every((length) => Number.isInteger(length) && length >= 0) &&
    from.every((length, dim) => length === 1 || length === target[dim + added]);
  if (!fits) {
    throw new EngineError(
      `expand: ${shapeText(from)} cannot become ${shapeText(to)}`,
      "only dimensions of length 1 can be repeated",
      "Compare the shapes from the right; add dimensions with `unsqueeze` first.",
    );
  }
  return target;
}

/** The shape of a batched matrix product, with vectors as in PyTorch. */
export function matmulShape(a: Shape, b: Shape): Shape {
  if (a.length === 0 || b.length === 0) {
    throw shapesDoNotFit("matmul", a, b, "a scalar is not a matrix", "Use `mul` to multiply by a scalar.");
  }
  const rows = a.length === 1 ? [1, lengthAt(a, 0)] : a;
  const columns = b.length === 1 ? [lengthAt(b, 0), 1] : b;
  const inner = lengthAt(rows, rows.length - 1);
  const innerOfB = lengthAt(columns, columns.length - 2);
  if (inner !== innerOfB) {
    const advice = "Transpose one side, or check the order of the arguments.";
    throw shapesDoNotFit("matmul", a, b, `${inner} ≠ ${innerOfB}`, advice);
  }
  const batch = broadcast("matmul", rows.slice(0, -2), columns.slice(0, -2));
  const matrix = [
    ...(a.length === 1 ? [] : [lengthAt(rows, rows.length - 2)]),
    ...(b.length === 1 ? [] : [lengthAt(columns, columns.length - 1)]),
  ];
  return [...batch, ...matrix];
}

/** A checked shape, as the creation functions take it. */
export function checkedShape(call: string, shape: Shape): Shape {
  const isShape = Array.isArray(shape) && shape.every((length) => Number.isInteger(length) && length >= 0);
  if (!isShape) throw notAShape(call, shape);
  const count = elementCount(shape);
  if (count > mostElements) {
    throw new EngineError(
      `${call}: shape ${shapeText(shape)} has ${count} elements`,
      `a tensor has at most ${mostElements}`,
      "Check the shape, or work on parts of the data.",
    );
  }
  return [...shape];
}

/** What one typed array can hold in any JavaScript engine. */
const mostElements = 2 ** 31 - 1;

function notAShape(call: string, value: unknown): EngineError {
  return new EngineError(
    `${call}: ${Array.isArray(value) ? shapeText(value) : valueText(value)} is not a shape`,
    "a shape is an array of whole numbers from 0",
    `Write for example \`${call}([2, 3])\`, or \`${call}([])\` for a scalar.`,
  );
}

/** The length of a dimension that is known to be there. */
export function lengthAt(lengths: Shape, dim: number): number {
  return lengths[dim] ?? 1;
}

/** For each entry of an index the flat place in a tensor of this shape that it names along a dimension. */
export function placesAlongDimension(shape: Shape, dim: number, index: ArrayLike<number>, indexShape: Shape): number[] {
  const [strides, steps] = [stridesOf(shape), stridesOf(indexShape)];
  return Array.from({ length: elementCount(indexShape) }, (_, at) =>
    indexShape.reduce(
      (sum, length, each) => sum + strides[each] * (each === dim ? index[at] : Math.floor(at / steps[each]) % length),
      0,
    ),
  );
}
