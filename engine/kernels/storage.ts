/**
 * A storage is the numbers of a tensor: a dtype, a count, the values and a version that grows with every write in place.
 * Views and detached aliases share one storage, and with it the version. The values lie in JavaScript or, while kernels
 * work on them, in WebAssembly memory; `residence.ts` moves them, and nobody else needs to know where they are.
 */
import { heap } from "./heap.js";

/** The dtypes of the engine. A bool is stored as 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** The typed array that holds values of some dtype. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Tensors of at most so many values never leave JavaScript. */
export const tiny = 16;

export class Storage {
  /** Counts the writes in place; the tape compares it with the version it saw when it saved the values. */
  version = 0;

  /** The notes of `residence.ts`, which alone writes them: the address in WebAssembly memory, or 0; and when it was last used. */
  address = 0;
  lastUse = 0;
  /** The values in JavaScript; null while they are in WebAssembly memory, or all zero and not yet asked for. */
  array: Values | null;

  private constructor(
    readonly dtype: DType,
    /** How many values there are. */
    readonly size: number,
    array: Values | null,
  ) {
    this.array = array;
  }

  /** `size` zeros. */
  static zeros(dtype: DType, size: number): Storage {
    return new Storage(dtype, size, size <= tiny ? emptyValues(dtype, size) : null);
  }

  /** A storage of these numbers, each rounded or truncated as the dtype asks. */
  static of(dtype: DType, numbers: ArrayLike<number>): Storage {
    const array = emptyValues(dtype, numbers.length);
    for (let i = 0; i < numbers.length; i++) array[i] = toDType(dtype, numbers[i]);
    return new Storage(dtype, numbers.length, array);
  }

  /** The values where they lie now. The next kernel may move them: read or write at once, and keep `toArray()` instead. */
  get values(): Values {
    if (this.address !== 0) return viewOf(this.dtype, this.address, this.size);
    this.array ??= emptyValues(this.dtype, this.size);
    return this.array;
  }

  read(index: number): number {
    return this.values[index];
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

/** Only float64 has no kernels in WebAssembly. */
export function bytesPerValue(dtype: DType): 1 | 4 | 8 {
  switch (dtype) {
    case "float32":
    case "int32":
      return 4;
    case "float64":
      return 8;
    case "bool":
      return 1;
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

function viewOf(dtype: DType, address: number, size: number): Values {
  switch (dtype) {
    case "float32":
    case "float64":
      return heap.floats.subarray(address / 4, address / 4 + size);
    case "int32":
      return heap.integers.subarray(address / 4, address / 4 + size);
    case "bool":
      return heap.bytes.subarray(address, address + size);
  }
}
