/** How variables vary together, and vectors held to a length. */
import { EngineError, shapeText } from "../errors.js";
import { isFloat } from "../dtype.js";
import { dimensionOf } from "../shape.js";
import type { Tensor } from "../tensor.js";

export interface CovarianceOptions {
  /** What the number of observations is lessened by: 1, unless given, for a sample, 0 for a whole population. */
  readonly correction?: number;
  /** How often each observation was made, in whole numbers. */
  readonly fweights?: Tensor;
  /** How much each observation weighs. */
  readonly aweights?: Tensor;
}

export interface CovarianceMethods {
  /** The covariances of variables, one in each row, with an observation in each column. */
  cov(options?: CovarianceOptions): Tensor;
  /** The correlations of variables, one in each row: covariances divided by both standard deviations, in −1 to 1. */
  corrcoef(): Tensor;
  /** Slices along a dimension, each scaled down to a p-norm of at most `maxnorm`. */
  renorm(p: number, dim: number, maxnorm: number): Tensor;
  /** The cross product of vectors of three along a dimension; without one, along the first that has length 3. */
  cross(o: Tensor, dim?: number | null): Tensor;
}

export const covarianceMethods: CovarianceMethods & ThisType<Tensor> = {
  cov({ correction = 1, fweights, aweights } = {}) {
    checkObservations("cov", this);
    const table = this.shape.length < 2 ? this.reshape([1, -1]) : this;
    const rows = isFloat(table.dtype) ? table : table.to("float32");
    const weights = weightsOf(rows, fweights, aweights);
    const total = weights === null ? null : weights.sum();
    const mean =
      weights === null || total === null ? rows.mean(1, { keepdim: true }) : weightedMean(rows, weights, total);
    const deviations = rows.sub(mean);
    const scaled = weights === null ? deviations : deviations.mul(weights);
    const products = scaled.matmul(deviations.t());
    const freedom = freedomOf(rows, weights, total, aweights, correction);
    return squeezed(products.div(freedom));
  },
  corrcoef() {
    checkObservations("corrcoef", this);
    const covariances = this.cov();
    if (covariances.shape.length === 0) return covariances.div(covariances);
    const deviations = covariances.diagonal().sqrt();
    return covariances.div(deviations.unsqueeze(1)).div(deviations.unsqueeze(0)).clamp(-1, 1);
  },
  renorm(p, dim, maxnorm) {
    if (this.shape.length < 2 || !(p > 0) || !(maxnorm >= 0)) throw notNormed(this, p, maxnorm);
    const at = dimensionOf("renorm", dim, this.shape);
    const others = this.shape.map((_, each) => each).filter((each) => each !== at);
    const length = this.norm(others, { p, keepdim: true });
    // The small number is PyTorch's guard against a division by zero.
    const scale = length.add(1e-7).reciprocal().mul(maxnorm);
    const isLong = length.gt(maxnorm);
    return this.mul(scale.maskedFill(isLong.logicalNot(), 1));
  },
  cross(o, dim = null) {
    const at = crossed(this, o, dim);
    const [ahead, behind] = [this.roll(-1, at).mul(o.roll(-2, at)), this.roll(-2, at).mul(o.roll(-1, at))];
    return ahead.sub(behind);
  },
};

/** The product of both weights, where there are any. */
function weightsOf(rows: Tensor, fweights: Tensor | undefined, aweights: Tensor | undefined): Tensor | null {
  for (const [name, weights] of Object.entries({ fweights, aweights })) {
    if (weights !== undefined) checkWeights(name, weights, rows);
  }
  if (fweights === undefined) return aweights ?? null;
  return aweights === undefined ? fweights : aweights.mul(fweights);
}

function checkWeights(name: string, weights: Tensor, rows: Tensor): void {
  const isRightKind = isFloat(weights.dtype) === (name === "aweights");
  const isNegative = weights.storage.toArray().some((weight) => weight < 0);
  if (weights.shape.length === 1 && weights.shape[0] === rows.shape[1] && isRightKind && !isNegative) return;
  throw new EngineError(
    `cov: ${name} has shape ${shapeText(weights.shape)} and dtype ${weights.dtype}${isNegative ? " and a negative element" : ""}`,
    `each of the ${rows.shape[1]} observations has one weight from 0, ${name === "aweights" ? "a float" : "a whole number"}`,
    "Pass a vector with a weight for each column.",
  );
}

function weightedMean(rows: Tensor, weights: Tensor, total: Tensor): Tensor {
  return rows.mul(weights).sum(1, { keepdim: true }).div(total);
}

/** What the products are divided by; with no freedom left it is 0, and the covariance is not a number. */
function freedomOf(
  rows: Tensor,
  weights: Tensor | null,
  total: Tensor | null,
  aweights: Tensor | undefined,
  correction: number,
): Tensor | number {
  if (weights === null || total === null) return Math.max(0, rows.shape[1] - correction);
  if (correction === 0) return total;
  const lessened =
    aweights === undefined ? total.sub(correction) : total.sub(weights.mul(aweights).sum().div(total).mul(correction));
  return lessened.to(rows.dtype).clampMin(0);
}

function squeezed(x: Tensor): Tensor {
  return x.shape.length === 2 && x.shape[0] === 1 && x.shape[1] === 1 ? x.reshape([]) : x;
}

function checkObservations(call: string, x: Tensor): void {
  if (x.shape.length <= 2 && x.dtype !== "bool") return;
  throw new EngineError(
    `${call}: the input has shape ${shapeText(x.shape)} and dtype ${x.dtype}`,
    "variables are the rows of one matrix of numbers",
    "Reshape it to two dimensions at most.",
  );
}

function notNormed(x: Tensor, p: number, maxnorm: number): EngineError {
  return new EngineError(
    `renorm: a tensor of shape ${shapeText(x.shape)} with p = ${p} and maxnorm = ${maxnorm}`,
    "slices of at least two dimensions are held to a length from 0 by a norm with p over 0",
    "Add a dimension, or check the numbers.",
  );
}

/** The dimension of three; shapes broadcast, but the number of dimensions is the same. */
function crossed(a: Tensor, b: Tensor, dim: number | null): number {
  const at = dim === null ? a.shape.findIndex((length, each) => length === 3 && b.shape[each] === 3) : dim;
  if (a.shape.length === b.shape.length && (dim !== null || at >= 0)) {
    const place = dimensionOf("cross", at, a.shape);
    if (a.shape[place] === 3 && b.shape[place] === 3) return place;
  }
  throw new EngineError(
    `cross: vectors of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}${dim === null ? "" : ` along dimension ${dim}`}`,
    "both have as many dimensions, and length 3 along the one that is crossed",
    "Reshape them, or name another dimension.",
  );
}
