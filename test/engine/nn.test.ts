/** Modules: what they register, what their layers compute, and how they are frozen, saved and put into evaluation. */
import { eye, manualSeed, nn, noGrad, ones, randn, tensor, Tensor, zeros } from "@gradlens/engine";
import { describe, expect, it } from "vitest";

class Net extends nn.Module {
  first = new nn.Linear(2, 3);
  scale = new nn.Parameter(tensor([2]));
  second = new nn.Linear(3, 1);
  hidden = [new nn.Linear(4, 4)];
  plain = randn([2], { requiresGrad: true });

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x).relu()).mul(this.scale);
  }
}

describe("a module", () => {
  it("registers parameters and modules in its properties, in order, and nothing in plain arrays", () => {
    const names = new Net().namedParameters().map(([name]) => name);
    expect(names).toEqual(["scale", "first.weight", "first.bias", "second.weight", "second.bias"]);
  });

  it("lists a shared parameter once, under its first name", () => {
    class Tied extends nn.Module {
      encoder = new nn.Linear(3, 3);
      decoder = new nn.Linear(3, 3);
      constructor() {
        super();
        this.decoder.weight = this.encoder.weight;
      }
    }
    const names = new Tied().namedParameters().map(([name]) => name);
    expect(names).toEqual(["encoder.weight", "encoder.bias", "decoder.bias"]);
  });

  it("finds parameters of a base class and of modules that contain each other", () => {
    class Base extends nn.Module {
      protected shift = new nn.Parameter(tensor([1]));
    }
    class Derived extends Base {
      self: nn.Module = this;
      own = new nn.Parameter(tensor([1]));
    }
    expect(new Derived().namedParameters().map(([name]) => name)).toEqual(["shift", "own"]);
    expect(new Derived().modules()).toHaveLength(1);
  });

  it("gives gradients to its parameters and forgets them", () => {
    const net = new Net();
    net
      .forward(ones([5, 2]))
      .sum()
      .backward();
    expect(net.scale.grad?.shape).toEqual([1]);
    expect(net.second.weight.grad?.shape).toEqual([1, 3]);
    net.zeroGrad();
    expect(net.parameters().every((parameter) => parameter.grad === null)).toBe(true);
  });

  it("can be frozen, and then gives no gradient", () => {
    const net = new Net();
    net.first.requiresGrad_(false);
    net
      .forward(ones([5, 2]))
      .sum()
      .backward();
    expect(net.first.weight.grad).toBeNull();
    expect(net.scale.grad).not.toBeNull();
  });

  it("says what is missing when it has no forward", () => {
    class Empty extends nn.Module {}
    expect(() => new Empty().forward(zeros([1]))).toThrow("Empty: it was called and has no forward");
  });

  it("may take several inputs and give several outputs", () => {
    class Pair extends nn.Module<[Tensor, Tensor]> {
      override forward(x: Tensor, scale: number): [Tensor, Tensor] {
        return [x, x.mul(scale)];
      }
    }
    const [, scaled] = new Pair().forward(tensor([3]), 2);
    expect(scaled.item()).toBe(6);
  });

  it("saves its state and takes it over, in place and as copies", () => {
    const [from, to] = [new Net(), new Net()];
    const state = from.stateDict();
    const weight = to.first.weight;
    to.loadStateDict(state);
    expect(to.first.weight).toBe(weight);
    const x = randn([4, 2]);
    expect(to.forward(x).tolist()).toEqual(from.forward(x).tolist());
    noGrad(() => from.scale.zero_());
    expect(state["scale"].item()).toBe(2);
    const { scale: _scale, ...rest } = state;
    expect(() => to.loadStateDict(rest)).toThrow("there is no value for the parameter `scale`");
    expect(() => to.loadStateDict({ ...state, stranger: zeros([1]) })).toThrow("there is no parameter `stranger`");
    expect(() => to.loadStateDict({ ...state, scale: zeros([2]) })).toThrow(
      "`scale` has shape [1] and the value has [2]",
    );
  });
});

describe("a parameter", () => {
  it("is a leaf on the same values, without the history of what it was made from", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const parameter = new nn.Parameter(x.mul(3));
    expect(parameter).toBeInstanceOf(Tensor);
    expect(parameter.isLeaf && parameter.requiresGrad).toBe(true);
    parameter.sum().backward();
    expect(x.grad).toBeNull();
    expect(parameter.grad?.tolist()).toEqual([1, 1]);
  });

  it("is frozen on request, and never of integers", () => {
    expect(new nn.Parameter(tensor([1]), { requiresGrad: false }).requiresGrad).toBe(false);
    expect(() => new nn.Parameter(tensor([1], { dtype: "int32" }))).toThrow("dtype int32 cannot require grad");
  });
});

