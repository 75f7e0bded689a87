/**
 * Memory without dispose: in loops that run in one job, WebAssembly memory stays bounded and every kept value stays right.
 * Freed blocks are filled with NaN here, so that a block that was freed too early would show.
 */
import { crossEntropy, manualSeed, nn, optim, randint, randn, tensor, zeros, type Tensor } from "@gradlens/engine";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kernels, useKernels } from "../../engine/kernels/active.js";
import { mintTokens, openEpoch } from "../../engine/kernels/epochs.js";
import { Heap } from "../../engine/kernels/heap.js";
import { compileModule } from "../../engine/kernels/module.js";
import { reference } from "../../engine/kernels/reference.js";
import { memoryUse, settle } from "../../engine/kernels/residence.js";
import { Storage } from "../../engine/kernels/storage.js";
import { wasmKernels } from "../../engine/kernels/wasm.js";
import { proofDepth } from "../support/proofs.js";

const megabyte = 1024 * 1024;
const soft = 4 * megabyte;

/** Each test has a module of its own, with a small limit, and tokens that were minted in an earlier job. */
beforeEach(async () => {
  mintTokens();
  const module = await compileModule();
  settle(module.memory, module.heapBase(), {
    soft,
    hard: 64 * megabyte,
    patience: Infinity,
    freedBlocks: "poisoned",
  });
  useKernels(wasmKernels(module));
});

afterEach(() => {
  expect(memoryUse().wasmBytes).toBeLessThanOrEqual(128 * megabyte);
});

function trainer(width: number, batch: number): { step: () => Tensor; model: nn.Module } {
  manualSeed(width);
  const model = new nn.Sequential(new nn.Linear(20, width), new nn.ReLU(), new nn.Linear(width, 5));
  const stepper = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const [x, y] = [randn([batch, 20]), randint(0, 5, [batch])];
  const step = (): Tensor => {
    stepper.zeroGrad();
    const loss = crossEntropy(model.forward(x), y);
    loss.backward();
    stepper.step();
    return loss;
  };
  return { step, model };
}

describe("a training loop in one job", () => {
  it("runs 10,000 steps in bounded memory, and copies next to nothing", () => {
    const { step } = trainer(32, 16);
    const kept: { readonly loss: Tensor; readonly value: number }[] = [];
    for (let i = 0; i < 10_000; i++) {
      const loss = step();
      if (i % 100 === 0) kept.push({ loss, value: loss.item() });
    }
    const { copiedBytes, provoked, proved, wasmBytes } = memoryUse();
    expect(wasmBytes).toBeLessThanOrEqual(96 * megabyte);
    expect(proved).toBeGreaterThan(0.8 * provoked);
    expect(provoked).toBeGreaterThan(3);
    expect(copiedBytes).toBeLessThan(16 * megabyte);
    for (const { loss, value } of kept) expect(loss.item()).toBe(value);
    expect(kept.at(-1)?.value).toBeLessThan(0.1);
  });

  // A hundred thousand with PROOFS=5.
  const longRun = 20_000 * Math.min(5, proofDepth);
  it(`runs ${longRun} steps in bounded memory, and every 1,000th activation can be read at the end`, () => {
    const { step, model } = trainer(16, 8);
    const probe = randn([8, 20]);
    const kept: { readonly activation: Tensor; readonly copy: unknown }[] = [];
    for (let i = 0; i < longRun; i++) {
      step();
      if (i % 1000 !== 0) continue;
      const activation = model.forward(probe).sigmoid();
      kept.push({ activation, copy: activation.tolist() });
    }
    expect(memoryUse().wasmBytes).toBeLessThanOrEqual(96 * megabyte);
    expect(kept).toHaveLength(longRun / 1000);
    for (const { activation, copy } of kept) expect(activation.tolist()).toEqual(copy);
    const used = process.memoryUsage();
    expect(used.heapUsed + used.arrayBuffers).toBeLessThan(400 * megabyte);
  }, 600_000);

  it("gives the losses that the reference gives", () => {
    const losses = (): number[] => {
      const { step } = trainer(16, 16);
      return Array.from({ length: 30 }, () => step().item());
    };
    const fast = losses();
    useKernels(reference);
    losses().forEach((loss, i) => expect(fast[i]).toBeCloseTo(loss, 4));
    expect(fast[29]).toBeLessThan(fast[0]);
  });

  it("keeps activations of every tenth step right", () => {
    const { step, model } = trainer(32, 32);
    const probe = randn([32, 20]);
    const kept: { readonly value: Tensor; readonly copy: unknown }[] = [];
    for (let i = 0; i < 1000; i++) {
      step();
      if (i % 10 !== 0) continue;
      const value = model.forward(probe).detach();
      kept.push({ value, copy: value.tolist() });
      if (kept.length > 50) kept.shift();
    }
    for (const { value, copy } of kept) expect(value.tolist()).toEqual(copy);
  });

  it("survives exceptions in the middle of steps", () => {
    const { step, model } = trainer(32, 32);
    for (let i = 0; i < 1000; i++) {
      step();
      expect(() => model.forward(randn([32, 20])).matmul(randn([3, 3]))).toThrow();
    }
    expect(Number.isFinite(step().item())).toBe(true);
  });

  it("brings values back that were copied out, changed or not", () => {
    const old = Array.from({ length: 40 }, (_, i) => tensor(new Array<number>(5000).fill(i)).mul(1));
    for (let i = 0; i < 500; i++) randn([5000]).mul(2);
    for (const value of old) value.add_(1);
    for (let i = 0; i < 500; i++) randn([5000]).mul(2);
    old.forEach((value, i) => {
      expect(value.sum().item()).toBe(5000 * (i + 1));
      expect(value.detach().reshape([50, 100]).sum(0).data[99]).toBe(50 * (i + 1));
    });
  });

  it("is bounded by copying alone where no token is left", () => {
    for (let i = 0; i < 20_000; i++) openEpoch();
    const kept: Tensor[] = [];
    for (let i = 0; i < 3000; i++) {
      const value = zeros([1000]).add(i);
      if (i % 100 === 0) kept.push(value);
    }
    kept.forEach((value, i) => expect(value.data[500]).toBe(100 * i));
    expect(memoryUse().proved).toBe(0);
    expect(memoryUse().residentBytes).toBeLessThanOrEqual(1.5 * soft);
  });
});

