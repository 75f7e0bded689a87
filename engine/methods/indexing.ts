/**
 * Reading and writing by index: keys as in Python's brackets, masks, places in the flat tensor. What is written gives a
 * new tensor; of several writes to one place the last wins, and alone receives that place's gradient.
 */
import { apply } from "../autograd/apply.js";
import { EngineError, shapeText } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import type { Reduction } from "../ops/scatter-reduce.js";
import {
  broadcast,
  dimensionOf,
  elementCount,
  placesAlongDimension,
  reducedDimension,
  stridesOf,
  type Shape,
} from "../shape.js";
import { Tensor } from "../tensor.js";

/** A section of a dimension; negative numbers count from its end. */
export interface Slice {
  /** The first index, or null for the beginning; negative ones count from the end. */
  readonly start?: number | null;
  /** The first index that is left out, or null for the end; negative ones count from the end. */
  readonly end?: number | null;
  /** How far apart the indices are, 1 unless given. */
  readonly step?: number | null;
}

/** A place, a section, a new dimension (null), the dimensions between ("..."), or a tensor of places or truths. */
export type Key = number | null | "..." | Slice | Tensor;

export interface ReduceOptions {
  /** Whether what stands at a place takes part; true unless given. */
  readonly includeSelf?: boolean;
}

export interface IndexingMethods {
  /** The elements that keys name, as Python's `x[…]`: `x.at(0, { end: 3 }, "...", index)`. */
  at(...keys: readonly Key[]): Tensor;
  /** This tensor with the elements that keys name overwritten, or added to. */
  withAt(keys: readonly Key[], source: Tensor, options?: { readonly accumulate?: boolean }): Tensor;
  /** The elements at places of the flat tensor. */
  take(index: Tensor): Tensor;
  /** As `gather`, with both broadcast; without a dimension both are flat. */
  takeAlong(index: Tensor, dim?: number | null): Tensor;
  /** The elements where a mask holds, in one dimension. */
  maskedSelect(mask: Tensor): Tensor;
  /** The places of all elements other than zero, one row each, in int32. */
  nonzero(): Tensor;
  /** This tensor with flat places overwritten, or added to. */
  put(index: Tensor, source: Tensor, options?: { readonly accumulate?: boolean }): Tensor;
  /** This tensor with the places that an index names along a dimension overwritten. */
  scatter(dim: number, index: Tensor, source: Tensor | number): Tensor;
  /** The same, added to what is there. */
  scatterAdd(dim: number, index: Tensor, source: Tensor): Tensor;
  /**
   * Elements brought together at the places that an index names: "sum", "prod", "mean", "amax" or "amin". What stands
   * there takes part unless `includeSelf` is false; extremes that tie share the gradient.
   */
  scatterReduce(dim: number, index: Tensor, source: Tensor, reduce: Reduction, options?: ReduceOptions): Tensor;
  /** The same for rows: the index names one place for each. */
  indexReduce(dim: number, index: Tensor, source: Tensor, reduce: Reduction, options?: ReduceOptions): Tensor;
  /** Rows added at the places of an index, times `alpha`. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options?: { readonly alpha?: number }): Tensor;
  /** Rows overwritten at the places of an index. */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor;
  /** Rows filled with a number at the places of an index. */
  indexFill(dim: number, index: Tensor, value: number): Tensor;
  /** The elements where a mask holds, replaced by the source's, in order. */
  maskedScatter(mask: Tensor, source: Tensor): Tensor;
}

