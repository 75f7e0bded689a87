/**
 * Where the two roads meet: every fixture and example is read and run. What reading says never to receive a gradient
 * must not receive one, and a loss said to have no gradient must fail. Silence claims nothing, but is counted.
 */
import { resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { URI } from "vscode-uri";
import { analyze } from "../server/analysis.js";
import { diskSources } from "../server/disk.js";
import { contradictions, deadFindings, isOf, programsIn } from "./support/agreement.js";
import { runFileInProcess } from "./support/live-run.js";

/** Programs of others; they widen the test where the folder lies beside the checkout. */
const activity = resolve("../shared/activity");

const programs = [...programsIn(resolve("examples")), ...programsIn(resolve("test/fixtures")), ...programsIn(activity)];
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

    const dead = deadFindings(findings);
    expect(contradictions(findings, run, uri)).toEqual([]);

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
