/**
 * Which cells lie in WebAssembly memory. A kernel asks for the address of each operand; what is not there is brought in.
 * When the blocks reach the limit, those of ended epochs are freed; if that is not enough, the cells that were not used for
 * longest are copied out to JavaScript. So memory stays bounded in any loop and nobody ever calls dispose: what the program
 * has dropped is freed or collected, and what it still holds comes back on its next use.
 *
 * What must hold: values have one home at a time; a cell that the running kernel uses is neither moved nor freed; nothing
 * here holds a storage or a token, except the token of the epoch that is open.
 */
import { enter, mayBeAsked, openEpoch, provokeCollection, type Epoch, type OpenEpoch } from "./epochs.js";
import { heap } from "./heap.js";
import { usedAfterItsScope } from "./lifetimes.js";
import { Cell, type Storage } from "./storage.js";

/** How much may lie in WebAssembly memory. `freedBlocks` "poisoned" fills them with NaN, so that tests see a use after the end. */
export interface MemoryLimits {
  readonly soft: number;
  readonly hard: number;
  /** Milliseconds. A collection that takes longer, as in a large JavaScript heap, costs more than copying. */
  readonly patience: number;
  readonly freedBlocks: "as they are" | "poisoned";
}

export interface MemoryUse {
  readonly wasmBytes: number;
  readonly residentBytes: number;
  readonly residentCount: number;
  /** Since the start: bytes copied out, collections provoked, and how many of those found garbage. */
  readonly copiedBytes: number;
  readonly provoked: number;
  readonly proved: number;
}

const megabyte = 1024 * 1024;
const slotBytes = 64;
const slotCount = 8;
/** More cells than this would make the search for the oldest a noticeable pause. */
const largestCount = 65_536;
/** A program that collects often is given more room, up to this, while nothing else asks for more. */
const comfortable = 256 * megabyte;
const defaultLimits: MemoryLimits = {
  soft: 64 * megabyte,
  hard: 1024 * megabyte,
  patience: 200,
  freedBlocks: "as they are",
};

let limits = defaultLimits;
let limit = limits.soft;
let open: OpenEpoch | null = null;
let epochs = new Map<number, Epoch>();
let residentBytes = 0;
let residentCount = 0;
let clock = 0;
let slots = 0;
let nextSlot = 0;
let movedOut = { evictedBytes: 0, returnedBytes: 0 };
let pause = { left: 0, length: 0 };
let total = { copiedBytes: 0, provoked: 0, proved: 0, collections: 0 };

/** Takes possession of a module's memory; whatever lay in an earlier one is copied out. */
export function settle(memory: WebAssembly.Memory, base: number, wanted: Partial<MemoryLimits> = {}): void {
  for (const cell of residentCells()) moveOut(cell);
  limits = { ...defaultLimits, ...wanted };
  limit = limits.soft;
  open = null;
  epochs = new Map();
  movedOut = { evictedBytes: 0, returnedBytes: 0 };
  pause = { left: 0, length: 0 };
  total = { copiedBytes: 0, provoked: 0, proved: 0, collections: 0 };
  slots = Math.ceil(base / 16) * 16;
  heap.attach(memory, slots + slotBytes * slotCount);
}

/** Every kernel begins with this: what is asked for from here on stays where it is until the next one begins. */
export function beginKernel(): void {
  clock++;
  nextSlot = 0;
}

/** The address of the values, to be read, or changed in part. */
export function addressOf(storage: Storage): number {
  const cell = storage.home;
  if (!(cell instanceof Cell)) return lendSlot(storage, cell);
  const wasHere = cell.lastUse !== 0;
  cell.lastUse = clock;
  if (cell.address !== 0) return cell.address;
  const { array } = cell;
  const address = moveIn(storage, cell);
  if (array === null) heap.bytes.fill(0, address, address + cell.byteLength);
  else heap.view(cell.dtype, address, cell.size).set(array);
  if (wasHere) movedOut.returnedBytes += cell.byteLength;
  return address;
}