export const indexingMethods: IndexingMethods & ThisType<Tensor> = {
  at(...keys) {
    return indexed(this, keys);
  },
  withAt(keys, source, { accumulate = false } = {}) {
    const places = indexed(placesOf(this), keys);
    return written(this, places, source.expand(places.shape), accumulate ? "added" : "overwritten");
  },
  take(index) {
    const count = this.storage.size;
    return this.reshape([-1])
      .indexSelect(wrapped("take", index, count).reshape([-1]))
      .reshape(index.shape);
  },
  takeAlong(index, dim = null) {
    if (dim === null) return this.reshape([-1]).gather(0, index.reshape([-1]));
    const at = dimensionOf("takeAlong", dim, this.shape);
    const one = (shape: Shape): number[] => shape.map((length, each) => (each === at ? 1 : length));
    const shape = broadcast("takeAlong", one(this.shape), one(index.shape));
    const full = (x: Tensor): Tensor => x.expand(shape.map((length, each) => (each === at ? x.shape[at] : length)));
    return full(this).gather(at, full(index));
  },
  maskedSelect(mask) {
    if (mask.dtype !== "bool") throw notABool("maskedSelect", mask);
    const shape = broadcast("maskedSelect", this.shape, mask.shape);
    const places = truePlaces(mask.expand(shape));
    return this.expand(shape)
      .reshape([-1])
      .indexSelect(constant(places, [places.length]));
  },
  nonzero() {
    const places = truePlaces(this);
    const strides = stridesOf(this.shape);
    const rows = places.flatMap((place) => this.shape.map((length, dim) => Math.floor(place / strides[dim]) % length));
    return constant(rows, [places.length, this.shape.length]);
  },
  put(index, source, { accumulate = false } = {}) {
    const places = wrapped("put", index, this.storage.size);
    return written(this, places, source, accumulate ? "added" : "overwritten");
  },
  scatter(dim, index, source) {
    const places = placesAlong("scatter", this, dim, index);
    const values = typeof source === "number" ? filledLike(this, index.shape, source) : section(source, index.shape);
    return written(this, places, values, "overwritten");
  },
  scatterAdd(dim, index, source) {
    return written(this, placesAlong("scatterAdd", this, dim, index), section(source, index.shape), "added");
  },
  scatterReduce(dim, index, source, reduce, { includeSelf = true } = {}) {
    placesAlong("scatterReduce", this, dim, index);
    const self = includeSelf ? "included" : "excluded";
    return apply("scatterReduce", [this, index, section(source, index.shape)], { dim, reduce, self });
  },
  indexReduce(dim, index, source, reduce, options = {}) {
    const at = reducedDimension("indexReduce", dim, this.shape);
    const places = index.reshape(source.shape.map((_, each) => (each === at ? -1 : 1))).expand(source.shape);
    return this.scatterReduce(dim, places, source, reduce, options);
  },
  indexAdd(dim, index, source, { alpha = 1 } = {}) {
    const scaled = alpha === 1 ? source : source.mul(alpha);
    return written(this, rowPlaces(this, dim, index), scaled, "added");
  },
  indexCopy(dim, index, source) {
    return written(this, rowPlaces(this, dim, index), source, "overwritten");
  },
  indexFill(dim, index, value) {
    const places = rowPlaces(this, dim, index);
    return this.maskedFill(maskAt(this, places), value);
  },
  maskedScatter(mask, source) {
    if (mask.dtype !== "bool") throw notABool("maskedScatter", mask);
    const shape = broadcast("maskedScatter", this.shape, mask.shape);
    const places = truePlaces(mask.expand(shape));
    if (source.storage.size < places.length) throw tooFew(places.length, source.shape);
    const chosen = source.reshape([-1]).narrow(0, 0, places.length);
    return written(this.expand(shape), constant(places, [places.length]), chosen, "overwritten");
  },
};

/** Basic keys first, each a movement; then the tensors among them, together. */
function indexed(x: Tensor, keys: readonly Key[]): Tensor {
  const used = keys.reduce((sum: number, key) => sum + dimensionsOf(key), 0);
  if (used > x.shape.length) throw tooManyKeys(x.shape, used);
  const open = Array.from({ length: x.shape.length - used }, (): Slice => ({}));
  const at = keys.indexOf("...");
  const whole = at < 0 ? [...keys, ...open] : [...keys.slice(0, at), ...open, ...keys.slice(at + 1)];
  let result = x;
  let dim = 0;
  const tensors: { readonly dim: number; readonly index: Tensor }[] = [];
  for (const key of whole) {
    if (key === null) {
      result = result.unsqueeze(dim++);
    } else if (typeof key === "number") {
      result = selected(result, dim, key);
    } else if (key instanceof Tensor) {
      for (const index of placesIn(key, result.shape.slice(dim))) tensors.push({ dim: dim++, index });
    } else if (key !== "...") {
      result = sliced(result, dim++, key);
    }
  }
  return tensors.length === 0 ? result.reshape(result.shape) : together(result, tensors);
}

/** How many dimensions of the tensor a key uses up. */
function dimensionsOf(key: Key): number {
  if (key === null || key === "...") return 0;
  return key instanceof Tensor && key.dtype === "bool" ? key.shape.length : 1;
}

