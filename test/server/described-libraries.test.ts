/** A library that a project describes in a file: what is found in its programs, and what is said of a file with a fault. */
import { readFileSync } from "node:fs";
import type { Diagnostic } from "vscode-languageserver/node";
import { afterEach, describe, expect, it } from "vitest";
import { describeLibraries } from "../../server/libraries/index.js";
import { folderWith, gradlens, reportOf } from "./command.js";
import { Conversation, diskOf } from "./conversation.js";

afterEach(() => describeLibraries([]));

const tiny = `{
  // Comments are allowed.
  "name": "tiny-grad",
  "imports": ["tiny-grad"],
  "names": {
    "param": "variable",
    "input": "constant",
    "F": "namespace",
    "F.argmax": { "cut": "an index is no number that could be differentiated" },
    "F.where": { "inputs": { "condition": { "zero": "it only chooses" }, "a": "flows", "b": "flows" } },
    "F.relu": "flows",
    "frozen": "noGrad",
    "Linear": { "layer": ["weight", "bias"] }
  },
  "methods": { "mul": "flows", "sum": "flows", "detach": "detach", "value": "read", "backward": "backward" },
  "properties": { "grad": "gradient", "shape": "fact" },
  "types": ["Tensor"],
}
`;
const settings = JSON.stringify({ libraries: ["./tiny.gradlens.json"] });
const program = (line: string): string =>
  `import { F, frozen, input, param } from "tiny-grad";\nconst w = param([1, 2]);\nconst v = param([1, 2]);\n${line}\n`;

async function said(line: string, description = tiny): Promise<readonly string[]> {
  const folder = folderWith({ "gradlens.json": settings, "tiny.gradlens.json": description, "a.ts": program(line) });
  const { files } = await reportOf(folder, "a.ts");
  return files.flatMap(({ findings }) =>
    findings.filter(({ code }) => !code.startsWith("cut-by")).map(({ code, message }) => `${code}: ${message}`),
  );
}

