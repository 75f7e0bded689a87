/** Distributions: their probabilities against formulas and samples, and the gradients that samples carry. */
import { distributions, gradcheck, manualSeed, tensor, type Tensor } from "@gradlens/engine";
import { describe, expect, it } from "vitest";

const { Bernoulli, Categorical, klDivergence, Normal, Uniform } = distributions;
const mean = (x: Tensor): number => x.to("float64").mean().item();
const near = (actual: number, expected: number, by = 1e-6): void =>
  expect(Math.abs(actual - expected)).toBeLessThan(by);

describe("samples", () => {
  it("have the distribution's mean and variance", () => {
    manualSeed(1);
    const all = [new Normal(2, 3), new Uniform(-1, 5), new Bernoulli({ probs: 0.3 })];
    for (const each of all) {
      const x = each.sample([20_000]);
      near(mean(x), each.mean.item(), 0.08);
      near(x.variance().item(), each.variance.item(), 0.3);
    }
  });

  it("of choices come as often as their chances", () => {
    manualSeed(2);
    const counts = new Categorical({ probs: tensor([1, 2, 5]) }).sample([16_000]).bincount();
    [1 / 8, 2 / 8, 5 / 8].forEach((chance, at) => near(counts.select(0, at).item() / 16_000, chance, 0.02));
  });

  it("have the samples' shape, and the parameters' behind it", () => {
    expect(new Normal(tensor([0, 1, 2]), 1).sample([4, 2]).shape).toEqual([4, 2, 3]);
    expect(
      new Categorical({
        logits: tensor([
          [0, 1],
          [2, 3],
          [1, 1],
        ]),
      }).sample([5]).shape,
    ).toEqual([5, 3]);
  });

  it("carry a gradient only where that is asked for", () => {
    const loc = tensor(1, { requiresGrad: true });
    const scale = tensor(2, { requiresGrad: true });
    expect(new Normal(loc, scale).sample().requiresGrad).toBe(false);
    const x = new Normal(loc, scale).rsample([3]);
    x.sum().backward();
    expect(loc.grad?.item()).toBe(3);
    near(scale.grad?.item() ?? NaN, (x.sum().item() - 3) / 2, 1e-5);
  });
});

describe("probabilities", () => {
  it("are the formulas'", () => {
    near(new Normal(1, 2).logProb(tensor(3)).item(), Math.log(Math.exp(-0.5) / (2 * Math.sqrt(2 * Math.PI))));
    expect(new Uniform(0, 4).logProb(tensor([1, 4, -1])).tolist()).toEqual([
      -Math.fround(Math.log(4)),
      -Infinity,
      -Infinity,
    ]);
    near(new Bernoulli({ logits: 0.4 }).logProb(tensor(1)).item(), Math.log(1 / (1 + Math.exp(-0.4))));
    near(new Categorical({ probs: tensor([1, 3]) }).logProb(tensor(1, { dtype: "int32" })).item(), Math.log(0.75));
  });

  it("can be derived by the parameters", () => {
    const double = (x: number[]): Tensor => tensor(x, { dtype: "float64", requiresGrad: true });
    const x = tensor([0.5, -1], { dtype: "float64" });
    expect(gradcheck((loc, scale) => new Normal(loc, scale).logProb(x), [double([0, 1]), double([1, 2])])).toBe(true);
    const chosen = tensor(2, { dtype: "int32" });
    expect(gradcheck((logits) => new Categorical({ logits }).logProb(chosen), double([0.1, 0.5, -1]))).toBe(true);
  });

  it("tell as much as the entropy says", () => {
    near(new Normal(0, 1).entropy().item(), 0.5 + 0.5 * Math.log(2 * Math.PI));
    near(new Categorical({ probs: tensor([1, 1, 2, 0]) }).entropy().item(), 1.5 * Math.log(2));
    near(new Bernoulli({ probs: 0.5 }).entropy().item(), Math.log(2));
  });
});

describe("the divergence", () => {
  it("is zero of a distribution from itself, and what the formula says else", () => {
    near(klDivergence(new Normal(1, 2), new Normal(1, 2)).item(), 0);
    near(klDivergence(new Normal(0, 1), new Normal(1, 2)).item(), Math.log(2) + 2 / 8 - 0.5);
    near(klDivergence(new Bernoulli({ probs: 0.5 }), new Bernoulli({ probs: 0.25 })).item(), 0.5 * Math.log(4 / 3));
    const [p, q] = [new Categorical({ probs: tensor([1, 0]) }), new Categorical({ probs: tensor([1, 3]) })];
    near(klDivergence(p, q).item(), Math.log(4));
  });

  it("of two kinds is an error", () => {
    expect(() => klDivergence(new Normal(0, 1), new Uniform(0, 1))).toThrow("of Uniform from Normal");
  });
});