function selected(x: Tensor, dim: number, place: number): Tensor {
  const length = x.shape[dim];
  if (place >= -length && place < length) return x.select(dim, place);
  throw new EngineError(
    `at: place ${place} of dimension ${dim} of ${shapeText(x.shape)}`,
    `it has elements 0 to ${length - 1}`,
    "Pass a place inside; negative numbers count from the end.",
    "IndexError",
  );
}

function sliced(x: Tensor, dim: number, { start, end, step }: Slice): Tensor {
  const stride = step ?? 1;
  if (!(stride > 0)) {
    throw new EngineError(`at: a step of ${stride}`, "a section goes forward", "Use `flip` first.", "ValueError");
  }
  return x.slice(dim, start ?? 0, end ?? undefined, stride);
}

/** A mask stands for the places where it holds, one tensor for each of its dimensions. */
function placesIn(key: Tensor, shape: Shape): Tensor[] {
  if (key.dtype !== "bool") return [wrapped("at", key, shape[0])];
  const fits = key.shape.every((length, dim) => length === shape[dim]);
  if (!fits) {
    throw new EngineError(
      `at: a mask of shape ${shapeText(key.shape)} for dimensions of shape ${shapeText(shape)}`,
      "a mask says yes or no to each element",
      "Make it from the tensor itself, or with its shape.",
      "IndexError",
    );
  }
  return key.nonzero().unbind(1);
}

/** Index tensors are broadcast; their dimensions come where the first of them was, or first if something is between. */
function together(x: Tensor, tensors: readonly { readonly dim: number; readonly index: Tensor }[]): Tensor {
  const dims = tensors.map(({ dim }) => dim);
  const shape = tensors.map(({ index }): Shape => index.shape).reduce((a, b) => broadcast("at", a, b));
  const front = x.movedim(
    dims,
    dims.map((_, place) => place),
  );
  const lengths = front.shape.slice(0, dims.length);
  const strides = stridesOf(lengths);
  const linear = tensors.map(({ index }, k) => index.expand(shape).mul(strides[k])).reduce((a, b) => a.add(b));
  const rest = front.shape.slice(dims.length);
  const rows = front.reshape([elementCount(lengths), ...rest]).indexSelect(linear.reshape([-1]));
  const result = rows.reshape([...shape, ...rest]);
  const isAdjacent = dims.every((dim, k) => k === 0 || dim === dims[k - 1] + 1);
  if (!isAdjacent || dims[0] === 0 || shape.length === 0) return result;
  const own = shape.map((_, dim) => dim);
  return result.movedim(
    own,
    own.map((dim) => dim + dims[0]),
  );
}

/** Overwrites or adds at flat places; the source has as many elements as there are places. */
function written(x: Tensor, places: Tensor, source: Tensor, how: "overwritten" | "added"): Tensor {
  if (source.dtype !== x.dtype) {
    throw new EngineError(
      `a write by index: the tensor has dtype ${x.dtype} and the source ${source.dtype}`,
      "what is written is not converted",
      `Convert the source with \`to("${x.dtype}")\`.`,
    );
  }
  const flat = places.reshape([-1]);
  const values = source.reshape([-1]);
  if (how === "added") return x.add(values.indexInto([x.storage.size], 0, flat).reshape(x.shape));
  const last = new Map<number, number>();
  flat.storage.toArray().forEach((place, at) => last.set(place, at));
  const kept = constant([...last.values()], [last.size]);
  const target = constant([...last.keys()], [last.size]);
  const placed = values.indexSelect(kept).indexInto([x.storage.size], 0, target).reshape(x.shape);
  const result = x.maskedFill(maskAt(x, target), 0).add(placed);
  return last.size === values.storage.size ? result : result.add(overwrittenAgain(x, values, flat, last));
}

/** As in PyTorch, what another value for the same place has overwritten gets the gradient of that place too: zeros that carry it. */
function overwrittenAgain(x: Tensor, values: Tensor, places: Tensor, last: ReadonlyMap<number, number>): Tensor {
  const all = places.storage.toArray();
  const lost = Array.from(all, (_, at) => at).filter((at) => last.get(all[at]) !== at);
  const target = constant(
    lost.map((at) => all[at]),
    [lost.length],
  );
  const sums = values.indexSelect(constant(lost, [lost.length])).indexInto([x.storage.size], 0, target);
  return sums.sub(sums.detach()).nanToNum().reshape(x.shape);
}

