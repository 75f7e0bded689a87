/** `scope()`: what it frees, what it leaves alone, and what a tensor says that outlived its scope. */
import { EngineError, mse, nn, optim, randn, scope, tensor, zeros, manualSeed, type Tensor } from "@gradlens/engine";
import { beforeEach, describe, expect, it } from "vitest";
import { useKernels } from "../../engine/kernels/active.js";
import { mintTokens } from "../../engine/kernels/epochs.js";
import { compileModule } from "../../engine/kernels/module.js";
import { memoryUse, settle } from "../../engine/kernels/residence.js";
import { wasmKernels } from "../../engine/kernels/wasm.js";

/** Freed blocks are filled with NaN, so that a block that was freed too early would show. */
beforeEach(async () => {
  mintTokens();
  const module = await compileModule();
  settle(module.memory, module.heapBase(), { freedBlocks: "poisoned" });
  useKernels(wasmKernels(module));
  manualSeed(1);
});

/** The error of calling it; fails where there is none. */
function errorOf(fn: () => unknown): EngineError {
  try {
    fn();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("It did not throw.");
}

describe("a scope", () => {
  it("gives its memory back when it ends, and keeps what it returns", () => {
    const x = randn([1000]);
    const before = memoryUse().residentCount;
    const kept = scope(() => {
      const parts = [x.mul(2), x.exp(), x.mul(x)];
      return { sum: parts[0].add(parts[2]), rows: [parts[1]] };
    });
    expect(memoryUse().residentCount).toBeLessThanOrEqual(before + 3);
    expect(kept.rows[0].log().sub(x).abs().max().item()).toBeLessThan(1e-5);
    expect(
      kept.sum
        .sub(x.mul(2).add(x.mul(x)))
        .abs()
        .max()
        .item(),
    ).toBe(0);
  });

  it.each([4, 1000])("tells the user of a tensor of %i elements that outlived it", (size) => {
    const x = randn([size]);
    let escaped: Tensor = x;
    scope(() => {
      escaped = x.mul(2);
    });
    for (const use of [
      () => escaped.tolist(),
      () => escaped.add(1),
      () => escaped.sum().item(),
      () => escaped.add_(1),
    ]) {
      expect(errorOf(use).message).toBe(
        "a tensor is used after the `scope()` in which it was made has ended: its values were freed there, since the " +
          "scope did not return it. Return it from the scope, alone or inside an array or object, or use it before the " +
          "scope ends.",
      );
    }
    expect(escaped.shape).toEqual([size]);
  });

  it("keeps gradients and what the optimizer remembers: training is the same as without", () => {
    const run = (around: (step: () => void) => void): number[] => {
      manualSeed(7);
      const model = new nn.Sequential(
        new nn.Linear(20, 40),
        new nn.BatchNorm1d(40),
        new nn.ReLU(),
        new nn.Linear(40, 3),
      );
      const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
      const [x, y] = [randn([30, 20]), randn([30, 3])];
      for (let step = 0; step < 50; step++) {
        around(() => {
          optimizer.zeroGrad();
          mse(model.forward(x), y).backward();
          optimizer.step();
        });
      }
      model.eval();
      return [mse(model.forward(x), y).item(), ...model.parameters().map(({ grad }) => grad?.sum().item() ?? NaN)];
    };
    expect(run(scope)).toEqual(run((step) => step()));
  });

  it("keeps the history of what it returns, also behind views and in modules", () => {
    const w = randn([50, 50], { requiresGrad: true });
    const { loss, layer } = scope(() => {
      const layer = new nn.Linear(50, 50);
      return { loss: layer.forward(w.mul(w).t()).narrow(0, 3, 20).sigmoid().sum(), layer };
    });
    loss.backward();
    const direct = w.detach().requiresGrad_();
    layer.zeroGrad();
    layer.forward(direct.mul(direct).t()).narrow(0, 3, 20).sigmoid().sum().backward();
    expect(
      w.grad
        ?.sub(direct.grad ?? 0)
        .abs()
        .max()
        .item(),
    ).toBe(0);
  });

  it("says so where a backward pass needs what it freed", () => {
    const w = randn([100], { requiresGrad: true });
    const sum = zeros([100]);
    scope(() => void sum.add_(w.exp()));
    expect(errorOf(() => sum.sum().backward()).message).toContain("after the `scope()`");
  });

  it("frees when it throws, and inside another one", () => {
    const x = randn([1000]);
    const before = memoryUse().residentCount;
    expect(() => scope(() => x.mul(2).matmul(randn([3, 3])))).toThrow(EngineError);
    expect(memoryUse().residentCount).toBeLessThanOrEqual(before + 1);
    let inner = x;
    const outer = scope(() => {
      inner = scope(() => x.add(1).mul(2));
      return inner.sum();
    });
    expect(outer.item()).toBeCloseTo(2 * x.sum().item() + 2000, 1);
    expect(() => inner.tolist()).toThrow("after the `scope()`");
  });

  it("leaves leaves outside alone that were changed in place", () => {
    const total = zeros([500]);
    for (let i = 0; i < 10; i++) scope(() => void total.add_(tensor(new Array<number>(500).fill(i)).mul(2)));
    expect(total.data[499]).toBe(90);
  });

  it("refuses what is not finished when it ends", () => {
    expect(errorOf(() => scope(async () => Promise.resolve(1))).message).toBe(
      "scope: the callback is asynchronous: the scope would end before the callback has finished. Await first, and call " +
        "`scope` around the ops alone.",
    );
    expect(errorOf(() => scope(() => Promise.resolve(1))).message).toContain("asynchronous");
    expect(errorOf(() => scope(3 as never)).message).toContain("the argument is not a function");
  });
});
