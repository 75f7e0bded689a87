/**
 * Rules about what a module registers and what is frozen, on small programs: above all the near misses on which they
 * must be silent.
 */
import { describe, expect, test } from "vitest";
import { codesIn } from "../support/leaves.js";

const codes = ["unregistered-parameter", "not-in-optimizer", "freeze-undone", "all-parameters-frozen"];

const steps = `const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
for (let i = 0; i < 3; i++) { opt.zeroGrad(); net.forward(randn([2, 4])).sum().backward(); opt.step(); }`;

/** A module with these fields, whose `forward` is the sum of this and of what its linear layer gives. */
function net(fields: string, extra: string): string {
  return `class Net extends nn.Module {
  linear = new nn.Linear(4, 1);
  ${fields}
  override forward(x: Tensor): Tensor { return this.linear.forward(x).add(${extra}); }
}
declare const flag: boolean;
declare function external(...given: unknown[]): Tensor;
const net = new Net();
`;
}

const silent: readonly (readonly [string, string])[] = [
  [
    "layers in a ModuleList",
    `${net("layers = new nn.ModuleList([new nn.Linear(4, 1)]);", "this.layers.at(0).forward(x)")}${steps}`,
  ],
  [
    "an array of modules that are fields as well",
    `${net("a = new nn.Linear(4, 1); all = [this.a];", "this.all[0]!.forward(x)")}${steps}`,
  ],
  ["plain data in an array", `${net("sizes = [4, 1]; names = ['a'];", "this.sizes[0]!")}${steps}`],
  ["a constant tensor", `${net("shift = tensor([1]);", "this.shift")}${steps}`],
  [
    "a frozen tensor",
    `${net("shift = tensor([1], { requiresGrad: true });", "this.shift")}
net.shift.requiresGrad = false; ${steps}`,
  ],
  ["an array that no loss depends on", `${net("unused = [new nn.Linear(4, 1)];", "1")}${steps}`],
  [
    "an array whose every use is detached",
    `${net("layers = [new nn.Linear(4, 1)];", "this.layers[0]!.forward(x).detach()")}${steps}`,
  ],
  [
    "an array that a second optimizer holds",
    `${net("layers = [new nn.Linear(4, 1)];", "this.layers[0]!.forward(x)")}${steps}
const second = new optim.SGD(net.layers[0]!.parameters(), { lr: 0.1 }); second.step();`,
  ],
  [
    "parameters that are overridden",
    `${net(
      "layers = [new nn.Linear(4, 1)]; override parameters() { return [...this.linear.parameters(), ...this.layers.flatMap((l) => l.parameters())]; }",
      "this.layers[0]!.forward(x)",
    )}${steps}`,
  ],
  [
    "no optimizer at all",
    `${net("layers = [new nn.Linear(4, 1)];", "this.layers[0]!.forward(x)")}
net.parameters(); net.forward(randn([2, 4])).sum().backward();`,
  ],
  [
    "an array that is given away",
    `${net("layers = [new nn.Linear(4, 1)];", "this.layers[0]!.forward(x)")}external(net.layers); ${steps}`,
  ],
  [
    "a class that is no module",
    `class Pair { layers = [new nn.Linear(4, 1), new nn.Linear(4, 1)]; }
const pair = new Pair();
const opt = new optim.SGD(pair.layers.flatMap((layer) => layer.parameters()), { lr: 0.1 });
pair.layers[0]!.forward(randn([2, 4])).add(pair.layers[1]!.forward(randn([2, 4]))).sum().backward(); opt.step();`,
  ],

  [
    "freezing, working and letting go",
    `${net("", "1")}net.linear.requiresGrad_(false);
net.forward(randn([2, 4])); net.linear.requiresGrad_(true); ${steps}`,
  ],
  ["freezing sometimes", `${net("", "1")}if (flag) net.linear.requiresGrad_(false); net.requiresGrad_(true); ${steps}`],
  ["letting go sometimes", `${net("", "1")}net.linear.requiresGrad_(false); net.requiresGrad_(flag); ${steps}`],
  [
    "restoring the flags",
    `${net("", "1")}const flags = net.parameters().map((p) => p.requiresGrad);
for (const p of net.parameters()) p.requiresGrad = false;
net.parameters().forEach((p, i) => { p.requiresGrad = flags[i]!; }); ${steps}`,
  ],
  [
    "freezing all and letting go one of them",
    `${net("head = new nn.Linear(4, 1);", "this.head.forward(x)")}for (const p of net.parameters()) p.requiresGrad = false;
for (const p of net.head.parameters()) p.requiresGrad = flag; ${steps}`,
  ],
  [
    "letting go those that a test picks",
    `${net("head = new nn.Linear(4, 1);", "this.head.forward(x)")}net.head.requiresGrad_(false);
for (const [name, p] of net.namedParameters()) { if (name.startsWith("linear")) p.requiresGrad = true; } ${steps}`,
  ],
  [
    "an optimizer that asks for the flag in between",
    `${net("", "1")}net.linear.requiresGrad_(false);
const some = net.parameters().filter((p) => p.requiresGrad); net.requiresGrad_(true); ${steps} external(some.length);`,
  ],
  [
    "phases of a loop",
    `${net("head = new nn.Linear(4, 1);", "this.head.forward(x)")}const opt = new optim.SGD(net.parameters(), { lr: 0.1 });
for (let i = 0; i < 4; i++) {
  net.head.requiresGrad_(i % 2 === 0);
  opt.zeroGrad(); net.forward(randn([2, 4])).sum().backward(); opt.step();
}`,
  ],
  [
    "a part that is frozen",
    `${net("head = new nn.Linear(4, 1);", "this.head.forward(x)")}net.linear.requiresGrad_(false); ${steps}`,
  ],
  ["frozen on one branch", `${net("", "1")}if (flag) net.requiresGrad_(false); ${steps}`],
  [
    "frozen after the loss",
    `${net("", "1")}const loss = net.forward(randn([2, 4])).sum(); net.requiresGrad_(false); loss.backward();`,
  ],
  [
    "frozen but for the last element",
    `${net("", "1")}for (const p of net.parameters()) { if (p.shape.length === 1) continue; p.requiresGrad = false; } ${steps}`,
  ],
  [
    "frozen until the loop ends early",
    `${net("", "1")}for (const p of net.parameters()) { if (flag) break; p.requiresGrad = false; } ${steps}`,
  ],
  [
    "a loss that is made elsewhere as well",
    `${net("", "1")}net.requiresGrad_(false); net.forward(randn([2, 4])).add(external()).sum().backward();`,
  ],
  [
    "an input that requires a gradient",
    `${net("", "1")}net.requiresGrad_(false); const x = randn([2, 4], { requiresGrad: true }); net.forward(x).sum().backward(); console.log(x.grad);`,
  ],
];

