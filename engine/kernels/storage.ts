/**
 * A storage is the numbers of a tensor: a dtype, a count, the values and a version that grows with every write in place.
 * Reshaped and detached aliases share one storage, and with it the version. A view of some elements, or of all in another
 * order, has a storage of its own that is a window: a dense copy that `windows.ts` brings up to date before it is read, and
 * whose writes go back. A few values are kept in JavaScript; more lie in a cell, which `residence.ts` moves into WebAssembly
 * memory and out again, and nobody else needs to know where they are.
 */
import { heap } from "./heap.js";
import type { Walk } from "./kernels.js";
import { tellOfBirth, usedAfterItsScope } from "./lifetimes.js";

/** The dtypes of the engine. A bool is stored as 0 or 1. */
export type DType = "float32" | "float64" | "int32" | "bool";

/** The typed array that holds values of some dtype. */
export type Values = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Tensors of at most so many values never leave JavaScript. */
export const tiny = 16;

/** Lives as long as a storage that holds it; see `epochs.ts`. */
export type Token = object;

/**
 * Where the values of one storage are: in WebAssembly memory at an address, or in a JavaScript array; neither means that all
 * are zero and nobody has asked yet. `residence.ts` alone writes to it. It must never lead to a token: the memory's lists hold
 * cells, and whatever they lead to lives on.
 */
export class Cell {
  address = 0;
  array: Values | null = null;
  /** The kernel that last used it; 0 if none has. */
  lastUse = 0;
  /** The number of its epoch; 0 before it was first in WebAssembly memory. */
  epoch = 0;
  /** Its scope has ended: there are no values any more. */
  hasEnded = false;

  constructor(
    readonly dtype: DType,
    readonly size: number,
  ) {}

  get byteLength(): number {
    return this.size * bytesPerValue(this.dtype);
  }

  get values(): Values {
    if (this.address !== 0) return heap.view(this.dtype, this.address, this.size);
    if (this.hasEnded) throw usedAfterItsScope();
    this.array ??= emptyValues(this.dtype, this.size);
    return this.array;
  }
}

/** Where the values of a window come from. */
export interface Source {
  /** Never a window itself. */
  readonly root: Storage;
  /** The window's elements in row-major order are those of the root along this walk over this shape. */
  readonly walk: Walk;
  readonly shape: readonly number[];
  /** The version of the root that the copy shows; −1 before anybody has asked. `windows.ts` alone writes it. */
  seen: number;
}

export class Storage {
  /** Of a window; null for values that stand for themselves. */
  readonly source: Source | null;

  private writes = 0;

  /** What keeps the blocks of its epoch from being freed; `residence.ts` alone writes it. */
  token: Token | null = null;

  /** Something other than what a scope returns holds it. */
  outlivesScopes = false;

  private constructor(
    readonly dtype: DType,
    /** How many values there are. */
    readonly size: number,
    /** The values of a tiny storage, or the cell that has them; replaced once, where its scope ends. */
    public home: Values | Cell,
    source: Source | null,
  ) {
    this.source = source;
    tellOfBirth(this);
  }

  /** `size` zeros. */
  static zeros(dtype: DType, size: number): Storage {
    return new Storage(dtype, size, homeFor(dtype, size), null);
  }

  /** A window onto `root`, which is no window itself. */
  static window(root: Storage, walk: Walk, shape: readonly number[]): Storage {
    const size = shape.reduce((product, length) => product * length, 1);
    return new Storage(root.dtype, size, homeFor(root.dtype, size), { root, walk, shape, seen: -1 });
  }

  /** The storage whose values these are. */
  get root(): Storage {
    return this.source === null ? this : this.source.root;
  }

  /** Counts the writes in place; the tape compares it with the version it saw when it saved the values. */
  get version(): number {
    return this.source === null ? this.writes : this.source.root.writes;
  }

  /** Counts a write in place. Whoever has written calls `changed` of `windows.ts`, which also takes the values home. */
  countWrite(): void {
    if (this.source === null) this.writes++;
    else this.source.root.writes++;
  }

  /** A storage of these numbers, each rounded or truncated as the dtype asks. */
  static of(dtype: DType, numbers: ArrayLike<number>): Storage {
    const storage = Storage.zeros(dtype, numbers.length);
    const { values } = storage;
    const roundsByItself = dtype === "float32" || dtype === "float64";
    if (roundsByItself) values.set(numbers);
    else for (let i = 0; i < numbers.length; i++) values[i] = toDType(dtype, numbers[i]);
    return storage;
  }

  /** The values where they lie now. The next kernel may move them: read or write at once, and keep `toArray()` instead. */
  get values(): Values {
    return this.home instanceof Cell ? this.home.values : this.home;
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

function homeFor(dtype: DType, size: number): Values | Cell {
  return size <= tiny ? emptyValues(dtype, size) : new Cell(dtype, size);
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
