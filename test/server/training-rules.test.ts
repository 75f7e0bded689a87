/**
 * Rules about optimizers and gradients on small programs: what they find where the code takes another shape, and above
 * all the near misses on which they must be silent.
 */
import { analyze } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { importing } from "../support/leaves.js";
import { memorySources } from "../support/sources.js";

const codes = ["not-in-optimizer", "missing-zero-grad", "zero-grad-before-step", "non-leaf-in-optimizer"];

const model = `const model = new nn.Linear(4, 1);
const opt = new optim.SGD(model.parameters(), { lr: 0.1 });
const x = randn([8, 4]);
declare const flag: boolean;
declare const n: number;
declare function external(...given: unknown[]): Tensor;
`;

function found(program: string): readonly string[] {
  const [file] = analyze(memorySources({ "main.ts": importing(program) })).files;
  expect(file?.syntaxErrors).toEqual([]);
  return (file?.findings ?? []).map(({ code }) => code).filter((code) => codes.includes(code));
}

const silent: readonly (readonly [string, string])[] = [
  ["clearing after the step", `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); opt.zeroGrad(); }`],
  ["clearing before the pass", `${model}for (;;) { opt.zeroGrad(); model.forward(x).sum().backward(); opt.step(); }`],
  [
    "clearing between forward and backward",
    `${model}for (;;) { const loss = model.forward(x).sum(); opt.zeroGrad(); loss.backward(); opt.step(); }`,
  ],
  [
    "clearing through the model",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); model.zeroGrad(); }`,
  ],
  [
    "clearing each parameter",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); for (const p of model.parameters()) p.grad = null; }`,
  ],
  [
    "clearing each gradient in place",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); for (const p of model.parameters()) p.grad?.zero_(); }`,
  ],
  [
    "clearing in a callback",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); model.parameters().forEach((p) => { p.grad = null; }); }`,
  ],
  [
    "clearing in a helper",
    `${model}const reset = () => { opt.zeroGrad(); };
for (;;) { model.forward(x).sum().backward(); opt.step(); reset(); }`,
  ],
  [
    "clearing sometimes",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); if (flag) opt.zeroGrad(); }`,
  ],
  [
    "accumulation: a step under a condition",
    `${model}for (let i = 0; i < n; i++) { model.forward(x).sum().backward(); if (i % 4 === 3) { opt.step(); opt.zeroGrad(); } }`,
  ],
  [
    "accumulation: a step under a condition, never cleared",
    `${model}for (let i = 0; i < n; i++) { model.forward(x).sum().backward(); if (i % 4 === 3) opt.step(); }`,
  ],
  [
    "accumulation: several passes for each step",
    `${model}for (;;) { for (let i = 0; i < 4; i++) model.forward(x).sum().backward(); opt.step(); opt.zeroGrad(); }`,
  ],
  [
    "two losses for each step",
    `${model}for (;;) { opt.zeroGrad(); model.forward(x).sum().backward(); model.forward(x).square().sum().backward(); opt.step(); }`,
  ],
  ["one pass without a loop", `${model}model.forward(x).sum().backward(); opt.step();`],
  ["a loop without a step", `${model}for (;;) { model.forward(x).sum().backward(); }`],
  [
    "a fresh model in each iteration",
    `const x = randn([8, 4]);
for (let run = 0; run < 3; run++) {
  const fresh = new nn.Linear(4, 1);
  const opt = new optim.SGD(fresh.parameters(), { lr: 0.1 });
  fresh.forward(x).sum().backward();
  opt.step();
}`,
  ],
  [
    "one pass for each of several models",
    `const x = randn([8, 4]);
const models = [new nn.Linear(4, 1), new nn.Linear(4, 1)];
const opts = models.map((each) => new optim.SGD(each.parameters(), { lr: 0.1 }));
models.forEach((each, i) => { each.forward(x).sum().backward(); opts[i]!.step(); });`,
  ],
  [
    "a training phase and a validation phase",
    `${model}for (let epoch = 0; epoch < n; epoch++) {
  opt.zeroGrad();
  for (const phase of ["train", "val"]) {
    const loss = model.forward(x).sum();
    if (phase === "train") { loss.backward(); opt.step(); }
  }
}`,
  ],
  [
    "the optimizer is given away",
    `${model}external(opt);
for (;;) { model.forward(x).sum().backward(); opt.step(); }`,
  ],
  ["the model is given away", `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); external(model); }`],
  [
    "the parameters are given away",
    `${model}external(model.parameters());
for (;;) { model.forward(x).sum().backward(); opt.step(); }`,
  ],
  [
    "a loss that may not depend on it",
    `${model}const other = randn([1], { requiresGrad: true });
for (;;) { const loss = flag ? model.forward(x).sum() : other.sum(); loss.backward(); opt.step(); other.grad = null; }`,
  ],
  ["the break after the first round", `${model}for (;;) { model.forward(x).sum().backward(); opt.step(); break; }`],
  [
    "a GAN clears each side before its pass",
    `const g = new nn.Linear(4, 4), d = new nn.Linear(4, 1);
