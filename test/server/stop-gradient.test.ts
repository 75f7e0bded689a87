/**
 * `stopGradient()` is a cut of functional libraries. None that is modelled has it yet, so a small table of one that
 * does stands in: the engine, and `detached(x)`.
 */
import { describe, expect, it } from "vitest";
import type { Finding } from "@gradlens/server/analysis";
import { findActivity } from "../../server/activity/arrival.js";
import { followValues } from "../../server/flow/follow.js";
import { engine } from "../../server/libraries/engine.js";
import type { Library } from "../../server/libraries/library.js";
import { applyRules } from "../../server/rules/index.js";
import { rated } from "../../server/rules/severities.js";
import { ProgramReader } from "../../server/source/program.js";
import { withEdits } from "../support/round-trip.js";
import { memorySources } from "../support/sources.js";

const because = "`stopGradient()` returns the value as a constant";
const functional: Library = {
  ...engine,
  names: new Map([...engine.names, ["detached", { kind: "cuts", control: "stopGradient", because }]]),
};

describe("a call that stops the gradient", () => {
  const cut = program("const y = detached(w.mul(2));");

  it("cuts, and is told once", () => {
    expect(saidOf(cut)).toEqual([
      "warning never-receives-gradient: `w` never receives a gradient: `stopGradient()` on line 4 cuts its only path to the loss",
      "information cut-by-stop-gradient: this `stopGradient()` is why `w` receives no gradient",
    ]);
  });

  it("can be removed, and then nothing is said", () => {
    const fixes = findingsOf(cut).flatMap((finding) => finding.fixes);
    const [removal] = fixes.filter(({ title }) => title === "Remove `stopGradient()`");
    const after = withEdits(cut, removal?.edits ?? []);
    expect(after).toContain("const y = w.mul(2);");
    expect(saidOf(after)).toEqual([]);
  });

  it.each([
    ["of a target", "const y = w.mul(detached(w));"],
    ["of a number", "const y = w.mul(detached(3));"],
    ["of a tree", "const y = w.mul(detached({ w }).w);"],
    ["of nothing that is known", "declare const some: any; const y = w.mul(detached(some));"],
  ])("%s is silent", (_, line) => {
    expect(saidOf(program(line))).toEqual([]);
  });
});

function program(line: string): string {
  return `import { detached, tensor } from "@gradlens/engine";
const w = tensor([1], { requiresGrad: true });
const u = tensor([1], { requiresGrad: true });
${line}
y.mul(u).sum().backward();
`;
}

function findingsOf(text: string): readonly Finding[] {
  const [linked] = new ProgramReader().read(memorySources({ "main.ts": text })).groups;
  if (linked === undefined) throw new Error("There is no program.");
  const { flow, seen } = followValues({ ...linked, moduleAt: () => functional });
  return rated(applyRules(flow, findActivity(flow, seen)), {});
}

function saidOf(text: string): readonly string[] {
  return findingsOf(text).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}
