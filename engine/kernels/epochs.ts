/**
 * Which cells nobody holds any more, found out without asking each one. Storages that enter WebAssembly memory within one
 * stretch of time form an epoch and share a token, an empty object that only they hold. When a WeakRef says that the token
 * is gone, every storage of the epoch is gone, and all its blocks are free.
 *
 * A WeakRef can be cleared within a synchronous loop only if it was made in an earlier job, and only if nobody looked at it
 * while its target lived. So tokens are minted in advance, and an epoch is asked late, and only after a collection of
 * garbage has been provoked and proved by tokens that were dropped for that purpose.
 */
import type { Cell, Storage, Token } from "./storage.js";

/** A token made in advance, with its WeakRef. */
export interface Minted {
  readonly token: Token;
  readonly ref: WeakRef<Token>;
}

export class Epoch {
  /** The cells in WebAssembly memory. One that is copied out leaves the list and comes back to it. */
  cells: Cell[] = [];
  /** All bytes that ever entered; decides when the epoch is full. */
  enteredBytes = 0;
  enteredCount = 0;
  /** How many of its cells are in WebAssembly memory. */
  presentCount = 0;
  /** The job in which it was asked and found alive; a second look in the same job would find the same. */
  askedInJob = -1;

  constructor(
    readonly number: number,
    private readonly ref: WeakRef<Token> | null,
  ) {}

  /** Whether no storage of the epoch is left. Looking at a living token keeps it alive until the job ends. */
  isOver(): boolean {
    const over = this.ref !== null && this.ref.deref() === undefined;
    if (!over) {
      this.askedInJob = job;
      countNextJob();
    }
    return over;
  }
}

/** An epoch while storages still enter it: the only time when the memory holds its token. */
export interface OpenEpoch {
  readonly epoch: Epoch;
  readonly token: Token | null;
}

const pool: Minted[] = [];
const poolSize = 16_384;
const looks = 6;
let lastNumber = 0;
let job = 0;
let refillIsDue = false;
let nextJobIsDue = false;

/** Fills the pool. To be called in a job that ends before the program's first op. */
export function mintTokens(): void {
  refillIsDue = false;
  job++;
  while (pool.length < poolSize) pool.push(mint());
}

/** One of the tokens made in advance; null where the running job has used them all. */
export function takeToken(): Minted | null {
  const minted = pool.pop() ?? null;
  refillSoon();
  return minted;
}

/** The epoch for the storages that enter from now on. Without a token left it never ends, and its cells are copied out. */
export function openEpoch(): OpenEpoch {
  lastNumber++;
  const minted = takeToken();
  return { epoch: new Epoch(lastNumber, minted?.ref ?? null), token: minted?.token ?? null };
}

export function enter({ epoch, token }: OpenEpoch, storage: Storage, cell: Cell): void {
  cell.epoch = epoch.number;
  storage.token = token;
  epoch.enteredBytes += cell.byteLength;
  epoch.enteredCount++;
}

/** Whether asking this epoch now can bring something to light. */
export function mayBeAsked(epoch: Epoch): boolean {
  return epoch.askedInJob !== job;
}

/**
 * Makes JavaScript collect its garbage, and returns whether it did: some minted tokens are dropped, and one of them is
 * seen dead. Memories that nobody keeps make V8 collect; where they do not, an impossible allocation does.
 */
export function provokeCollection(): boolean {
  const dropped = dropTokens(looks + 1);
  for (let look = 0; look < looks; look++) {
    makeGarbage(look === 0 ? 80 : 32);
    if (isGone(dropped[look])) return true;
  }
  askForTheImpossible();
  return isGone(dropped[looks]);
}

function mint(): Minted {
  const token: Token = {};
  return { token, ref: new WeakRef(token) };
}

/** The tokens themselves go out of scope here; only their WeakRefs are returned. */
function dropTokens(count: number): (WeakRef<Token> | undefined)[] {
  return Array.from({ length: count }, () => pool.pop()?.ref);
}

/** Looking at a living token keeps it alive until the job ends. */
export function isGone(ref: WeakRef<Token> | undefined): boolean {
  return ref !== undefined && ref.deref() === undefined;
}

function makeGarbage(count: number): void {
  try {
    for (let i = 0; i < count; i++) new WebAssembly.Memory({ initial: 16 });
  } catch {
    // There is no address space left for one more. V8 has collected before it says so, which is what was wanted.
  }
}

/** V8 in Node collects everything before it gives up on 64 TB. */
function askForTheImpossible(): void {
  try {
    new ArrayBuffer(2 ** 46);
  } catch {
    // The refusal is what was wanted; the collection came before it.
  }
}

/** Once the pool is half empty it is filled as soon as the running code lets go. */
function refillSoon(): void {
  if (refillIsDue || pool.length > poolSize / 2) return;
  refillIsDue = true;
  void Promise.resolve().then(mintTokens);
}

/** What was alive in this job can be dead in the next, which begins when the running code lets go. */
function countNextJob(): void {
  if (nextJobIsDue) return;
  nextJobIsDue = true;
  void Promise.resolve().then(() => {
    nextJobIsDue = false;
    job++;
  });
}
