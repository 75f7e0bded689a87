/** Programs in which `w` can never receive a gradient, each by another feature of the language: it must be found. */
import { describe, expect, test } from "vitest";
import { deadLeaves, importing, withLeaves } from "../support/leaves.js";

const programs: readonly (readonly [string, string])[] = [
  ["no loss uses it", withLeaves("")],
  ["the only use is detached", withLeaves(`w.detach().mul(u).sum().backward();`)],
  [
    "the library is required",
    `const gl = require("@gradlens/engine"); const w = gl.tensor([1], { requiresGrad: true }); const u = gl.tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward();`,
  ],
  [
    "the library is a namespace whose names are taken out",
    `import * as gl from "@gradlens/engine"; const { tensor: t } = gl; const w = t([1], { requiresGrad: true }); const u = t([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward();`,
  ],
  [
    "the library is imported while the program runs",
    `const gl = await import("@gradlens/engine"); const w = gl.tensor([1], { requiresGrad: true }); const u = gl.tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward();`,
  ],
  [
    "the options come from a variable",
    importing(
      `const opts = { requiresGrad: true }; const w = tensor([1], opts); const u = tensor([1], { ...opts }); u.mul(w.detach()).sum().backward();`,
    ),
  ],
  [
    "`requiresGrad` is set after the tensor was made",
    importing(
      `const w = tensor([1]); w.requiresGrad = true; const u = tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward();`,
    ),
  ],
  [
    "each iteration detaches",
    withLeaves(`for (let i = 0; i < 10; i++) { const h = w.mul(i).detach(); u.mul(h).sum().backward(); }`),
  ],
  [
    "a layer is not used by `forward`",
    importing(
      `class N extends nn.Module { a = new nn.Linear(1,1); w = new nn.Linear(1,1); forward(x: Tensor) { return this.a.forward(x); } }\nconst n = new N(); const o = new optim.Adam(n.parameters(), { lr: 0.1 }); for (let i = 0; i < 3; i++) { o.zeroGrad(); n.forward(tensor([1])).sum().backward(); o.step(); }`,
    ),
  ],
  [
    "in an async function",
    importing(
      `async function main() { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); await null; u.mul(w.detach()).sum().backward(); } main();`,
    ),
  ],
  [
    "in a function that another file may call",
    importing(
      `export function main() { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward(); }`,
    ),
  ],
  [
    "a parameter that is not known takes part",
    importing(
      `export function step(x: Tensor) { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); u.mul(x).mul(w.detach()).sum().backward(); }`,
    ),
  ],
  [
    "a parameter is declared to be a tensor",
    importing(
      `export function step(x: Tensor) { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); x.mul(w.detach()).mul(u).sum().backward(); }`,
    ),
  ],
  [
    "in a timer's callback",
    importing(
      `setTimeout(() => { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward(); }, 0);`,
    ),
  ],
  [
    "in a callback of code that cannot be read",
    importing(
      `declare function test(n: string, f: () => void): void; test("x", () => { const w = tensor([1], { requiresGrad: true }); const u = tensor([1], { requiresGrad: true }); u.mul(w.detach()).sum().backward(); });`,
    ),
  ],
  [
    "the leaf is printed in every way",
    withLeaves(
      `console.log(w.shape, w.item(), String(w), JSON.stringify(w.tolist()), w.grad); u.mul(w.detach()).sum().backward();`,
    ),
  ],
  [
    "the loss is computed in a callback of `map`",
    withLeaves(
      `const losses = [1, 2, 3].map((k) => { const l = u.mul(w.detach()).mul(k).sum(); l.backward(); return l.item(); }); console.log(losses);`,
    ),
  ],
  [
    "the leaf is only changed in place, unrecorded",
    withLeaves(
      `for (let i = 0; i < 3; i++) { u.mul(w.detach()).sum().backward(); noGrad(() => { u.sub_(u.grad!.mul(0.1)); w.sub_(tensor([1])); }); u.grad = null; }`,
    ),
  ],
];

describe("a leaf that never receives a gradient is found", () => {
  test.each(programs)("%s", (_title, program) => {
    expect(deadLeaves(program)).toEqual(["w"]);
  });
});
