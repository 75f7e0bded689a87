/**
 * Recorded models: small networks with fixed weights, their outputs, loss, gradients, buffers and five steps of SGD. Each
 * is built here from the layers that its recording names.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  concat,
  crossEntropy,
  mse,
  nn,
  ones,
  optim,
  stack,
  tensor,
  type DType,
  type Tensor,
} from "@gradlens/engine";
import { numberOf, type TensorData } from "./case.js";
import { differs, verdictOf, type RunOutcome } from "./trajectories.js";

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

interface Recorded {
  readonly name: string;
  readonly mode: "train" | "eval";
  readonly loss: string;
  readonly input: TensorData;
  readonly target: TensorData | null;
  readonly parameters: Readonly<Record<string, Numbers>>;
  readonly buffers: Readonly<Record<string, Numbers>>;
  readonly runs: Readonly<Record<"float32" | "float64", ModelRun>>;
}

interface ModelRun {
  readonly outputs: readonly Numbers[];
  readonly loss: number;
  readonly grads: Readonly<Record<string, Numbers>>;
  readonly input_grad: Numbers | null;
  readonly buffers_after: Readonly<Record<string, Numbers>>;
  readonly "sgd_lr0.1_losses": readonly number[];
  readonly parameters_after_5_steps: Readonly<Record<string, Numbers>>;
}

interface Model {
  readonly module: nn.Module<unknown>;
  readonly run: (x: Tensor) => readonly Tensor[];
}

export function modelsOf(folder: string): readonly RunOutcome[] {
  const file = join(folder, "modules.json");
  if (!existsSync(file)) return [];
  const { items }: { items: Recorded[] } = JSON.parse(readFileSync(file, "utf8"));
  return items.map((item) => ({
    id: `module ${item.name}`,
    op: item.name,
    verdict: verdictOf(() => check(item, "float32", 1e-4) ?? check(item, "float64", 1e-7)),
  }));
}

function check(item: Recorded, dtype: "float32" | "float64", tolerance: number): string | null {
  const { module, run } = models[item.name]?.() ?? absent(item.name);
  const recorded = item.runs[dtype];
  if (dtype === "float64") inFloat64(module);
  module.loadStateDict(Object.fromEntries([...Object.entries(item.parameters), ...Object.entries(item.buffers)].map(([name, value]) => [inCamel(name), made(value, dtype)])));
  if (item.mode === "eval") module.eval();
  const x = tensorOf(item.input, dtype);
  const isFloat = item.input.dtype.startsWith("float");
  x.requiresGrad = isFloat;
  const target = item.target === null ? null : tensorOf(item.target, dtype);
  const outputs = run(x);
  const loss = lossOf(item.loss, outputs[0], target, x);
  loss.backward();
  const named = new Map(module.namedParameters());
  const buffersAfter = new Map(module.namedBuffers().map(([name, { data }]) => [name, [...data]] as const));
  const near = (what: string, found: ArrayLike<number>, expected: Numbers | null): string | null =>
    expected === null ? null : differs(`${what} in ${dtype}`, found, expected.data.map(numberOf), tolerance);
  const first =
    outputs.map((output, at) => near(`output ${at}`, output.data, recorded.outputs[at])).find((why) => why !== null) ??
    differs(`the loss in ${dtype}`, [loss.item()], [recorded.loss], tolerance) ??
    Object.entries(recorded.grads)
      .map(([name, value]) => near(`the gradient of ${name}`, named.get(inCamel(name))?.grad?.data ?? [], value))
      .find((why) => why !== null) ??
    (isFloat ? near("the gradient of the input", x.grad?.data ?? [], recorded.input_grad) : null) ??
    Object.entries(recorded.buffers_after)
      .map(([name, value]) => near(name, buffersAfter.get(inCamel(name)) ?? [], value))
      .find((why) => why !== null);
  return first ?? trained(item, recorded, { module, run }, x.detach(), target, tolerance);
}

function trained(item: Recorded, recorded: ModelRun, { module, run }: Model, x: Tensor, target: Tensor | null, tolerance: number): string | null {
  const stepper = new optim.SGD(module.parameters(), { lr: 0.1 });
  const losses = recorded["sgd_lr0.1_losses"].map(() => {
    stepper.step();
    stepper.zeroGrad();
    const loss = lossOf(item.loss, run(x)[0], target, x);
    loss.backward();
    return loss.item();
  });
  stepper.step();
  const named = new Map(module.namedParameters());
  return (
    differs("the losses", losses, recorded["sgd_lr0.1_losses"], tolerance * 10) ??
    Object.entries(recorded.parameters_after_5_steps)
      .map(([name, value]) => differs(`${name} after 5 steps`, named.get(inCamel(name))?.data ?? [], value.data.map(numberOf), tolerance * 10))
      .find((why) => why !== null) ??
    null
  );
}

function lossOf(name: string, output: Tensor, target: Tensor | null, x: Tensor): Tensor {
  if (name === "square_mean") return output.square().mean();
  if (name === "vae") {
    const [y, mean, logVariance] = [output.narrow(-1, 0, 4), output.narrow(-1, 4, 2), output.narrow(-1, 6, 2)];
    const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum().mul(-0.5);
    return binaryCrossEntropy(y, x.detach(), { reduction: "sum" }).add(divergence);
  }
  if (target === null) throw new Error(`${name} needs a target`);
  if (name === "mse_loss") return mse(output, target);
  if (name === "binary_cross_entropy_with_logits") return binaryCrossEntropyWithLogits(output, target);
  return name === "cross_entropy" ? crossEntropy(output, target) : crossEntropy(output.reshape([-1, 6]), target.reshape([-1]));
}

class Unrolled extends nn.Module {
  constructor(readonly cell: nn.RNNCell | nn.GRUCell | nn.LSTMCell) {
    super();
  }

  override forward(x: Tensor): Tensor {
    const { cell } = this;
    let h: Tensor | null = null;
    let c: [Tensor, Tensor] | null = null;
    const outputs = x.unbind(1).map((step) => {
      if (cell instanceof nn.LSTMCell) return (c = cell.forward(step, c))[0];
      return (h = cell.forward(step, h));
    });
    return stack(outputs, 1);
  }
}

class Vae extends nn.Module {
  enc = new nn.Linear(4, 4);
  dec = new nn.Linear(2, 4);

  override forward(x: Tensor): Tensor {
    const [mean, logVariance] = this.enc.forward(x).chunk(2, -1);
    const noise = tensor([[0.3, -0.7], [1.1, 0.2]], { dtype: x.dtype });
    const z = mean.add(logVariance.mul(0.5).exp().mul(noise));
    return concat([this.dec.forward(z).sigmoid(), mean, logVariance], -1);
  }
}

class Residual extends nn.Module {
  c1 = new nn.Conv2d(2, 2, 3, { padding: 1, bias: false });
  b1 = new nn.BatchNorm2d(2);
  c2 = new nn.Conv2d(2, 2, 3, { padding: 1, bias: false });
  b2 = new nn.BatchNorm2d(2);

  override forward(x: Tensor): Tensor {
    const inner = this.b1.forward(this.c1.forward(x)).relu();
    return this.b2.forward(this.c2.forward(inner)).add(x).relu();
  }
}

class Attention extends nn.Module<[Tensor, Tensor]> {
  mha: nn.MultiheadAttention;

  constructor(
    heads: number,
    private readonly looks: "everywhere" | "back",
  ) {
    super();
    this.mha = new nn.MultiheadAttention(8, heads, { batchFirst: true });
  }

  override forward(x: Tensor): [Tensor, Tensor] {
    const [, length] = x.shape;
    const attnMask = this.looks === "back" ? ones([length, length], { dtype: "bool" }).triu(1) : null;
    return this.mha.forward(x, x, x, { attnMask });
  }
}

/** A block of a small language model: two heads, causal, with learned positions. */
class Tiny extends nn.Module {
  p = new nn.Parameter(tensor(new Array<number>(40).fill(0)).reshape([5, 8]));
  e = new nn.Embedding(6, 8);
  n1 = new nn.LayerNorm(8);
  qkv = new nn.Linear(8, 24);
  o = new nn.Linear(8, 8);
  n2 = new nn.LayerNorm(8);
  f1 = new nn.Linear(8, 16);
  f2 = new nn.Linear(16, 8);
  head = new nn.Linear(8, 6, { bias: false });

