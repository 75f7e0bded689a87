/** Counts what many programs showed, for each construct; tallies of several workers can be added up. */
import type { GeneratedProgram } from "./generate.js";
import type { Contradiction, Judgement } from "./judge.js";

export interface Count {
  programs: number;
  /** Leaves that exist and that no way of running gives a gradient. */
  never: number;
  found: number;
}

export interface Missed {
  readonly seed: number;
  readonly site: string;
  readonly constructs: readonly string[];
}

export interface Wrong extends Contradiction {
  readonly seed: number;
}

/** Plain data, so that a worker can post it. */
export interface Tally {
  readonly all: Count & { leaves: number; runs: number; problems: number; hopeful: number };
  /** Over the programs that the analysis can be asked to follow. */
  readonly constructs: Map<string, Count>;
  /** The programs of which it need only say nothing wrong. */
  readonly beyond: Count;
  readonly wrong: Wrong[];
  readonly missed: Missed[];
  readonly broken: { readonly seed: number; readonly message: string }[];
}

export function newTally(): Tally {
  const all = { programs: 0, never: 0, found: 0, leaves: 0, runs: 0, problems: 0, hopeful: 0 };
  const beyond = { programs: 0, never: 0, found: 0 };
  return { all, constructs: new Map(), beyond, wrong: [], missed: [], broken: [] };
}

export function count(tally: Tally, program: GeneratedProgram, { leaves, wrong, execution }: Judgement): void {
  const never = leaves.filter(({ receives }) => receives === "in no run");
  const found = never.filter(({ said }) => said === "never").length;
  const { all } = tally;
  tally.wrong.push(...wrong.map((contradiction) => ({ ...contradiction, seed: program.seed })));
  const seen = { programs: 1, never: never.length, found };
  if (program.reach === "beyond") return addTo(tally.beyond, seen);
  addTo(all, seen);
  all.leaves += leaves.length;
  all.runs += execution.runs.length;
  all.problems += execution.runs.some(({ problem }) => problem !== null) ? 1 : 0;
  all.hopeful += never.filter(({ said }) => said === "maybe").length;
  for (const name of program.constructs) addTo(countOf(tally, name), seen);
  for (const { site, said } of never)
    if (said !== "never") tally.missed.push({ seed: program.seed, site, constructs: program.constructs });
}

export function addTally(to: Tally, from: Tally): void {
  addTo(to.all, from.all);
  addTo(to.beyond, from.beyond);
  to.all.leaves += from.all.leaves;
  to.all.runs += from.all.runs;
  to.all.problems += from.all.problems;
  to.all.hopeful += from.all.hopeful;
  for (const [name, more] of from.constructs) addTo(countOf(to, name), more);
  to.wrong.push(...from.wrong);
  to.missed.push(...from.missed);
  to.broken.push(...from.broken);
}

export function recallOf({ never, found }: Count): number {
  return never === 0 ? 1 : found / never;
}

/** The table that the command prints: worst recall last, where the eye is. */
export function tallyText(tally: Tally): string {
  const rows = [...tally.constructs].sort(([, a], [, b]) => recallOf(b) - recallOf(a));
  const width = Math.max(...rows.map(([name]) => name.length), 9);
  const line = (name: string, cells: readonly (string | number)[]): string =>
    name.padEnd(width) + cells.map((cell) => String(cell).padStart(10)).join("");
  const { all, beyond } = tally;
  const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
  return [
    line("construct", ["programs", "share", "never", "found", "recall"]),
    ...rows.map(([name, row]) =>
      line(name, [row.programs, share(row.programs, all.programs), row.never, row.found, share(row.found, row.never)]),
    ),
    line("beyond", [beyond.programs, "", beyond.never, beyond.found, share(beyond.found, beyond.never)]),
    line("all", [all.programs, "", all.never, all.found, share(all.found, all.never)]),
    "",
    `${all.leaves} leaves, of which ${share(all.never, all.leaves)} receive in no run (${all.hopeful} are said to receive under a condition); ${all.runs} runs; ` +
      `${all.problems} programs that throw in some run`,
  ].join("\n");
}

function addTo(to: Count, { programs, never, found }: Count): void {
  to.programs += programs;
  to.never += never;
  to.found += found;
}

function countOf(tally: Tally, name: string): Count {
  const known = tally.constructs.get(name);
  if (known !== undefined) return known;
  const fresh = { programs: 0, never: 0, found: 0 };
  tally.constructs.set(name, fresh);
  return fresh;
}
