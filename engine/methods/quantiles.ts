/**
 * What a sorted line says: quantiles, the median of the numbers, the most frequent value; and counts in bins.
 * What passes through each stands in `ops/composites.ts`.
 */
import { EngineError, shapeText, valueText } from "../errors.js";
import { isFloat } from "../dtype.js";
import { Storage } from "../kernels/storage.js";
import { elementCount, reducedDimension, reducedShape, slicedAt } from "../shape.js";
import { Tensor } from "../tensor.js";
import type { Keep } from "./reduction.js";
import type { Found } from "./statistics.js";

/** What stands for a quantile that lies between two elements: a point on the line between them, one of them, or their middle. */
export type Interpolation = "linear" | "lower" | "higher" | "midpoint" | "nearest";

export interface QuantileOptions extends Keep {
  /** Null, which it is unless given, takes all elements together. */
  readonly dim?: number | null;
  /** "linear" unless given. */
  readonly interpolation?: Interpolation;
}

export interface Bins {
  /** How many; 100 unless given. */
  readonly bins?: number;
  /** The lower end. Where both ends are equal, the smallest and the largest element are the ends. */
  readonly min?: number;
  readonly max?: number;
}

export interface Counting {
  /** What each element counts for; 1 unless given. */
  readonly weights?: Tensor;
  /** How many places the result has at least. */
  readonly minlength?: number;
}

export interface QuantileMethods {
  /** The q-th quantile, 0 ≤ q ≤ 1; with a vector of them the result has a first dimension for them. NaN where one is. */
  quantile(q: Tensor | number, options?: QuantileOptions): Tensor;
  /** The same of the elements that are numbers. */
  nanquantile(q: Tensor | number, options?: QuantileOptions): Tensor;
  /** The middle one of the numbers along a dimension, the lower one of two; NaN only where there is no number. */
  nanmedian(dim: number, options?: Keep): Found;
  /** The middle one of all numbers, the lower of two; those that are equal to it share the gradient. */
  nanmedian(): Tensor;
  /** The most frequent value along a dimension, the smallest one of several, and the last place that has it. */
  mode(dim?: number, options?: Keep): Found;
  /** How many elements fall into each of some equal bins; those outside are not counted. */
  histc(options?: Bins): Tensor;
  /** How often each whole number from 0 occurs in a vector. */
  bincount(options?: Counting): Tensor;
}

export const quantileMethods: QuantileMethods & ThisType<Tensor> = {
  quantile(q, options = {}) {
    return quantiles("quantile", this, q, options);
  },
  nanquantile(q, options = {}) {
    return quantiles("nanquantile", this, q, options);
  },
  nanmedian: nanmedianOf,
  mode(dim = -1, { keepdim = false } = {}) {
    const at = reducedDimension("mode", dim, this.shape);
    const line = asLine(this, at);
    checkSome("mode", line.shape[at], "IndexError");
    return picked(this, line, at, mostFrequent(line, at), keepdim);
  },
  histc({ bins = 100, min = 0, max = 0 } = {}) {
    if (!isFloat(this.dtype)) throw noFloats("histc", this);
    if (!Number.isInteger(bins) || bins < 1) throw notACount("histc", "bins", bins);
    const values = this.storage.toArray();
    const [low, high] = endsOf(values, min, max);
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) {
      if (!(value >= low && value <= high)) continue;
      // The last bin holds its upper end too.
      counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]++;
    }
    return new Tensor(Storage.of(this.dtype, counts), [bins]);
  },
  bincount({ weights, minlength = 0 } = {}) {
    checkCounted(this, weights, minlength);
    const values = Array.from(this.storage.toArray());
    const length = values.reduce((most, value) => Math.max(most, value + 1), minlength);
    const counts = new Array<number>(length).fill(0);
    values.forEach((value, at) => (counts[value] += weights === undefined ? 1 : weights.storage.read(at)));
    const dtype = weights === undefined ? "int32" : weights.dtype === "float32" ? "float32" : "float64";
    return new Tensor(Storage.of(dtype, counts), [length]);
  },
};

