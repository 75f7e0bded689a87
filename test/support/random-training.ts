/** Random programs that make passes, steps and clearings, freeze and thaw, in loops, branches, helpers and callbacks. */
import { Random } from "../fuzz/random.js";

const losses = [
  "a.forward(x).sum()",
  "b.forward(a.forward(x)).sum()",
  "b.forward(x).sum()",
  "b.forward(a.forward(x).detach()).sum()",
] as const;

const acts = [
  "optA.step();",
  "optA.step();",
  "optB.step();",
  "optA.zeroGrad();",
  "optA.zeroGrad();",
  "optB.zeroGrad();",
  "a.zeroGrad();",
  "b.zeroGrad();",
  "for (const p of a.parameters()) p.grad = null;",
  "a.bias.grad = null;",
] as const;

const freezes = [
  "a.requiresGrad_(false);",
  "b.requiresGrad_(false);",
  "a.requiresGrad_(true);",
  "b.requiresGrad_();",
  "ab.requiresGrad_(false);",
  "for (const p of a.parameters()) p.requiresGrad = false;",
  "for (const p of ab.parameters()) p.requiresGrad = true;",
  "for (const p of ab.parameters()) p.requiresGrad = false;",
  "for (const p of ab.parameters()) { if (coin()) continue; p.requiresGrad = false; }",
  "b.parameters().forEach((p) => { p.requiresGrad = false; });",
  "a.weight.requiresGrad = false;",
  "a.bias.requiresGrad = true;",
] as const;

const loops = ["for (let i = 0; i < 3; i++) {", "for (const k of [1, 2]) {", "for (let j = 0; j < n; j++) {"] as const;
const lists = [
  "a.parameters()",
  "[...a.parameters(), ...b.parameters()]",
  "[a.weight, a.bias]",
  "ab.parameters()",
] as const;

interface Around {
  readonly depth: number;
  readonly inLoop: boolean;
  /** Helpers with a lower number may not be called, so that no program calls itself. */
  readonly helpers: readonly string[];
}

/** One statement a line. */
export function randomTraining(seed: number): readonly string[] {
  const random = new Random(seed);
  const block = (depth: number, helpers: readonly string[]): readonly string[] =>
    statements({ depth, inLoop: false, helpers }, random);
  return [
    'import { nn, optim, randn } from "@gradlens/engine";',
    "const a = new nn.Linear(2, 2);",
    "const b = new nn.Linear(2, 1);",
    "const ab = new nn.Sequential(a, b);",
    `const optA = new optim.SGD(${random.pick(lists)}, { lr: 0.1 });`,
    "const optB = new optim.SGD(b.parameters(), { lr: 0.1 });",
    "const x = randn([2, 2]);",
    "const coin = () => Math.random() < 0.5;",
    "const n = 2 + Math.floor(Math.random() * 2);",
    ...["function inner() {", ...block(1, []), "}"],
    ...["function outer() {", ...block(1, ["inner"]), "}"],
    ...block(2, ["inner", "outer"]),
    ...block(2, ["inner", "outer"]),
    ...block(1, ["inner", "outer"]),
  ];
}

function statements(around: Around, random: Random): readonly string[] {
  return Array.from({ length: 1 + random.below(3) }, () => statement(around, random)).flat();
}

function statement(around: Around, random: Random): readonly string[] {
  const { depth, inLoop, helpers } = around;
  if (depth > 0 && random.chance(0.4)) return compound({ ...around, depth: depth - 1 }, random);
  if (inLoop && random.chance(0.1)) return [random.pick(["if (coin()) continue;", "if (coin()) break;"])];
  const helper = random.chance(0.12) ? random.recent(helpers) : null;
  if (helper !== null) return [`${helper}();`];
  if (random.chance(0.3)) return [`${random.pick(losses)}.backward();`];
  return [random.chance(0.35) ? random.pick(freezes) : random.pick(acts)];
}

function compound(around: Around, random: Random): readonly string[] {
  const inside = (inLoop: boolean): readonly string[] => statements({ ...around, inLoop }, random);
  switch (random.below(5)) {
    case 0:
    case 1:
      return [
        "if (coin()) {",
        ...inside(around.inLoop),
        ...(random.chance(0.4) ? ["} else {", ...inside(around.inLoop)] : []),
        "}",
      ];
    case 2:
      return ["[1, 2].forEach(() => {", ...inside(false), "});"];
    case 3:
      return ["try {", ...inside(around.inLoop), "} finally {", ...inside(false), "}"];
    default:
      return [random.pick(loops), ...inside(true), "}"];
  }
}
