/** Functions of square matrices that are made of products: powers and the exponential. */
import { apply } from "../autograd/apply.js";
import { EngineError } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { squareShape } from "../ops/inverse.js";
import { none } from "../ops/op-spec.js";
import { elementCount } from "../shape.js";
import { Tensor } from "../tensor.js";

export interface MatrixFunctionMethods {
  /** The inverse of a square matrix, or of each of a batch; a singular one is an error. */
  inverse(): Tensor;
  /** A square matrix, or each of a batch, multiplied by itself: 0 gives the identity, a negative n powers of the inverse. */
  matrixPower(n: number): Tensor;
  /** Σ Aⁿ/n! of a square matrix, or of each of a batch, by scaling and squaring (Higham 2005). */
  matrixExp(): Tensor;
}

export const matrixFunctionMethods: MatrixFunctionMethods & ThisType<Tensor> = {
  inverse() {
    return apply("inverse", [this], none);
  },
  matrixPower(n) {
    squareShape("matrixPower", this.shape);
    if (!Number.isInteger(n)) {
      throw new EngineError(
        `matrixPower: the exponent is ${n}`,
        "a matrix is multiplied by itself a whole number of times",
        "Pass a whole number.",
      );
    }
    // The power 0 is the same for every matrix, so its gradient is zeros.
    if (n === 0) return this.maskedFill(this.eq(this).logicalOr(this.isnan()), 0).add(identityLike(this));
    return n < 0 ? power(this.inverse(), -n) : power(this, n);
  },
  matrixExp() {
    squareShape("matrixExp", this.shape);
    if (elementCount(this.shape) === 0) return this.clone();
    const halvings = halvingsOf(this);
    const scaled = halvings === 0 ? this : this.div(2 ** halvings);
    let term = scaled;
    let total = identityLike(this).add(scaled);
    // With such a norm, what is left out after 18 terms is below the last digit of the dtype.
    for (let n = 2; n <= 18; n++) {
      term = term.matmul(scaled).div(n);
      total = total.add(term);
    }
    for (let round = 0; round < halvings; round++) total = total.matmul(total);
    return total;
  },
};

function power(x: Tensor, n: number): Tensor {
  if (n === 1) return x.clone();
  const half = power(x, Math.floor(n / 2));
  const square = half.matmul(half);
  return n % 2 === 0 ? square : square.matmul(x);
}

/** How often the largest matrix must be halved before its largest sum of a row is small: each halving costs a last digit. */
function halvingsOf(x: Tensor): number {
  const width = x.shape[x.shape.length - 1];
  const values = x.storage.toArray();
  let largest = 0;
  for (let row = 0; row < values.length; row += width) {
    let total = 0;
    for (let at = row; at < row + width; at++) total += Math.abs(values[at]);
    if (total > largest) largest = total;
  }
  const limit = x.dtype === "float32" ? 3 : 1;
  return largest > limit && Number.isFinite(largest) ? Math.ceil(Math.log2(largest / limit)) : 0;
}

function identityLike(x: Tensor): Tensor {
  const width = x.shape[x.shape.length - 1];
  const numbers = Array.from({ length: elementCount(x.shape) }, (_, at) => {
    const place = at % (width * width);
    return Math.floor(place / width) === place % width ? 1 : 0;
  });
  return new Tensor(Storage.of(x.dtype, numbers), x.shape);
}
