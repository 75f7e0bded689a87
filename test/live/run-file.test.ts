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
  it("reports the seed's example", async () => {
    const report = await reportOf("examples/selective-gradients.ts");
    console.log(formatRunPretty(report, terminal));
    console.log(formatRunJson(report).slice(0, 1500));
    expect(report.error).toBe(null);
  });
});
