/**
 * A storage is the numbers of a tensor: a dtype, a count, the values and a version that grows with every write in place.
 * Views and detached aliases share one storage, and with it the version. Shapes, strides and gradients are not known here,
 * and only this file and the kernels beside it touch `values`; everyone else reads and writes through the methods.
 */

/** The dtypes of the engine. A bool is stored as 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** The typed array that holds values of some dtype. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

export class Storage {
  /** Counts the writes in place; the tape compares it with the version it saw when it saved the values. */
  version = 0;

  private constructor(
    readonly dtype: DType,
    readonly values: Values,
  ) {}

  /** `size` zeros. */
  static zeros(dtype: DType, size: number): Storage {
    return new Storage(dtype, emptyValues(dtype, size));
  }

  /** A storage of these numbers, each rounded or truncated as the dtype asks. */
  static of(dtype: DType, numbers: ArrayLike<number>): Storage {
    const storage = Storage.zeros(dtype, numbers.length);
    for (let i = 0; i < numbers.length; i++) storage.write(i, numbers[i] ?? 0);
    return storage;
  }

  /** How many values there are. */
  get size(): number {
    return this.values.length;
  }

  read(index: number): number {
    return this.values[index] ?? NaN;
  }

  /** Writes one value and leaves the version alone: the caller knows whether this is a user's write. */
  write(index: number, value: number): void {
    this.values[index] = toDType(this.dtype, value);
  }

  /** A copy of the values from `start`, typed by dtype, that later writes do not change. */
  toArray(start = 0, count = this.size - start): Values {
    return this.values.slice(start, start + count);
  }
}

/** The number as a dtype holds it, before a typed array rounds it: integers truncate, a bool is 0 or 1. */
export function toDType(dtype: DType, value: number): number {
  switch (dtype) {
    case "float32":
    case "float64":
      return value;
    case "int32":
      return toInt32(value);
    case "bool":
      return value !== 0 ? 1 : 0;
  }
}

/** Truncates toward zero. Like PyTorch on x86, what no int32 can hold becomes the smallest one. */
function toInt32(value: number): number {
  const truncated = Math.trunc(value);
  const fits = truncated >= -2147483648 && truncated <= 2147483647;
  return fits ? truncated : -2147483648;
}

function emptyValues(dtype: DType, size: number): Values {
  switch (dtype) {
    case "float32":
      return new Float32Array(size);
    case "float64":
      return new Float64Array(size);
    case "int32":
      return new Int32Array(size);
    case "bool":
      return new Uint8Array(size);
  }
}
