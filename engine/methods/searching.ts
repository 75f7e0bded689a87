/** Places in sorted values, and classes as vectors. All give integers, so gradients stop here. */
import { EngineError, shapeText } from "../errors.js";
import { Storage } from "../kernels/storage.js";
import { sameShape } from "../shape.js";
import { Tensor } from "../tensor.js";

export interface SearchOptions {
  /** Whether a value that is there goes behind it; in front unless given. */
  readonly right?: boolean;
}

export interface SortedSearchOptions extends SearchOptions {
  /** The order that sorts this tensor along its last dimension, where it is not sorted. */
  readonly sorter?: Tensor;
}

export interface SearchingMethods {
  /** For each value the place in this tensor, sorted along the last dimension, where it would keep the order; in int32. */
  searchsorted(values: Tensor | number, options?: SortedSearchOptions): Tensor;
  /** For each element the number of its bucket between sorted boundaries, in int32. */
  bucketize(boundaries: Tensor, options?: SearchOptions): Tensor;
  /** For each class a vector with 1 in its place and 0 elsewhere, in int32; without a count the largest class is the last. */
  oneHot(classes?: number): Tensor;
}

/** Whether each element is one of some others: a bool for each. */
export function isin(elements: Tensor, tests: Tensor | readonly number[]): Tensor {
  const among = new Set("storage" in tests ? tests.storage.toArray() : tests);
  const found = Array.from(elements.storage.toArray(), (value) => Number(among.has(value)));
  return new Tensor(Storage.of("bool", found), elements.shape);
}

export const searchingMethods: SearchingMethods & ThisType<Tensor> = {
  searchsorted(values, { right = false, sorter } = {}) {
    const given = typeof values === "number" ? new Tensor(Storage.of(this.dtype, [values]), []) : values;
    checkLines(this, given, sorter);
    const length = this.shape[this.shape.length - 1];
    const count = this.shape.length === 1 ? given.storage.size : (given.shape[given.shape.length - 1] ?? 1);
    const [sorted, wanted, order] = [this, given, sorter].map((each) => each?.storage.toArray() ?? null);
    const found = Array.from({ length: given.storage.size }, (_, at) => {
      const start = this.shape.length === 1 ? 0 : Math.floor(at / count) * length;
      const read = (place: number): number => sorted?.[start + (order === null ? place : order[start + place])] ?? NaN;
      return placeOf(wanted?.[at] ?? NaN, length, read, right ? "behind equals" : "before equals");
    });
    return new Tensor(Storage.of("int32", found), given.shape);
  },
  bucketize(boundaries, options = {}) {
    if (boundaries.shape.length !== 1) {
      throw new EngineError(
        `bucketize: boundaries of shape ${shapeText(boundaries.shape)}`,
        "the boundaries of all elements are one sorted vector",
        "Flatten them, or use `searchsorted`.",
      );
    }
    return boundaries.searchsorted(this, options);
  },
  oneHot(classes = -1) {
    const chosen = [...this.storage.toArray()];
    const largest = chosen.reduce((most, each) => Math.max(most, each), -1);
    const count = classes === -1 ? largest + 1 : classes;
    const isWhole = this.dtype === "int32" && Number.isInteger(count) && count > 0;
    if (!isWhole || chosen.some((each) => each < 0 || each >= count)) {
      throw new EngineError(
        `oneHot: classes ${chosen.length === 0 ? "of which there are none" : `up to ${largest}`} in dtype ${this.dtype}, ${count} in all`,
        "each class is a whole number from 0 and less than their count",
        'Pass the number of classes, and convert with `to("int32")`.',
      );
    }
    const storage = Storage.zeros("int32", chosen.length * count);
    chosen.forEach((each, at) => {
      storage.write(at * count + each, 1);
    });
    return new Tensor(storage, [...this.shape, count]);
  },
};

/** Binary search; a NaN counts as the largest. */
function placeOf(
  value: number,
  length: number,
  read: (place: number) => number,
  side: "before equals" | "behind equals",
): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = read(middle);
    const isAfter = side === "before equals" ? !(there >= value) : !(there > value);
    if (isAfter) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkLines(sorted: Tensor, values: Tensor, sorter: Tensor | undefined): void {
  const fits =
    sorted.shape.length === 1 ||
    (sorted.shape.length > 0 && sameShape(sorted.shape.slice(0, -1), values.shape.slice(0, -1)));
  const isSorterRight = sorter === undefined || sameShape(sorter.shape, sorted.shape);
  if (fits && isSorterRight && sorted.dtype === values.dtype) return;
  throw new EngineError(
    `searchsorted: values of shape ${shapeText(values.shape)} and dtype ${values.dtype} in sorted ones of shape ${shapeText(sorted.shape)} and dtype ${sorted.dtype}${isSorterRight ? "" : ` with a sorter of shape ${shapeText(sorter.shape)}`}`,
    "the sorted tensor is one vector, or has the same first dimensions and the same dtype; a sorter has its shape",
    "Bring both to one shape and dtype.",
  );
}
