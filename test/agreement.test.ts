/**
 * Where the two roads meet: every fixture and example is read and run. What reading says never to receive a gradient
 * must not receive one, and a loss said to have no gradient must fail. Silence claims nothing, but is counted.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { URI } from "vscode-uri";
import type { LeafReport, SourceSpan } from "@gradlens/engine/graph";
import { analyze, type Finding } from "../server/analysis.js";
import { diskSources } from "../server/disk.js";
import { runFileInProcess } from "./support/live-run.js";

const deadCodes = new Set(["never-receives-gradient", "unused-parameter"]);
/** Programs of others; they widen the test where the folder lies beside the checkout. */
const activity = resolve("../shared/activity");

const programs = [
  ...programsIn(resolve("examples")),
  ...programsIn(resolve("test/fixtures")),
  ...(existsSync(activity) ? programsIn(activity) : []),
];
const recall = { unreceived: 0, reported: 0 };

describe("what is read agrees with what is run", () => {
  it("has programs to look at", () => {
    expect(programs.length).toBeGreaterThan(10);
  });

  it.each(programs.map((path) => [path.replace(`${resolve("..")}/`, "")]))("%s", async (name) => {
    const path = resolve("..", name);
    const uri = URI.file(path).toString();
    const { files } = analyze(diskSources([uri]));
    const findings = files.flatMap((file) => file.findings);
    const run = await runFileInProcess(path);
    const leaves = run.leaves.filter(({ span }) => span?.uri === uri);

    const dead = findings.filter(({ code }) => deadCodes.has(code));
    const contradicted = dead.filter((finding) => leaves.some((leaf) => leaf.received && isOf(leaf, finding)));
    expect(contradicted.map(({ message }) => message)).toEqual([]);

    if (findings.some(({ code }) => code === "loss-has-no-grad")) {
      const failed = run.outcome.kind === "threw" || run.graphs.some(({ fault }) => fault !== null);
      expect(failed, "a loss was said to have no gradient, and no backward pass failed").toBe(true);
    }

    if (run.outcome.kind !== "finished") return;
    const unreceived = leaves.filter(({ received }) => !received);
    recall.unreceived += unreceived.length;
    recall.reported += unreceived.filter((leaf) => dead.some((finding) => isOf(leaf, finding))).length;
  });

  afterAll(() => {
    process.stdout.write(
      `agreement: ${recall.reported} of ${recall.unreceived} leaves without a gradient were reported\n`,
    );
  });
});

/** A finding stands at the variable's name, a leaf at the call that made it: on one line, and with one name where it has one. */
function isOf(leaf: LeafReport, { span, message }: Finding): boolean {
  return isOnLine(leaf.span, span) && (leaf.name === null || message.includes(`\`${leaf.name}`));
}

function isOnLine(one: SourceSpan | null, other: SourceSpan): boolean {
  return one !== null && one.start.line === other.start.line;
}

/** Files that stand alone, and of a folder with a `main.ts` that file. */
function programsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.some(({ name }) => name === "main.ts")) return [join(folder, "main.ts")];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return programsIn(path);
    return /(?<!\.d)\.[cm]?[tj]sx?$/.test(entry.name) ? [path] : [];
  });
}
