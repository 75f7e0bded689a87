/**
 * Starts the `gradlens` command in a process: its arguments, its streams, its exit code. What the command does stands
 * in `cli/`; started as a worker, the same file answers one question with a deep stack.
 */
import { runCommandLine } from "./cli/command-line.js";
import { answerAsWorker } from "./cli/reading.js";
import type { Terminal } from "./cli/terminal.js";

if (!answerAsWorker()) await start();

async function start(): Promise<void> {
  // Whoever reads may stop reading (`gradlens check | head`): then there is nobody left to tell anything.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 2));
  }
  const terminal: Terminal = {
    cwd: process.cwd(),
    print: (text) => process.stdout.write(text),
    complain: (line) => process.stderr.write(`gradlens: ${line}\n`),
    color: hasColors() ? "color" : "plain",
    columns: process.stdout.isTTY ? process.stdout.columns : 120,
  };
  process.exitCode = await runCommandLine(process.argv.slice(2), { terminal, workerFile: new URL(import.meta.url) });
}

/** https://no-color.org: whatever text NO_COLOR holds, it switches colors off; FORCE_COLOR switches them on without a terminal. */
function hasColors(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0";
  return process.stdout.isTTY && TERM !== "dumb";
}
