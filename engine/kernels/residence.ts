/**
 * Which storages lie in WebAssembly memory. A kernel asks for the address of each operand; what is not there is brought in.
 * When the blocks reach the limit, the storages that were not used for longest are copied out to JavaScript and their
 * blocks freed, so that memory stays bounded in any loop and nobody ever calls dispose: what the program has dropped,
 * JavaScript's collector takes, and what it still holds comes back on its next use.
 *
 * What must hold: a storage has one home at a time; a storage that the running kernel uses is never moved; nothing here
 * refers to a tensor.
 */
import { heap } from "./heap.js";
import { bytesPerValue, tiny, type Storage } from "./storage.js";

const megabyte = 1024 * 1024;
const slotBytes = 64;
const slotCount = 8;
/** More storages than this would make the search for the oldest a noticeable pause. */
const largestCount = 65_536;

let limit = 64 * megabyte;
/** Blocks may fill the memory up to here, whatever comes back. */
let hardLimit = 1024 * megabyte;
let resident: Storage[] = [];
let residentBytes = 0;
let residentCount = 0;
let clock = 0;
let evictedBytes = 0;
let returnedBytes = 0;
let copiedBytes = 0;
let slots = 0;
let nextSlot = 0;

/** Takes possession of a module's memory, or of a new one in tests. */
export function settle(
  memory: WebAssembly.Memory,
  base: number,
  limits = { soft: 64 * megabyte, hard: 1024 * megabyte },
): void {
  for (const storage of resident) moveOut(storage);
  resident = [];
  residentBytes = 0;
  residentCount = 0;
  limit = limits.soft;
  hardLimit = limits.hard;
  heap.attach(memory, base + slotBytes * slotCount);
  slots = Math.ceil(base / 16) * 16;
}

/** Every kernel begins with this: what is asked for from here on stays where it is until the next one begins. */
export function beginKernel(): void {
  clock++;
  nextSlot = 0;
}

/** The address of the values, to be read, or changed in part. */
export function addressOf(storage: Storage): number {
  const wasHere = storage.lastUse !== 0;
  storage.lastUse = clock;
  if (storage.address !== 0) return storage.address;
  if (storage.size <= tiny) return lendSlot(storage);
  const array = storage.array;
  const address = moveIn(storage);
  if (array === null) heap.bytes.fill(0, address, address + byteLength(storage));
  else viewAt(storage, address).set(array);
  if (wasHere) returnedBytes += byteLength(storage);
  return address;
}

/** The address of values that the kernel overwrites, all of them; what was there before is not brought along. */
export function addressForAll(storage: Storage): number {
  storage.lastUse = clock;
  if (storage.address !== 0) return storage.address;
  if (storage.size <= tiny) return takeSlot(storage);
  return moveIn(storage);
}

/** A tiny result was computed in a slot; this takes it home. To be called after the kernel, for each storage it wrote. */
export function takeHome(storage: Storage, address: number): void {
  if (storage.address === 0) storage.values.set(viewAt(storage, address));
}

/** Frees the block at once. Only for an owner who knows that nobody else holds the storage; its values are gone. */
export function release(storage: Storage): void {
  if (storage.address === 0) return;
  heap.free(storage.address, byteLength(storage));
  residentBytes -= byteLength(storage);
  residentCount--;
  storage.address = 0;
}

/** For tests and the bench. */
export function memoryUse(): {
  readonly wasmBytes: number;
  readonly residentBytes: number;
  readonly copiedBytes: number;
} {
  return { wasmBytes: heap.byteLength, residentBytes, copiedBytes };
}

function moveIn(storage: Storage): number {
  const bytes = byteLength(storage);
  if (residentBytes + bytes > limit || residentCount >= largestCount) makeRoom(bytes);
  const address = heap.allocate(bytes) ?? allocateAfterMovingAllOut(bytes);
  storage.address = address;
  storage.array = null;
  residentBytes += bytes;
  residentCount++;
  resident.push(storage);
  // Released storages leave gaps; the list is renewed before they are the greater part of it.
  if (resident.length > 2 * residentCount + 1024) resident = resident.filter((one) => one.address !== 0);
  return address;
}

/** Copies out what was not used for longest, down to half the limit. If much of that came back the last time, the limit grows. */
function makeRoom(bytes: number): void {
  const cameBack = returnedBytes * 4 > evictedBytes && evictedBytes > 0;
  if (cameBack) limit = Math.min(limit * 1.5, hardLimit);
  returnedBytes = 0;
  evictedBytes = moveOutUntil(limit / 2 - bytes, largestCount / 2);
}

function allocateAfterMovingAllOut(bytes: number): number {
  moveOutUntil(0, 0);
  const address = heap.allocate(bytes);
  if (address !== null) return address;
  const has = `${Math.round(heap.byteLength / megabyte)} MB of WebAssembly memory hold ${Math.round(residentBytes / megabyte)} MB in use`;
  throw new RangeError(
    `out of memory: a block of ${bytes} bytes was asked for, and ${has}. WebAssembly cannot grow beyond 4096 MB. Use smaller batches, or work on parts of the tensor.`,
  );
}

/** Returns how many bytes went. The operands of the running kernel stay. */
function moveOutUntil(targetBytes: number, targetCount: number): number {
  const before = residentBytes;
  resident = resident.filter((storage) => storage.address !== 0);
  resident.sort((a, b) => a.lastUse - b.lastUse);
  let gone = 0;
  for (const storage of resident) {
    const done = residentBytes <= targetBytes && residentCount <= targetCount;
    if (done || storage.lastUse === clock) break;
    moveOut(storage);
    gone++;
  }
  resident = resident.slice(gone);
  return before - residentBytes;
}

function moveOut(storage: Storage): void {
  if (storage.address === 0) return;
  storage.array = storage.values.slice();
  copiedBytes += byteLength(storage);
  release(storage);
}

/** A tiny operand lives in JavaScript and is copied into a slot for the length of one kernel. */
function lendSlot(storage: Storage): number {
  const address = takeSlot(storage);
  viewAt(storage, address).set(storage.values);
  return address;
}

function takeSlot(storage: Storage): number {
  const address = slots + (nextSlot++ % slotCount) * slotBytes;
  return storage.size === 0 ? slots : address;
}

function byteLength(storage: Storage): number {
  return storage.size * bytesPerValue(storage.dtype);
}

function viewAt(storage: Storage, address: number): Float32Array | Int32Array | Uint8Array {
  switch (storage.dtype) {
    case "float32":
    case "float64":
      return heap.floats.subarray(address / 4, address / 4 + storage.size);
    case "int32":
      return heap.integers.subarray(address / 4, address / 4 + storage.size);
    case "bool":
      return heap.bytes.subarray(address, address + storage.size);
  }
}
