/**
 * The backward pass: what reaches a leaf, what adds up, and what may be walked twice. Changes in place have a file of
 * their own. The expected numbers are PyTorch's.
 */
import { describe, expect, test } from "vitest";
import { grad, noGrad, tensor, type Tensor } from "@gradlens/engine";

const leaf = (data: number | number[] | number[][]): Tensor => tensor(data, { requiresGrad: true });

/** A function of its own, since the compiler would go on believing that `grad` is null after an assignment it sees. */
function clear(x: Tensor): void {
  x.grad = null;
}

describe("the seed's example: L = (x·2 − x·7)² at x = 1", () => {
  const loss = (x: Tensor, first: "connected" | "detached", second: "connected" | "detached"): Tensor => {
    const [out1, out2] = [x.mul(tensor(2)), x.mul(tensor(7))];
    return (first === "detached" ? out1.detach() : out1).sub(second === "detached" ? out2.detach() : out2).pow(2);
  };

  test.each([
    ["connected", "connected", 50],
    ["detached", "connected", 70],
    ["connected", "detached", -20],
  ] as const)("out1 %s, out2 %s: %d", (first, second, expected) => {
    const x = leaf(1);
    loss(x, first, second).backward();
    expect(x.grad?.item()).toBe(expected);
  });

  test("both detached: backward throws, and x has no gradient", () => {
    const x = leaf(1);
    const L = loss(x, "detached", "detached");
    expect(L.requiresGrad).toBe(false);
    expect(() => L.backward()).toThrow(/backward: this value does not require grad.*`detach\(\)` returns the value/);
    expect(x.grad).toBeNull();
  });

  test("inside noGrad nothing is recorded, and the message says so", () => {
    const x = leaf(1);
    const L = noGrad(() => loss(x, "connected", "connected"));
    expect([L.item(), L.requiresGrad, L.isLeaf]).toEqual([25, false, true]);
    expect(() => L.backward()).toThrow(/ops inside `noGrad\(\)` are not recorded/);
  });

  test("gradients add up over passes until they are cleared", () => {
    const x = leaf(1);
    loss(x, "connected", "connected").backward();
    const held = x.grad;
    loss(x, "connected", "connected").backward();
    expect(x.grad?.item()).toBe(100);
    expect(x.grad).toBe(held);
    clear(x);
    loss(x, "connected", "connected").backward();
    expect(x.grad?.item()).toBe(50);
    expect(held?.item()).toBe(100);
  });

  test("requiresGrad = false takes a leaf out, and setting it on a computed value names detach()", () => {
    const x = leaf(1);
    x.requiresGrad = false;
    expect(loss(x, "connected", "connected").requiresGrad).toBe(false);
    x.requiresGrad = true;
    const y = x.mul(2);
    expect(() => (y.requiresGrad = false)).toThrow(/only the flag of a leaf can be changed.*Use `detach\(\)`/);
    y.requiresGrad = true;
    expect(y.isLeaf).toBe(false);
  });
});