const optG = new optim.Adam(g.parameters()), optD = new optim.Adam(d.parameters());
for (;;) {
  const fake = g.forward(randn([2, 4]));
  optD.zeroGrad();
  d.forward(fake.detach()).sum().sub(d.forward(randn([2, 4])).sum()).backward();
  optD.step();
  optG.zeroGrad();
  d.forward(fake).sum().neg().backward();
  optG.step();
}`,
  ],
  [
    "an update by hand that clears",
    `const w = randn([4], { requiresGrad: true });
for (;;) { w.square().sum().backward(); noGrad(() => { w.sub_(w.grad!.mul(0.1)); }); w.grad = null; }`,
  ],
  [
    "a leaf that is made anew",
    `let w = randn([4], { requiresGrad: true });
for (;;) {
  w.square().sum().backward();
  noGrad(() => { w.sub_(w.grad!.mul(0.1)); });
  w = tensor(w.tolist(), { requiresGrad: true });
}`,
  ],
  [
    "restoring a gradient after clearing",
    `const w = randn([4], { requiresGrad: true });
const opt = new optim.SGD([w], { lr: 0.1 });
for (;;) { w.square().sum().backward(); const kept = w.grad!; opt.zeroGrad(); w.grad = kept; opt.step(); opt.zeroGrad(); }`,
  ],
  [
    "clearing of another optimizer between",
    `${model}const other = new nn.Linear(4, 1);
const otherOpt = new optim.SGD(other.parameters(), { lr: 0.1 });
for (;;) { opt.zeroGrad(); model.forward(x).add(other.forward(x)).sum().backward(); otherOpt.zeroGrad(); opt.step(); }
otherOpt.step();`,
  ],
  [
    "a part of the parameters is cleared",
    `${model}for (;;) { opt.zeroGrad(); model.forward(x).sum().backward(); model.bias.grad = null; opt.step(); }`,
  ],
  [
    "cleared only sometimes between",
    `${model}for (;;) { model.forward(x).sum().backward(); if (flag) opt.zeroGrad(); opt.step(); opt.zeroGrad(); }`,
  ],
  [
    "a pass of an unknown loss after the clearing",
    `${model}for (;;) { model.forward(x).sum().backward(); opt.zeroGrad(); external(model.forward(x)).backward(); opt.step(); }`,
  ],
  [
    "spread and push",
    `const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const all = [...a.parameters()];
all.push(...b.parameters());
const opt = new optim.SGD(all, { lr: 0.1 });
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "an optimizer for each",
    `const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opts = [a, b].map((each) => new optim.SGD(each.parameters(), { lr: 0.1 }));
b.forward(a.forward(randn([2, 4]))).sum().backward();
for (const opt of opts) opt.step();`,
  ],
  [
    "added as a group later",
    `const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opt = new optim.SGD(a.parameters(), { lr: 0.1 });
opt.addParamGroup({ params: b.parameters(), lr: 0.01 });
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "added to the list of a group",
    `const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opt = new optim.SGD(a.parameters(), { lr: 0.1 });
opt.paramGroups[0]!.params.push(...b.parameters());
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "its gradient is read",
    `${model}const input = randn([8, 4], { requiresGrad: true });
model.forward(input).sum().backward(); opt.step(); console.log(input.grad);`,
  ],
  [
    "frozen under a new head",
    `const body = new nn.Linear(4, 4), head = new nn.Linear(4, 1);
body.requiresGrad_(false);
const opt = new optim.SGD(head.parameters(), { lr: 0.1 });
head.forward(body.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "a target network under noGrad",
    `const online = new nn.Linear(4, 1), target = new nn.Linear(4, 1);
const opt = new optim.SGD(online.parameters(), { lr: 0.1 });
const x = randn([2, 4]);
const goal = noGrad(() => target.forward(x));
online.forward(x).sub(goal).square().sum().backward();
opt.step();`,
  ],
  [
    "a model that is only evaluated",
    `const features = new nn.Linear(4, 4);
features.eval();
const image = randn([2, 4], { requiresGrad: true });
const opt = new optim.Adam([image]);
features.forward(image).square().sum().backward();
opt.step();`,
  ],
  [
    "weights that come from elsewhere",
    `const features = new nn.Linear(4, 4), head = new nn.Linear(4, 1);
features.loadStateDict(head.stateDict());
const opt = new optim.Adam(head.parameters());
head.forward(features.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "an optimizer of one's own",
    `class Mine extends optim.SGD {}
const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opt = new optim.SGD(a.parameters(), { lr: 0.1 });
const mine = new Mine(b.parameters(), { lr: 0.1 });
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step(); mine.step();`,
  ],
  [
    "an optimizer that is made elsewhere",
    `declare function makeOptimizer(parameters: unknown): { step(): void };
const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opt = new optim.SGD(a.parameters(), { lr: 0.1 });
const other = makeOptimizer(b.parameters());
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step(); other.step();`,
  ],
  [
    "parameters that are not known",
    `declare const rest: Tensor[];
const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const opt = new optim.SGD([...a.parameters(), ...rest], { lr: 0.1 });
b.forward(a.forward(randn([2, 4]))).sum().backward();
opt.step();`,
  ],
  [
    "no optimizer steps",
    `${model}const other = new nn.Linear(1, 1);
other.forward(model.forward(x)).sum().backward();`,
  ],
  [
    "a result without a history",
    `const w = randn([4]).mul(0.1);
w.requiresGrad = true;
const opt = new optim.SGD([w], { lr: 0.1 });
w.sum().backward(); opt.step();`,
  ],
  [
    "a result that is detached",
    `const w = randn([4], { requiresGrad: true }).mul(2).detach();
new optim.SGD([w], { lr: 0.1 });`,
  ],
  [
    "a parameter made of a result",
    `const w = randn([4], { requiresGrad: true });
new optim.SGD([new nn.Parameter(w.mul(2))], { lr: 0.1 });`,
  ],
  [
    "a cast to its own type",
    `const w = randn([4], { requiresGrad: true }).to("float32");
new optim.SGD([w], { lr: 0.1 });`,
  ],
  [
    "a result on one branch",
    `const w = randn([4], { requiresGrad: true });
declare const flag: boolean;
new optim.SGD([flag ? w : w.mul(2)], { lr: 0.1 });`,
  ],
  [
    "a result of a frozen leaf",
    `const w = randn([4], { requiresGrad: true });
w.requiresGrad = false;
new optim.SGD([w.mul(2)], { lr: 0.1 });`,
  ],
  [
    "a layer that gives back its input",
    `const w = randn([4], { requiresGrad: true });
new optim.SGD([new nn.Identity().forward(w)], { lr: 0.1 });`,
  ],
];