/** Ranks as PyTorch counts them: q·(n − 1), and where a line has a NaN, its last, which is one. */
function quantiles(call: "quantile" | "nanquantile", x: Tensor, q: Tensor | number, options: QuantileOptions): Tensor {
  const { dim = null, keepdim = false, interpolation = "linear" } = options;
  if (!isFloat(x.dtype)) throw noFloats(call, x);
  checkQuantiles(call, x, q);
  const at = dim === null ? null : reducedDimension(call, dim, x.shape);
  const lines = at === null || x.shape.length === 0 ? x.reshape([-1]) : x.movedim(at, -1);
  checkSome(call, lines.shape[lines.shape.length - 1], "RuntimeError");
  const sorted = lines.sort(-1).values;
  // One element for each quantile, whose dimension comes first.
  const found = atRanks(sorted, ranksOf(call, sorted, q), interpolation).movedim(-1, 0);
  const shape = reducedShape(x.shape, at, keepdim);
  return found.reshape(typeof q === "number" || q.shape.length === 0 ? shape : [found.shape[0], ...shape]);
}

/** For every line and every quantile its rank, a number that need not be whole and that follows q. */
function ranksOf(call: "quantile" | "nanquantile", sorted: Tensor, q: Tensor | number): Tensor {
  const length = sorted.shape[sorted.shape.length - 1];
  const numbers = sorted.isnan().logicalNot().to("int32").sum(-1, { keepdim: true });
  const chosen = typeof q === "number" ? new Tensor(Storage.of(sorted.dtype, [q]), [1]) : q.reshape([-1]);
  if (call === "nanquantile") return numbers.sub(1).clampMin(0).to(sorted.dtype).mul(chosen);
  return chosen
    .mul(length - 1)
    .expand([...sorted.shape.slice(0, -1), chosen.shape[0]])
    .maskedFill(numbers.lt(length), length - 1);
}

function atRanks(sorted: Tensor, ranks: Tensor, interpolation: Interpolation): Tensor {
  const at = (rank: (value: number) => number): Tensor =>
    sorted.gather(-1, constantPlaces(ranks.storage.toArray(), rank, ranks.shape));
  switch (interpolation) {
    case "lower":
      return at(Math.floor);
    case "higher":
      return at(Math.ceil);
    case "nearest":
      return at(evenRound);
    case "midpoint":
      return at(Math.floor).lerp(at(Math.ceil), 0.5);
    case "linear": {
      const below = constantPlaces(ranks.storage.toArray(), Math.floor, ranks.shape).to(sorted.dtype);
      return at(Math.floor).lerp(at(Math.ceil), ranks.sub(below));
    }
  }
}

/** Halves go to the even neighbor. */
function evenRound(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function checkQuantiles(call: string, x: Tensor, q: Tensor | number): void {
  const isTensor = typeof q !== "number";
  if (isTensor && (q.shape.length > 1 || q.dtype !== x.dtype)) {
    throw new EngineError(
      `${call}: q is a tensor of shape ${shapeText(q.shape)} and dtype ${q.dtype}`,
      `it must be a scalar or a vector of dtype ${x.dtype}, as the input is`,
      "Pass a number, or a vector of numbers in that dtype.",
    );
  }
  const outside = (isTensor ? [...q.storage.toArray()] : [q]).find((each) => !(each >= 0 && each <= 1));
  if (outside === undefined) return;
  throw new EngineError(`${call}: q is ${outside}`, "a quantile lies between 0 and 1", "Pass a number from 0 to 1.");
}

/** For each line the place of its most frequent value. */
function mostFrequent(line: Tensor, dim: number): Tensor {
  const { outer, length, inner } = slicedAt(line.shape, dim);
  const values = line.storage.toArray();
  const places: number[] = [];
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const own = Array.from({ length }, (_, k) => values[(i * length + k) * inner + j]);
      places.push(placeOfMode(own));
    }
  }
  const shape = line.shape.map((each, at) => (at === dim ? 1 : each));
  return new Tensor(Storage.of("int32", places), shape);
}

function placeOfMode(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let [mode, most] = [NaN, 0];
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < mode)) [mode, most] = [value, count];
  }
  return values.findLastIndex((value) => Object.is(value, mode) || value === mode);
}

