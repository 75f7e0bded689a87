/** `npm run bench`: a table of ratios, each measured in turns within one run, and the machine it ran on. */
import { cpus } from "node:os";
import { engineRows } from "./engine.js";
import type { Comparison } from "./measure.js";
import { readingRows } from "./reading.js";

const rows = [...readingRows(), ...engineRows()];
process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}\n\n`);
process.stdout.write("| what | ours | beside | ratio |\n|---|--:|--:|--:|\n");
process.stdout.write(`${rows.map(asLine).join("\n")}\n`);

function asLine({ what, ours, beside, oursMs, besideMs }: Comparison): string {
  return `| ${what} | ${ours} ${time(oursMs)} | ${beside} ${time(besideMs)} | ${(oursMs / besideMs).toPrecision(2)} |`;
}

function time(milliseconds: number): string {
  return milliseconds < 1 ? `${(milliseconds * 1000).toPrecision(3)} µs` : `${milliseconds.toPrecision(3)} ms`;
}
