/**
 * Rules about what an optimizer is given on small programs: what they find, and above all the near misses on which they
 * must be silent.
 */
import { describe, expect, test } from "vitest";
import { codesIn } from "../support/leaves.js";

const codes = ["not-in-optimizer", "non-leaf-in-optimizer"];

const model = `const model = new nn.Linear(4, 1);
const opt = new optim.SGD(model.parameters(), { lr: 0.1 });
const x = randn([8, 4]);
declare const flag: boolean;
declare const n: number;
declare function external(...given: unknown[]): Tensor;
`;

const silent: readonly (readonly [string, string])[] = [
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

describe("rules about optimizers", () => {
  test.each(silent)("say nothing about %s", (_name, program) => {
    expect(codesIn(program, codes)).toEqual([]);
  });

  test.each(spoken)("find it %s", (_name, program, expected) => {
    expect(codesIn(program, codes)).toEqual(expected);
  });
});
