/**
 * The reference kernels that move values without arithmetic: filling, copying by strides, choosing, changing the dtype.
 * `addStrided` stands here too, since it is the way back of a strided copy.
 */
import type { Walk } from "./kernels.js";
import type { Storage } from "./storage.js";
import { walkPair } from "./walk.js";

export function where(condition: Storage, a: Storage, b: Storage, out: Storage, count: number): void {
  const at = (operand: Storage, i: number): number => operand.read(operand.size === 1 ? 0 : i);
  for (let i = 0; i < count; i++) out.write(i, at(condition, i) !== 0 ? at(a, i) : at(b, i));
}

export function cast(x: Storage, out: Storage, count: number): void {
  for (let i = 0; i < count; i++) out.write(i, x.read(i));
}

export function fill(out: Storage, value: number, offset: number, count: number): void {
  for (let i = offset; i < offset + count; i++) out.write(i, value);
}

export function copy(x: Storage, xOffset: number, out: Storage, outOffset: number, count: number): void {
  out.values.set(x.values.subarray(xOffset, xOffset + count), outOffset);
}

export function copyStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void {
  walkPair(shape, xWalk, outWalk, (from, to) => out.write(to, x.read(from)));
}

export function addStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void {
  // The totals are kept in float64, so that a sum over many float32 rounds once and not at each step.
  const totals = Float64Array.from(out.values);
  walkPair(shape, xWalk, outWalk, (from, to) => {
    totals[to] = (totals[to] ?? 0) + x.read(from);
  });
  out.values.set(totals);
}
