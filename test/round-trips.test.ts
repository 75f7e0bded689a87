/**
 * Every finding can be acted on: apply each fix and each mark to each fixture, and read the program again. The report
 * is gone, no other appeared, the text type-checks, and where a cut was removed the leaf receives when it is run.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding } from "@gradlens/server/analysis";
import { findingsIn, readFixtures } from "./support/fixture.js";
import { folderOf, runFileInProcess } from "./support/live-run.js";
import { roundTripsOf, typeFaults, type RoundTrip } from "./support/round-trip.js";

const trips = readFixtures().flatMap(roundTripsOf);

/**
 * What an act may bring to light: the error that was hidden, the same mistake one operator further out, or that a leaf
 * which is no longer replaced keeps its gradient.
 */
const uncovers: Readonly<Record<string, string>> = {
  "fake-requires-grad": "loss-has-no-grad",
  "tensor-arithmetic": "tensor-arithmetic",
  "leaf-overwritten": "missing-zero-grad",
};

describe("what is offered for a finding", () => {
  it.each(trips.map((trip) => [inWords(trip), trip] as const))("%s", (_, trip) => {
    const after = findingsIn(trip.fixture, trip.text);
    const uncovered = uncovers[trip.finding.code];
    expect(counted(after, trip.finding), "the report is gone").toBeLessThan(counted(trip.before, trip.finding));
    const appeared = alarms(after).filter(
      (code) => codes(alarms(after), code) > codes(alarms(trip.before), code) && code !== uncovered,
    );
    expect(appeared, "no other appeared").toEqual([]);
  });

  it("leaves a program that type-checks", { timeout: 60_000 }, () => {
    const faults = typeFaults(trips.map(({ text }) => text));
    const faulty = trips.flatMap((trip, index) => (faults[index] ?? []).map((fault) => `${inWords(trip)}: ${fault}`));
    expect(faulty).toEqual([]);
  });
});

describe("where a cut is removed, the leaf receives", () => {
  const removed = trips.filter(({ kind, finding, title }) => kind === "mends" && isAboutACut(finding, title));

  it.each(removed.map((trip) => [inWords(trip), trip] as const))("%s", async (_, { finding, text }) => {
    const path = pathOf(text);
    const names = [...finding.message.matchAll(/`([\w.[\]]+)`(?=,|:| and | never| receive)/g)].map(([, name]) => name);
    const received: boolean[] = [];
    // Where the cut is on one branch only, the program's own coins decide.
    for (let seed = 0; seed < 8 && !received.includes(true); seed++) {
      const { outcome, leaves } = await runFileInProcess(path, { seed });
      expect(outcome).toMatchObject({ kind: "finished" });
      received.push(leaves.some((leaf) => leaf.received && names.some((name) => leaf.name?.startsWith(name ?? ""))));
    }
    expect(received).toContain(true);
  });
});

function pathOf(text: string): string {
  return join(folderOf({ "main.ts": text }), "main.ts");
}

function isAboutACut({ code }: Finding, title: string): boolean {
  return (code === "never-receives-gradient" || code.startsWith("cut-by-")) && /^(Remove|Use) /.test(title);
}

function inWords({ fixture, finding, title }: RoundTrip): string {
  return `${fixture.folder}/${fixture.name}:${finding.span.start.line + 1} ${finding.code}: ${title}`;
}

/** How often this is said; a leaf's name tells reports of one code apart, and lines move. */
function counted(findings: readonly Finding[], { code, message }: Finding): number {
  const name = /`[^`]*`/.exec(message)?.[0] ?? "";
  return findings.filter((each) => each.code === code && each.message.includes(name)).length;
}

function alarms(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ severity, code }) => (severity === "warning" || severity === "error" ? [code] : []));
}

function codes(list: readonly string[], wanted: string): number {
  return list.filter((code) => code === wanted).length;
}