describe("what reaches a leaf", () => {
  test("a value used several times gets the sum", () => {
    const x = leaf([3, 4]);
    x.mul(x).add(x).sum().backward();
    expect(x.grad?.tolist()).toEqual([7, 9]);
  });

  test("exponentially many paths take one visit of each op", () => {
    const x = leaf([1]);
    let y: Tensor = x;
    for (let i = 0; i < 30; i++) y = y.add(y);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([2 ** 30]);
  });

  test("a cotangent over broadcast dimensions is summed, also those of length 1", () => {
    const [a, b, c] = [leaf([[1], [2]]), leaf([1, 2, 3]), leaf(2)];
    a.mul(b).mul(c).sum().backward();
    expect([a.grad?.tolist(), b.grad?.tolist(), c.grad?.tolist()]).toEqual([[[12], [12]], [6, 6, 6], 18]);
  });

  test("a backward from a leaf itself, and from values of one element of any rank", () => {
    const x = leaf(3);
    x.backward();
    expect(x.grad?.item()).toBe(1);
    const y = leaf([[3]]);
    y.mul(y).backward();
    expect(y.grad?.tolist()).toEqual([[6]]);
  });

  test("a gradient to start from makes a vector–Jacobian product, and is not kept by the leaf", () => {
    const x = leaf([1, 2]);
    const gradient = tensor([1, 10]);
    x.mul(x).backward({ gradient });
    expect(x.grad?.tolist()).toEqual([2, 40]);
    const y = leaf([1, 2]);
    y.backward({ gradient });
    y.grad?.zero_();
    expect(gradient.tolist()).toEqual([1, 10]);
  });

  test("an added value and its summand do not share a gradient's memory", () => {
    const [a, b] = [leaf([1, 1]), leaf([2, 2])];
    a.add(b).sum().backward();
    a.grad?.zero_();
    expect(b.grad?.tolist()).toEqual([1, 1]);
  });

  test("`inputs` names the only receivers; nothing else changes", () => {
    const [a, b] = [leaf(1), leaf(2)];
    a.mul(b).backward({ inputs: [a] });
    expect([a.grad?.item(), b.grad]).toEqual([2, null]);
  });

  test("the gradient has the dtype of its leaf, also through casts", () => {
    const x = tensor([1, 2], { dtype: "float64", requiresGrad: true });
    const y = leaf([3, 4]);
    x.mul(y).to("float32").sum().backward();
    expect([x.grad?.dtype, x.grad?.tolist(), y.grad?.dtype, y.grad?.tolist()]).toEqual([
      "float64",
      [3, 4],
      "float32",
      [1, 2],
    ]);
  });

  test("round, a multiplication by 0 and the power 0 give zeros; argmax and comparisons give nothing", () => {
    for (const call of [(x: Tensor) => x.round(), (x: Tensor) => x.mul(0), (x: Tensor) => x.pow(0)]) {
      const x = leaf([0, 1.2]);
      call(x).sum().backward();
      expect(x.grad?.tolist()).toEqual([0, 0]);
    }
    const x = leaf([0, 1.2]);
    expect([x.argmax().requiresGrad, x.gt(1).requiresGrad, x.to("int32").requiresGrad]).toEqual([false, false, false]);
  });

  test("the straight-through estimator", () => {
    const x = leaf([1.4, -0.6]);
    x.add(x.round().sub(x).detach())
      .mul(tensor([2, 3]))
      .sum()
      .backward();
    expect(x.grad?.tolist()).toEqual([2, 3]);
  });

  test("retainGrad keeps the gradient of a computed value", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2).retainGrad();
    y.mul(y).sum().backward();
    expect([y.grad?.tolist(), x.grad?.tolist()]).toEqual([
      [4, 8],
      [8, 16],
    ]);
  });
});

describe("conventions where a derivative is not unique", () => {
  test("ties share the gradient of max() of all, and the first gets it along a dimension", () => {
    const x = leaf([1, 3, 3]);
    x.max().backward();
    expect(x.grad?.tolist()).toEqual([0, 0.5, 0.5]);
    clear(x);
    x.max(0).backward();
    expect(x.grad?.tolist()).toEqual([0, 1, 0]);
  });

  test("at zero: abs, relu, sign and sqrt", () => {
    const at = (call: (x: Tensor) => Tensor): number | undefined => {
      const x = leaf(0);
      call(x).backward();
      return x.grad?.item();
    };
    expect([at((x) => x.abs()), at((x) => x.relu()), at((x) => x.sign()), at((x) => x.sqrt())]).toEqual([
      0,
      0,
      0,
      Infinity,
    ]);
    expect([at((x) => x.pow(2)), at((x) => x.pow(0)), at((x) => x.pow(0.5))]).toEqual([0, 0, Infinity]);
  });

  test("where with a bad value on the side not taken gives NaN, unless its input is made safe first", () => {
    const x = leaf([0, 4]);
    const positive = x.gt(0);
    // ∞·0 on the side not taken is NaN, in PyTorch as here.
    where2(positive, x.sqrt()).sum().backward();
    expect(x.grad?.tolist()).toEqual([NaN, 0.25]);
    clear(x);
    const safe = x.maskedFill(positive.logicalNot(), 1);
    where2(positive, safe.sqrt()).sum().backward();
    expect(x.grad?.tolist()).toEqual([0, 0.25]);
  });

  const where2 = (condition: Tensor, a: Tensor): Tensor => a.maskedFill(condition.logicalNot(), 0);
});

