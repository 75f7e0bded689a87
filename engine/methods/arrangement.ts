/**
 * Rearrangements that are made of other ops and have no row of their own: repeating, rolling, splitting, diagonals,
 * windows, padding. Where no movement does it, the elements are picked by their places in the flat tensor.
 */
import { apply } from "../autograd/apply.js";
import { EngineError, shapeText } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { dimensionOf, elementCount, lengthAt, type Shape } from "../shape.js";
import { Tensor } from "../tensor.js";

export interface Diagonal {
  /** How far above the main diagonal; negative is below. */
  readonly offset?: number;
  readonly dim1?: number;
  readonly dim2?: number;
}

export interface Padding {
  readonly mode?: "constant" | "reflect" | "replicate" | "circular";
  /** What a constant padding is filled with. */
  readonly value?: number;
}

export interface ArrangementMethods {
  /** The whole tensor repeated along each dimension; more numbers than dimensions add dimensions in front. */
  repeat(times: readonly number[]): Tensor;
  /** As `repeat`; fewer numbers than dimensions leave the first ones alone. */
  tile(times: readonly number[]): Tensor;
  /** Each element, or row, repeated in place. Without a dimension the tensor is flattened first. */
  repeatInterleave(times: number | Tensor, dim?: number | null): Tensor;
  /** The elements moved along dimensions, those that leave at the end coming in at the start. */
  roll(shifts: number | readonly number[], dims?: number | readonly number[] | null): Tensor;
  /** A plane of two dimensions turned `times` times by 90°. */
  rot90(times?: number, dims?: readonly number[]): Tensor;
  /** A dimension moved to another place, or several. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor;
  /** One dimension taken apart into several. */
  unflatten(dim: number, lengths: readonly number[]): Tensor;
  /** Sections of a length along a dimension, or of each of several lengths. */
  split(lengths: number | readonly number[], dim?: number): Tensor[];
  /** At most so many sections of equal length along a dimension. */
  chunk(count: number, dim?: number): Tensor[];
  /** So many sections of nearly equal length, or cut before each index. */
  tensorSplit(sections: number | readonly number[], dim?: number): Tensor[];
  /** All slices along a dimension, without that dimension. */
  unbind(dim?: number): Tensor[];
  /** The diagonal of the matrices that two dimensions hold, as a new last dimension. */
  diagonal(options?: Diagonal): Tensor;
  /** Matrices with the last dimension on a diagonal and zeros elsewhere. */
  diagEmbed(options?: Diagonal): Tensor;
  /** The diagonal of a matrix, or the matrix with a vector on its diagonal. */
  diag(offset?: number): Tensor;
  /** The lower triangle of matrices: zero above the diagonal. */
  tril(offset?: number): Tensor;
  /** The upper triangle of matrices: zero below the diagonal. */
  triu(offset?: number): Tensor;
  /** All windows of a size along a dimension, as a new last dimension. */
  unfold(dim: number, size: number, step: number): Tensor;
  /** Padding before and after the last dimension, then the one before it, …; negative numbers cut off. */
  pad(amounts: readonly number[], options?: Padding): Tensor;
  /** Channels rearranged into a finer image. */
  pixelShuffle(factor: number): Tensor;
  /** A fine image rearranged into channels. */
  pixelUnshuffle(factor: number): Tensor;
}

