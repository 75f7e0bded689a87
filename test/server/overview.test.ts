/** A file at a glance: its leaves with their states, and what stands above each loss. */
import { readFileSync } from "node:fs";
import { analyze, overview } from "@gradlens/server/analysis";
import type { CodeLens } from "vscode-languageserver/node";
import { describe, expect, it } from "vitest";
import type { Overview } from "../../server/protocol.js";
import { memorySources } from "../support/sources.js";
import { Conversation } from "./conversation.js";

const engine = 'import { noGrad, tensor } from "@gradlens/engine";\n';
const oneCut = readFileSync("examples/one-cut.ts", "utf8");

function glance(text: string): Overview {
  return overview(analyze(memorySources({ "main.ts": text })), "main.ts");
}

const states = (text: string): readonly string[] => glance(text).leaves.map(({ name, state }) => `${name} ${state}`);
const lines = (text: string): readonly string[] =>
  glance(text).losses.map(({ span, text: said }) => `${span.start.line + 1}: ${said}`);

describe("the leaves of a file", () => {
  it("have one state each, in the order of the text", () => {
    const text = `${engine}const a = tensor(1, { requiresGrad: true });
const b = tensor(1, { requiresGrad: true });
const c = tensor(1, { requiresGrad: true });
const d = tensor(1, { requiresGrad: true });
// gradlens-intended: a constant of the physics
const e = tensor(1, { requiresGrad: true });
export const f = tensor(1, { requiresGrad: true });
a.mul(b.detach()).add(d.round()).add(e.detach()).backward();
`;
    expect(states(text)).toEqual(["a receives", "b cut", "c unused", "d zero", "e meant", "f open"]);
    const b = glance(text).leaves[1];
    expect(b?.because).toBe("`detach()` on line 9 cuts its only path to the loss");
    expect(b?.cut?.start.line).toBe(8);
  });

  it("are none where nothing is trained", () => {
    expect(glance("export const answer = 42;")).toEqual({ leaves: [], losses: [] });
  });
});

describe("the line above a loss", () => {
  it("counts, and names the first that is cut off, with its line", () => {
    expect(lines(oneCut)).toEqual(["12: 2 of 3 leaves get a gradient · y1 is cut off at line 10"]);
    expect(lines(oneCut.replace(".detach()", ""))).toEqual(["12: all 3 leaves get a gradient"]);
    expect(lines(`${engine}tensor(1, { requiresGrad: true }).mul(2).backward();`)).toEqual([
      "2: the one leaf gets a gradient",
    ]);
  });

  it("counts what is meant to stay as it is, and names it not", () => {
    const text = oneCut.replace("const y1", "// gradlens-intended: fixed\nconst y1");
    expect(lines(text)).toEqual(["13: 2 of 3 leaves get a gradient"]);
  });

  it("is not there where nothing is known", () => {
    expect(lines(`${engine}export function train(loss: Tensor) { loss.backward(); }`)).toEqual([]);
    const either =
      "const w = tensor(1, { requiresGrad: true });\n(Math.random() > 0.5 ? w.mul(2) : load()).backward();";
    expect(lines(`import { load } from "./elsewhere";\n${engine}${either}`)).toEqual([]);
  });

  it("stands above the calls of other libraries", () => {
    const tf =
      'import * as tf from "@tensorflow/tfjs";\nconst w = tf.variable(tf.scalar(1));\ntf.train.sgd(1).minimize(() => w.square());';
    expect(lines(tf)).toEqual(["3: the one leaf gets a gradient"]);
    const jax =
      'import { grad, numpy as np } from "@jax-js/jax";\ngrad((x: np.Array) => np.square(x).sum())(np.ones([2]));';
    expect(lines(jax)).toEqual(["2: the one leaf gets a gradient"]);
  });

  it("is given to an editor that has a command for it, and to no other", async () => {
    const uri = "file:///project/one-cut.ts";
    const withCommand = await Conversation.withSession({}, {}, { graphCommand: "gradlens.showGraph" });
    await withCommand.open(uri, oneCut);
    const [lens] = await withCommand.client.sendRequest<CodeLens[]>("textDocument/codeLens", { textDocument: { uri } });
    expect(lens?.command).toEqual({
      title: "∂ 2 of 3 leaves get a gradient · y1 is cut off at line 10 · open graph",
      command: "gradlens.showGraph",
      arguments: [uri],
    });
    const without = await Conversation.withSession({});
    expect(without.initialized.capabilities.codeLensProvider).toBeUndefined();
  });
});
