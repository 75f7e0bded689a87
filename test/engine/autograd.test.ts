/** What a program can do with the backward pass beyond `backward()`: check it, watch it, and write its own. */
import {
  checkpoint,
  customFunction,
  detectAnomaly,
  dropout,
  grad,
  gradcheck,
  gradgradcheck,
  hessian,
  inferenceMode,
  isGradEnabled,
  jacobian,
  jvp,
  manualSeed,
  setGradEnabled,
  tensor,
  vjp,
  type Tensor,
} from "@gradlens/engine";
import { describe, expect, it } from "vitest";

const double = (values: number[]): Tensor => tensor(values, { dtype: "float64", requiresGrad: true });

describe("derivatives of functions", () => {
  const f = (x: Tensor): Tensor => x.square().mul(3).add(x.flip(0));

  it("are Jacobians: the value's shape, and behind it the input's", () => {
    expect(jacobian(f, tensor([1, 2])).tolist()).toEqual([
      [6, 1],
      [1, 12],
    ]);
  });

  it("are products with a vector from either side", () => {
    const x = tensor([1, 2]);
    expect(vjp(f, x, tensor([1, 10])).gradients[0].tolist()).toEqual([16, 121]);
    expect(jvp(f, x, tensor([1, 10])).tangent.tolist()).toEqual([16, 121]);
    expect(vjp(f, x, tensor([1, 10])).value.tolist()).toEqual([5, 13]);
  });

  it("are second derivatives, for several inputs in blocks", () => {
    const product = (x: Tensor, y: Tensor): Tensor => x.square().mul(y).sum();
    const blocks = hessian(product, [tensor([3]), tensor([5])]);
    expect(blocks.map((row) => row.map((block) => block.tolist()))).toEqual([
      [[[10]], [[6]]],
      [[[6]], [[0]]],
    ]);
  });

  it("leave the program's gradients alone, and can be derived again", () => {
    const x = tensor([2], { requiresGrad: true });
    const slope = jacobian((y) => y.pow(3), x, { createGraph: true });
    expect(x.grad).toBeNull();
    expect(grad(slope.sum(), x)[0].tolist()).toEqual([12]);
  });
});

describe("gradcheck", () => {
  it("passes what is right, also the second time", () => {
    const f = (x: Tensor, y: Tensor): Tensor => x.sin().mul(y.exp());
    expect(gradcheck(f, [double([0.5, -1]), double([0.2, 0.3])])).toBe(true);
    expect(gradgradcheck(f, [double([0.5, -1]), double([0.2, 0.3])])).toBe(true);
  });

  it("says which element is wrong, by how much", () => {
    const wrong = customFunction({ forward: (_context, x: Tensor) => x.mul(2), backward: (_context, g) => g.mul(3) });
    expect(() => gradcheck(wrong, double([1]))).toThrow(/is 3 by the backward pass and (2|1\.99)/);
    expect(gradcheck(wrong, double([1]), { raise: false })).toBe(false);
  });

  it("asks for float64", () => {
    expect(() => gradcheck((x) => x, tensor([1], { requiresGrad: true }))).toThrow("dtype float32");
  });
});

describe("checkpoint", () => {
  it("tosses the same coins the second time", () => {
    const x = tensor(new Array<number>(64).fill(1), { requiresGrad: true });
    manualSeed(3);
    const y = checkpoint((input) => dropout(input, { p: 0.5 }), x);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual(y.tolist());
  });

  it("goes on with the coins where it was", () => {
    const draw = (): unknown => dropout(tensor(new Array<number>(32).fill(1))).tolist();
    const x = tensor(new Array<number>(8).fill(1), { requiresGrad: true });
    manualSeed(3);
    checkpoint((input) => dropout(input), x)
      .sum()
      .backward();
    const after = draw();
    manualSeed(3);
    dropout(x);
    expect(draw()).toEqual(after);
  });
});

describe("hooks", () => {
  it("run once for a leaf, before its gradient is added, and no more once they are removed", () => {
    const x = tensor([1], { requiresGrad: true });
    const handle = x.registerHook((g) => g.mul(10));
    x.mul(3).add(x).backward();
    expect(x.grad?.tolist()).toEqual([40]);
    handle.remove();
    x.mul(3).backward();
    expect(x.grad?.tolist()).toEqual([43]);
  });

  it("run after a gradient was added, which is where a step can be taken at once", () => {
    const x = tensor([1], { requiresGrad: true });
    const seen: unknown[] = [];
    x.registerPostAccumulateGradHook((leaf) => seen.push(leaf.grad?.tolist()));
    x.mul(2).backward();
    x.mul(2).backward();
    expect(seen).toEqual([[2], [4]]);
  });
});

describe("modes", () => {
  it("are put back, also after an error", () => {
    expect(() =>
      inferenceMode(() =>
        tensor([1]).matmul(
          tensor([[1]])
            .reshape([1, 1, 1, 1])
            .squeeze()
            .add(tensor([1, 2, 3])),
        ),
      ),
    ).toThrow();
    expect(isGradEnabled()).toBe(true);
    setGradEnabled(false, () => expect(isGradEnabled()).toBe(false));
    expect(isGradEnabled()).toBe(true);
  });

  it("refuse an asynchronous callback at once", () => {
    expect(() => inferenceMode(async () => Promise.resolve(1))).toThrow("asynchronous");
  });
});

describe("anomaly mode", () => {
  it("names the op that made the first NaN, and where it was called", () => {
    const x = tensor([0, 1], { requiresGrad: true });
    const run = (): void =>
      detectAnomaly(() => {
        x.sqrt()
          .mul(tensor([0, 1]))
          .sum()
          .backward();
      });
    expect(run).toThrow(/`sqrt` sends back has NaN[\s\S]*autograd\.test\.ts/);
  });

  it("is silent where nothing is wrong", () => {
    const x = tensor([4], { requiresGrad: true });
    detectAnomaly(() => x.sqrt().backward());
    expect(x.grad?.tolist()).toEqual([0.25]);
  });
});