export const arrangementMethods: ArrangementMethods & ThisType<Tensor> = {
  repeat(times) {
    const added = times.length - this.shape.length;
    if (added < 0 || times.some((time) => time < 0)) {
      throw new EngineError(
        `repeat: a tensor of shape ${shapeText(this.shape)} cannot be repeated ${shapeText(times)} times`,
        "each dimension needs a number of repeats from 0",
        "Pass at least as many numbers as there are dimensions, or use `tile`.",
      );
    }
    const shape = [...Array.from({ length: added }, () => 1), ...this.shape];
    const spaced = this.reshape(shape.flatMap((length) => [1, length]));
    return spaced
      .expand(shape.flatMap((length, dim) => [times[dim], length]))
      .reshape(shape.map((length, dim) => length * times[dim]));
  },
  tile(times) {
    const missing = Math.max(0, this.shape.length - times.length);
    return this.repeat([...Array.from({ length: missing }, () => 1), ...times]);
  },
  repeatInterleave(times, dim = null) {
    const x = dim === null || this.shape.length === 0 ? this.reshape([-1]) : this;
    const at = dimensionOf("repeatInterleave", dim ?? 0, x.shape);
    const counts = typeof times === "number" ? [times] : [...times.storage.toArray()];
    const rows = Array.from({ length: x.shape[at] }, (_, row) => row);
    const places = rows.flatMap((row) => Array.from({ length: counts[counts.length === 1 ? 0 : row] }, () => row));
    return x.indexSelect(constant(places, [places.length]), at);
  },
  roll(shifts, dims = null) {
    const amounts = listOf(shifts);
    if (dims === null) return this.reshape([-1]).roll(amounts[0], 0).reshape(this.shape);
    const places = listOf(dims);
    if (places.length !== amounts.length) {
      throw new EngineError(
        `roll: there are ${amounts.length} shifts and ${places.length} dimensions`,
        "each dimension has its own shift",
        "Pass as many shifts as dimensions.",
      );
    }
    return places.reduce((x: Tensor, dim, position) => rolled(x, amounts[position], dim), this.clone());
  },
  rot90(times = 1, dims = [0, 1]) {
    if (dims.length !== 2 || this.shape.length < 2) throw noPlane("rot90", this.shape, dims);
    const [a, b] = dims.map((dim) => dimensionOf("rot90", dim, this.shape));
    if (a === b) throw noPlane("rot90", this.shape, dims);
    switch (((times % 4) + 4) % 4) {
      case 1:
        return this.flip(b).transpose(a, b);
      case 2:
        return this.flip(a).flip(b);
      case 3:
        return this.flip(a).transpose(a, b);
      default:
        return this.clone();
    }
  },
  movedim(source, destination) {
    const [from, to] = [source, destination].map((dims) =>
      listOf(dims).map((dim) => dimensionOf("movedim", dim, this.shape)),
    );
    const isOneToOne =
      from.length === to.length && new Set(from).size === from.length && new Set(to).size === to.length;
    if (!isOneToOne) {
      throw new EngineError(
        `movedim: dimensions ${shapeText(listOf(source))} cannot go to ${shapeText(listOf(destination))}`,
        "each dimension goes to one place",
        "Name as many different places as different dimensions.",
      );
    }
    const rest = this.shape.map((_, dim) => dim).filter((dim) => !from.includes(dim));
    const order = this.shape.map((_, place) => (to.includes(place) ? from[to.indexOf(place)] : (rest.shift() ?? 0)));
    return this.permute(order);
  },
  unflatten(dim, lengths) {
    const at = dimensionOf("unflatten", dim, this.shape);
    const known = elementCount(lengths.filter((length) => length !== -1));
    const filled = lengths.map((length) => (length === -1 ? this.shape[at] / known : length));
    return this.reshape([...this.shape.slice(0, at), ...filled, ...this.shape.slice(at + 1)]);
  },
  split(lengths, dim = 0) {
    const at = dimensionOf("split", dim, this.shape);
    const total = this.shape[at];
    if (typeof lengths !== "number") return together(sectionsOf(this, at, lengths));
    if (lengths === 0 && total === 0) return [this.narrow(at, 0, 0)];
    const count = Math.max(1, Math.ceil(total / lengths));
    const each = Array.from({ length: count }, (_, section) => Math.min(lengths, total - section * lengths));
    return together(sectionsOf(this, at, each));
  },
  chunk(count, dim = 0) {
    const at = dimensionOf("chunk", dim, this.shape);
    if (this.shape[at] === 0) return Array.from({ length: count }, () => this.narrow(at, 0, 0));
    return this.split(Math.ceil(this.shape[at] / count), at);
  },
  tensorSplit(sections, dim = 0) {
    const at = dimensionOf("tensorSplit", dim, this.shape);
    const total = this.shape[at];
    if (typeof sections !== "number") {
      const ends = [...sections, total];
      return ends.map((end, section) => this.slice(at, section === 0 ? 0 : ends[section - 1], end));
    }
    const [least, longer] = [Math.floor(total / sections), total % sections];
    return sectionsOf(
      this,
      at,
      Array.from({ length: sections }, (_, section) => (section < longer ? least + 1 : least)),
    );
  },
  unbind(dim = 0) {
    const at = dimensionOf("unbind", dim, this.shape);
    return together(Array.from({ length: this.shape[at] }, (_, place) => this.select(at, place)));
  },
  diagonal({ offset = 0, dim1 = 0, dim2 = 1 } = {}) {
    return apply("diagonal", [this], { offset, dim1, dim2 });
  },
  diagEmbed({ offset = 0, dim1 = -2, dim2 = -1 } = {}) {
    const x = this.shape.length === 0 ? this.reshape([1]) : this;
    const length = lengthAt(x.shape, x.shape.length - 1);
    const side = length + Math.abs(offset);
    const batch = x.shape.slice(0, -1);
    const shape = [...batch, side, side];
    const [rows, columns] = [dim1, dim2].map((dim) => dimensionOf("diagEmbed", dim, shape));
    if (rows === columns) throw noPlane("diagEmbed", shape, [dim1, dim2]);
    const places = constant(diagonalPlaces(length, side, offset), [length]);
    const flat = x.indexInto([...batch, side * side], -1, places);
    return flat.reshape(shape).movedim([-2, -1], [rows, columns]);
  },
  diag(offset = 0) {
    if (this.shape.length === 1) return this.diagEmbed({ offset });
    if (this.shape.length === 2) return this.diagonal({ offset });
    throw new EngineError(
      `diag: the tensor has shape ${shapeText(this.shape)}`,
      "it takes a vector or a matrix",
      "Use `diagonal` or `diagEmbed` for batches.",
    );
  },
  tril(offset = 0) {
    return triangle(this, "tril", (row, column) => column - row > offset);
  },
  triu(offset = 0) {
    return triangle(this, "triu", (row, column) => column - row < offset);
  },
  unfold(dim, size, step) {
    if (this.shape.length === 0) return this.reshape([1]).unfold(0, size, step).reshape([size]);
    return apply("unfold", [this], { dim, size, step });
  },
  pad(amounts, { mode = "constant", value = 0 } = {}) {
    if (amounts.length % 2 !== 0 || amounts.length / 2 > this.shape.length) {
      throw new EngineError(
        `pad: ${amounts.length} amounts for a tensor of shape ${shapeText(this.shape)}`,
        "each dimension has an amount before and one after",
        "Pass two numbers for each dimension, from the last one on.",
      );
    }
    const dims = Array.from({ length: amounts.length / 2 }, (_, pair) => this.shape.length - 1 - pair);
    return dims.reduce((x: Tensor, dim, pair) => {
      const [before, after] = [amounts[2 * pair], amounts[2 * pair + 1]];
      return mode === "constant" ? padded(x, dim, before, after, value) : extended(x, dim, before, after, mode);
    }, this.clone());
  },
  pixelShuffle(factor) {
    const rank = this.shape.length;
    const [channels, height, width] = this.shape.slice(-3);
    const batch = this.shape.slice(0, -3);
    if (rank < 3 || factor < 1 || channels % (factor * factor) !== 0)
      throw notShuffled("pixelShuffle", this.shape, factor);
    const left = channels / (factor * factor);
    const apart = this.reshape([...batch, left, factor, factor, height, width]);
    const b = batch.map((_, dim) => dim);
    const order = [0, 3, 1, 4, 2].map((dim) => dim + batch.length);
    return apart.permute([...b, ...order]).reshape([...batch, left, height * factor, width * factor]);
  },
  pixelUnshuffle(factor) {
    const rank = this.shape.length;
    const [channels, height, width] = this.shape.slice(-3);
    const batch = this.shape.slice(0, -3);
    if (rank < 3 || factor < 1 || height % factor !== 0 || width % factor !== 0)
      throw notShuffled("pixelUnshuffle", this.shape, factor);
    const apart = this.reshape([...batch, channels, height / factor, factor, width / factor, factor]);
    const b = batch.map((_, dim) => dim);
    const order = [0, 2, 4, 1, 3].map((dim) => dim + batch.length);
    return apart
      .permute([...b, ...order])
      .reshape([...batch, channels * factor * factor, height / factor, width / factor]);
  },
};

