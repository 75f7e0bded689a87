/**
 * A tensor in text: its values as nested arrays, shortened in the middle, and what is unusual about it.
 */
import type { Nested, Tensor } from "./tensor.js";

const shownAtEnds = 3;
const shownWhole = 1000;

/** `tensor([1, 2, 3], requiresGrad)`; a large tensor shows the ends of each dimension. */
export function tensorText(tensor: Tensor): string {
  const unusual = [
    ...(tensor.dtype === "float32" ? [] : [tensor.dtype]),
    ...(tensor.storage.size === 0 && tensor.shape.length > 1 ? [`shape [${tensor.shape.join(", ")}]`] : []),
    ...(tensor.requiresGrad ? [tensor.record === null ? "requiresGrad" : `from ${tensor.record.op}`] : []),
  ];
  const limit = tensor.storage.size > shownWhole ? shownAtEnds : Infinity;
  return `tensor(${[blockText(tensor, 0, 0, tensor.storage.size, limit), ...unusual].join(", ")})`;
}

export function nested(tensor: Tensor): Nested {
  return nestedBlock(tensor, 0, 0, tensor.storage.size);
}

function nestedBlock(tensor: Tensor, dim: number, from: number, size: number): Nested {
  if (dim === tensor.shape.length) return tensor.storage.read(from);
  const length = tensor.shape[dim];
  const step = length === 0 ? 0 : size / length;
  return Array.from({ length }, (_, i) => nestedBlock(tensor, dim + 1, from + i * step, step));
}

function blockText(tensor: Tensor, dim: number, from: number, size: number, limit: number): string {
  if (dim === tensor.shape.length) return numberText(tensor.storage.read(from));
  const length = tensor.shape[dim];
  const step = length === 0 ? 0 : size / length;
  const parts: string[] = [];
  for (let i = 0; i < length; i++) {
    if (i === limit && length > 2 * limit) {
      parts.push("…");
      i = length - limit;
    }
    parts.push(blockText(tensor, dim + 1, from + i * step, step, limit));
  }
  return `[${parts.join(", ")}]`;
}

/** Whole numbers in full; of others six digits are enough to recognize them. */
function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const isShort = Number.isInteger(value) && Math.abs(value) < 1e15;
  return String(isShort ? value : Number(value.toPrecision(6)));
}
