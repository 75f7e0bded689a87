/**
 * Programs to measure with, made from a seed: files of about any length that train something, in the shapes that
 * people write (modules, losses, loops over epochs, evaluation under `noGrad`), and files around them that do other work.
 */

/** The same numbers for the same seed on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface ProgramShape {
  readonly seed: number;
  readonly lines: number;
  /** What else the file imports, as statements. */
  readonly imports?: readonly string[];
  /** Calls of what it imports, one of them in each training function. */
  readonly calls?: readonly string[];
  /** Its functions are called one by one, all of them by one function, or by whoever imports them. */
  readonly as: "program" | "main" | "library";
}

/** A file that trains small models; a library exports its parts, a program runs them. */
export function trainingFile({ seed, lines, imports = [], calls = [], as }: ProgramShape): string {
  const next = random(seed);
  const parts = ['import { nn, noGrad, optim, tensor, type Tensor } from "@gradlens/engine";', ...imports, ""];
  const runs: string[] = [];
  const exported = as === "library" ? "export " : "";
  for (let index = 0; linesOf(parts) + runs.length < lines; index++) {
    const part = pick(kinds, next)({ name: `${index}`, exported, next, call: calls[index % calls.length] ?? null });
    parts.push(part.text, "");
    if (as !== "library") runs.push(part.run);
  }
  const calling =
    as === "main" ? ["function main(): void {", ...runs.map((run) => `  ${run}`), "}", "", "main();"] : runs;
  return [...parts, ...calling, ""].join("\n");
}

/** A file without any tensor: what most files of a workspace are. */
export function ordinaryFile(seed: number, lines: number): string {
  const next = random(seed);
  const parts: string[] = ['import { readFileSync } from "node:fs";', ""];
  for (let index = 0; linesOf(parts) < lines; index++) {
    const field = pick(["price", "amount", "weight", "age"], next);
    parts.push(
      `export interface Entry${index} {\n  readonly id: string;\n  readonly ${field}: number;\n}\n`,
      `export function load${index}(path: string): readonly Entry${index}[] {`,
      `  const rows: Entry${index}[] = JSON.parse(readFileSync(path, "utf8"));`,
      `  const total = rows.reduce((sum, { ${field} }) => sum + ${field}, 0);`,
      `  if (total > ${digits(next)}) throw new Error(\`too much: \${total}\`);`,
      `  return rows.filter(({ ${field} }) => ${field} > ${digits(next)}).map((row) => ({ ...row, ${field}: row.${field} * 2 }));`,
      "}\n",
    );
  }
  return parts.join("\n");
}

interface Part {
  readonly text: string;
  /** The statement that runs it. */
  readonly run: string;
}

interface PartFacts {
  readonly name: string;
  readonly exported: string;
  readonly next: () => number;
  readonly call: string | null;
}

const activations = ["relu", "tanh", "sigmoid"] as const;

function regression({ name, exported, next, call }: PartFacts): Part {
  const text = `/** Fits a line to points by gradient descent. */
${exported}function regression${name}(steps: number, rate: number): number {
  const points = [${digits(next)}, ${digits(next)}, ${digits(next)}];
  const inputs = tensor(points);
  const targets = tensor(points.map((point) => point * ${digits(next)} + ${digits(next)}));
  const slope = tensor(${digits(next)}, { requiresGrad: true });
  const offset = tensor(0, { requiresGrad: true });
  const optimizer = new optim.SGD([slope, offset], { lr: rate });
  let last = Infinity;
  for (let step = 0; step < steps; step++) {
    optimizer.zeroGrad();
    const predicted = inputs.mul(slope).add(offset);
    const error = predicted.sub(targets);
    const loss = ${call === null ? "error.pow(2).mean()" : `${call}(error.pow(2).mean())`};
    loss.backward();
    optimizer.step();
    if (step % 10 === 0) {
      last = loss.item();
      console.log("step", step, last);
    }
  }
  return last;
}`;
  return { text, run: `regression${name}(100, 0.01);` };
}