/** The address of values that the kernel overwrites, all of them; what was there before is not brought along. */
export function addressForAll(storage: Storage): number {
  const cell = storage.home;
  if (!(cell instanceof Cell)) return takeSlot(storage);
  cell.lastUse = clock;
  return cell.address !== 0 ? cell.address : moveIn(storage, cell);
}

/** A tiny result was computed in a slot; this takes it home. To be called after the kernel, for each storage it wrote. */
export function takeHome({ home, dtype, size }: Storage, address: number): void {
  if (!(home instanceof Cell)) home.set(heap.view(dtype, address, size));
}

/** For tests and the bench. */
export function memoryUse(): MemoryUse {
  const { copiedBytes, provoked, proved } = total;
  return { wasmBytes: heap.byteLength, residentBytes, residentCount, copiedBytes, provoked, proved };
}

/** Gives back the block of values whose scope has ended; whoever asks for them later is told so. */
export function release(storage: Storage): void {
  const { home, dtype, size } = storage;
  const cell = home instanceof Cell ? home : new Cell(dtype, size);
  free(cell);
  cell.array = null;
  cell.hasEnded = true;
  storage.home = cell;
  storage.token = null;
}

function moveIn(storage: Storage, cell: Cell): number {
  if (cell.hasEnded) throw usedAfterItsScope();
  const bytes = cell.byteLength;
  if (residentBytes + bytes > limit || residentCount >= largestCount) makeRoom(bytes);
  const address = heap.allocate(bytes) ?? allocateAfterMovingAllOut(bytes);
  const epoch = epochFor(storage, cell);
  epoch.cells.push(cell);
  epoch.presentCount++;
  cell.address = address;
  cell.array = null;
  residentBytes += bytes;
  residentCount++;
  return address;
}

/** A cell that comes back belongs to the epoch whose token its storage holds. */
function epochFor(storage: Storage, cell: Cell): Epoch {
  const own = epochs.get(cell.epoch);
  if (own !== undefined) return own;
  if (open === null || isFull(open.epoch)) open = nextEpoch(open);
  enter(open, storage, cell);
  return open.epoch;
}

function nextEpoch(last: OpenEpoch | null): OpenEpoch {
  if (last !== null) tidy(last.epoch);
  if (last?.epoch.presentCount === 0) epochs.delete(last.epoch.number);
  const next = openEpoch();
  epochs.set(next.epoch.number, next.epoch);
  return next;
}

/** Cells that were released or moved out leave the list. */
function tidy(epoch: Epoch): void {
  epoch.cells = epoch.cells.filter((cell) => cell.address !== 0);
}

function isFull({ enteredBytes, enteredCount }: Epoch): boolean {
  return enteredBytes >= limit / 8 || enteredCount >= largestCount / 8;
}

function makeRoom(bytes: number): void {
  adaptLimit();
  if (pause.left > 0) pause.left--;
  else freeEndedEpochs();
  const enough = residentBytes + bytes <= 0.75 * limit && residentCount <= 0.75 * largestCount;
  if (!enough) movedOut = { evictedBytes: moveOutUntil(limit / 2 - bytes, largestCount / 2), returnedBytes: 0 };
}

/** More room where values that were copied out came back, and, up to a point, for a program that collects again and again. */
function adaptLimit(): void {
  total.collections++;
  const cameBack = movedOut.returnedBytes * 4 > movedOut.evictedBytes && movedOut.evictedBytes > 0;
  const collectsOften = total.collections % 8 === 0 && limit < Math.min(comfortable, limits.hard);
  if (cameBack) limit = Math.min(limit * 1.5, limits.hard);
  else if (collectsOften) limit = Math.min(limit * 1.5, comfortable, limits.hard);
}