const spoken: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "where the only layers are hidden",
    `class Net extends nn.Module {
  private readonly layers: nn.Linear[] = [];
  constructor() { super(); for (let i = 0; i < 2; i++) this.layers.push(new nn.Linear(4, 4)); }
  override forward(x: Tensor): Tensor { return this.layers.reduce((h, l) => l.forward(h), x); }
}
const net = new Net();
${steps}`,
    ["unregistered-parameter"],
  ],
  [
    "in a module inside",
    `class Inner extends nn.Module {
  parts = { a: new nn.Linear(4, 4), b: new nn.Linear(4, 4) };
  override forward(x: Tensor): Tensor { return this.parts.a.forward(x).add(this.parts.b.forward(x)); }
}
class Net extends nn.Module {
  inner = new nn.Sequential(new Inner(), new nn.Linear(4, 1));
  override forward(x: Tensor): Tensor { return this.inner.forward(x); }
}
const net = new Net();
${steps}`,
    ["unregistered-parameter"],
  ],
  [
    "frozen with a callback",
    `${net("", "1")}net.parameters().forEach((p) => { p.requiresGrad = false; });
net.forward(randn([2, 4])).sum().backward();`,
    ["all-parameters-frozen"],
  ],
  [
    "let go in a loop over the whole",
    `${net("head = new nn.Linear(4, 1);", "this.head.forward(x)")}net.head.requiresGrad_(false);
for (const p of net.parameters()) p.requiresGrad = true;
${steps}`,
    ["freeze-undone"],
  ],
];

describe("rules about registering and freezing", () => {
  test.each(silent)("say nothing about %s", (_name, program) => {
    expect(codesIn(program, codes)).toEqual([]);
  });

  test.each(spoken)("find it %s", (_name, program, expected) => {
    expect(codesIn(program, codes)).toEqual(expected);
  });
});
