/** `gradlens run` without its words: a built child process, what it reports, and how it is ended. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import type { Terminal } from "../../server/cli/terminal.js";
import { formatRunJson, formatRunPretty } from "../../server/run/format.js";
import { runFile, type RunOptions } from "../../server/run/run-file.js";
import type { RunReport } from "../../server/run/run-report.js";
import { folderOf } from "../support/live-run.js";

let childFile: URL;

beforeAll(async () => {
  const outfile = join(mkdtempSync(join(tmpdir(), "gradlens-child-")), "run-child.mjs");
  await esbuild.build({
    entryPoints: ["server/run/child.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["gradlens-source"],
  });
  childFile = pathToFileURL(outfile);
});

async function reportOf(path: string, options: Partial<RunOptions> = {}): Promise<RunReport> {
  const result = await runFile({ path: resolve(path), childFile, timeoutSeconds: 30, seed: 0, ...options });
  if (result.kind === "not started") throw new Error(result.message);
  return result.report;
}

function reportOfText(text: string, options: Partial<RunOptions> = {}): Promise<RunReport> {
  return reportOf(join(folderOf({ "main.ts": text }), "main.ts"), options);
}

const terminal: Terminal = {
  cwd: resolve("."),
  print: () => undefined,
  complain: () => undefined,
  color: "plain",
  columns: 120,
};

describe("runFile", () => {
  it("reports the seed's example, and prints it for people and for programs", async () => {
    const report = await reportOf("examples/selective-gradients.ts");
    expect(report.error).toBe(null);
    expect(report.leaves.map(({ name, grad }) => [name, grad])).toEqual([
      ["x", 50],
      ["x", 70],
      ["x", -20],
      ["x", null],
      ["x", null],
      ["x", 50],
    ]);
    expect(report.graphs.map(({ step, graph }) => [step, graph.fault === null])).toEqual([
      [1, true],
      [1, true],
      [1, true],
      [1, false],
      [1, true],
      [1, true],
      [1, true],
    ]);
    const pretty = formatRunPretty(report, terminal);
    expect(pretty).toContain("1. all connected: 50\n");
    expect(pretty).toContain(
      "  bothDetached\n    x  line 43  = 1  grad none  because `detach()` returns the value without its history (lines 46 and 47); without these it would be 50\n",
    );
    expect(pretty).toContain("4 of 6 leaves received a gradient.\n");
    const json: unknown = JSON.parse(formatRunJson(report));
    expect(json).toMatchObject({ version: 1, error: null, console: report.console, leaves: report.leaves });
    expect(Object.keys(Object(json))).toEqual(["version", "leaves", "graphs", "console", "error"]);
  });

  it("bundles files, data and a package, and says where an imported file throws", async () => {
    const folder = folderOf({
      "main.ts": `
        import { tensor } from "@gradlens/engine";
        import data from "./data.json";
        import words from "./words.txt";
        import { triple } from "tiny";
        import { explode } from "./lib/explode.js";
        const x = tensor(data.value, { requiresGrad: true });
        x.mul(triple(2)).backward();
        console.log(words.trim(), x.grad);
        explode(x);`,
      "lib/explode.ts": "export function explode(x) {\n  return x.matmul(x);\n}\n",
      "data.json": '{ "value": 4 }',
      "words.txt": "hello\n",
      "node_modules/tiny/package.json": '{ "name": "tiny", "main": "index.js" }',
      "node_modules/tiny/index.js": "exports.triple = (x) => x * 3;",
    });
    const report = await reportOf(join(folder, "main.ts"));
    expect(report.console).toEqual(["hello tensor(6)"]);
    expect(report.leaves).toMatchObject([{ name: "x", value: 4, grad: 6 }]);
    expect(report.error).toMatchObject({ name: "EngineError", span: { start: { line: 1, character: 9 } } });
    const pretty = formatRunPretty(report, { ...terminal, cwd: folder });
    expect(pretty).toContain("--> lib/explode.ts:2:10\n  |\n2 |   return x.matmul(x);\n  |          ^^^^^^^^^^^");
  });

  it("does not start what cannot be bundled", async () => {
    const path = join(folderOf({ "main.ts": 'import "./nowhere";' }), "main.ts");
    const result = await runFile({ path, childFile, timeoutSeconds: 30, seed: 0 });
    expect(result).toMatchObject({ kind: "not started", message: 'Could not resolve "./nowhere".' });
  });

  it("ends a loop without end at the deadline, and reports what came before it", async () => {
    const started = performance.now();
    const report = await reportOfText(
      `import { tensor } from "@gradlens/engine";
       const x = tensor(1, { requiresGrad: true });
       x.mul(2).backward();
       console.log("before");
       for (;;) {}`,
      { timeoutSeconds: 1 },
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(report.error).toMatchObject({ name: "TimeoutError", message: expect.stringContaining("within 1 s") });
    expect(report.console).toEqual(["before"]);
    expect(report.graphs.length).toBe(1);
    expect(report.leaves).toMatchObject([{ name: "x", received: true, grad: 2 }]);
  });

  it.each([
    ["arrays of numbers", "const kept = []; for (;;) kept.push(new Float32Array(1e6).fill(1));"],
    ["objects", "const kept = []; for (;;) kept.push({ a: [1, 2, 3], b: String(kept.length) });"],
  ])("ends a program that eats memory with %s", async (_what, text) => {
    const report = await reportOfText(text, { memoryMegabytes: 200 });
    expect(report.error).toMatchObject({ name: "OutOfMemoryError", message: expect.stringContaining("200 MB") });
  });

  it("reports a rejection that nobody handles and an error of a timer", async () => {
    const rejected = await reportOfText(
      "async function main() {\n  await null;\n  throw new Error('lost');\n}\nmain();",
    );
    expect(rejected.error).toMatchObject({ message: "lost", span: { start: { line: 2 } } });
    const timed = await reportOfText("setTimeout(() => {\n  undefinedName;\n}, 1);");
    expect(timed.error).toMatchObject({ name: "ReferenceError", span: { start: { line: 1 } } });
  });

  it("does not wait for what can never come, nor past a rejection that nobody handles", async () => {
    const waiting = await reportOfText("console.log('before'); await new Promise(() => {});");
    expect(waiting).toMatchObject({ console: ["before"], error: { name: "UnsettledError" } });
    const rejected = await reportOfText(
      "Promise.reject(new Error('early')); await new Promise((resolve) => setTimeout(resolve, 60_000));",
    );
    expect(rejected.error).toMatchObject({ message: "early" });
  });

  it("gives the program no process, and text for numbers that JSON lacks", async () => {
    const report = await reportOfText(
      `import { tensor } from "@gradlens/engine";
       console.log(typeof process, typeof Buffer, typeof global);
       const x = tensor([0, -1], { requiresGrad: true });
       x.log().sum().backward();`,
    );
    expect(report.console).toEqual(["undefined undefined undefined"]);
    expect(formatRunJson(report)).toContain('"grad": ["Infinity", -1]');
  });
});
