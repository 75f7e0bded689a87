/**
 * `npm run bench`: tables of ratios, each measured in turns within one run, and the machine it ran on. With
 * `--cases analysis`, `--cases engine` or `--cases panel` only those.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { engineRows } from "./engine.js";
import type { Comparison } from "./measure.js";
import { analyzeWorkspaceOnce, lintRow, memoryOfWorkspace, readingRows } from "./reading.js";
import { panelRows, scriptKilobytes } from "./panel.js";
import { pageRows, type PageRow } from "./page.js";
import { startRow } from "./starting.js";
import { typingRows, type Typing } from "./typing.js";

const { values } = parseArgs({ options: { cases: { type: "string", default: "all" }, memory: { type: "boolean" } } });
if (values.memory === true) process.stdout.write(String(analyzeWorkspaceOnce()));
else void measure(values.cases);

async function measure(cases: string): Promise<void> {
  print(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n`);
  const measures = (part: string): boolean => cases === "all" || cases === part;
  if (measures("analysis")) {
    printTable([
      "one key, from the change of the text to the findings",
      "p50",
      "p95",
      "a full parse",
      "ratio p50",
      "ratio p95",
    ]);
    for (const row of typingRows()) printRow(asKeys(row));
    print("");
  }
  printTable(["what", "ours", "beside", "ratio"]);
  if (measures("analysis")) {
    for (const row of readingRows()) printRow(asComparison(row));
    printRow(asComparison(await lintRow()));
    printRow(asComparison(await startRow()));
    const megabytes = memoryOfWorkspace(process.argv[1] ?? "");
    printRow([
      "a process that has analyzed 500 files of 200 lines, all with tensors",
      `${megabytes.toFixed(0)} MB`,
      "",
      "",
    ]);
  }
  if (measures("engine")) for (const row of engineRows()) printRow(asComparison(row));
  if (measures("panel")) await measurePanel();
}

async function measurePanel(): Promise<void> {
  for (const row of await panelRows()) printRow(asComparison(row));
  const script = "the panel's script without the engine, minified and zipped";
  printRow([script, `${(await scriptKilobytes()).toFixed(0)} KB`, "budget 90 KB", ""]);
  print("");
  printTable(["in Chromium", "p50", "p95", "budget"]);
  for (const row of await pageRows()) printRow(asPageRow(row));
}

function asPageRow({ what, p50, p95, budget }: PageRow): readonly string[] {
  return [what, time(p50), time(p95), budget];
}

function asKeys({ what, p50, p95, parse }: Typing): readonly string[] {
  return [what, time(p50), time(p95), time(parse), (p50 / parse).toPrecision(2), (p95 / parse).toPrecision(2)];
}

function asComparison({ what, ours, beside, oursMs, besideMs }: Comparison): readonly string[] {
  return [what, `${ours} ${time(oursMs)}`, `${beside} ${time(besideMs)}`, (oursMs / besideMs).toPrecision(2)];
}

function printTable(columns: readonly string[]): void {
  printRow(columns);
  print(
    `|---|${columns
      .slice(1)
      .map(() => "--:|")
      .join("")}`,
  );
}

function printRow(cells: readonly string[]): void {
  print(`| ${cells.join(" | ")} |`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function time(milliseconds: number): string {
  return milliseconds < 1 ? `${(milliseconds * 1000).toPrecision(3)} µs` : `${milliseconds.toPrecision(3)} ms`;
}
