/** Holds what the analysis says about a program against what its runs showed. */
import { analyze, type Finding } from "@gradlens/server/analysis";
import { memorySources } from "../support/sources.js";
import { compile, executeAll, type Compiled, type Execution } from "./execute.js";

export interface LeafVerdict {
  /** "file:line" of its declaration. */
  readonly site: string;
  /** In how many of the ways in which the coins fall it received a gradient. */
  readonly receives: "in every run" | "in some runs" | "in no run";
  readonly said: "never" | "maybe" | "nothing";
}

export interface Judgement {
  readonly leaves: readonly LeafVerdict[];
  /** What is not true of all runs, in words. */
  readonly wrong: readonly Contradiction[];
  readonly execution: Execution;
}

export interface Contradiction {
  readonly site: string;
  readonly code: string;
  readonly message: string;
}

export const neverCodes: ReadonlySet<string> = new Set(["never-receives-gradient", "unused-parameter"]);

export async function judge(files: Readonly<Record<string, string>>, compiled?: Compiled): Promise<Judgement> {
  const findings = findingsOf(files);
  const execution = await executeAll(compiled ?? (await compile(files)));
  const leaves = verdictsOf(findings, execution);
  return { leaves, wrong: contradictions(findings, leaves, execution), execution };
}

function findingsOf(files: Readonly<Record<string, string>>): readonly Finding[] {
  return analyze(memorySources(files)).files.flatMap((file) => file.findings);
}

function siteOf({ span }: Finding): string {
  return `${span.uri}:${span.start.line}`;
}

function verdictsOf(findings: readonly Finding[], { runs }: Execution): readonly LeafVerdict[] {
  const never = new Set(findings.filter(({ code }) => neverCodes.has(code)).map(siteOf));
  const maybe = new Set(findings.filter(({ code }) => code === "maybe-receives-gradient").map(siteOf));
  const sites = new Set(runs.flatMap(({ made }) => [...made]));
  return [...sites].map((site) => {
    const count = runs.filter(({ received }) => received.has(site)).length;
    const receives = count === 0 ? "in no run" : count === runs.length ? "in every run" : "in some runs";
    return { site, receives, said: never.has(site) ? "never" : maybe.has(site) ? "maybe" : "nothing" };
  });
}

function contradictions(
  findings: readonly Finding[],
  leaves: readonly LeafVerdict[],
  execution: Execution,
): readonly Contradiction[] {
  return findings
    .filter((finding) => isContradicted(finding, leaves, execution))
    .map((finding) => ({ site: siteOf(finding), code: finding.code, message: finding.message }));
}

/** Whether some run shows that this is not true of all of them. */
function isContradicted(finding: Finding, leaves: readonly LeafVerdict[], { runs, extent }: Execution): boolean {
  const { code, message } = finding;
  const site = siteOf(finding);
  const leaf = leaves.find((other) => other.site === site);
  switch (code) {
    case "never-receives-gradient":
    case "unused-parameter":
      return leaf !== undefined && leaf.receives !== "in no run";
    case "maybe-receives-gradient":
      return extent === "complete" && leaf?.receives === "in every run";
    case "zero-gradient":
      return runs.some(({ moved }) => moved.has(site));
    case "loss-has-no-grad":
      return runs.some(({ passed }) => passed.has(site));
    case "backward-twice": {
      const most = /iteration|second/.test(message) ? 1 : 0;
      return runs.some(({ passed, failed }) => !failed.has(site) && (passed.get(site) ?? 0) > most);
    }
    case "inplace-on-leaf":
      return runs.some(({ ended }) => ended.has(site));
    case "inplace-on-saved":
      return runs.some(({ begun, failed, problem }) => begun.has(site) && failed.size === 0 && problem === null);
    default:
      return false;
  }
}