/** Asks all but the youngest third, which the running step may still hold. A collection that frees little, or takes long in a large JavaScript heap, is not repeated soon. */
function freeEndedEpochs(): void {
  const closed = [...epochs.values()].filter((epoch) => epoch !== open?.epoch);
  const old = closed.slice(0, Math.ceil((2 * closed.length) / 3)).filter(mayBeAsked);
  const bytes = old.reduce((sum, { cells }) => sum + bytesOf(cells), 0);
  const count = old.reduce((sum, { cells }) => sum + cells.length, 0);
  if (bytes < limit / 8 && count < largestCount / 8) return;
  const started = Date.now();
  const before = residentBytes / limit + residentCount / largestCount;
  total.provoked++;
  if (provokeCollection()) {
    total.proved++;
    for (const epoch of old) if (!isInUse(epoch) && epoch.isOver()) freeAll(epoch);
  }
  const gain = before - (residentBytes / limit + residentCount / largestCount);
  const wasWorthIt = gain > 0.2 && Date.now() - started < limits.patience;
  pause = wasWorthIt ? { left: 0, length: 0 } : longer(pause.length);
}

function longer(length: number): { left: number; length: number } {
  const next = Math.min(2 * length + 1, 63);
  return { left: next, length: next };
}

/** V8 may drop an operand's storage after its last read, while its address is still to be used. */
function isInUse({ cells }: Epoch): boolean {
  return cells.some((cell) => cell.lastUse === clock);
}

function freeAll(epoch: Epoch): void {
  for (const cell of epoch.cells) free(cell);
}

function allocateAfterMovingAllOut(bytes: number): number {
  moveOutUntil(0, 0);
  const address = heap.allocate(bytes);
  if (address !== null) return address;
  const size = `${Math.round(heap.byteLength / megabyte)} MB of WebAssembly memory`;
  const used = `${Math.round(residentBytes / megabyte)} MB are in use by this op`;
  throw new RangeError(
    `out of memory: a block of ${bytes} bytes was asked for, and of ${size} ${used}. WebAssembly cannot grow beyond 4096 MB. Use smaller batches, or work on parts of the tensor.`,
  );
}

/** Returns how many bytes went. The operands of the running kernel stay. */
function moveOutUntil(targetBytes: number, targetCount: number): number {
  const before = residentBytes;
  const oldestFirst = residentCells().sort((a, b) => a.lastUse - b.lastUse);
  for (const cell of oldestFirst) {
    const done = residentBytes <= targetBytes && residentCount <= targetCount;
    if (done || cell.lastUse === clock) break;
    moveOut(cell);
  }
  for (const epoch of epochs.values()) tidy(epoch);
  return before - residentBytes;
}

function residentCells(): Cell[] {
  return [...epochs.values()].flatMap(({ cells }) => cells.filter((cell) => cell.address !== 0));
}

function moveOut(cell: Cell): void {
  cell.array = cell.values.slice();
  total.copiedBytes += cell.byteLength;
  free(cell);
}

function free(cell: Cell): void {
  if (cell.address === 0) return;
  if (limits.freedBlocks === "poisoned") heap.bytes.fill(0xff, cell.address, cell.address + cell.byteLength);
  heap.free(cell.address, cell.byteLength);
  residentBytes -= cell.byteLength;
  residentCount--;
  cell.address = 0;
  const epoch = epochs.get(cell.epoch);
  if (epoch === undefined) return;
  epoch.presentCount--;
  if (epoch.presentCount === 0 && epoch !== open?.epoch) epochs.delete(epoch.number);
}

function bytesOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + (cell.address === 0 ? 0 : cell.byteLength), 0);
}

/** A tiny operand lives in JavaScript and is copied into a slot for the length of one kernel. */
function lendSlot(storage: Storage, values: ArrayLike<number>): number {
  const address = takeSlot(storage);
  heap.view(storage.dtype, address, storage.size).set(values);
  return address;
}

function takeSlot({ size }: Storage): number {
  return size === 0 ? slots : slots + (nextSlot++ % slotCount) * slotBytes;
}