/** A tensor of places, which takes no part in gradients. */
function constant(values: readonly number[], shape: Shape): Tensor {
  return new Tensor(Storage.of("int32", values), shape);
}

/** Views that one call gave together: as in PyTorch, none of them may be changed in place while ops are recorded. */
function together(views: Tensor[]): Tensor[] {
  for (const view of views) view.isOneOfSeveral = true;
  return views;
}

function listOf(value: number | readonly number[]): readonly number[] {
  return typeof value === "number" ? [value] : value;
}

function rolled(x: Tensor, shift: number, dim: number): Tensor {
  if (x.shape.length === 0) return x;
  const at = dimensionOf("roll", dim, x.shape);
  const length = x.shape[at];
  if (length === 0) return x;
  const first = (((length - shift) % length) + length) % length;
  const places = Array.from({ length }, (_, place) => (first + place) % length);
  return first === 0 ? x : x.indexSelect(constant(places, [length]), at);
}

function sectionsOf(x: Tensor, at: number, lengths: readonly number[]): Tensor[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== x.shape[at]) {
    throw new EngineError(
      `split: sections of ${shapeText(lengths)} do not fill dimension ${at} of ${shapeText(x.shape)}`,
      `they have ${total} elements, and it has ${x.shape[at]}`,
      "The lengths must add up to the dimension's.",
    );
  }
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return x.narrow(at, start - length, length);
  });
}

