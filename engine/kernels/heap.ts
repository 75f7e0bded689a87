/**
 * The heap: blocks of WebAssembly memory in size classes. A freed block waits in its class's list for the next request of
 * that class; the memory grows and never shrinks. What lies in a block, and when it may be freed, is `residence.ts`'s business.
 */

/** A block's address and every start of the heap are multiples of this. */
const alignment = 16;
const smallestBlock = 128;
const pageSize = 65_536;
const largestMemory = 65_536 * pageSize;

export class Heap {
  /** The memory as float32, int32 and bytes; renewed whenever it grows, so nobody may keep them. */
  floats = new Float32Array(0);
  integers = new Int32Array(0);
  bytes = new Uint8Array(0);

  #memory: WebAssembly.Memory | null = null;
  #top = 0;
  readonly #waiting: number[][] = [];

  /** Begins anew on a module's memory, whose bytes below `base` belong to the kernels. */
  attach(memory: WebAssembly.Memory, base: number): void {
    this.#memory = memory;
    this.#top = Math.ceil(base / alignment) * alignment;
    this.#waiting.length = 0;
    this.#renewViews(memory);
  }

  /** How many bytes WebAssembly has given us. */
  get byteLength(): number {
    return this.bytes.length;
  }

  /** The address of a block of at least so many bytes, or null where the memory cannot grow that far. */
  allocate(byteLength: number): number | null {
    const size = blockSize(byteLength);
    const recycled = this.#waiting[classOf(size)]?.pop();
    if (recycled !== undefined) return recycled;
    const address = this.#top;
    if (address + size > this.bytes.length && !this.#grow(address + size)) return null;
    this.#top = address + size;
    return address;
  }

  /** Gives back a block that was allocated with the same byte length. */
  free(address: number, byteLength: number): void {
    const sizeClass = classOf(blockSize(byteLength));
    const list = this.#waiting[sizeClass];
    if (list === undefined) this.#waiting[sizeClass] = [address];
    else list.push(address);
  }

  /** The values at an address, until the memory grows. The kernels know no float64, which is never here. */
  view(
    dtype: "float32" | "float64" | "int32" | "bool",
    address: number,
    size: number,
  ): Float32Array | Int32Array | Uint8Array {
    switch (dtype) {
      case "float32":
      case "float64":
        return this.floats.subarray(address / 4, address / 4 + size);
      case "int32":
        return this.integers.subarray(address / 4, address / 4 + size);
      case "bool":
        return this.bytes.subarray(address, address + size);
    }
  }

  /** Doubles up to 256 MB and then grows in steps of that, as long as WebAssembly lets us. */
  #grow(needed: number): boolean {
    const memory = this.#memory;
    if (memory === null || needed > largestMemory) return false;
    const step = Math.min(Math.max(this.bytes.length, 16 * 1024 * 1024), 256 * 1024 * 1024);
    const generous = Math.min(Math.max(needed, this.bytes.length + step), largestMemory);
    const grown = tryToGrow(memory, generous) || tryToGrow(memory, needed);
    this.#renewViews(memory);
    return grown;
  }

  #renewViews(memory: WebAssembly.Memory): void {
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
  }
}

/** The one heap of this engine; without a module it has no memory and every storage stays in JavaScript. */
export const heap = new Heap();

/** What a request really takes: the next of four steps between powers of two. */
export function blockSize(byteLength: number): number {
  if (byteLength <= smallestBlock) return smallestBlock;
  const step = 2 ** (exponentOf(byteLength) - 2);
  return Math.ceil(byteLength / step) * step;
}

function classOf(size: number): number {
  const exponent = exponentOf(size);
  return exponent * 4 + (size - 2 ** exponent) / 2 ** (exponent - 2);
}

/** The exponent of the largest power of two that is not above n, for n below 2³². */
function exponentOf(n: number): number {
  return 31 - Math.clz32(n);
}

function tryToGrow(memory: WebAssembly.Memory, byteLength: number): boolean {
  const pages = Math.ceil((byteLength - memory.buffer.byteLength) / pageSize);
  try {
    memory.grow(pages);
    return true;
  } catch {
    // A refusal is an answer: the caller asks for less, or tells the user what is full.
    return false;
  }
}