describe("Linear", () => {
  it("multiplies by the transposed weight and adds the bias, for any number of dimensions", () => {
    const layer = new nn.Linear(2, 3);
    layer.loadStateDict({
      weight: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      bias: tensor([10, 20, 30]),
    });
    expect(layer.forward(tensor([1, 1])).tolist()).toEqual([13, 27, 41]);
    expect(
      layer
        .forward(
          tensor([
            [1, 0],
            [0, 1],
          ]),
        )
        .tolist(),
    ).toEqual([
      [11, 23, 35],
      [12, 24, 36],
    ]);
    const deep = layer.forward(tensor([[[1, 0]], [[0, 1]]]));
    expect(deep.tolist()).toEqual([[[11, 23, 35]], [[12, 24, 36]]]);
    deep.sum().backward();
    expect(layer.weight.grad?.tolist()).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    expect(layer.bias.grad?.tolist()).toEqual([2, 2, 2]);
  });

  it("begins with PyTorch's bounds, from the seed", () => {
    manualSeed(3);
    const one = new nn.Linear(100, 50);
    manualSeed(3);
    const two = new nn.Linear(100, 50);
    expect(one.weight.data).toEqual(two.weight.data);
    const values = [...one.weight.data, ...one.bias.data];
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.max(...values)).toBeGreaterThan(0.09);
    expect(Math.min(...values)).toBeLessThan(-0.09);
  });

  it("can do without a bias", () => {
    const layer = new nn.Linear(2, 1, { bias: false });
    expect(layer.parameters()).toEqual([layer.weight]);
    expect(layer.forward(zeros([1, 2])).tolist()).toEqual([[0]]);
  });

  it("says which shapes do not fit", () => {
    expect(() => new nn.Linear(4, 1).forward(zeros([2, 3]))).toThrow(
      "Linear: shapes [2, 3] and [1, 4] do not fit: the last dimension must have the layer's 4 input features",
    );
    expect(() => new nn.Linear(-1, 1)).toThrow("Linear: inFeatures is -1");
    const no: unknown = false;
    expect(() => new nn.Linear(2, 1, no as nn.LinearOptions)).toThrow("Linear: the third argument is false");
  });
});

describe("containers", () => {
  it("chain modules and number their parameters", () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU(), new nn.Linear(2, 1));
    expect(net.namedParameters().map(([name]) => name)).toEqual(["0.weight", "0.bias", "2.weight", "2.bias"]);
    expect(net.forward(zeros([3, 2])).shape).toEqual([3, 1]);
    expect([...net]).toHaveLength(3);
  });

  it("register the modules of a list", () => {
    const list = new nn.ModuleList([new nn.Linear(2, 2), new nn.Linear(2, 2)]);
    expect(list.parameters()).toHaveLength(4);
    expect([...list].reduce((x, layer) => layer.forward(x), zeros([1, 2])).shape).toEqual([1, 2]);
    expect(list.append(new nn.Linear(2, 3)).at(-1).outFeatures).toBe(3);
    expect(() => list.at(7)).toThrow("ModuleList: there is no module 7");
  });

  it("refuse what is no module", () => {
    const relu: unknown = (x: Tensor) => x.relu();
    expect(() => new nn.Sequential(relu as nn.Module)).toThrow("Sequential: one of its parts is a function");
  });
});

