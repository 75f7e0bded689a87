/**
 * The labeled programs of `../shared`, which are a sample of what users write: no false alarm is allowed, and what is
 * found is counted. Without that folder there is nothing to check, and the test says so.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { analyze, type FileAnalysis } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { diskSources } from "./support/sources.js";

const shared = join(import.meta.dirname, "..", "..", "shared");
const neverCodes = ["never-receives-gradient", "unused-parameter"];

interface Labeled {
  readonly name: string;
  readonly files: readonly FileAnalysis[];
}

describe.runIf(existsSync(join(shared, "activity")))("labeled programs", () => {
  const programs = programsIn(join(shared, "activity"));

  test("no leaf that may receive a gradient is said never to receive one", () => {
    const falseAlarms = programs.flatMap(({ name, files }) =>
      labelsOf(files)
        .filter(({ label, isReported }) => isReported && label !== "never-receives-gradient")
        .map(({ line }) => `${name}: ${line}`),
    );
    expect(falseAlarms).toEqual([]);
  });

  test("only a leaf that some runs leave out is said to receive in some runs only", () => {
    const said = programs.flatMap(({ name, files }) => saidPerhaps(files).map((label) => ({ name, label })));
    const falseAlarms = said.filter(({ label }) => label !== "maybe");
    console.log(`said of ${said.length} leaves that they receive in some runs only`);
    expect(falseAlarms).toEqual([]);
  });

  test("nearly every leaf that never receives a gradient is found", () => {
    const never = programs.flatMap(({ name, files }) =>
      labelsOf(files)
        .filter(({ label }) => label === "never-receives-gradient")
        .map((found) => ({ name, ...found })),
    );
    const missed = never.filter(({ isReported }) => !isReported);
    console.log(
      `found ${never.length - missed.length} of ${never.length}; missed: ${missed.map(({ name }) => name).join(", ")}`,
    );
    expect(never.length).toBeGreaterThan(30);
    // One leaf is frozen on purpose, where silence is as good.
    expect(missed.map(({ name }) => name)).toEqual(["203-frozen-parameters.ts"]);
  });
});

test("where the labeled programs are, they are read; where they are not, it is said", () => {
  const isThere = existsSync(join(shared, "activity"));
  if (!isThere) console.log("../shared is not there: the labeled programs were not checked.");
  expect(programsIn(join(shared, "activity")).length > 0).toBe(isThere);
});

function programsIn(folder: string): readonly Labeled[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name !== "README.md")
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const roots = statSync(path).isDirectory() ? readdirSync(path).map((file) => join(path, file)) : [path];
      return { name, files: analyze(diskSources(roots)).files };
    });
}

/** The labels of the leaves that are said to receive in some runs only. */
function saidPerhaps(files: readonly FileAnalysis[]): readonly (string | null)[] {
  return files.flatMap(({ uri, findings }) => {
    const lines = readFileSync(uri, "utf8").split("\n");
    const hints = findings.filter(({ code }) => code === "maybe-receives-gradient");
    return hints.map(({ span }) => /\/\/ expect: ([a-z-]+)/.exec(lines[span.start.line] ?? "")?.[1] ?? null);
  });
}

function labelsOf(
  files: readonly FileAnalysis[],
): readonly { readonly label: string | null; readonly isReported: boolean; readonly line: string }[] {
  return files.flatMap(({ uri, findings }) => {
    const reported = new Set(
      findings.filter(({ code }) => neverCodes.includes(code)).map(({ span }) => span.start.line),
    );
    return readFileSync(uri, "utf8")
      .split("\n")
      .map((line, index) => ({
        label: /\/\/ expect: ([a-z-]+)/.exec(line)?.[1] ?? null,
        isReported: reported.has(index),
        line: line.trim(),
      }));
  });
}
