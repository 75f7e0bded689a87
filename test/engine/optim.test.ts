/** What optimizers do besides the recorded trajectories, and what they refuse. */
import { nn, noGrad, optim, tensor, type Tensor } from "@gradlens/engine";
import { describe, expect, it } from "vitest";

type Stepper = { step(): void; zeroGrad(): void };

function optimizerOf(name: string, params: Tensor[], options: Record<string, unknown> & { lr: number }): Stepper {
  if (name === "SGD") return new optim.SGD(params, options);
  return name === "Adam" ? new optim.Adam(params, options) : new optim.AdamW(params, options);
}

function near(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  });
}

describe("large parameters", () => {
  it.each(["SGD", "Adam", "AdamW"])("%s steps them as it steps small ones", (name) => {
    const values = Array.from({ length: 100 }, (_, i) => Math.sin(i));
    const large = tensor(values, { requiresGrad: true });
    const small = values.map((value) => tensor([value], { requiresGrad: true }));
    const options = {
      lr: 0.1,
      weightDecay: 0.01,
      ...(name === "SGD" ? { momentum: 0.9, nesterov: true } : { amsgrad: true }),
    };
    const steppers = [optimizerOf(name, [large], options), optimizerOf(name, small, options)];
    for (let step = 0; step < 5; step++) {
      steppers.forEach((stepper) => stepper.zeroGrad());
      large.pow(3).sum().backward();
      small.forEach((each) => each.pow(3).sum().backward());
      steppers.forEach((stepper) => stepper.step());
    }
    near(
      [...large.data],
      small.map((each) => each.item()),
      1e-5,
    );
  });
});

describe("a step", () => {
  it("leaves parameters without a gradient alone", () => {
    const used = tensor([1], { requiresGrad: true });
    const unused = tensor([1], { requiresGrad: true });
    const stepper = new optim.SGD([used, unused], { lr: 0.1, weightDecay: 1 });
    used.sum().backward();
    stepper.step();
    expect(used.item()).toBeCloseTo(0.8);
    expect(unused.item()).toBe(1);
  });

  it("keeps groups with settings of their own, and takes the rest from the options", () => {
    const scalar = (value: number): Tensor => tensor([value], { requiresGrad: true });
    const [w, b, u] = [scalar(1), scalar(2), scalar(3)];
    const stepper = new optim.SGD([{ params: [w] }, { params: [b, u], lr: 0.5, weightDecay: 0.1 }], {
      lr: 0.1,
      momentum: 0.9,
    });
    const expected = [
      [0.4, -0.1, 3],
      [-0.221, -1.945, 3],
      [-1.1140023, -3.9380946, 3],
      [-3.2457628, -9.922022, 3],
    ];
    for (const row of expected) {
      stepper.zeroGrad();
      w.mul(w).add(b.mul(b).mul(w)).sum().backward();
      stepper.step();
      near([w.item(), b.item(), u.item()], row, 1e-5);
    }
  });

  it("follows a learning rate that is changed on the way", () => {
    const w = tensor([1], { requiresGrad: true });
    const stepper = new optim.SGD([w], { lr: 0.1 });
    stepper.paramGroups[0].lr = 1;
    w.sum().backward();
    stepper.step();
    expect(w.item()).toBe(0);
    stepper.paramGroups[0].lr = -1;
    expect(() => stepper.step()).toThrow("SGD: lr is -1");
  });

  it("counts as a write: a graph that saved the old value cannot go backward", () => {
    const w = tensor([3], { requiresGrad: true });
    const stepper = new optim.SGD([w], { lr: 0.1 });
    const loss = w.mul(w).sum();
    loss.backward({ retainGraph: true });
    stepper.step();
    expect(() => loss.backward()).toThrow("was overwritten in place");
  });

  it("can climb, also inside noGrad", () => {
    const w = tensor([1], { requiresGrad: true });
    w.sum().backward();
    const stepper = new optim.Adam([w], { lr: 0.5, maximize: true });
    noGrad(() => stepper.step());
    expect(w.item()).toBeCloseTo(1.5, 5);
  });

  it("forgets gradients as null", () => {
    const w = tensor([1], { requiresGrad: true });
    const stepper = new optim.Adam([w]);
    w.sum().backward();
    stepper.zeroGrad();
    expect(w.grad).toBeNull();
  });

  it("takes further parameters later", () => {
    const [w, late] = [tensor([1], { requiresGrad: true }), tensor([1], { requiresGrad: true })];
    const stepper = new optim.SGD([w], { lr: 0.5 });
    stepper.addParamGroup({ params: [late] });
    late.sum().backward();
    stepper.step();
    expect(late.item()).toBe(0.5);
    expect(() => stepper.addParamGroup({ params: [w] })).toThrow("listed twice");
  });
});

describe("training", () => {
  it.each([
    ["SGD", 0.5],
    ["Adam", 0.05],
    ["AdamW", 0.05],
  ])("with %s solves XOR", (name, lr) => {
    const net = new nn.Sequential(new nn.Linear(2, 8), new nn.Tanh(), new nn.Linear(8, 1));
    const stepper = optimizerOf(name, net.parameters(), { lr });
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tensor([[0], [1], [1], [0]]);
    const criterion = new nn.BCEWithLogitsLoss();
    let last = Infinity;
    for (let step = 0; step < 800; step++) {
      stepper.zeroGrad();
      const loss = criterion.forward(net.forward(x), y);
      loss.backward();
      stepper.step();
      last = loss.item();
    }
    expect(last).toBeLessThan(0.05);
  });
});

describe("what cannot be is said in three parts", () => {
  const w = tensor([1], { requiresGrad: true });
  const wrong: [string, () => unknown, string][] = [
    [
      "a negative learning rate",
      () => new optim.SGD([w], { lr: -0.1 }),
      "SGD: lr is -0.1: it must be a number of at least 0.",
    ],
    ["a learning rate that is no number", () => new optim.SGD([w], { lr: NaN }), "SGD: lr is NaN"],
    ["no options at all", () => new optim.SGD([w], {} as { lr: number }), "SGD: lr is undefined"],
    ["an empty list", () => new optim.Adam([]), "Adam: the parameter list is empty: there is nothing to optimize."],
    ["one tensor", () => new optim.Adam(w as unknown as Tensor[]), "Adam: the parameters are one tensor"],
    [
      "a number among the parameters",
      () => new optim.Adam([3 as unknown as Tensor]),
      "Adam: one of the parameters is 3",
    ],
    ["a parameter twice", () => new optim.AdamW([w, w]), "AdamW: a parameter of shape [1] is listed twice"],
    ["a computed value", () => new optim.SGD([w.mul(2)], { lr: 1 }), "was computed by an op: only a leaf"],
    ["integers", () => new optim.SGD([tensor([1], { dtype: "int32" })], { lr: 1 }), "has dtype int32"],
    ["betas of 1", () => new optim.Adam([w], { betas: [0.9, 1] }), "Adam: betas[1] is 1"],
    ["Nesterov without momentum", () => new optim.SGD([w], { lr: 1, nesterov: true }), "nesterov with momentum 0"],
    [
      "a negative weight decay in a group",
      () => new optim.SGD([{ params: [w], weightDecay: -1 }], { lr: 1 }),
      "weightDecay is -1",
    ],
  ];
  it.each(wrong)("%s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
