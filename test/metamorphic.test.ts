/**
 * Programs rewritten so that they mean the same: the verdict on every leaf stays, or weakens to silence. A report that
 * is new after the rewriting must be true, so that program is run.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { URI } from "vscode-uri";
import { afterAll, describe, expect, it } from "vitest";
import { generateProgram } from "./fuzz/generate.js";
import { judge } from "./fuzz/judge.js";
import { compare, reportsOf, type Comparison, type Files, type Place, type Rewritten } from "./metamorphic/check.js";
import { computedInClosures, enclosed, extracted, inlined } from "./metamorphic/moving.js";
import { renamed } from "./metamorphic/renaming.js";
import type { Piece } from "./metamorphic/rewriting.js";
import { inAsyncFunction, inClosure, inTwoFiles, withNoise } from "./metamorphic/surroundings.js";
import { proofDepth, proofSeeds } from "./support/proofs.js";
import { readFixtures } from "./support/fixture.js";
import { folderOf, runFileInProcess } from "./support/live-run.js";

/** Null where the rewriting does not fit the program. */
type Rewriting = (files: Files) => Rewritten | null;

const rewritings: Readonly<Record<string, Rewriting>> = {
  "other names": each(renamed),
  "comments, blank lines and dead code": each(withNoise),
  "statements in functions of their own": each(extracted),
  "statements in closures": each(enclosed),
  "values computed in closures": each(computedInClosures),
  "values written where they are used": each(inlined),
  "everything in an async function": onMain(inAsyncFunction),
  "everything in a closure": onMain(inClosure),
  "two files": split,
};

const activity = resolve("../shared/activity");
const written: readonly Program[] = [
  ...readFixtures().map(({ folder, name, text }) => programOf(`${folder}/${name}`, text)),
  ...programsIn(resolve("examples")),
  ...(existsSync(activity) ? programsIn(activity) : []),
];
const generated = proofSeeds(120).map((seed): Program => ({ name: `seed ${seed}`, ...generateProgram(seed) }));
const counts = { kept: 0, weakened: 0, sharpened: 0, programs: 0 };

describe.each(Object.entries(rewritings))("%s", (_, rewriting) => {
  it.each([
    ["written programs", written, receivedOnce],
    ["generated programs", generated, receivedEver],
  ] as const)("change no verdict on %s", { timeout: 120_000 * proofDepth }, async (_, programs, received) => {
    const wrong: string[] = [];
    for (const { name, files } of programs) {
      const rewritten = rewriting(files);
      if (rewritten === null) continue;
      const comparison = compare(files, reportsBefore(files), rewritten);
      count(comparison);
      if (comparison.added.length === 0) continue;
      const live = await received(comparison.files);
      const untrue = comparison.added.filter(({ file, line }) => live.has(`${file}:${line}`));
      wrong.push(...untrue.map((place) => inWords(name, place, comparison.files)));
    }
    expect(wrong.join("\n\n")).toBe("");
  });
});

afterAll(() => {
  const { kept, weakened, sharpened, programs } = counts;
  const reported = kept + weakened;
  process.stdout.write(
    `metamorphic: ${programs} rewritten programs; of ${reported} reports ${kept} stayed and ${weakened} fell silent; ${sharpened} came, all true\n`,
  );
  // Silence is allowed, but a rewriting that silences everything would prove nothing.
  expect(kept / reported).toBeGreaterThan(0.9);
});

interface Program {
  readonly name: string;
  readonly files: Files;
}

/** Every program is rewritten many times, and read once as it is. */
const remembered = new Map<Files, ReturnType<typeof reportsOf>>();

function reportsBefore(files: Files): ReturnType<typeof reportsOf> {
  const reports = remembered.get(files) ?? reportsOf(files);
  remembered.set(files, reports);
  return reports;
}

function count({ kept, weakened, added }: Comparison): void {
  counts.programs++;
  counts.kept += kept;
  counts.weakened += weakened.length;
  counts.sharpened += added.length;
}

/** A rewriting of each file for itself. */
function each(rewrite: (text: string) => readonly Piece[]): Rewriting {
  return (files) => ({
    files: Object.fromEntries(
      Object.entries(files).map(([name, text]) => [name, { from: name, pieces: rewrite(text) }]),
    ),
  });
}

/** A rewriting of the main file alone. */
function onMain(rewrite: (text: string) => readonly Piece[] | null): Rewriting {
  return (files) => {
    const pieces = rewrite(files["main.ts"] ?? "");
    return pieces === null ? null : { files: { ...asTheyAre(files), "main.ts": { from: "main.ts", pieces } } };
  };
}

function split(files: Files): Rewritten | null {
  const parts = inTwoFiles(files["main.ts"] ?? "");
  if (parts === null) return null;
  const main = { from: "main.ts", pieces: parts.main };
  const library = { from: "main.ts", pieces: parts.library };
  return { files: { ...asTheyAre(files), "main.ts": main, "library.ts": library } };
}

function asTheyAre(files: Files): Rewritten["files"] {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, { from: name, pieces: [[0, text.length]] }]),
  );
}

/** What received in one run, by "file:line". */
async function receivedOnce(files: Files): Promise<ReadonlySet<string>> {
  const folder = folderOf(files);
  const { leaves } = await runFileInProcess(join(folder, "main.ts"));
  const root = URI.file(folder).toString();
  return new Set(
    leaves.flatMap(({ received, span }) =>
      received && span !== null ? [`${span.uri.slice(root.length + 1)}:${span.start.line}`] : [],
    ),
  );
}

/** What received however the coins fell. */
async function receivedEver(files: Files): Promise<ReadonlySet<string>> {
  const { leaves } = await judge(files);
  return new Set(leaves.flatMap(({ site, receives }) => (receives === "in no run" ? [] : [site])));
}

function inWords(name: string, { file, line }: Place, files: Files): string {
  const texts = Object.entries(files).map(([path, text]) => `── ${path}\n${text}`);
  return `${name}: ${file}:${line + 1} is reported and receives a gradient\n${texts.join("\n")}`;
}

function programOf(name: string, text: string): Program {
  return { name, files: { "main.ts": text } };
}

/** Files that stand alone; a folder with a `main.ts` is one program. */
function programsIn(folder: string): readonly Program[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const sources = entries.filter(({ name }) => /(?<!\.d)\.ts$/.test(name)).map(({ name }) => name);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  if (sources.includes("main.ts")) {
    return [{ name: folder, files: Object.fromEntries(sources.map((name) => [name, read(name)])) }];
  }
  return [
    ...sources.map((name) => programOf(name, read(name))),
    ...entries.filter((entry) => entry.isDirectory()).flatMap(({ name }) => programsIn(join(folder, name))),
  ];
}