  override forward(words: Tensor): Tensor {
    const [batch, length] = words.shape;
    const x = this.e.forward(words).add(this.p.narrow(0, 0, length));
    const parts = this.qkv.forward(this.n1.forward(x)).reshape([batch, length, 3, 2, 4]).permute([2, 0, 3, 1, 4]);
    const [q, k, v] = parts.unbind(0);
    const future = ones([length, length], { dtype: "bool" }).triu(1);
    const weights = q.matmul(k.transpose(-1, -2)).div(2).maskedFill(future, -Infinity).softmax(-1);
    const attended = x.add(this.o.forward(weights.matmul(v).transpose(1, 2).reshape([batch, length, 8])));
    return this.head.forward(attended.add(this.f2.forward(this.f1.forward(this.n2.forward(attended)).gelu())));
  }
}

const chain = (...layers: nn.Module[]): Model => plain(new nn.Sequential(...layers));
const plain = (module: nn.Module): Model => ({ module, run: (x) => [module.forward(x)] });

const models: Readonly<Record<string, (() => Model) | undefined>> = {
  rnn_cell: () => plain(new Unrolled(new nn.RNNCell(3, 4))),
  gru_cell: () => plain(new Unrolled(new nn.GRUCell(3, 4))),
  lstm_cell: () => plain(new Unrolled(new nn.LSTMCell(3, 4))),
  cnn: () => chain(new nn.Conv2d(1, 2, 3, { padding: 1 }), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Linear(18, 3)),
  mlp: () => chain(new nn.Linear(3, 5), new nn.ReLU(), new nn.Linear(5, 2)),
  mlp_tanh: () => chain(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 4), new nn.GELU(), new nn.Linear(4, 1)),
  mlp_batchnorm: () => chain(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.ELU(), new nn.Linear(4, 1)),
  vae: () => plain(new Vae()),
  instance_norm_upsample: () =>
    chain(
      new nn.Upsample({ scaleFactor: 2, mode: "bilinear" }),
      new nn.Conv2d(1, 2, 3),
      new nn.InstanceNorm2d(2, { affine: true }),
      new nn.Hardswish(),
    ),
  lstm_2layer_bidirectional: () => {
    const module = new nn.LSTM(3, 2, { numLayers: 2, batchFirst: true, bidirectional: true });
    return { module, run: (x) => [module.forward(x)].flatMap(([output, [h, c]]) => [output, h, c]) };
  },
  residual_batchnorm_eval: () => plain(new Residual()),
  self_attention: () => {
    const module = new Attention(2, "everywhere");
    return { module, run: (x) => module.forward(x) };
  },
  causal_attention: () => {
    const module = new Attention(4, "back");
    return { module, run: (x) => [module.forward(x)[0]] };
  },
  cnn_groupnorm: () =>
    chain(
      new nn.Conv2d(2, 4, 3, { stride: 2 }),
      new nn.GroupNorm(2, 4),
      new nn.LeakyReLU(0.1),
      new nn.AdaptiveAvgPool2d(1),
      new nn.Flatten(),
      new nn.Linear(4, 2),
    ),
  conv1d_stack: () =>
    chain(
      new nn.Conv1d(2, 3, 3, { padding: 1, dilation: 1 }),
      new nn.ReLU(),
      new nn.Conv1d(3, 2, 3, { padding: 2, dilation: 2 }),
      new nn.AvgPool1d(2),
    ),
  tiny_gpt_block: () => plain(new Tiny()),
};

function absent(name: string): never {
  throw new Error(`there is no model ${name}`);
}

/** Every parameter and buffer as float64, in its place. */
function inFloat64(module: nn.Module<unknown>): void {
  for (const each of module.modules()) {
    for (const [name, value] of Object.entries(each)) {
      if (value instanceof nn.Parameter) Object.defineProperty(each, name, { value: new nn.Parameter(value.detach().to("float64")) });
      else if (each.buffers().includes(value) && value.dtype === "float32") {
        Object.defineProperty(each, name, { value: value.to("float64") });
      }
    }
  }
}

function tensorOf(data: TensorData, dtype: DType): Tensor {
  return tensor(data.data.map((each) => Math.fround(numberOf(each))), { dtype: data.dtype === "int64" ? "int32" : dtype }).reshape([...data.shape]).detach().clone();
}

function made({ shape, data }: Numbers, dtype: DType): Tensor {
  return tensor(data.map((each) => Math.fround(numberOf(each))), { dtype }).reshape([...shape]);
}

function inCamel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
