/**
 * `gradlens run` and `gradlens graph --live`: runs a program and prints what arrived at its leaves, or its graphs.
 * How a run is started and ended is the business of `run/`.
 */
import type { RunEvent, SourceSpan } from "@gradlens/engine/graph";
import { formatRunJson, formatRunPretty } from "../run/format.js";
import { liveGraphs } from "../run/live-graphs.js";
import { runFile } from "../run/run-file.js";
import type { PlacedGraph } from "../run/run-report.js";
import { pathOfUri, sourceFileAt } from "./named-paths.js";
import { place } from "./snippet.js";
import { CommandFault, printable, type ExitCode, type Terminal } from "./terminal.js";

export interface RunWish {
  readonly file: string;
  readonly timeoutSeconds: number;
  readonly seed: number;
  /** The built child process. */
  readonly childFile: URL;
}

export async function run(wish: RunWish, format: "pretty" | "json", terminal: Terminal): Promise<ExitCode> {
  // What the program writes is shown as it goes, and then not once more at the end.
  let hasSpoken = false;
  const tell = (event: RunEvent): void => {
    if (event.kind !== "console" || format === "json") return;
    hasSpoken = true;
    terminal.print(`${event.text.split("\n").map(printable).join("\n")}\n`);
  };
  const result = await runFile({ ...optionsOf(wish, terminal), tell });
  if (result.kind === "not started") throw notStarted(result, terminal);
  const { report } = result;
  terminal.print(
    format === "json"
      ? formatRunJson(report)
      : `${hasSpoken ? "\n" : ""}${formatRunPretty({ ...report, console: [] }, terminal)}`,
  );
  return report.error === null ? 0 : 1;
}

/** The graphs of a run, and what became of it: a program that throws has graphs too. */
export async function graphsByRunning(
  wish: RunWish,
  terminal: Terminal,
): Promise<{ readonly graphs: readonly PlacedGraph[]; readonly code: ExitCode }> {
  const result = await liveGraphs(optionsOf(wish, terminal));
  if (result.kind === "not started") throw notStarted(result, terminal);
  const { graphs, error } = result;
  if (error === null) return { graphs, code: 0 };
  const where = error.span === null ? "" : ` (${place(pathOfUri(error.span.uri, terminal.cwd), error.span)})`;
  terminal.complain(`the program ended early${where}: ${error.name}: ${oneLine(error.message)}`);
  return { graphs, code: 1 };
}

function optionsOf({ file, ...wish }: RunWish, { cwd }: Terminal) {
  return { ...wish, path: sourceFileAt(file, cwd) };
}

function notStarted(
  { message, span }: { readonly message: string; readonly span: SourceSpan | null },
  { cwd }: Terminal,
): CommandFault {
  const where = span === null ? "" : `${place(pathOfUri(span.uri, cwd), span)}: `;
  return new CommandFault(`${where}${oneLine(message)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}
