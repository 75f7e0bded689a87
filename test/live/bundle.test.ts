/** A program with its files, data and packages becomes one text without imports. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";
import type { BundleResult } from "../../server/protocol.js";
import { bundleProgram } from "../../server/source/bundle.js";

function bundle(files: Readonly<Record<string, string>>, open: string | null = null): Promise<BundleResult> {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-bundle-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const entryPath = join(folder, "main.ts");
  return bundleProgram({ entryPath, readOpenDocument: (path) => (path === entryPath ? open : null), esbuild });
}

async function seenBy(result: BundleResult): Promise<readonly unknown[]> {
  if (result.kind === "failed") throw new Error(result.message);
  expect(result.program.code).not.toMatch(/^\s*(import|export)\b/m);
  const seen: unknown[] = [];
  const globals = {
    $libs: { "@gradlens/engine": { tensor: (n: number) => n }, "node:fs": { readFileSync: () => "file" } },
  };
  const program: unknown = new Function(
    "seen",
    "globalThis",
    "$enter",
    "$leave",
    `"use strict";${result.program.code}\nreturn program;`,
  )(
    seen,
    globals,
    (site: number) => site,
    (_site: number, _depth: number, value: unknown) => value,
  );
  if (typeof program !== "function") throw new Error("no program");
  await Reflect.apply(program, undefined, []);
  return seen;
}

describe("bundleProgram", () => {
  it("joins files, data, a package and the engine", async () => {
    const result = await bundle({
      "main.ts": `
        import { readFileSync } from "node:fs";
        import { tensor } from "@gradlens/engine";
        import numbers from "./numbers.json";
        import words from "./words.txt";
        import table from "./table.csv?text";
        import bytes from "./raw.bin?bytes";
        import { triple } from "tiny";
        import { double } from "./double";
        seen.push(tensor(4), numbers.a, words, table, bytes[0], triple(2), double(3), readFileSync("./data/x.csv", "utf8"));
        seen.push(await Promise.resolve(process.env.NODE_ENV));
        export const leftOver = 1;`,
      "double.ts": "export function double(x: number) { return Math.max(x * 2, 0); }",
      "numbers.json": '{"a": 1}',
      "words.txt": "two",
      "table.csv": "1,2",
      "raw.bin": "A",
      "data/x.csv": "3,4",
      "package.json": '{"sideEffects": false}',
      "node_modules/tiny/package.json": '{"name": "tiny", "main": "index.js"}',
      "node_modules/tiny/index.js": "exports.triple = (x) => Math.abs(x * 3);",
    });
    expect(await seenBy(result)).toEqual([4, 1, "two", "1,2", 65, 6, 6, "file", "development"]);
    if (result.kind === "failed") return;
    expect(Object.keys(result.program.files)).toContain("data/x.csv");
    expect(result.program.code).not.toMatch(/\$leave\(\d+, ?\$enter\(\d+\), ?Math\.abs/);
  });

  it("prefers the open document", async () => {
    expect(await seenBy(await bundle({ "main.ts": "seen.push(1)" }, "seen.push(2)"))).toEqual([2]);
  });

  it("says in one sentence what does not parse or resolve, and where", async () => {
    const unparsed = await bundle({ "main.ts": "const é = f(1);\nconst x = f(;\n" });
    expect(unparsed).toMatchObject({ kind: "failed", span: { start: { line: 1, character: 12 } } });
    const unresolved = await bundle({ "main.ts": 'f(1); import y from "./nowhere";\nf(y);' });
    expect(unresolved).toMatchObject({
      message: 'Could not resolve "./nowhere".',
      span: { start: { line: 0, character: 20 } },
    });
    const missing = await bundle({});
    expect(missing).toMatchObject({ kind: "failed", span: null });
  });

  it("refuses a module of Node by its name", async () => {
    const result = await bundle({ "main.ts": 'import { spawn } from "node:child_process";\nspawn("ls");' });
    expect(result).toMatchObject({ kind: "failed", message: expect.stringContaining("`node:child_process`") });
  });
});
