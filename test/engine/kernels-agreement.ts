/**
 * Holds the WebAssembly kernels to the reference: runs one kernel on both sides over equal storages and compares
 * every value that it wrote. The numbers are deterministic and contain NaN, the infinities and −0.
 */
import { expect } from "vitest";
import type { Kernels } from "../../engine/kernels/kernels.js";
import { compileModuleSync } from "../../engine/kernels/module.js";
import { reference } from "../../engine/kernels/reference.js";
import { settle } from "../../engine/kernels/residence.js";
import { Storage, type DType } from "../../engine/kernels/storage.js";
import { wasmKernels } from "../../engine/kernels/wasm.js";

export const sizes = [0, 1, 3, 4, 5, 17, 1000];
const special = [NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-40, 3e38, -104, 89, 6.5];

export const wasm = start();

function start(): Kernels {
  const module = compileModuleSync();
  settle(module.memory, module.heapBase());
  return wasmKernels(module);
}

/** Deterministic numbers around zero, with every special value among the first ones. */
export function numbers(count: number, seed: number): number[] {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const ordinary = (): number => (next() - 0.5) * 8;
  return Array.from({ length: count }, (_, i) => {
    const pick = (i * 7 + seed) % 23;
    return pick < special.length && count > 2 ? special[pick] : ordinary();
  });
}

export function tame(count: number, seed: number): number[] {
  return numbers(count, seed)
    .map((x, i) => (Math.abs(x) < 100 ? x : (i % 13) - 6))
    .map((x) => (Number.isNaN(x) ? 3 : x));
}

/** Runs a kernel on both sides over equal storages and compares what each wrote. */
export function agree(
  dtype: DType,
  size: number,
  run: (kernels: Kernels, out: Storage) => void,
  tolerance = { relative: 0, absolute: 0 },
  before: readonly number[] = [],
): void {
  const start = (): Storage => (before.length > 0 ? Storage.of(dtype, before) : Storage.zeros(dtype, size));
  const [expected, actual] = [start(), start()];
  run(reference, expected);
  run(wasm, actual);
  const [wanted, got] = [expected.toArray(), actual.toArray()];
  for (let i = 0; i < size; i++) {
    const near = Math.abs(got[i] - wanted[i]) <= tolerance.absolute + tolerance.relative * Math.abs(wanted[i]);
    if (!near && !Object.is(got[i], wanted[i])) {
      expect.fail(`value ${i} of ${size} is ${got[i]}, and the reference says ${wanted[i]}`);
    }
  }
  expect(got.length).toBe(size);
}
