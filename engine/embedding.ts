/** Rows of a table by their numbers: one for each index, or one for each bag of indices. */
import { EngineError, shapeText } from "./errors.js";
import { where } from "./functions.js";
import { Storage } from "./kernels/storage.js";
import { Tensor } from "./tensor.js";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** A row that takes no part: it gets no gradient, and in a bag it does not count. Negative ones count from the end. */
  readonly paddingIndex?: number | null;
}

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** Where each bag begins, for indices in one dimension. */
  readonly offsets?: Tensor | null;
  /** What is made of the rows of a bag, their "mean" unless given. */
  readonly mode?: "mean" | "sum" | "max";
  /** A weight for each index, where bags are sums. */
  readonly perSampleWeights?: Tensor | null;
  /** Whether the last offset is where the last bag ends. */
  readonly includeLastOffset?: boolean;
}

/** The rows of a table [rows, width] at indices of any shape: [...shape, width]. */
export function embedding(indices: Tensor, weight: Tensor, { paddingIndex = null }: EmbeddingOptions = {}): Tensor {
  checkTable("embedding", weight);
  const rows = weight.indexSelect(indices.reshape([-1]), 0).reshape([...indices.shape, weight.shape[1]]);
  if (paddingIndex === null) return rows;
  return where(indices.eq(wrapped(paddingIndex, weight)).unsqueeze(-1), rows.detach(), rows);
}

/** For each bag of indices the mean, the sum or the largest of their rows: [bags, width]; an empty bag gives zeros. */
export function embeddingBag(indices: Tensor, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  const { offsets = null, mode = "mean", perSampleWeights = null, paddingIndex = null } = options;
  checkTable("embeddingBag", weight);
  if (perSampleWeights !== null && mode !== "sum") {
    throw new EngineError(
      `embeddingBag: weights for each index in mode ${mode}`,
      "only sums are weighted",
      'Pass `{ mode: "sum" }`.',
      "ValueError",
    );
  }
  const padding = paddingIndex === null ? null : wrapped(paddingIndex, weight);
  const all = indices.storage.toArray();
  const bags = bagsOf(indices, offsets, options.includeLastOffset ?? false).map((places) =>
    places.filter((place) => all[place] !== padding),
  );
  const longest = Math.max(1, ...bags.map(({ length }) => length));
  const places = bags.flatMap((bag) => Array.from({ length: longest }, (_, at) => bag[at] ?? -1));
  const [count, width] = [bags.length, weight.shape[1]];
  const constant = (dtype: "int32" | "bool", numbers: number[], shape: number[]): Tensor =>
    new Tensor(Storage.of(dtype, numbers), shape);
  const rows = constant(
    "int32",
    places.map((place) => (place < 0 ? 0 : all[place])),
    [places.length],
  );
  const outside = constant(
    "bool",
    places.map((place) => Number(place < 0)),
    [count, longest, 1],
  );
  const picked = weight.indexSelect(rows, 0).reshape([count, longest, width]);
  if (mode === "max") {
    const isEmpty = constant(
      "bool",
      bags.map(({ length }) => Number(length === 0)),
      [count, 1],
    );
    return picked.maskedFill(outside, -Infinity).max(1).maskedFill(isEmpty, 0);
  }
  const kept = picked.maskedFill(outside, 0);
  if (perSampleWeights !== null) {
    const at = constant(
      "int32",
      places.map((place) => Math.max(0, place)),
      [places.length],
    );
    return kept.mul(perSampleWeights.reshape([-1]).indexSelect(at, 0).reshape([count, longest, 1])).sum(1);
  }
  if (mode === "sum") return kept.sum(1);
  const lengths = bags.map(({ length }) => Math.max(1, length));
  return kept.sum(1).div(new Tensor(Storage.of(weight.dtype, lengths), [count, 1]));
}

/** The places in the flat indices that make up each bag. */
function bagsOf(indices: Tensor, offsets: Tensor | null, lastIsEnd: boolean): readonly (readonly number[])[] {
  const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, at) => start + at);
  if (indices.shape.length === 2 && offsets === null) {
    const [rows, length] = indices.shape;
    return Array.from({ length: rows }, (_, row) => range(row * length, (row + 1) * length));
  }
  const starts = offsets === null ? null : [...offsets.storage.toArray()];
  const size = indices.storage.size;
  const isSorted = starts?.every((start, at) => start >= (starts[at - 1] ?? 0) && start <= size) === true;
  if (indices.shape.length !== 1 || starts === null || starts[0] !== 0 || !isSorted) {
    throw new EngineError(
      `embeddingBag: indices of shape ${shapeText(indices.shape)} ${starts === null ? "without offsets" : `with offsets [${starts.join(", ")}]`}`,
      "indices in one dimension are cut into bags where the offsets say, which begin with 0 and never fall; in two each row is a bag",
      "Pass ascending offsets for one dimension, and none for two.",
      "ValueError",
    );
  }
  const ends = lastIsEnd ? starts.slice(1) : [...starts.slice(1), size];
  return ends.map((end, at) => range(starts[at], end));
}

function wrapped(index: number, weight: Tensor): number {
  const [rows] = weight.shape;
  if (Number.isInteger(index) && index >= -rows && index < rows) return index < 0 ? index + rows : index;
  throw new EngineError(
    `embedding: the padding index is ${index} and the table has ${rows} rows`,
    "it names one of the rows",
    "Pass a row's number, or leave it out.",
  );
}

function checkTable(call: string, weight: Tensor): void {
  if (weight.shape.length === 2) return;
  throw new EngineError(
    `${call}: the table has shape ${shapeText(weight.shape)}`,
    "it is a matrix with one row for each index",
    "Pass the indices first and the table second.",
  );
}
