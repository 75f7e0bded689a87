/**
 * The backward pass: what reaches a leaf, what adds up, what may be walked twice, and what changes in place do to it.
 * The expected numbers are PyTorch's.
 */
import { describe, expect, test } from "vitest";
import { enableGrad, grad, noGrad, ones, tensor, zeros, type Tensor } from "@gradlens/engine";

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

describe("changes in place", () => {
  test("of a leaf that requires grad: only inside noGrad", () => {
    const x = leaf([1, 2]);
    for (const change of [
      () => x.add_(1),
      () => x.zero_(),
      () => x.reshape([2, 1]).mul_(2),
      () => x.copy_(ones([2])),
    ]) {
      expect(change).toThrow(/a leaf that requires grad cannot be changed in place.*noGrad/);
    }
    noGrad(() => x.sub_(tensor([0.5, 0.5])));
    expect([x.tolist(), x.requiresGrad, x.isLeaf]).toEqual([[0.5, 1.5], true, true]);
  });

  test("of a computed value: the graph follows", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    y.add_(1).mul_(3);
    y.mul(tensor([3, 4]))
      .sum()
      .backward();
    expect([y.tolist(), x.grad?.tolist()]).toEqual([
      [9, 15],
      [18, 24],
    ]);
  });

  test("of a plain tensor by a value with history: it has a history from then on", () => {
    const x = leaf([1, 2]);
    const total = zeros([2]);
    total.add_(x.mul(3));
    expect([total.requiresGrad, total.isLeaf]).toEqual([true, false]);
    total.sum().backward();
    expect(x.grad?.tolist()).toEqual([3, 3]);
  });

  test("through a view: the base and the other views follow, values and history", () => {
    const x = leaf([1, 2, 3]);
    const y = x.mul(1);
    const [view, other] = [y.reshape([3, 1]), y.reshape([1, 3])];
    view.mul_(10);
    expect([y.tolist(), other.tolist()]).toEqual([[10, 20, 30], [[10, 20, 30]]]);
    y.mul(tensor([1, 2, 3]))
      .sum()
      .add(other.sum())
      .backward();
    expect(x.grad?.tolist()).toEqual([20, 30, 40]);
    expect(() => noGrad(() => y.reshape([3])).mul_(2)).toThrow(/a view, made inside `noGrad`/);
  });

  test("of a value that a formula saved: backward finds it, also through a detached alias", () => {
    const overwritten =
      /a value that `\w+` saved for its gradient.*overwritten in place.*version 0 and is now at version 1/;
    const x = leaf([1, 2]);
    const y = x.exp();
    y.detach().zero_();
    expect(() => y.sum().backward()).toThrow(overwritten);

    const constant = tensor([3, 4]);
    const z = x.mul(constant);
    constant.zero_();
    expect(() => z.sum().backward()).toThrow(overwritten);

    const w = x.clone();
    w.mul_(leaf([2, 2]));
    expect(() => w.sum().backward()).toThrow(overwritten);
  });

  test("of a value that nobody saved is harmless", () => {
    const x = leaf([1, 2]);
    const constant = tensor([3, 4]);
    const z = x.add(constant);
    constant.zero_();
    z.sum().backward();
    expect(x.grad?.tolist()).toEqual([1, 1]);
  });

  test("copy_ and zero_ give the overwritten values zeros, and the source its gradient", () => {
    const [x, source] = [leaf([1, 2]), leaf([7])];
    const y = x.mul(2);
    y.copy_(source);
    y.sum().backward();
    expect([x.grad?.tolist(), source.grad?.tolist()]).toEqual([[0, 0], [2]]);
  });

  test("detach shares the values, clone does not, and the version is shared", () => {
    const x = leaf([1, 2]);
    const y = x.mul(2);
    const [detached, copy] = [y.detach(), y.detach().clone()];
    detached.fill_(100);
    expect([y.tolist(), copy.tolist(), y.storage.version]).toEqual([[100, 100], [2, 4], 1]);
  });

  test("data is a copy outside the graph", () => {
    const x = leaf([1, 2]);
    x.data.fill(9);
    expect([x.tolist(), x.data instanceof Float32Array]).toEqual([[1, 2], true]);
  });
});

describe("recording on and off", () => {
  test("enableGrad inside noGrad, and the mode after a throw", () => {
    const x = leaf(1);
    noGrad(() => {
      expect(x.mul(2).requiresGrad).toBe(false);
      expect(enableGrad(() => x.mul(2)).requiresGrad).toBe(true);
    });
    expect(() =>
      noGrad(() => {
        throw new RangeError("the user's own");
      }),
    ).toThrow(RangeError);
    expect(x.mul(2).requiresGrad).toBe(true);
  });

  test("leaves made inside noGrad are leaves, a graph passes through it, and backward works in it", () => {
    const made = noGrad(() => leaf(1));
    expect(made.requiresGrad).toBe(true);
    const x = leaf(2);
    const y = x.mul(3);
    expect(noGrad(() => y)).toBe(y);
    noGrad(() => y.backward());
    expect(x.grad?.item()).toBe(3);
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
