/** Whole models against PyTorch: the loss, every gradient, and the losses of the next steps of SGD from the same start. */
import { arange, crossEntropy, mse, nn, optim, tensor, type DType, type Tensor } from "@gradlens/engine";
import { describe, expect, it } from "vitest";
import recorded from "./module-runs.json" with { type: "json" };

interface Model {
  readonly module: nn.Module;
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
}

/** A transformer's block as in the recording: two heads, causal, with learned positions. */
class TinyGpt extends nn.Module {
  p = new nn.Parameter(tensor(new Array<number>(40).fill(0)).reshape([5, 8]));
  e = new nn.Embedding(6, 8);
  n1 = new nn.LayerNorm(8);
  qkv = new nn.Linear(8, 24);
  o = new nn.Linear(8, 8);
  n2 = new nn.LayerNorm(8);
  f1 = new nn.Linear(8, 16);
  f2 = new nn.Linear(16, 8);
  head = new nn.Linear(8, 6, { bias: false });

  constructor(private readonly heads = 2) {
    super();
  }

  override forward(words: Tensor): Tensor {
    const length = words.shape[1];
    const x = this.e.forward(words).add(this.p.narrow(0, 0, length));
    const attended = x.add(this.o.forward(this.attention(this.n1.forward(x), length)));
    const widened = this.f1.forward(this.n2.forward(attended)).gelu();
    return this.head.forward(attended.add(this.f2.forward(widened)));
  }

  private attention(x: Tensor, length: number): Tensor {
    const width = 8 / this.heads;
    const [q, k, v] = [0, 8, 16].map((start) => this.split(this.qkv.forward(x).narrow(2, start, 8), length, width));
    const future = arange(length).unsqueeze(0).gt(arange(length).unsqueeze(1));
    const scores = q.matmul(k.transpose(-2, -1)).div(Math.sqrt(width)).maskedFill(future, -Infinity);
    return scores.softmax(-1).matmul(v).permute([0, 2, 1, 3]).reshape([-1, length, 8]);
  }

  private split(x: Tensor, length: number, width: number): Tensor {
    return x.reshape([-1, length, this.heads, width]).permute([0, 2, 1, 3]);
  }
}

function modelOf(name: string): Model {
  if (name === "mlp") {
    return { module: new nn.Sequential(new nn.Linear(3, 5), new nn.ReLU(), new nn.Linear(5, 2)), loss: crossEntropy };
  }
  if (name === "mlp_tanh") {
    const layers = [new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 4), new nn.GELU(), new nn.Linear(4, 1)];
    return { module: new nn.Sequential(...layers), loss: mse };
  }
  const loss = (output: Tensor, target: Tensor) => crossEntropy(output.reshape([-1, 6]), target.reshape([-1]));
  return { module: new TinyGpt(), loss };
}

function tensorOf({ shape, data, dtype }: { shape: number[]; data: number[]; dtype?: string }): Tensor {
  const own: DType = dtype === "int64" ? "int32" : "float32";
  return tensor(data, { dtype: own }).reshape(shape);
}

describe("a model is PyTorch's", () => {
  it.each(recorded.runs)("$name: $architecture", ({ name, input, target, parameters, loss, grads, losses }) => {
    const model = modelOf(name);
    const state = Object.entries(parameters).map(([path, value]) => [path, tensorOf(value)] as const);
    model.module.loadStateDict(Object.fromEntries(state));
    const [x, y] = [tensorOf(input), tensorOf(target)];
    const stepper = new optim.SGD(model.module.parameters(), { lr: 0.1 });
    const lossNow = () => model.loss(model.module.forward(x), y);

    const first = lossNow();
    expect(first.item()).toBeCloseTo(loss, 5);
    first.backward();
    const named = new Map(model.module.namedParameters());
    for (const [path, expected] of Object.entries<readonly number[] | undefined>(grads)) {
      const actual = named.get(path)?.grad?.data ?? [];
      expected?.forEach((value, i) => {
        expect(Math.abs(actual[i] - value), `${path}[${i}]`).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
      });
    }
    for (const expected of losses) {
      stepper.step();
      stepper.zeroGrad();
      const next = lossNow();
      expect(next.item()).toBeCloseTo(expected, 4);
      next.backward();
    }
  });
});
