/**
 * The heap: blocks of WebAssembly memory in size classes. A freed block waits in its class's list for the next request of
 * that class; before the memory has to grow, waiting neighbors are joined into spans that serve any class. The memory never
 * shrinks. What lies in a block, and when it may be freed, is `residence.ts`'s business.
 */

const megabyte = 1024 * 1024;
const alignment = 16;
const smallestBlock = 128;
const pageSize = 65_536;
const largestMemory = 65_536 * pageSize;
/** How many of the largest spans are tried before the memory grows. */
const triedSpans = 8;

interface Span {
  address: number;
  size: number;
}

export class Heap {
  /** The memory as float32, int32 and bytes; renewed whenever it grows, so nobody may keep them. */
  floats = new Float32Array(0);
  integers = new Int32Array(0);
  bytes = new Uint8Array(0);

  private memory: WebAssembly.Memory | null = null;
  private top = 0;
  private freeBytes = 0;
  private waiting: number[][] = [];
  private spans: Span[] = [];

  /** Begins anew on a module's memory, whose bytes below `base` belong to the kernels. */
  attach(memory: WebAssembly.Memory, base: number): void {
    this.memory = memory;
    this.top = Math.ceil(base / alignment) * alignment;
    this.freeBytes = 0;
    this.waiting = [];
    this.spans = [];
    this.renewViews(memory);
  }

  /** How many bytes WebAssembly has given us. */
  get byteLength(): number {
    return this.bytes.length;
  }

  /** The address of a block of at least so many bytes, or null where the memory cannot grow that far. */
  allocate(byteLength: number): number | null {
    const sizeClass = classOf(byteLength);
    const size = sizeOfClass(sizeClass);
    const recycled = this.waiting[sizeClass]?.pop() ?? this.takeFromSpan(size);
    if (recycled !== null) {
      this.freeBytes -= size;
      return recycled;
    }
    if (this.top + size <= this.bytes.length) return this.takeFromTop(size);
    const worthJoining = this.freeBytes >= size && 2 * this.freeBytes >= this.top;
    if (worthJoining) {
      this.joinNeighbors();
      const joined = this.takeFromSpan(size);
      if (joined !== null) {
        this.freeBytes -= size;
        return joined;
      }
    }
    const fits = this.top + size <= this.bytes.length || this.grow(this.top + size);
    return fits ? this.takeFromTop(size) : null;
  }

  /** Gives back a block that was allocated with the same byte length. */
  free(address: number, byteLength: number): void {
    const sizeClass = classOf(byteLength);
    this.freeBytes += sizeOfClass(sizeClass);
    (this.waiting[sizeClass] ??= []).push(address);
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

  private takeFromTop(size: number): number {
    const address = this.top;
    this.top += size;
    return address;
  }

  private takeFromSpan(size: number): number | null {
    for (let i = 0; i < Math.min(triedSpans, this.spans.length); i++) {
      const span = this.spans[i];
      if (span.size < size) continue;
      const { address } = span;
      span.address += size;
      span.size -= size;
      if (span.size === 0) this.spans.splice(i, 1);
      return address;
    }
    return null;
  }

  /** All free blocks, joined where they touch, the largest first; what touches the top is given back to it. */
  private joinNeighbors(): void {
    const blocks: Span[] = this.spans;
    this.waiting.forEach((addresses, sizeClass) => {
      for (const address of addresses) blocks.push({ address, size: sizeOfClass(sizeClass) });
    });
    blocks.sort((a, b) => a.address - b.address);
    const joined: Span[] = [];
    for (const block of blocks) {
      const last = joined.at(-1);
      if (last !== undefined && last.address + last.size === block.address) last.size += block.size;
      else joined.push(block);
    }
    const highest = joined.at(-1);
    if (highest !== undefined && highest.address + highest.size === this.top) {
      this.top = highest.address;
      this.freeBytes -= highest.size;
      joined.pop();
    }
    this.waiting = [];
    this.spans = joined.sort((a, b) => b.size - a.size);
  }

  /** Doubles up to 128 MB and then grows in steps of 64 MB, as long as WebAssembly lets us. */
  private grow(needed: number): boolean {
    const { memory } = this;
    if (memory === null || needed > largestMemory) return false;
    const step = Math.min(Math.max(this.bytes.length, 16 * megabyte), 64 * megabyte);
    const generous = Math.min(Math.max(needed, this.bytes.length + step), largestMemory);
    const grown = tryToGrow(memory, generous) || tryToGrow(memory, needed);
    this.renewViews(memory);
    return grown;
  }

  private renewViews(memory: WebAssembly.Memory): void {
    this.floats = new Float32Array(memory.buffer);
    this.integers = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
  }
}

/** The one heap of this engine; without a module it has no memory and every storage stays in JavaScript. */
export const heap = new Heap();

/** A block has the next of four sizes between powers of two. Class 4e + u is for u quarters of 2ᵉ, with u from 5 to 8; class 0 is for everything small. */
function classOf(byteLength: number): number {
  if (byteLength <= smallestBlock) return 0;
  const exponent = 31 - Math.clz32(byteLength - 1);
  return 4 * exponent + ((byteLength - 1) >>> (exponent - 2)) + 1;
}

function sizeOfClass(sizeClass: number): number {
  if (sizeClass === 0) return smallestBlock;
  const exponent = (sizeClass - 5) >> 2;
  return (sizeClass - 4 * exponent) * 2 ** (exponent - 2);
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