describe("a storage", () => {
  it("is one place for all its views, wherever it lies", () => {
    const x = randn([100]);
    const view = x.reshape([10, 10]);
    const detached = x.detach();
    x.mul_(0);
    expect(view.sum().item()).toBe(0);
    detached.add_(1);
    expect(view.sum().item()).toBe(100);
    expect(x.data[99]).toBe(1);
  });

  it("says what is full when nothing more fits", () => {
    const huge = Storage.zeros("float32", 2 ** 30);
    expect(() => kernels.fill(huge, 1, 0, 2 ** 30)).toThrow(/out of memory: a block of 4294967296 bytes/);
  });
});

describe("the heap", () => {
  it("wastes at most a quarter, and reuses what was freed", () => {
    const sized = heapOfOnePage();
    for (const bytes of [1, 128, 129, 1000, 1024, 1025, 4096, 5000, 1_000_003]) {
      const [here, next] = [sized.allocate(bytes) ?? 0, sized.allocate(bytes) ?? 0];
      expect(next - here).toBeGreaterThanOrEqual(bytes);
      expect(next - here).toBeLessThanOrEqual(Math.max(128, bytes * 1.25));
    }
    const heap = heapOfOnePage();
    const first = heap.allocate(5000);
    heap.free(first ?? 0, 5000);
    expect(heap.allocate(4900)).toBe(first);
  });

  it("joins neighbors before it grows, so that other sizes find room", () => {
    const heap = heapOfOnePage();
    const small = Array.from({ length: 400_000 }, () => heap.allocate(100) ?? 0);
    const bytes = heap.byteLength;
    for (const address of small) heap.free(address, 100);
    const large = Array.from({ length: 10 }, () => heap.allocate(4 * megabyte) ?? 0);
    expect(heap.byteLength).toBe(bytes);
    expect(new Set(large).size).toBe(10);
    const sorted = large.sort((a, b) => a - b);
    sorted.slice(1).forEach((address, i) => expect(address - sorted[i]).toBeGreaterThanOrEqual(4 * megabyte));
  });

  it("never hands out overlapping blocks", () => {
    const heap = heapOfOnePage();
    const held = new Map<number, number>();
    let state = 1;
    const next = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let i = 0; i < 20_000; i++) {
      const frees = held.size > 300 || (held.size > 0 && next(3) === 0);
      if (frees) {
        const [address, bytes] = [...held][next(held.size)];
        held.delete(address);
        heap.free(address, bytes);
      } else {
        const bytes = 1 + next(2 ** (3 + next(17)));
        held.set(heap.allocate(bytes) ?? -1, bytes);
      }
    }
    const sorted = [...held].sort(([a], [b]) => a - b);
    sorted.slice(1).forEach(([address], i) => {
      const [before, bytes] = sorted[i];
      expect(address).toBeGreaterThanOrEqual(before + bytes);
    });
  });
});

function heapOfOnePage(): Heap {
  const heap = new Heap();
  heap.attach(new WebAssembly.Memory({ initial: 1 }), 64);
  return heap;
}
