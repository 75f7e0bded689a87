/**
 * The reference kernels that move values without arithmetic: filling, copying by strides, choosing, changing the dtype.
 * `addStrided` stands here too, since it is the way back of a strided copy.
 */
import type { Walk } from "./kernels.js";
import { toDType, type Storage } from "./storage.js";
import { walkPair } from "./walk.js";

export function where(condition: Storage, a: Storage, b: Storage, out: Storage, count: number): void {
  const [chosen, left, right, to] = [condition.values, a.values, b.values, out.values];
  const step = (operand: Storage): 0 | 1 => (operand.size === 1 ? 0 : 1);
  const [chosenStep, leftStep, rightStep] = [step(condition), step(a), step(b)];
  for (let i = 0; i < count; i++) to[i] = chosen[i * chosenStep] !== 0 ? left[i * leftStep] : right[i * rightStep];
}

export function cast(x: Storage, out: Storage, count: number): void {
  const from = x.values;
  const to = out.values;
  for (let i = 0; i < count; i++) to[i] = toDType(out.dtype, from[i]);
}

export function fill(out: Storage, value: number, offset: number, count: number): void {
  out.values.fill(toDType(out.dtype, value), offset, offset + count);
}

export function copy(x: Storage, xOffset: number, out: Storage, outOffset: number, count: number): void {
  out.values.set(x.values.subarray(xOffset, xOffset + count), outOffset);
}

export function copyStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void {
  const from = x.values;
  const to = out.values;
  walkPair(shape, xWalk, outWalk, (fromIndex, toIndex) => {
    to[toIndex] = from[fromIndex];
  });
}

export function addStrided(x: Storage, xWalk: Walk, out: Storage, outWalk: Walk, shape: readonly number[]): void {
  const from = x.values;
  const to = out.values;
  // The totals are kept in float64, so that a sum over many float32 rounds once and not at each step.
  const totals = Float64Array.from(to);
  walkPair(shape, xWalk, outWalk, (fromIndex, toIndex) => {
    totals[toIndex] += from[fromIndex];
  });
  to.set(totals);
}