function maskAt(x: Tensor, places: Tensor): Tensor {
  const storage = Storage.zeros("bool", x.storage.size);
  for (const place of places.storage.toArray()) storage.write(place, 1);
  return new Tensor(storage, x.shape);
}

/** The flat place of every element. */
function placesOf(x: Tensor): Tensor {
  return constant(
    Array.from({ length: x.storage.size }, (_, place) => place),
    x.shape,
  );
}

function rowPlaces(x: Tensor, dim: number, index: Tensor): Tensor {
  const places = x.shape.length === 0 ? placesOf(x).reshape([1]) : placesOf(x);
  return places.indexSelect(index.reshape([-1]), dim);
}

/** For each element of an index the flat place that it names along a dimension. */
function placesAlong(call: string, x: Tensor, dim: number, index: Tensor): Tensor {
  const at = reducedDimension(call, dim, x.shape);
  const fits =
    index.shape.length === x.shape.length &&
    index.shape.every((length, each) => each === at || length <= x.shape[each]);
  if (!fits && index.storage.size > 0) {
    throw new EngineError(
      `${call}: an index of shape ${shapeText(index.shape)} for a tensor of shape ${shapeText(x.shape)}`,
      `it may be longer only along dimension ${at}`,
      "Narrow the index to fit.",
    );
  }
  const chosen = [...index.storage.toArray()];
  const limit = x.shape[at] ?? 1;
  const outside = chosen.find((place) => place < 0 || place >= limit);
  if (outside !== undefined) {
    throw new EngineError(
      `${call}: the index has ${outside}`,
      `dimension ${at} of ${shapeText(x.shape)} has elements 0 to ${limit - 1}`,
      "Check how the index was computed; negative indices are not counted from the end.",
    );
  }
  return constant(placesAlongDimension(x.shape, at, chosen, index.shape), index.shape);
}

/** The corner of a source that an index covers. */
function section(source: Tensor, shape: Shape): Tensor {
  const fits = source.shape.length === shape.length && shape.every((length, dim) => length <= source.shape[dim]);
  if (!fits) {
    throw new EngineError(
      `scatter: a source of shape ${shapeText(source.shape)} for an index of shape ${shapeText(shape)}`,
      "each place needs a value",
      "Pass a source at least as large as the index.",
    );
  }
  return shape.reduce((x: Tensor, length, dim) => (x.shape[dim] === length ? x : x.narrow(dim, 0, length)), source);
}

function filledLike(x: Tensor, shape: Shape, value: number): Tensor {
  return new Tensor(Storage.of(x.dtype, new Array<number>(elementCount(shape)).fill(value)), shape);
}

/** Negative places counted from the end. */
function wrapped(call: string, index: Tensor, limit: number): Tensor {
  const places = [...index.storage.toArray()].map((place) => (place < 0 ? place + limit : place));
  const outside = places.findIndex((place) => place < 0 || place >= limit);
  if (outside < 0) return constant(places, index.shape);
  throw new EngineError(
    `${call}: the index has ${index.storage.read(outside)} at position ${outside}`,
    `there are elements 0 to ${limit - 1}`,
    "Check how the index was computed.",
    "IndexError",
  );
}

function truePlaces({ storage }: Tensor): number[] {
  const places: number[] = [];
  storage.toArray().forEach((value, place) => {
    if (value !== 0) places.push(place);
  });
  return places;
}

function constant(values: readonly number[], shape: Shape): Tensor {
  return new Tensor(Storage.of("int32", values), shape);
}

function notABool(call: string, mask: Tensor): EngineError {
  return new EngineError(
    `${call}: the mask has dtype ${mask.dtype}`,
    "a mask is made of truths",
    'Make it by a comparison, or convert it with `to("bool")`.',
  );
}

function tooFew(needed: number, shape: Shape): EngineError {
  return new EngineError(
    `maskedScatter: the mask holds ${needed} times and the source has shape ${shapeText(shape)}`,
    "each place takes one element",
    "Pass a source with at least as many elements.",
  );
}

function tooManyKeys(shape: Shape, used: number): EngineError {
  return new EngineError(
    `at: ${used} dimensions of a tensor of shape ${shapeText(shape)}`,
    `it has ${shape.length}`,
    "Leave out keys, or add dimensions with null.",
    "IndexError",
  );
}