function network({ name, exported, next, call }: PartFacts): Part {
  const [first, second] = [pick(activations, next), pick(activations, next)];
  const text = `${exported}class Network${name} extends nn.Module {
  private readonly first = new nn.Linear(2, 16);
  private readonly second = new nn.Linear(16, 16);
  private readonly head: nn.Linear;
  private readonly scale = new nn.Parameter(tensor(${digits(next)}));

  constructor(outputs: number) {
    super();
    this.head = new nn.Linear(16, outputs);
  }

  override forward(input: Tensor): Tensor {
    const hidden = this.first.forward(input).${first}();
    const deeper = this.second.forward(hidden).${second}().add(hidden);
    return this.head.forward(deeper).mul(this.scale);
  }
}

${exported}function train${name}(epochs: number): Network${name} {
  const model = new Network${name}(1);
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.0${digits(next)} });
  const batches = [0, 1, 2].map((seed) => ({
    inputs: tensor([[seed, ${digits(next)}], [${digits(next)}, seed]]),
    labels: tensor([[1], [0]]),
  }));
  for (let epoch = 0; epoch < epochs; epoch++) {
    let sum = 0;
    for (const { inputs, labels } of batches) {
      optimizer.zeroGrad();
      const output = ${call === null ? "model.forward(inputs)" : `${call}(model.forward(inputs))`};
      const loss = output.sub(labels).pow(2).mean();
      loss.backward();
      optimizer.step();
      sum += loss.item();
    }
    const accuracy = noGrad(() => model.forward(tensor([[0, ${digits(next)}]])).gt(0.5).mean().item());
    console.log(epoch, sum / batches.length, accuracy);
  }
  return model;
}`;
  return { text, run: `train${name}(10);` };
}

function policy({ name, exported, next, call }: PartFacts): Part {
  const cut = next() < 0.5 ? ".detach()" : "";
  const text = `${exported}function advantage${name}(rewards: readonly number[], values: Tensor): Tensor {
  const discount = 0.9${digits(next)};
  const returns: number[] = [];
  let running = 0;
  for (const reward of [...rewards].reverse()) {
    running = reward + discount * running;
    returns.unshift(running);
  }
  return tensor(returns).sub(values${cut});
}

${exported}function improve${name}(rewards: readonly number[]): void {
  const logits = tensor([0.1, 0.2, 0.${digits(next)}], { requiresGrad: true });
  const critic = tensor([0, 0, 0], { requiresGrad: true });
  const better = advantage${name}(rewards, critic);
  const chosen = ${call === null ? "logits.exp().div(logits.exp().sum())" : `${call}(logits.exp().div(logits.exp().sum()))`};
  const actor = chosen.log().mul(better.detach()).mean().neg();
  const value = better.pow(2).mean();
  const total = actor.add(value.mul(0.5));
  total.backward();
  const step = 0.0${digits(next)};
  noGrad(() => {
    for (const parameter of [logits, critic]) {
      const { grad } = parameter;
      if (grad !== null) parameter.sub_(grad.mul(step));
    }
  });
  console.log("improved", logits.tolist(), critic.tolist());
}`;
  return { text, run: `improve${name}([1, 0, ${digits(next)}]);` };
}

function contrast({ name, exported, next, call }: PartFacts): Part {
  const activation = pick(activations, next);
  const text = `${exported}const margin${name} = 0.${digits(next)};

function encode${name}(input: Tensor, weights: Tensor, options: { readonly frozen?: boolean } = {}): Tensor {
  const code = input.matmul(weights).${activation}();
  if (options.frozen === true) return code.detach();
  return code.div(code.pow(2).sum().add(1e-6).sqrt());
}

${exported}function contrast${name}(pairs: readonly (readonly [number, number])[]): number {
  const online = tensor([[${digits(next)}, 1], [0, ${digits(next)}]], { requiresGrad: true });
  const history: number[] = [];
  for (const [left, right] of pairs) {
    const anchor = encode${name}(tensor([[left, right]]), online);
    const target = encode${name}(tensor([[right, left]]), online, { frozen: true });
    const distance = anchor.sub(target).pow(2).sum();
    const loss = distance.sub(margin${name}).relu();
    ${call === null ? "loss.backward()" : `${call}(loss).backward()`};
    const { grad } = online;
    if (grad === null) continue;
    online.sub_(grad.mul(0.1));
    online.grad = null;
    history.push(loss.item());
  }
  return history.reduce((sum, each) => sum + each, 0) / Math.max(1, history.length);
}`;
  return { text, run: `contrast${name}([[1, 2], [${digits(next)}, 4]]);` };
}

const kinds: readonly ((facts: PartFacts) => Part)[] = [regression, network, policy, contrast];

export function pick<T>(choices: readonly T[], next: () => number): T {
  const chosen = choices[Math.floor(next() * choices.length)];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
}

function digits(next: () => number): number {
  return 1 + Math.floor(next() * 9);
}

function linesOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.split("\n").length, 0);
}