describe("walking a graph again", () => {
  test("a second pass needs what the first one freed", () => {
    const x = leaf([2]);
    const y = x.mul(x).sum();
    y.backward({ retainGraph: true });
    y.backward();
    expect(x.grad?.tolist()).toEqual([8]);
    expect(() => y.backward()).toThrow(/a second time.*retainGraph: true/);
  });

  test("a graph that saved nothing can be walked twice", () => {
    const x = leaf([2]);
    const y = x.add(1).sum();
    y.backward();
    y.backward();
    expect(x.grad?.tolist()).toEqual([2]);
  });

  test("two losses that share a part: the second finds it freed", () => {
    const x = leaf([2]);
    const shared = x.exp();
    shared.mul(2).sum().backward();
    expect(() => shared.mul(3).sum().backward()).toThrow(/what `exp` had saved/);
  });

  test("derivatives of derivatives", () => {
    const x = leaf(2);
    const [first] = grad(x.pow(4), x, { createGraph: true });
    const [second] = grad(first, x, { createGraph: true });
    const [third] = grad(second, x);
    expect([first.item(), second.item(), third.item(), third.requiresGrad, x.grad]).toEqual([32, 48, 48, false, null]);
  });

  test("a gradient penalty trains through the gradient", () => {
    const w = leaf(3);
    const x = leaf(2);
    const [slope] = grad(w.mul(x).pow(2), x, { createGraph: true });
    slope.pow(2).backward();
    // slope = 2w²x, so ∂slope²/∂w = 2·slope·4wx = 2·36·24.
    expect(w.grad?.item()).toBe(2 * 36 * 24);
  });

  test("backward with createGraph leaves a gradient that can be derived", () => {
    const x = leaf(3);
    x.pow(3).backward({ createGraph: true });
    const first = x.grad;
    clear(x);
    first?.backward();
    expect([first?.item(), first?.requiresGrad, x.grad?.item()]).toEqual([27, true, 18]);
  });

  test("grad: unused inputs, several outputs, and inputs that are no leaves", () => {
    const [a, b] = [leaf(1), leaf(2)];
    expect(() => grad(a.mul(2), [a, b])).toThrow(/grad: input 1 was not used.*allowUnused/);
    expect(grad(a.mul(2), [a, b], { allowUnused: true }).map((each) => each?.item() ?? null)).toEqual([2, null]);
    const h = a.mul(b);
    const [onH, onA] = grad([h.mul(3), h.pow(2)], [h, a]);
    expect([onH.item(), onA.item()]).toEqual([7, 14]);
  });
});

describe("long tapes", () => {
  test("a chain of 1,000,000 ops goes forward and back without overflowing the stack", () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 1_000_000; i++) y = y.add(1);
    y.backward();
    expect([y.item(), x.grad?.item()]).toEqual([1_000_001, 1]);
  });

  test("a wide sum of 100,000 leaves", () => {
    const x = leaf(1);
    const parts = Array.from({ length: 100_000 }, (_, i) => x.mul(i % 7));
    let total: Tensor = tensor(0);
    for (const part of parts) total = total.add(part);
    total.backward();
    expect(x.grad?.item()).toBe(parts.reduce((sum, part) => sum + part.item(), 0));
  });
});
