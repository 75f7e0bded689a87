/**
 * Where reading and running contradict each other: a leaf that received and was said never to, or only zeros; a loss
 * that passed and was said to fail.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LeafReport, SourceSpan } from "@gradlens/engine/graph";
import type { Finding } from "@gradlens/server/analysis";
import type { LiveRun } from "./live-run.js";

const deadCodes = new Set(["never-receives-gradient", "unused-parameter"]);

export function deadFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ code }) => deadCodes.has(code));
}

/** The messages that a run of the program in this file does not bear out. */
export function contradictions(findings: readonly Finding[], run: LiveRun, uri: string): readonly string[] {
  const leaves = run.leaves.filter(({ span }) => span?.uri === uri);
  const dead = deadFindings(findings).filter((finding) => leaves.some((leaf) => leaf.received && isOf(leaf, finding)));
  const zero = findings.filter(
    (finding) =>
      finding.code === "zero-gradient" && leaves.some((leaf) => leaf.received && !leaf.allZero && isOf(leaf, finding)),
  );
  const throwing = findings.filter(({ code }) => code === "loss-has-no-grad");
  const hasFailed = run.outcome.kind === "threw" || run.graphs.some(({ fault }) => fault !== null);
  return [...dead, ...zero, ...(hasFailed ? [] : throwing)].map(({ message }) => message);
}

/** A finding stands at the variable's name, a leaf at the call that made it: on one line, and with one name where it has one. */
export function isOf(leaf: LeafReport, { span, message }: Finding): boolean {
  return isOnLine(leaf.span, span) && (leaf.name === null || message.includes(`\`${leaf.name}`));
}

/** Files that stand alone, and of a folder with a `main.ts` that file. */
export function programsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (entries.some(({ name }) => name === "main.ts")) return [join(folder, "main.ts")];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return programsIn(path);
    return /(?<!\.d)\.[cm]?[tj]sx?$/.test(entry.name) ? [path] : [];
  });
}

function isOnLine(one: SourceSpan | null, other: SourceSpan): boolean {
  return one !== null && one.start.line === other.start.line;
}
