/**
 * Rules about the gradients of a training loop on small programs: what they find where the code takes another shape, and
 * above all the near misses on which they must be silent.
 */
import { describe, expect, test } from "vitest";
import { codesIn } from "../support/leaves.js";

const codes = ["missing-zero-grad", "zero-grad-before-step"];

const model = `const model = new nn.Linear(4, 1);
const opt = new optim.SGD(model.parameters(), { lr: 0.1 });
const x = randn([8, 4]);
declare const flag: boolean;
declare const n: number;
declare function external(...given: unknown[]): Tensor;
`;

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
    "one epoch of a full batch",
    `${model}const epochs = 1;
for (let epoch = 0; epoch < epochs; epoch++) { model.forward(x).sum().backward(); opt.step(); }`,
  ],
  [
    "one batch",
    `${model}const batches = [x];
for (const batch of batches) { model.forward(batch).sum().backward(); opt.step(); }`,
  ],
  [
    "clearing in a finally",
    `${model}for (;;) { try { model.forward(x).sum().backward(); opt.step(); } finally { opt.zeroGrad(); } }`,
  ],
  [
    "clearing from the second iteration on",
    `${model}for (let i = 0; i < n; i++) { if (i > 0) opt.zeroGrad(); model.forward(x).sum().backward(); opt.step(); }`,
  ],
  [
    "one of two optimizers steps",
    `${model}const other = new optim.Adam(model.parameters());
for (;;) { model.forward(x).sum().backward(); (flag ? opt : other).step(); opt.zeroGrad(); }`,
  ],
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
    "in a callback for each batch",
    `${model}const batches = Array.from({ length: 4 }, () => randn([8, 4]));
batches.forEach((batch) => { model.forward(batch).sum().backward(); opt.step(); });`,
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
];

describe("rules about training", () => {
  test.each(silent)("say nothing about %s", (_name, program) => {
    expect(codesIn(program, codes)).toEqual([]);
  });

  test.each(spoken)("find it %s", (_name, program, expected) => {
    expect(codesIn(program, codes)).toEqual(expected);
  });
});
