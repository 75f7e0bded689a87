/** Programs on tfjs: what is said of them, what is passed over in silence, and what the hover tells. */
import { analyze, explainName, staticGraphs } from "@gradlens/server/analysis";
import * as esbuild from "esbuild";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tfjs } from "../../server/libraries/tfjs.js";
import { tfjsOps } from "../../server/libraries/tfjs-ops.js";
import { bundleProgram } from "../../server/source/bundle.js";
import { memorySources } from "../support/sources.js";

const start = 'import * as tf from "@tensorflow/tfjs";\nconst w = tf.variable(tf.tensor1d([1, 2]));\n';

function found(text: string, name = "main.ts"): readonly string[] {
  const { files } = analyze(memorySources({ [name]: text }));
  return files.flatMap(({ findings }) =>
    findings
      .filter(({ severity }) => severity === "warning" || severity === "error")
      .map(({ span, code }) => `${span.start.line + 1} ${code}`),
  );
}

describe("a variable that receives", () => {
  it.each([
    [
      "through a named import",
      'import { variable, variableGrads } from "@tensorflow/tfjs-core";\nconst w = variable(1);\nvariableGrads(() => w.square());',
    ],
    [
      "through a default import",
      'import tf from "@tensorflow/tfjs";\nconst w = tf.variable(1);\ntf.variableGrads(() => w.square());',
    ],
    [
      "through require",
      'const tf = require("@tensorflow/tfjs-node");\nconst w = tf.variable(1);\ntf.variableGrads(() => w.square());',
    ],
    [
      "through a late require",
      'let tf;\nif (process.argv.length > 2) tf = require("@tensorflow/tfjs-node");\nelse tf = require("@tensorflow/tfjs");\nconst w = tf.variable(1);\ntf.variableGrads(() => w.square());',
    ],
    ["in a bare function", `${start}tf.grads(tf.mul)([w, w]);`],
    [
      "in a nested gradient",
      `${start}tf.variableGrads(() => tf.grad((x) => x.mul(w).square().sum())(tf.scalar(1)).sum());`,
    ],
    ["in tidy", `${start}tf.variableGrads(() => tf.tidy("name", () => w.square().sum()));`],
    ["as an element of unstack", `${start}tf.variableGrads(() => tf.unstack(w)[0]);`],
    ["as the variance of moments", `${start}tf.variableGrads(() => tf.moments(w).variance);`],
    [
      "in a generator that is taken from inside",
      `${start}function* parts() { yield w.square().sum(); }\nconst all = parts();\ntf.variableGrads(() => all.next().value);`,
    ],
    [
      "in an optimizer that is handed in",
      `${start}export const train = (optimizer) => optimizer.minimize(() => w.sum());`,
    ],
    [
      "in an optimizer of a field",
      `${start}class Agent { optimizer = tf.train.adam(); step() { this.optimizer.minimize(() => w.sum()); } }\nnew Agent().step();`,
    ],
    ["by an unknown op", `${start}tf.variableGrads(() => tf.somethingNew(w));`],
    [
      "by a custom gradient",
      `${start}const op = tf.customGrad((x) => ({ value: tf.einsum("i,i->", x, x), gradFunc: (dy) => dy }));\ntf.variableGrads(() => op(w));`,
    ],
    [
      "with a number read by data().then",
      `${start}tf.variableGrads(() => { const l = w.sum(); l.data().then((v) => console.log(v)); return l; });`,
    ],
    [
      "through a buffer's tensor",
      `${start}tf.variableGrads(() => tf.tensor1d([1, 2]).bufferSync().toTensor().mul(w).sum());`,
    ],
    [
      "not, since it is frozen",
      `${start}const v = tf.variable(tf.scalar(1));\nv.trainable = false;\ntf.variableGrads(() => w.sum().add(v.dataSync()[0]));`,
    ],
    [
      "nobody knows where, by the registry",
      `${start}const all = Object.values(tf.engine().registeredVariables);\ntf.variableGrads(() => all[0].sum());`,
    ],
    ["not, and no loss is there", `${start}w.print();`],
    [
      "by a `tf` that is a parameter",
      "export function fit(tf) { const w = tf.variable(1); tf.variableGrads(() => tf.scalar(1)); w.print(); }",
    ],
    [
      "perhaps in another script of the page",
      "const w = tf.variable(tf.scalar(1));\nconst v = tf.variable(tf.scalar(1));\ntf.variableGrads(() => v.square());",
    ],
    [
      "through an optimizer that another script of the page sets",
      "var optimizer;\nfunction step() { const w = tf.variable(1); optimizer.minimize(() => w.square()); }\ntf.variableGrads(() => tf.variable(1));",
    ],
  ])("%s is passed over", (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("a mistake", () => {
  it.each([
    [
      "in a file of JavaScript",
      `${start}const l = w.sum();\ntf.variableGrads(() => l);`,
      ["2 never-receives-gradient", "4 computed-outside-closure"],
    ],
    [
      "with the global of a page",
      "const f = () => { const w = tf.variable(1); const l = w.sum(); tf.variableGrads(() => l); };\nf();",
      ["1 never-receives-gradient", "1 computed-outside-closure"],
    ],
    [
      "in a callback of unseen code",
      `${start}document.onclick = () => { const l = w.sum(); tf.train.sgd(1).minimize(() => l); };`,
      ["2 never-receives-gradient", "3 computed-outside-closure"],
    ],
    [
      "with a value of another closure",
      `${start}const { value } = tf.variableGrads(() => w.sum());\ntf.train.sgd(1).minimize(() => value);`,
      ["4 computed-outside-closure"],
    ],
    [
      "with inputs of a declared type",
      `import * as tf from "@tensorflow/tfjs";\nconst w = tf.variable(1);\nexport const f = (x: tf.Tensor) => { const l = x.matMul(w); tf.variableGrads(() => l); };`,
      ["2 never-receives-gradient", "3 computed-outside-closure"],
    ],
    [
      "with tensors and operators",
      `${start}tf.variableGrads(() => tf.square(w - 1));`,
      ["2 unused-parameter", "3 loss-has-no-grad", "3 tensor-arithmetic"],
    ],
  ])("%s is found", (_, text, findings) => {
    expect(found(text, "main.js")).toEqual(findings);
  });
});

describe("what is told", () => {
  const text = `${start}const l = w.sum();\ntf.variableGrads(() => l.add(w.sum()));\n`;

  it("of a variable names its loss by the call", () => {
    const analysis = analyze(memorySources({ "main.ts": text }));
    expect(explainName(analysis, "main.ts", "w").map(({ markdown }) => markdown)).toEqual([
      expect.stringContaining("`variableGrads()` differentiates"),
    ]);
    expect(explainName(analysis, "main.ts", "l").map(({ markdown }) => markdown)).toEqual([
      "`l` is the result of `sum`, computed where ops are not recorded.",
    ]);
  });

  it("as a picture is a graph of tfjs", () => {
    const graphs = staticGraphs(analyze(memorySources({ "main.ts": text })), "main.ts");
    expect(graphs.map(({ library }) => library)).toEqual(["@tensorflow/tfjs"]);
    expect(graphs.flatMap(({ edges }) => edges.map(({ flow }) => flow.kind))).toContain("blocks");
  });
});

it("a run says that it does not run it", async () => {
  const entryPath = join(import.meta.dirname, "../tfjs-fixtures/clean/masks.ts");
  const answer = await bundleProgram({ entryPath, readOpenDocument: () => null, esbuild });
  expect(answer).toMatchObject({ kind: "failed", message: expect.stringContaining("is read and not run") });
});

it("the table has a row for every op that is often used, free and chained", () => {
  expect(tfjsOps.size).toBeGreaterThanOrEqual(150);
  for (const name of ["add", "matMul", "conv2d", "softmax", "where", "topk", "losses.meanSquaredError"])
    expect(tfjs.names.get(name)?.kind).toBe("op");
  for (const name of ["add", "matMul", "conv2d", "softmax", "where", "topk", "asScalar"])
    expect(tfjs.methods.get(name)?.kind).toBe("op");
});
