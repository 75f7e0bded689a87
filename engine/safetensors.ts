/**
 * State dicts as bytes, in the safetensors format: eight bytes with the length of a header, the header in JSON with the
 * dtype, shape and place of each tensor, and then the values, little end first
 * (https://github.com/huggingface/safetensors, "Format").
 */
import { EngineError, valueText } from "./errors.js";
import { Storage, type DType } from "./kernels/storage.js";
import { elementCount } from "./shape.js";
import { Tensor } from "./tensor.js";

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const written: Readonly<Record<DType, { readonly name: string; readonly bytes: number }>> = {
  float32: { name: "F32", bytes: 4 },
  float64: { name: "F64", bytes: 8 },
  int32: { name: "I32", bytes: 4 },
  bool: { name: "BOOL", bytes: 1 },
};

/** How each dtype of the format is read. Halves become float32, and whole numbers int32, in whose range they must lie. */
const readers: Readonly<Record<string, Reader | undefined>> = {
  F64: { dtype: "float64", bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { dtype: "float32", bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { dtype: "float32", bytes: 2, read: (view, at) => halfOf(view.getUint16(at, true)) },
  BF16: { dtype: "float32", bytes: 2, read: (view, at) => brainHalfOf(view.getUint16(at, true)) },
  I64: { dtype: "int32", bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { dtype: "int32", bytes: 4, read: (view, at) => view.getInt32(at, true) },
  I16: { dtype: "int32", bytes: 2, read: (view, at) => view.getInt16(at, true) },
  I8: { dtype: "int32", bytes: 1, read: (view, at) => view.getInt8(at) },
  U8: { dtype: "int32", bytes: 1, read: (view, at) => view.getUint8(at) },
  BOOL: { dtype: "bool", bytes: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
};

interface Reader {
  readonly dtype: DType;
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number;
}

const lengthBytes = 8;
/** As in the format's own library, so that a broken length is not taken for a large header. */
const longestHeader = 100_000_000;

/** Tensors by name as the bytes of a file; `metadata` is text by name that goes with them. */
export function saveSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  { metadata = null }: { readonly metadata?: Readonly<Record<string, string>> | null } = {},
): Uint8Array {
  const header: Record<string, Entry | Readonly<Record<string, string>>> = {};
  if (metadata !== null) header["__metadata__"] = metadata;
  let end = 0;
  for (const [name, { dtype, shape, storage }] of Object.entries(tensors)) {
    const start = end;
    end += storage.size * written[dtype].bytes;
    header[name] = { dtype: written[dtype].name, shape, data_offsets: [start, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Filled up with spaces, so that the values begin at a multiple of eight.
  const padded = Math.ceil(text.length / lengthBytes) * lengthBytes;
  const bytes = new Uint8Array(lengthBytes + padded + end);
  bytes.fill(0x20, lengthBytes, lengthBytes + padded);
  bytes.set(text, lengthBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  let at = lengthBytes + padded;
  for (const { dtype, storage } of Object.values(tensors)) {
    for (let place = 0; place < storage.size; place++, at += written[dtype].bytes) {
      write(view, at, dtype, storage.read(place));
    }
  }
  return bytes;
}

/** The tensors in the bytes of a file, by name: what `loadStateDict` takes. */
export function loadSafetensors(bytes: Uint8Array | ArrayBuffer): Record<string, Tensor> {
  const all = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  const { header, start } = headerOf(all, view);
  const tensors: Record<string, Tensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name !== "__metadata__") tensors[name] = tensorOf(name, entry, view, start);
  }
  return tensors;
}

/** Names in PyTorch's spelling as they are here: `layers.0.running_mean` becomes `layers.0.runningMean`. */
export function fromTorchNames(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const spelled = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [spelled(name), value]));
}

/** Names as they are here in PyTorch's spelling. */
export function toTorchNames(tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const spelled = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [spelled(name), value]));
}

function headerOf(
  all: Uint8Array,
  view: DataView,
): { readonly header: Readonly<Record<string, unknown>>; readonly start: number } {
  if (all.length < lengthBytes)
    throw broken(`there are ${all.length} bytes`, "the first eight say how long the header is");
  const length = Number(view.getBigUint64(0, true));
  if (length > longestHeader || lengthBytes + length > all.length) {
    throw broken(
      `the header is said to have ${length} bytes, and there are ${all.length} in all`,
      "it stands in the file",
    );
  }
  const text = new TextDecoder().decode(all.subarray(lengthBytes, lengthBytes + length));
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw broken(`the header begins with ${valueText(text.slice(0, 20))}`, "it is an object in JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw broken(`the header is ${valueText(header)}`, "it is an object with an entry for each tensor");
  }
  return { header: Object.fromEntries(Object.entries(header)), start: lengthBytes + length };
}

function tensorOf(name: string, entry: unknown, view: DataView, start: number): Tensor {
  if (!isEntry(entry))
    throw broken(`the entry of \`${name}\` is ${valueText(entry)}`, "it has a dtype, a shape and two offsets");
  const { dtype: code, shape, data_offsets: offsets } = entry;
  const reader = readers[code];
  if (reader === undefined) {
    throw broken(`\`${name}\` has dtype ${code}`, `the engine reads ${Object.keys(readers).join(", ")}`);
  }
  const count = elementCount(shape);
  const [from, to] = offsets;
  if (to - from !== count * reader.bytes || from < 0 || start + to > view.byteLength) {
    throw broken(
      `\`${name}\` lies from byte ${from} to ${to} of ${view.byteLength - start}`,
      `its ${count} elements of ${reader.bytes} bytes each lie inside the file`,
    );
  }
  const storage = Storage.zeros(reader.dtype, count);
  for (let place = 0; place < count; place++) {
    const value = reader.read(view, start + from + place * reader.bytes);
    if (reader.dtype === "int32" && value !== (value | 0)) {
      throw broken(`\`${name}\` has ${value} at ${place}`, "whole numbers are int32 here, from −2³¹ to 2³¹ − 1");
    }
    storage.write(place, value);
  }
  return new Tensor(storage, shape);
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, shape, data_offsets: offsets }: Partial<Record<keyof Entry, unknown>> = value;
  const areWhole = (list: unknown): list is readonly number[] =>
    Array.isArray(list) && list.every((each) => Number.isInteger(each) && Number(each) >= 0);
  return typeof dtype === "string" && areWhole(shape) && areWhole(offsets) && offsets.length === 2;
}

function write(view: DataView, at: number, dtype: DType, value: number): void {
  switch (dtype) {
    case "float32":
      return view.setFloat32(at, value, true);
    case "float64":
      return view.setFloat64(at, value, true);
    case "int32":
      return view.setInt32(at, value, true);
    case "bool":
      return view.setUint8(at, value === 0 ? 0 : 1);
  }
}

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** The upper half of a float32. */
function brainHalfOf(bits: number): number {
  const both = new DataView(new ArrayBuffer(4));
  both.setUint16(0, bits);
  return both.getFloat32(0);
}

function broken(what: string, because: string): EngineError {
  return new EngineError(
    `loadSafetensors: ${what}`,
    because,
    "Check that the file is whole and in this format.",
    "ValueError",
  );
}