function picked(x: Tensor, line: Tensor, dim: number, indices: Tensor, keepdim: boolean): Found {
  const values = line.gather(dim, indices);
  if (x.shape.length === 0) return { values: values.reshape([]), indices: indices.reshape([]) };
  return keepdim ? { values, indices } : { values: values.squeeze(dim), indices: indices.squeeze(dim) };
}

function asLine(x: Tensor, dim: number): Tensor {
  return x.shape.length === 0 ? x.reshape([1]) : x.narrow(dim, 0, x.shape[dim]);
}

function constantPlaces(ranks: ArrayLike<number>, place: (rank: number) => number, shape: readonly number[]): Tensor {
  return new Tensor(
    Storage.of(
      "int32",
      Array.from({ length: elementCount(shape) }, (_, at) => place(ranks[at])),
    ),
    shape,
  );
}

function endsOf(values: ArrayLike<number>, min: number, max: number): readonly [number, number] {
  if (max < min || !Number.isFinite(min) || !Number.isFinite(max)) {
    throw new EngineError(
      `histc: the ends are ${min} and ${max}`,
      "the bins lie between two numbers, the smaller one first",
      "Pass `min` less than `max`, or leave both out.",
    );
  }
  if (min !== max) return [min, max];
  const [low, high] = Array.from(values).reduce(
    ([a, b], each) => [Math.min(a, each), Math.max(b, each)],
    [Infinity, -Infinity],
  );
  if (values.length === 0) return [0, 1];
  return low === high ? [low - 1, high + 1] : [low, high];
}

function checkCounted(x: Tensor, weights: Tensor | undefined, minlength: number): void {
  if (x.shape.length !== 1 || x.dtype !== "int32" || x.storage.toArray().some((value) => value < 0)) {
    throw new EngineError(
      `bincount: the input has shape ${shapeText(x.shape)} and dtype ${x.dtype}`,
      "a vector of whole numbers from 0 is counted",
      'Flatten it, and convert it with `to("int32")`.',
    );
  }
  if (minlength < 0) throw notACount("bincount", "minlength", minlength);
  if (weights === undefined || elementCount(weights.shape) === elementCount(x.shape)) return;
  throw new EngineError(
    `bincount: ${elementCount(weights.shape)} weights for ${elementCount(x.shape)} elements`,
    "each element has a weight of its own",
    "Pass as many weights as elements.",
  );
}

function checkSome(call: string, length: number, type: "IndexError" | "RuntimeError"): void {
  if (length > 0) return;
  throw new EngineError(
    `${call}: there is no element along the dimension`,
    "of no elements none is chosen",
    "Check how the tensor became empty.",
    type,
  );
}

function noFloats(call: string, x: Tensor): EngineError {
  return new EngineError(
    `${call}: the input has dtype ${x.dtype}`,
    "it is computed of floats only",
    'Convert it with `to("float32")`.',
  );
}

function notACount(call: string, what: string, value: number): EngineError {
  return new EngineError(`${call}: ${what} is ${valueText(value)}`, "it counts something", "Pass a whole number.");
}

function nanmedianOf(this: Tensor, dim: number, options?: Keep): Found;
function nanmedianOf(this: Tensor): Tensor;
function nanmedianOf(this: Tensor, dim?: number, options: Keep = {}): Found | Tensor {
  if (dim !== undefined) return nanmedianAlong(this, dim, options);
  const flat = this.reshape([-1]);
  const { values } = nanmedianAlong(flat.detach(), 0, {});
  if (!this.dtype.startsWith("float") || values.isnan().storage.read(0) === 1)
    return nanmedianAlong(flat, 0, {}).values;
  return flat.maskedSelect(flat.eq(values)).mean();
}

function nanmedianAlong(x: Tensor, dim: number, { keepdim = false }: Keep): Found {
  const at = reducedDimension("nanmedian", dim, x.shape);
  const line = asLine(x, at);
  checkSome("nanmedian", line.shape[at], "IndexError");
  const order = line.argsort(at);
  const last = line.isnan().logicalNot().to("int32").sum(at, { keepdim: true }).sub(1).clampMin(0);
  const places = constantPlaces(last.storage.toArray(), (rank) => Math.floor(rank / 2), last.shape);
  return picked(x, line, at, order.gather(at, places), keepdim);
}
