/**
 * How much memory a program keeps. A page cannot limit the heap of its worker, and one that runs over takes the page and
 * the editor's window with it, so the run is ended with a reason before that. Every so many bytes that the program makes,
 * the object at hand stands for all of them: it gets a token whose WeakRef says later whether it is still held. Only after
 * a program has made as much as it may keep does anyone look, and only after a collection of garbage that is proved.
 * What makes no object, such as a string, is not seen.
 */
import { isGone, provokeCollection, takeToken, type Minted } from "../kernels/epochs.js";
import type { Token } from "../kernels/storage.js";
import { Tensor } from "../tensor.js";

const megabyte = 2 ** 20;
const sampleBytes = 16 * megabyte;
/** A look costs a collection, so there must be that much new between two of them. */
const betweenLooks = 256 * megabyte;
const mostLooks = 128;
/** Rough sizes in V8: an object with a few fields, and a tensor with its place on the tape and in the picture. */
const objectBytes = 64;
const tensorBytes = 1100;

interface Sample {
  readonly ref: WeakRef<Token>;
  readonly bytes: number;
}

export class KeptMemory {
  private sinceSample = 0;
  /** What the last look has found alive, and what was made since. */
  private keptBytes = 0;
  private freshBytes = 0;
  private samples: Sample[] = [];
  /** Held from the start, so that V8 takes them for old: one that is dropped dies only with a full collection. */
  private readonly probes: (Minted | null)[] = [];
  private readonly tokens = new WeakMap<object, Token>();
  private readonly owners = new WeakMap<Token, object>();

  /** `limit` is in bytes; infinite for a program in its user's own shell. */
  constructor(private readonly limit: number) {
    if (limit !== Infinity) this.probes = Array.from({ length: 2 * mostLooks }, takeToken);
  }

  /** Counts an object that the program has made or got; throws where the program keeps more than it may. */
  readonly note = (value: object): void => {
    this.sinceSample += bytesOf(value);
    if (this.sinceSample < sampleBytes || this.limit === Infinity) return;
    const bytes = this.sinceSample;
    this.sinceSample = 0;
    // What comes by a second time, as a list of all parameters does, is not new.
    if (this.tokens.has(value)) return;
    this.sample(value, bytes);
    this.freshBytes += bytes;
    if (this.freshBytes >= betweenLooks && this.keptBytes + this.freshBytes >= this.limit) this.look();
  };

  private sample(value: object, bytes: number): void {
    const minted: Minted | null = takeToken();
    // Without a token nothing is known, and what is not known is taken to be free.
    if (minted === null) return;
    this.tokens.set(value, minted.token);
    this.owners.set(minted.token, value);
    this.samples.push({ ref: minted.ref, bytes });
  }

  /** Whether all that nobody holds has been collected. */
  private collect(): boolean {
    const probes = [this.probes.pop()?.ref, this.probes.pop()?.ref];
    return probes.some((probe) => {
      provokeCollection();
      return isGone(probe);
    });
  }

  private look(): void {
    this.freshBytes = 0;
    if (!this.collect()) return;
    const { samples } = this;
    this.samples = [];
    this.keptBytes = 0;
    for (const { ref, bytes } of samples) {
      const token = ref.deref();
      const owner = token === undefined ? undefined : this.owners.get(token);
      if (owner === undefined) continue;
      this.keptBytes += bytes;
      // The token lives until the job ends, now that it was looked at: it must not hold the owner, who gets another.
      if (token !== undefined) this.owners.delete(token);
      this.sample(owner, bytes);
    }
    if (this.keptBytes < this.limit) return;
    // Whoever catches this and goes on making things hears it again.
    this.freshBytes = betweenLooks;
    throw new RangeError(
      `The program keeps about ${gigabytes(this.keptBytes)} GB of arrays, objects and tensors. The panel shares its ` +
        `memory with the editor, so a run may keep ${gigabytes(this.limit)} GB. Look for a list that grows with every ` +
        "step, and keep numbers instead of tensors: `losses.push(loss.item())`.",
    );
  }
}

function bytesOf(value: object): number {
  if (Array.isArray(value)) return objectBytes + 8 * value.length;
  if (ArrayBuffer.isView(value)) return objectBytes + value.byteLength;
  if (value instanceof Tensor) return tensorBytes + 4 * value.storage.size;
  return objectBytes;
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
