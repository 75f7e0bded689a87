/** Runs programs under watch inside the test's own process: bundle, evaluate, and collect what is told. */
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { runProgram, type UserProgram } from "@gradlens/engine/live";
import type {
  BundledProgram,
  GradientGraph,
  GraphNode,
  LeafReport,
  RunEvent,
  RunOutcome,
  RunRequest,
  SiteId,
} from "@gradlens/engine/graph";
import * as esbuild from "esbuild";
import { bundleProgram } from "../../server/source/bundle.js";

export interface LiveRun {
  readonly events: readonly RunEvent[];
  /** The last graph told for each loss, in the order of their first. */
  readonly graphs: readonly GradientGraph[];
  readonly leaves: readonly LeafReport[];
  readonly console: readonly string[];
  readonly outcome: RunOutcome;
}

export const plainRequest: RunRequest = {
  seed: 0,
  overrides: [],
  ignoredCuts: [],
  recording: { kind: "every pass" },
  steps: "told",
};

export async function bundleOf(entryPath: string): Promise<BundledProgram> {
  const result = await bundleProgram({ entryPath: resolve(entryPath), readOpenDocument: () => null, esbuild });
  if (result.kind === "failed") throw new Error(result.message);
  return result.program;
}

/** A folder with these files; the program is `main.ts`. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-live-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export function evaluate({ code }: BundledProgram): UserProgram {
  const program: unknown = new Function(`"use strict";${code}\nreturn program;`)();
  if (typeof program !== "function") throw new Error("The bundle declares no function `program`.");
  return async () => {
    await Reflect.apply(program, undefined, []);
  };
}

export async function runBundle(
  program: BundledProgram,
  request: Partial<RunRequest> = {},
  evaluated: UserProgram = evaluate(program),
): Promise<LiveRun> {
  const events: RunEvent[] = [];
  await runProgram(evaluated, program, { ...plainRequest, ...request }, (event) => events.push(event));
  const graphs = new Map<SiteId | null, GradientGraph>();
  for (const event of events) if (event.kind === "graph") graphs.set(event.site, event.graph);
  const leaves = events.find((event) => event.kind === "leaves");
  const ended = events.at(-1);
  if (leaves?.kind !== "leaves" || ended?.kind !== "ended") throw new Error("The run did not end as it must.");
  return {
    events,
    graphs: [...graphs.values()],
    leaves: leaves.leaves,
    console: events.flatMap((event) => (event.kind === "console" ? [event.text] : [])),
    outcome: ended.outcome,
  };
}

export async function runFileInProcess(path: string, request: Partial<RunRequest> = {}): Promise<LiveRun> {
  return runBundle(await bundleOf(path), request);
}

export async function runText(text: string, request: Partial<RunRequest> = {}): Promise<LiveRun> {
  return runFileInProcess(join(folderOf({ "main.ts": text }), "main.ts"), request);
}

export function nodeNamed(graph: GradientGraph | undefined, name: string): GraphNode {
  const node = graph?.nodes.find((other) => other.name === name);
  if (node === undefined) throw new Error(`The graph has no node named ${name}.`);
  return node;
}

/** What arrived, as a person would say it: the numbers, or the kind with the reason and what would be. */
export function arrivedAt(graph: GradientGraph | undefined, name: string): unknown {
  const { gradient } = nodeNamed(graph, name);
  switch (gradient.kind) {
    case "received":
      return gradient.summary.size === 1 ? gradient.summary.first[0] : gradient.summary.first;
    case "none":
      return { because: gradient.because, wouldBe: gradient.wouldBe?.first[0] ?? null };
    case "frozen":
    case "notComputed":
      return gradient.kind;
  }
}

export function siteOf(program: BundledProgram, name: string | null, line: number): SiteId {
  const site = program.sites.findIndex((other) => other.name === name && other.span.start.line === line);
  if (site === -1) throw new Error(`There is no site named ${String(name)} on line ${line}.`);
  return site;
}

/** The import line of the programs that tests write. */
export const engine =
  'import { tensor, noGrad, randn, zeros, where, stack, grad, nn, optim } from "@gradlens/engine";\n';

/** Runs a program that is expected to come to its end. */
export async function finished(text: string): Promise<LiveRun> {
  const run = await runText(engine + text);
  if (run.outcome.kind === "threw") throw new Error(run.outcome.error.message);
  return run;
}

export function leavesOf({ leaves }: LiveRun): readonly string[] {
  return leaves.map(({ name, received, allZero }) => `${name} ${received ? (allZero ? "zero" : "received") : "none"}`);
}

/** Nodes by their name, or op, in the order of the program. */
export function namesIn(graph: GradientGraph | undefined): readonly string[] {
  return (graph?.nodes ?? []).map(({ name, op }) => name ?? op ?? "?");
}

export function edgesOf(graph: GradientGraph | undefined): readonly string[] {
  const names = new Map(graph?.nodes.map(({ id, name, op }) => [id, name ?? op ?? "?"]));
  return (graph?.edges ?? []).map(({ from, to, flow, certainty }) => {
    const maybe = certainty === "maybe" ? " maybe" : "";
    return `${names.get(from)} → ${names.get(to)} ${flow.kind}${maybe}`;
  });
}