describe("layers", () => {
  it("drop and scale while training, and let everything pass in evaluation", () => {
    manualSeed(0);
    const net = new nn.Sequential(new nn.Dropout(0.25));
    const dropped = [...net.forward(ones([10_000])).data];
    const share = dropped.filter((x) => x === 0).length / 10_000;
    expect(share).toBeGreaterThan(0.23);
    expect(share).toBeLessThan(0.27);
    expect(new Set(dropped)).toEqual(new Set([0, Math.fround(4 / 3)]));
    const x = ones([4]);
    expect(net.eval().forward(x)).toBe(x);
    expect(net.train().forward(ones([1000])).data).not.toEqual(ones([1000]).data);
    expect(() => new nn.Dropout(1.5)).toThrow("Dropout: p is 1.5");
  });

  it("look up rows, and send each row's gradient back", () => {
    const table = new nn.Embedding(4, 2);
    const index = tensor(
      [
        [0, 3],
        [3, 3],
      ],
      { dtype: "int32" },
    );
    const rows = table.forward(index);
    expect(rows.shape).toEqual([2, 2, 2]);
    rows.sum().backward();
    expect(table.weight.grad?.tolist()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
      [3, 3],
    ]);
    expect(() => table.forward(tensor([1.5]))).toThrow("Embedding: the index has dtype float32");
  });

  it("normalize the last dimensions", () => {
    const layer = new nn.LayerNorm([2, 2]);
    const out = [
      ...layer.forward(
        tensor([
          [
            [1, 2],
            [3, 4],
          ],
          [
            [5, 5],
            [5, 5],
          ],
        ]),
      ).data,
    ];
    const expected = [-1.3416355, -0.4472118, 0.4472118, 1.3416355, 0, 0, 0, 0];
    out.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 5));
    expect(() => layer.forward(zeros([2, 3]))).toThrow("LayerNorm: shapes [2, 3] and [2, 2] do not fit");
  });

  it.each([
    ["ReLU", new nn.ReLU(), [0, 2]],
    ["LeakyReLU", new nn.LeakyReLU(0.1), [-0.1, 2]],
    ["Sigmoid", new nn.Sigmoid(), [0.26894143, 0.8807971]],
    ["Tanh", new nn.Tanh(), [-0.7615942, 0.9640276]],
    ["GELU", new nn.GELU(), [-0.15865526, 1.9544997]],
    ["SiLU", new nn.SiLU(), [-0.26894143, 1.7615942]],
    ["Softplus", new nn.Softplus(), [0.3132617, 2.126928]],
    ["Softmax", new nn.Softmax(), [0.04742587, 0.95257413]],
    ["LogSoftmax", new nn.LogSoftmax(), [-3.0485873, -0.04858735]],
    ["Identity", new nn.Identity(), [-1, 2]],
    ["Flatten", new nn.Flatten(0), [-1, 2]],
  ])("%s computes its function", (_name, layer, expected) => {
    const out = layer.forward(tensor([-1, 2])).data;
    expected.forEach((value, i) => expect(out[i]).toBeCloseTo(value, 5));
  });

  it.each([
    ["MSELoss", new nn.MSELoss(), tensor([1, 2]), tensor([0, 4]), 2.5],
    ["L1Loss", new nn.L1Loss(), tensor([1, 2]), tensor([0, 4]), 1.5],
    ["CrossEntropyLoss", new nn.CrossEntropyLoss(), tensor([[0, 0]]), tensor([1], { dtype: "int32" }), Math.LN2],
    ["BCEWithLogitsLoss", new nn.BCEWithLogitsLoss(), tensor([0, 0]), tensor([1, 0]), Math.LN2],
  ])("%s computes its loss", (_name, loss, prediction, target, expected) => {
    expect(loss.forward(prediction, target).item()).toBeCloseTo(expected, 5);
  });
});

describe("first values", () => {
  it("have the bounds of their formulas", () => {
    const weight = new nn.Parameter(zeros([40, 60]));
    const largest = (): number => Math.max(...[...weight.data].map(Math.abs));
    nn.init.xavierUniform_(weight);
    expect(largest()).toBeLessThanOrEqual(Math.sqrt(6 / 100));
    nn.init.kaimingUniform_(weight);
    expect(largest()).toBeLessThanOrEqual(Math.sqrt(6 / 60));
    nn.init.kaimingNormal_(weight);
    const variance = [...weight.data].reduce((sum, x) => sum + x * x, 0) / 2400;
    expect(variance).toBeCloseTo(2 / 60, 2);
    expect([...nn.init.ones_(weight).data].every((x) => x === 1)).toBe(true);
    expect(() => nn.init.xavierNormal_(zeros([3]))).toThrow("xavierNormal_: the tensor has shape [3]");
  });

  it("lie between bounds, on the diagonal, or at right angles", () => {
    expect([...nn.init.truncNormal_(zeros([500]), 0, 1, -0.5, 1).data].every((x) => x >= -0.5 && x <= 1)).toBe(true);
    expect(nn.init.eye_(zeros([2, 3])).tolist()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    for (const shape of [
      [5, 3],
      [3, 5],
    ]) {
      const q = nn.init.orthogonal_(zeros(shape), 2);
      const product = shape[0] > shape[1] ? q.t().matmul(q) : q.matmul(q.t());
      expect(product.allclose(eye(3).mul(4), { atol: 1e-5 })).toBe(true);
    }
  });
});

describe("tables and forms", () => {
  it("leave the row of a padding index alone", () => {
    const table = new nn.Embedding(3, 2, { paddingIndex: -1 });
    expect(table.weight.select(0, 2).tolist()).toEqual([0, 0]);
    table
      .forward(tensor([0, 2], { dtype: "int32" }))
      .sum()
      .backward();
    expect(table.weight.grad?.tolist()).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it("sum bags of rows", () => {
    const table = new nn.EmbeddingBag(3, 2, { mode: "sum" });
    nn.init.constant_(table.weight, 2);
    const index = tensor([0, 1, 2], { dtype: "int32" });
    expect(table.forward(index, tensor([0, 2], { dtype: "int32" })).tolist()).toEqual([
      [4, 4],
      [2, 2],
    ]);
  });

  it("multiply two inputs by a matrix for each output", () => {
    const form = new nn.Bilinear(2, 2, 1, { bias: false });
    nn.init.ones_(form.weight);
    expect(form.forward(tensor([1, 2]), tensor([3, 4])).tolist()).toEqual([21]);
  });
});
