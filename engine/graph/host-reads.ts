/**
 * Values that left the tape as plain numbers and may have come back in a new tensor: `tensor(out.item())`.
 * It remembers the last reads and guesses, never claims: what it finds is worded "maybe" on its edge.
 */
import type { Origin } from "./origin.js";
import type { SiteId } from "./run-report.js";

export interface HostRead {
  readonly value: Origin;
  readonly control: "item" | "tolist" | "data";
  readonly site: SiteId | null;
}

interface RememberedRead extends HostRead {
  readonly numbers: readonly number[];
  /** When it happened, on the count that grows with every call. */
  readonly at: number;
}

const remembered = 64;
const longestComparison = 4096;

export class HostReads {
  private readonly reads: RememberedRead[] = [];

  add(read: HostRead, numbers: ArrayLike<number>, at: number): void {
    const copied = Array.from({ length: Math.min(numbers.length, longestComparison) }, (_, i) => numbers[i] ?? NaN);
    this.reads.push({ ...read, numbers: numbers.length <= longestComparison ? copied : [], at });
    if (this.reads.length > remembered) this.reads.shift();
  }

  /**
   * The reads that a new leaf may have been made of: those that happened while the arguments of its call were
   * evaluated, else the last one of just these numbers, if they are too particular to be there by chance.
   */
  behind(values: ArrayLike<number>, callBegan: number): readonly HostRead[] {
    if (this.reads.length === 0) return [];
    const inArguments = this.reads.filter((read) => read.at > callBegan);
    if (inArguments.length > 0) return inArguments;
    const equal = this.reads.findLast((read) => isEqual(read.numbers, values) && read.numbers.some(isParticular));
    return equal === undefined ? [] : [equal];
  }
}

function isEqual(numbers: readonly number[], values: ArrayLike<number>): boolean {
  return numbers.length === values.length && numbers.every((number, i) => Object.is(number, values[i]));
}

/** Not a number that a person would type as a constant. */
function isParticular(number: number): boolean {
  return !Number.isInteger(number * 1000) && Number.isFinite(number);
}