function diagonalPlaces(length: number, width: number, offset: number): number[] {
  const [row, column] = offset >= 0 ? [0, offset] : [-offset, 0];
  return Array.from({ length }, (_, i) => (row + i) * width + column + i);
}

function triangle(x: Tensor, call: string, isZero: (row: number, column: number) => boolean): Tensor {
  if (x.shape.length < 2) throw noPlane(call, x.shape, [-2, -1]);
  const [height, width] = x.shape.slice(-2);
  const places = Array.from({ length: height * width }, (_, i) => Number(isZero(Math.floor(i / width), i % width)));
  return x.maskedFill(new Tensor(Storage.of("bool", places), [height, width]), 0);
}

/** Constant padding, which may also cut off. */
function padded(x: Tensor, dim: number, before: number, after: number, value: number): Tensor {
  const kept = x.slice(dim, Math.max(0, -before), x.shape[dim] - Math.max(0, -after));
  const [left, right] = [Math.max(0, before), Math.max(0, after)];
  const length = kept.shape[dim] + left + right;
  if (x.shape[dim] + before + after < 0) throw tooMuch(x.shape, dim, before, after, "nothing would be left");
  if (left + right === 0) return kept;
  const placed = kept.placed(dim, left, length);
  if (value === 0) return placed;
  const isPadding = Array.from({ length }, (_, at) => Number(at < left || at >= length - right));
  const mask = new Tensor(Storage.of("bool", isPadding), [length, ...x.shape.slice(dim + 1).map(() => 1)]);
  return placed.maskedFill(mask, value);
}

function extended(
  x: Tensor,
  dim: number,
  before: number,
  after: number,
  mode: Exclude<Padding["mode"], "constant" | undefined>,
): Tensor {
  const most = Math.max(before, after);
  const length = x.shape[dim];
  switch (mode) {
    case "replicate":
      return picked(x, dim, before, after, (at) => Math.min(length - 1, Math.max(0, at)));
    case "reflect":
      if (most >= length) throw tooMuch(x.shape, dim, before, after, "a mirror has no more elements to show");
      return picked(x, dim, before, after, (at) => (at < 0 ? -at : at >= length ? 2 * (length - 1) - at : at));
    case "circular": {
      if (most > length) throw tooMuch(x.shape, dim, before, after, "it would go around more than once");
      // As in PyTorch, what is cut off is gone before the rest is repeated.
      const kept = x.slice(dim, Math.max(0, -before), length - Math.max(0, -after));
      const around = kept.shape[dim];
      return picked(kept, dim, Math.max(0, before), Math.max(0, after), (at) => (at + around) % around);
    }
  }
}

function picked(x: Tensor, dim: number, before: number, after: number, place: (at: number) => number): Tensor {
  const length = x.shape[dim];
  const places = Array.from({ length: Math.max(0, length + before + after) }, (_, at) => place(at - before));
  return x.indexSelect(constant(places, [places.length]), dim);
}

function tooMuch(shape: Shape, dim: number, before: number, after: number, because: string): EngineError {
  return new EngineError(
    `pad: dimension ${dim} of ${shapeText(shape)} was to be padded by ${before} and ${after}`,
    because,
    "Pass smaller amounts.",
  );
}

function noPlane(call: string, shape: Shape, dims: readonly number[]): EngineError {
  return new EngineError(
    `${call}: dimensions ${shapeText(dims)} of a tensor of shape ${shapeText(shape)}`,
    "a plane has two different dimensions",
    "Name two dimensions that the tensor has.",
  );
}

function notShuffled(call: string, shape: Shape, factor: number): EngineError {
  return new EngineError(
    `${call}: a tensor of shape ${shapeText(shape)} cannot be rearranged by ${factor}`,
    "the last three dimensions are channels, height and width, and must divide evenly",
    "Check the factor.",
  );
}
