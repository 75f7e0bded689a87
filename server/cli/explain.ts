/**
 * `gradlens explain CODE` prints the page of a rule, and `gradlens check --explain NAME` what the analysis knows of a
 * variable, in the form of its findings. Pages are Markdown as it is written: it reads well in a terminal.
 */
import { resolve } from "node:path";
import { pageOf, rules, similarCode } from "../analysis.js";
import { readText } from "../disk.js";
import { formatNotes, type Note } from "./check-pretty.js";
import { filesAt, pathOfUri, uriOfPath } from "./named-paths.js";
import { ask } from "./reading.js";
import type { DescribedCode } from "./sarif.js";
import { CommandFault, type ExitCode, type Terminal } from "./terminal.js";

/** What the command line itself states: the analysis has nothing to say about a text that does not parse. */
export const syntaxRule: DescribedCode = {
  code: "syntax",
  severity: "error",
  explanation: `The file does not parse, so nothing is said about its gradients.

Named on the command line, such a file ends the check with exit code 2; found in a folder, it is reported and the
other files are checked.`,
};

/** The page of one code, or the list of all codes. */
export function explainCode(wanted: string | null, terminal: Terminal): ExitCode {
  if (wanted !== null) {
    terminal.print(`${wantedPage(wanted)}\n`);
    return 0;
  }
  const listed = [...rules, syntaxRule];
  const width = Math.max(...listed.map(({ code }) => code.length));
  terminal.print(listed.map(({ code, severity }) => `${code.padEnd(width)}  ${severity}\n`).join(""));
  return 0;
}

/** Everything known about the variables with a name in the named files. */
export async function explainVariable(
  name: string,
  paths: readonly string[],
  workerFile: URL,
  terminal: Terminal,
): Promise<ExitCode> {
  const found = filesAt(paths, terminal.cwd);
  const uris = found.files.map(uriOfPath);
  const { explanations } = await ask({ kind: "explain", uris, name }, workerFile);
  if (explanations.length === 0) throw new CommandFault(`nothing named \`${name}\` takes part in a gradient there`);
  const notes = explanations.flatMap(({ span, stories }) =>
    stories.map(({ sentence, steps }): Note => ({
      path: pathOfUri(span.uri, terminal.cwd),
      range: { start: span.start, end: span.end },
      message: sentence.replace(/\.$/, ""),
      related: steps.map((step) => ({
        path: pathOfUri(step.span.uri, terminal.cwd),
        range: { start: step.span.start, end: step.span.end },
        message: step.message,
      })),
    })),
  );
  terminal.print(formatNotes(notes, (path) => textAt(resolve(terminal.cwd, path)), terminal));
  return 0;
}

function textAt(path: string): string | null {
  const content = readText(path);
  return content.kind === "text" ? content.text : null;
}

function wantedPage(wanted: string): string {
  const known = [...rules, syntaxRule];
  const rule = known.find(({ code }) => code === wanted);
  if (rule !== undefined) return pageOf(rule);
  const similar = similarCode(
    wanted,
    known.map(({ code }) => code),
  );
  const hint = similar === null ? "`gradlens explain` lists all codes" : `did you mean \`${similar}\`?`;
  throw new CommandFault(`there is no finding with the code \`${wanted}\`; ${hint}`);
}
