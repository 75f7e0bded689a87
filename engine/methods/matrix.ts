/** Matrix products as methods. Batches that broadcast are expanded before the kernel, which takes one step per matrix. */
import { apply } from "../autograd/apply.js";
import { shapesDoNotFit } from "../errors.js";
import type { Sides } from "../ops/matrix.js";
import { broadcast, elementCount, matmulShape } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface MatrixMethods {
  /** The matrix product, with batches and vectors as in PyTorch. */
  matmul(o: Tensor): Tensor;
  /** The product of two matrices. */
  mm(o: Tensor): Tensor;
  /** The sum of the products of two vectors' elements. */
  dot(o: Tensor): Tensor;
  /** @internal The matrix product with either side read transposed. */
  matmulSides(o: Tensor, sides: Sides): Tensor;
}

export const matrixMethods: MatrixMethods & ThisType<Tensor> = {
  matmul(o) {
    return this.matmulSides(o, { a: "plain", b: "plain" });
  },
  mm(o) {
    if (this.shape.length !== 2 || o.shape.length !== 2) {
      throw shapesDoNotFit(
        "mm",
        this.shape,
        o.shape,
        "`mm` is for two matrices",
        "Use `matmul` for vectors and batches.",
      );
    }
    return this.matmul(o);
  },
  dot(o) {
    if (this.shape.length !== 1 || o.shape.length !== 1) {
      const advice = "Use `matmul` for matrices, or `mul` and `sum`.";
      throw shapesDoNotFit("dot", this.shape, o.shape, "`dot` is for two vectors", advice);
    }
    return this.matmul(o);
  },
  matmulSides(o, sides) {
    const [a, b] = sides.a === "plain" && sides.b === "plain" ? withEqualBatches(this, o) : [this, o];
    return apply("matmul", [a, b], sides);
  },
};

function withEqualBatches(a: Tensor, b: Tensor): readonly [Tensor, Tensor] {
  if (a.shape.length <= 2 || b.shape.length <= 2) return [a, b];
  matmulShape(a.shape, b.shape);
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast("matmul", batchA, batchB);
  return [withBatch(a, batchA, batch), withBatch(b, batchB, batch)];
}

function withBatch(x: Tensor, own: readonly number[], batch: readonly number[]): Tensor {
  const isReadable = elementCount(own) === 1 || elementCount(own) === elementCount(batch);
  return isReadable ? x : x.expand([...batch, ...x.shape.slice(-2)]);
}