const spoken: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "in an async main",
    `async function main() {
  ${model.replaceAll("declare", "// declare")}
  for (let i = 0; i < 3; i++) { model.forward(x).sum().backward(); opt.step(); await Promise.resolve(); }
}
main();`,
    ["missing-zero-grad"],
  ],
  [
    "in a function that is given the model",
    `function train(net: nn.Module, opt: optim.SGD, x: Tensor) {
  while (Math.random() > 0.1) { net.forward(x).sum().backward(); opt.step(); }
}
const net = new nn.Linear(4, 1);
train(net, new optim.SGD(net.parameters(), { lr: 0.1 }), randn([8, 4]));`,
    ["missing-zero-grad"],
  ],
  [
    "in a trainer class",
    `class Trainer {
  private readonly net = new nn.Sequential(new nn.Linear(4, 4), new nn.ReLU(), new nn.Linear(4, 1));
  private readonly opt = new optim.Adam(this.net.parameters());
  step(x: Tensor): number {
    const loss = this.net.forward(x).square().mean();
    loss.backward();
    this.opt.step();
    return loss.item();
  }
}
const trainer = new Trainer();
for (let i = 0; i < 10; i++) console.log(trainer.step(randn([2, 4])));`,
    ["missing-zero-grad"],
  ],
  [
    "only one of two optimizers is cleared",
    `const a = new nn.Linear(4, 4), b = new nn.Linear(4, 1);
const optA = new optim.SGD(a.parameters(), { lr: 0.1 }), optB = new optim.SGD(b.parameters(), { lr: 0.1 });
for (let i = 0; i < 3; i++) {
  optA.zeroGrad();
  b.forward(a.forward(randn([2, 4]))).sum().backward();
  optA.step();
  optB.step();
}`,
    ["missing-zero-grad"],
  ],
  [
    "cleared in a helper before the step",
    `${model}const prepare = () => opt.zeroGrad();
for (let i = 0; i < 3; i++) { model.forward(x).sum().backward(); prepare(); opt.step(); }`,
    ["zero-grad-before-step"],
  ],
  [
    "one parameter of two",
    `const w = randn([4, 1], { requiresGrad: true }), b = randn([1], { requiresGrad: true });
const opt = new optim.SGD([w], { lr: 0.1 });
for (let i = 0; i < 3; i++) { opt.zeroGrad(); randn([2, 4]).matmul(w).add(b).sum().backward(); opt.step(); }`,
    ["not-in-optimizer"],
  ],
  [
    "a result in a list that grows",
    `const w = randn([4], { requiresGrad: true });
const list: Tensor[] = [];
list.push(w.exp());
new optim.SGD(list, { lr: 0.1 });`,
    ["non-leaf-in-optimizer"],
  ],
];

describe("rules about training", () => {
  test.each(silent)("say nothing about %s", (_name, program) => {
    expect(found(program)).toEqual([]);
  });

  test.each(spoken)("find it %s", (_name, program, expected) => {
    expect(found(program)).toEqual(expected);
  });
});