describe("a program on a library that its project describes", () => {
  it.each([
    ["w.mul(v).sum().backward();", []],
    ["F.where(w, v, w).sum().backward();", []],
    [
      "w.mul(v.detach()).sum().backward();",
      ["never-receives-gradient: `v` never receives a gradient: `detach()` on line 4 cuts its only path to the loss"],
    ],
    [
      "w.mul(F.argmax(v)).sum().backward();",
      [
        "never-receives-gradient: `v` never receives a gradient: it reaches the loss only through `argmax()` on line 4, and an index is no number that could be differentiated",
        "not-differentiable-op: `v` reaches the loss only through `argmax()`, and an index is no number that could be differentiated",
      ],
    ],
    [
      "w.mul(F.relu(input(v.value()))).sum().backward();",
      [
        "never-receives-gradient: `v` never receives a gradient: only its value, read with `value()` on line 4, reaches the loss",
      ],
    ],
    [
      "frozen(() => w.mul(v)).mul(w).sum().backward();",
      [
        "never-receives-gradient: `v` never receives a gradient: it reaches the loss only through ops inside `frozen()` on line 4, which are not recorded",
      ],
    ],
    ["w.mul(v.somethingElse()).sum().backward();", []],
  ])("%s", async (line, findings) => {
    expect(await said(line)).toEqual(findings);
  });

  it("says nothing of it without the description", async () => {
    const folder = folderWith({ "a.ts": program("w.mul(v.detach()).sum().backward();") });
    expect((await reportOf(folder, "a.ts")).files.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it("takes over another table where the description says `like`", async () => {
    const like =
      '{ "name": "fork", "imports": ["tiny-grad"], "like": "@gradlens/engine", "names": { "param": "variable" } }';
    expect(await said("w.relu().add(v.detach()).sum().backward();", like)).toHaveLength(1);
    expect(await said("w.relu().add(v).sum().backward();", like)).toEqual([]);
  });
});

describe("the page about it", () => {
  const page = readFileSync("docs/libraries.md", "utf8");
  const blocks = (language: string): readonly string[] =>
    [...page.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(([, of, text = ""]) => (of === language ? [text] : []));

  it("shows a table that does what it says", async () => {
    const [named = "", table = ""] = blocks("json");
    const [example = ""] = blocks("ts");
    const folder = folderWith({ "gradlens.json": named, "tiny.gradlens.json": table, "a.ts": example });
    const { stdout } = await gradlens(folder, "check", "a.ts");
    const [promised = ""] = blocks("");
    expect(promised).toMatch(/^warning\[never-receives-gradient\]/);
    expect(stdout).toContain(promised.trim());
  });
});

describe("a description that cannot be meant", () => {
  it.each([
    ['{ "name": ', /^tiny\.gradlens\.json:1:\d+: /],
    ["[]", /:1:1: this is no object, so it describes nothing/],
    ['{ "imports": ["x"] }', /the library has no `"name"`/],
    ['{ "name": "x" }', /the library has no `"imports"`/],
    ['{ "name": "x", "imports": ["@tensorflow/tfjs"] }', /:1:28: `@tensorflow\/tfjs` has a table of its own/],
    ['{ "name": "x", "imports": ["x"], "opz": {} }', /`opz` is no part of a library\. Its parts are `"name"`/],
    ['{ "name": "x", "imports": ["x"], "like": "torch" }', /`"torch"` has no table in GradLens/],
    [
      '{ "name": "x", "imports": ["x"], "names": { "relu": "constructor" } }',
      /`"constructor"` is no meaning of `relu`/,
    ],
    [
      '{ "name": "x", "imports": ["x"], "names": { "relu": "flow" } }',
      /:1:53: `"flow"` is no meaning of `relu`\. Write `"flows"`/,
    ],
    ['{ "name": "x", "imports": ["x"], "methods": { "max": { "zero": "" } } }', /`zero` wants the reason as a clause/],
    ['{ "name": "x", "imports": ["x"], "properties": { "grad": "grad" } }', /`"grad"` is no meaning of a property/],
  ])("is one line, and the check gives no answer: %s", async (text, message) => {
    const folder = folderWith({ "gradlens.json": settings, "tiny.gradlens.json": text, "a.ts": program("w.sum();") });
    const { code, stdout, stderr } = await gradlens(folder, "check");
    expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr[0]).toMatch(message);
  });

  it("may also not be there", async () => {
    const folder = folderWith({ "gradlens.json": settings, "a.ts": program("w.sum();") });
    const { stderr } = await gradlens(folder, "check");
    expect(stderr[0]).toMatch(
      /^gradlens\.json:1:\d+: `\.\/tiny\.gradlens\.json` cannot be read, so it describes no library/,
    );
  });
});

describe("in the editor", () => {
  const uri = "file:///project/a.ts";
  const file = "file:///project/tiny.gradlens.json";
  const cut = program("w.mul(v.detach()).sum().backward();");
  const codes = (diagnostics: readonly Diagnostic[]): readonly string[] =>
    diagnostics.map(({ code }) => String(code)).sort();

  it("follows the description while it is written, and tells its first fault in it alone", async () => {
    const disk = diskOf(
      new Map([
        ["file:///project/gradlens.json", settings],
        [file, tiny],
      ]),
    );
    const conversation = await Conversation.withSession({ disk });
    await conversation.open(uri, cut);
    expect(codes(await conversation.diagnostics(uri, 1))).toEqual(["cut-by-detach", "never-receives-gradient"]);
    await conversation.open(file, tiny);
    expect(await conversation.diagnostics(file, 1)).toEqual([]);
    const broken = await conversation.replace(file, '"detach": "detach"', '"detach": "detached"');
    const [fault, ...others] = await conversation.diagnostics(file, broken);
    expect(fault?.message).toMatch(/`"detached"` is no meaning of `detach`/);
    expect(others).toEqual([]);
    const mended = await conversation.replace(file, '"detach": "detached"', '"detach": "flows"');
    expect(await conversation.diagnostics(file, mended)).toEqual([]);
    const version = await conversation.replace(uri, "const w", "const  w");
    expect(await conversation.diagnostics(uri, version)).toEqual([]);
  });
});
