/**
 * The matrix product, with batches and vectors as in PyTorch, and with either side read transposed, so that its own
 * derivatives are matrix products again and copy nothing.
 */
import type { MatmulPlan, MatrixSteps } from "../kernels/kernels.js";
import { elementCount, lengthAt, matmulShape, type Shape } from "../shape.js";
import type { Tensor } from "../tensor.js";
import { flows, op } from "./op-spec.js";

/** Which sides are read with their last two dimensions exchanged. A vector is never transposed. */
export interface Sides {
  readonly a: "plain" | "transposed";
  readonly b: "plain" | "transposed";
}

export const matrix = {
  matmul: op<"a" | "b", Sides>({
    summary: "The matrix product.",
    inputs: {
      a: flows((g, { b }, { attributes, shapes }) => towardA(g, b, shapes, attributes), "b"),
      b: flows((g, { a }, { attributes, shapes }) => towardB(g, a, shapes, attributes), "a"),
    },
    shape: ([a, b], sides) => matmulShape(read(a, sides.a), read(b, sides.b)),
    forward: (kernels, [a, b], out, sides) =>
      kernels.matmul(a.storage, b.storage, out.storage, matmulPlan(a.shape, b.shape, sides)),
  }),
};

/** A shape with its last two dimensions exchanged, if it is read so. */
function read(shape: Shape, side: Sides["a"]): Shape {
  if (side === "plain") return shape;
  return [...shape.slice(0, -2), lengthAt(shape, shape.length - 1), lengthAt(shape, shape.length - 2)];
}

/** With C = op(A)·op(B): ∂/∂A = g·op(B)ᵀ, or its transpose where A was read transposed. */
function towardA(g: Tensor, b: Tensor, [shapeA, shapeB]: readonly Shape[], sides: Sides): Tensor {
  const product = asMatrices(g, shapeA, shapeB);
  const right = shapeB.length === 1 ? b.reshape([lengthAt(shapeB, 0), 1]) : b;
  const plain =
    sides.a === "plain"
      ? product.matmulSides(right, { a: "plain", b: other(sides.b) })
      : right.matmulSides(product, { a: sides.b, b: "transposed" });
  return shapeA.length === 1 ? plain.reshape([...plain.shape.slice(0, -2), lengthAt(shapeA, 0)]) : plain;
}

/** ∂/∂B = op(A)ᵀ·g, or its transpose where B was read transposed. */
function towardB(g: Tensor, a: Tensor, [shapeA, shapeB]: readonly Shape[], sides: Sides): Tensor {
  const product = asMatrices(g, shapeA, shapeB);
  const left = shapeA.length === 1 ? a.reshape([1, lengthAt(shapeA, 0)]) : a;
  // One matrix against a batch: the rows of the whole batch are summed in one product.
  const isShared = shapeB.length === 2 && shapeA.length > 2 && sides.a === "plain";
  const rows = isShared ? left.reshape([elementCount(shapeA.slice(0, -1)), lengthAt(shapeA, shapeA.length - 1)]) : left;
  const upstream = isShared
    ? product.reshape([rows.shape[0], lengthAt(product.shape, product.shape.length - 1)])
    : product;
  const plain =
    sides.b === "plain"
      ? rows.matmulSides(upstream, { a: other(sides.a), b: "plain" })
      : upstream.matmulSides(rows, { a: "transposed", b: sides.a });
  return shapeB.length === 1 ? plain.reshape([...plain.shape.slice(0, -2), lengthAt(shapeB, 0)]) : plain;
}

/** The cotangent with the dimension that a vector operand left out. */
function asMatrices(g: Tensor, a: Shape, b: Shape): Tensor {
  const rows = a.length === 1 ? [1] : [];
  const columns = b.length === 1 ? [1] : [];
  if (rows.length + columns.length === 0) return g;
  const batch = g.shape.slice(0, g.shape.length - (2 - rows.length - columns.length));
  const kept = g.shape.slice(batch.length);
  return g.reshape([...batch, ...rows, ...kept, ...columns]);
}

function other(side: Sides["a"]): Sides["a"] {
  return side === "plain" ? "transposed" : "plain";
}

/** The caller has expanded the batches, so that each side has the whole batch or a single matrix. */
function matmulPlan(a: Shape, b: Shape, sides: Sides): MatmulPlan {
  const left = a.length === 1 ? [1, lengthAt(a, 0)] : a;
  const right = b.length === 1 ? [lengthAt(b, 0), 1] : b;
  const [rows, inner] = read(left, sides.a).slice(-2);
  const columns = lengthAt(read(right, sides.b), right.length - 1);
  const batchA = elementCount(left.slice(0, -2));
  const batchB = elementCount(right.slice(0, -2));
  // A batch against one matrix is one tall product.
  if (batchB === 1 && batchA > 1 && sides.a === "plain") {
    const tall = { batchCount: 1, rows: batchA * rows, inner, columns };
    return { ...tall, a: steps(left, sides.a, 1), b: steps(right, sides.b, 1) };
  }
  const batchCount = batchA === 1 ? batchB : batchA;
  return { batchCount, rows, inner, columns, a: steps(left, sides.a, batchA), b: steps(right, sides.b, batchB) };
}

function steps(shape: Shape, side: Sides["a"], batchCount: number): MatrixSteps {
  const height = lengthAt(shape, shape.length - 2);
  const width = lengthAt(shape, shape.length - 1);
  const batch = batchCount === 1 ? 0 : height * width;
  return side === "plain" ? { batch, row: width, column: 1 } : { batch, row: 1, column: width };
}
