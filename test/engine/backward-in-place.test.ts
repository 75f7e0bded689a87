/**
 * Changes in place and the tape: which are refused, which the graph follows, and which the backward pass finds out.
 * Also where recording is switched on and off. The expected numbers are PyTorch's.
 */
import { describe, expect, test } from "vitest";
import { enableGrad, noGrad, ones, tensor, zeros, type Tensor } from "@gradlens/engine";

const leaf = (data: number | number[]): Tensor => tensor(data, { requiresGrad: true });

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

  test("inside noGrad: a plain tensor gets no history, and its message says why", () => {
    const total = zeros([]);
    noGrad(() => total.add_(leaf(2)));
    expect(() => total.backward()).toThrow(/ops inside `noGrad\(\)` are not recorded/);
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
