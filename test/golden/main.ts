/**
 * `npm run golden`: every recorded case of a folder through the public API, counted by family and op. It ends with 1 when
 * a case fails that `known.md` does not name.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { casesOf, familiesIn, promotionsOf, tolerancesOf } from "./case.js";
import { checkCase, type Verdict } from "./check.js";
import { modelsOf } from "./models.js";
import { scenariosOf } from "./scenarios.js";
import { trajectoriesOf, trajectoryFamilies } from "./trajectories.js";
import { checkPromotion, promotionId } from "./promotion.js";

interface Count {
  passed: number;
  failed: number;
  unsupported: number;
  excluded: number;
}

interface Failure {
  readonly id: string;
  readonly op: string;
  readonly why: string;
}

export interface Outcome {
  readonly id: string;
  readonly op: string;
  readonly verdict: Verdict;
}

export function main(args: readonly string[], root: string): number {
  const { values } = parseArgs({
    args: [...args],
    options: { dir: { type: "string" }, family: { type: "string" }, json: { type: "boolean" }, why: { type: "boolean" } },
  });
  const folder = values.dir === undefined ? join(root, "../shared/golden") : resolve(values.dir);
  const families = allFamiliesIn(folder).filter((family) => values.family === undefined || values.family === family);
  const known = knownIds(root);
  const failures: Failure[] = [];
  const totals: Record<string, Count> = {};
  for (const family of families) {
    const outcomes = outcomesOf(folder, family);
    totals[family] = countOf(outcomes);
    for (const { id, op, verdict } of outcomes) {
      if ("why" in verdict) failures.push({ id, op, why: verdict.why });
    }
    if (values.json !== true) printFamily(family, outcomes, values.why === true ? "with reasons" : "counts");
  }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ families: totals, failures })}\n`);
  else printTotals(totals);
  return failures.some(({ id }) => !known.has(id)) ? 1 : 0;
}

/** The families of recorded cases, and those of whole runs. */
export function allFamiliesIn(folder: string): readonly string[] {
  return [...familiesIn(folder), ...trajectoryFamilies, "modules", "scenarios"];
}

export function outcomesOf(folder: string, family: string): readonly Outcome[] {
  if (family === "scenarios") return scenariosOf(folder);
  if (family === "modules") return modelsOf(folder);
  const trajectory = trajectoryFamilies.find((each) => each === family);
  if (trajectory !== undefined) return trajectoriesOf(folder, trajectory);
  if (family === "promotion") {
    return promotionsOf(folder).map((each) => ({ id: promotionId(each), op: each.op, verdict: checkPromotion(each) }));
  }
  const tolerances = tolerancesOf(folder);
  return casesOf(folder, family).map((each) => ({
    id: each.id,
    op: each.variant === "" ? each.op : `${each.op} (${each.variant})`,
    verdict: checkCase(each, tolerances),
  }));
}

function countOf(outcomes: readonly Outcome[]): Count {
  const count: Count = { passed: 0, failed: 0, unsupported: 0, excluded: 0 };
  for (const { verdict } of outcomes) count[verdict.kind]++;
  return count;
}

/** The ids that `known.md` names in backquotes. */
export function knownIds(root: string): ReadonlySet<string> {
  const text = readFileSync(join(root, "test/golden/known.md"), "utf8");
  return new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, id]) => id));
}

function printFamily(family: string, outcomes: readonly Outcome[], detail: "counts" | "with reasons"): void {
  process.stdout.write(`\n${family}\n`);
  const ops = [...new Set(outcomes.map(({ op }) => op))].sort();
  for (const op of ops) {
    const mine = outcomes.filter((outcome) => outcome.op === op);
    process.stdout.write(`  ${op.padEnd(48)} ${inColumns(countOf(mine))}\n`);
    if (detail === "counts") continue;
    for (const { id, verdict } of mine) if ("why" in verdict) process.stdout.write(`      ${id} ${verdict.why}\n`);
  }
}

function printTotals(totals: Readonly<Record<string, Count>>): void {
  process.stdout.write(`\n${"family".padEnd(50)} passed failed unsupported excluded\n`);
  const sum: Count = { passed: 0, failed: 0, unsupported: 0, excluded: 0 };
  for (const [family, count] of Object.entries(totals)) {
    process.stdout.write(`${family.padEnd(50)} ${inColumns(count)}\n`);
    sum.passed += count.passed;
    sum.failed += count.failed;
    sum.unsupported += count.unsupported;
    sum.excluded += count.excluded;
  }
  process.stdout.write(`${"all".padEnd(50)} ${inColumns(sum)}\n`);
}

function inColumns({ passed, failed, unsupported, excluded }: Count): string {
  const column = (count: number, width: number): string => String(count).padStart(width);
  return `${column(passed, 6)} ${column(failed, 6)} ${column(unsupported, 11)} ${column(excluded, 8)}`;
}
