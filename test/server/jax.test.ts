/** Programs on jax-js: what is said of them, and what is passed over in silence. */
import { analyze, staticGraphs } from "@gradlens/server/analysis";
import { describe, expect, it } from "vitest";
import { memorySources } from "../support/sources.js";

const start =
  'import { grad, hessian, jit, jvp, lax, nn, numpy as np, random, tree, valueAndGrad, vjp, vmap } from "@jax-js/jax";\n';

function found(text: string): readonly string[] {
  const { files } = analyze(memorySources({ "main.ts": start + text }));
  return files.flatMap(({ findings }) =>
    findings
      .filter(({ code }) => !code.startsWith("cut-by"))
      .map(({ span, code, message }) => `${span.start.line + 1} ${code}: ${message}`),
  );
}

const layers = "const params = { w: np.zeros([3]), b: np.zeros([1]) };\n";

describe("an argument that receives", () => {
  it.each([
    ["as the first, by default", "grad((x: np.Array, y: np.Array) => y.mul(x).sum())(np.ones([2]), np.ones([2]));"],
    [
      "by its number",
      "grad((y: np.Array, x: np.Array) => np.square(x).sum(), { argnums: 1 })(np.ones([2]), np.ones([2]));",
    ],
    [
      "by a number that is not known",
      "export const by = (argnums: number) => grad((y: np.Array, x: np.Array) => x.sum(), { argnums })(np.ones([2]), np.ones([2]));",
    ],
    [
      "through `ref`, `astype` and `np.array`",
      "grad((x: np.Array) => np.array(x.ref.astype(np.float32)).mul(x).sum())(np.ones([2]));",
    ],
    [
      "through `where`, whose condition is flat",
      "grad((x: np.Array) => np.where(x.ref.greater(0), x, 0).sum())(np.ones([2]));",
    ],
    [
      "in a compiled and vectorised function",
      "const f = jit((x: np.Array) => np.square(x).sum());\nvmap(grad(f))(np.ones([2, 2]));",
    ],
    [
      "as a tree that is taken apart",
      `${layers}jit(grad(({ w, b }: typeof params, x: np.Array) => nn.relu(w.mul(x).add(b)).sum()))(params, np.ones([3]));`,
    ],
    [
      "as a tree that is mapped",
      `${layers}grad((p: typeof params) => { const q = tree.map((x: np.Array) => np.square(x), p); return q.w.sum().add(q.b.sum()); })(params);`,
    ],
    [
      "beside something else that is returned",
      "valueAndGrad((x: np.Array) => [x.ref.sum(), x], { hasAux: true })(np.ones([2]));",
    ],
    ["in a Hessian", "hessian((x: np.Array) => x.ref.mul(x).sum())(np.ones([2]));"],
    ["along a direction", "jvp((x: np.Array) => np.sin(x), [np.ones([2])], [np.ones([2])]);"],
    [
      "in a list",
      "const [y, back] = vjp((x: np.Array, z: np.Array) => x.mul(z), [np.ones([2]), np.ones([2])]);\nback(y);",
    ],
    [
      "by a gradient of a gradient",
      "const dot = (f: (x: np.Array) => np.Array, v: np.Array) => grad((y: np.Array) => grad(f)(y).mul(v).sum());\ndot((x) => x.ref.mul(x).sum(), np.ones([2]))(np.ones([2]));",
    ],
    ["in a function that nobody knows", 'import { loss } from "./loss";\ngrad(loss)(np.ones([2]));'],
    ["by an op that nobody knows", "grad((x: np.Array) => np.somethingNew(x))(np.ones([2]));"],
    [
      "on one side of a condition",
      "export const f = (deep: boolean) => grad((x: np.Array, y: np.Array) => (deep ? x.mul(y) : y).sum())(np.ones([2]), np.ones([2]));",
    ],
    [
      "next to a target",
      "grad((x: np.Array, t: np.Array) => np.square(x.sub(lax.stopGradient(t))).sum())(np.ones([2]), np.ones([2]));",
    ],
    [
      "with a loss that is read outside",
      "const [loss, g] = valueAndGrad((x: np.Array) => x.sum())(np.ones([2]));\nconsole.log(loss.item(), g.js());",
    ],
  ])("%s is passed over", (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("a mistake", () => {
  it.each([
    [
      "of an argument that is not used",
      "grad((x: np.Array) => np.ones([3]).sum())(np.ones([2]));",
      "2 never-receives-gradient: `x` never receives a gradient: it is given to `grad()`, and no loss depends on it, so its gradient is always zero",
    ],
    [
      "of one among several",
      "const f = (a: np.Array, b: np.Array) => np.square(b).sum();\ngrad(f, { argnums: [0, 1] })(np.ones([1]), np.ones([1]));",
      "2 never-receives-gradient: `a` never receives a gradient: it is given to `grad()`, and no loss depends on it, so its gradient is always zero",
    ],
    [
      "of an array of outside in place of the argument",
      "const w = np.ones([2]);\nconst all = w.mul(2);\ngrad((p: np.Array) => all.sum())(w);",
      "4 never-receives-gradient: `p` never receives a gradient: it is given to `grad()`, and no loss depends on it, so its gradient is always zero",
    ],
    [
      "of a cut",
      "const f = (p: np.Array) => np.square(lax.stopGradient(p.mul(2))).mean();\ngrad(f)(np.ones([2]));",
      "2 never-receives-gradient: `p` never receives a gradient: `stopGradient()` on line 2 cuts its only path to `f()`",
    ],
    [
      "of a part of a tree",
      `${layers}const loss = ({ w, b }: typeof params, x: np.Array) => w.mul(x).add(lax.stopGradient(b)).sum();\nvalueAndGrad(jit(loss))(params, np.ones([3]));`,
      "2 never-receives-gradient: `b` never receives a gradient: `stopGradient()` on line 3 cuts its only path to `loss()`",
    ],
    [
      "of a part that every step of the training leaves alone",
      `let params = { w: np.zeros([3]), b: np.zeros([1]) };
const loss = (p: typeof params, x: np.Array) => np.square(p.w.mul(x)).sum();
for (let step = 0; step < 10; step++) {
  const [value, grads] = valueAndGrad(loss)(params, np.ones([3]));
  params = tree.map((p: np.Array, g: np.Array) => p.sub(g.mul(0.1)), params, grads);
  console.log(value.item());
}`,
      "2 never-receives-gradient: `b` never receives a gradient: it is given to `valueAndGrad()`, and no loss depends on it, so its gradient is always zero",
    ],
    [
      "of ops that are flat",
      "grad((p: np.Array) => np.floor(p).sum())(np.ones([2]));",
      "2 zero-gradient: the gradient of `p` is always zero: it reaches the loss only through `floor()` on line 2, and it is constant between its steps",
    ],
    [
      "of values that are read out",
      "const f = (p: np.Array) => np.array(p.js()).sum();\ngrad(f)(np.ones([2]));",
      "2 never-receives-gradient: `p` never receives a gradient: only its value, read with `js()` on line 2, reaches `f()`",
    ],
  ])("%s is told", (_, text, message) => {
    expect(found(text)).toEqual([message]);
  });

  it("has a fix where it is a cut", () => {
    const text = `${start}const f = (p: np.Array) => np.square(lax.stopGradient(p.mul(2))).mean();\ngrad(f)(np.ones([2]));`;
    const { files } = analyze(memorySources({ "main.ts": text }));
    const titles = files.flatMap(({ findings }) => findings.flatMap(({ fixes }) => fixes.map(({ title }) => title)));
    expect(titles).toContain("Remove `stopGradient()`");
  });
});

describe("the graph from reading", () => {
  it("has the argument as a leaf, the ops and the cut", () => {
    const text = `${start}const f = (p: np.Array, t: np.Array) => { const d = p.mul(2).sub(lax.stopGradient(t)); return np.square(d).mean(); };\ngrad(f)(np.ones([2]), np.ones([2]));`;
    const [graph] = staticGraphs(analyze(memorySources({ "main.ts": text })), "main.ts");
    expect(graph?.nodes.map(({ name, op }) => name ?? op)).toEqual(
      expect.arrayContaining(["p", "mul", "stopGradient", "d", "square", "f()"]),
    );
  });
});
