/**
 * `gradlens explain CODE` prints the page of a rule, and `gradlens check --explain NAME` what the analysis knows of a
 * variable. Both print Markdown as it is written: it reads well in a terminal.
 */
import { rules } from "../analysis.js";
import { filesAt, pathOfUri, uriOfPath } from "./named-paths.js";
import { ask } from "./reading.js";
import { place } from "./snippet.js";
import { CommandFault, styled, type ExitCode, type Terminal } from "./terminal.js";

/** The page of one code, or the list of all codes. */
export function explainCode(code: string | null, terminal: Terminal): ExitCode {
  if (code === null) {
    const width = Math.max(...rules.map((rule) => rule.code.length));
    const rows = rules.map((rule) => `${rule.code.padEnd(width)}  ${rule.severity}`);
    terminal.print(`${[...rows, `${"syntax".padEnd(width)}  error`].join("\n")}\n`);
    return 0;
  }
  terminal.print(`${pageOf(code).trim()}\n`);
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
  const pieces = explanations.map(({ uri, start, markdown }) => {
    const where = place(pathOfUri(uri, terminal.cwd), { start, end: start });
    return `${styled(where, "bold", terminal.color)}\n\n${markdown.trim()}\n`;
  });
  terminal.print(pieces.join("\n"));
  return 0;
}

function pageOf(code: string): string {
  if (code === "syntax") return syntaxPage;
  const rule = rules.find((candidate) => candidate.code === code);
  if (rule !== undefined) return `# ${rule.code}\n\nSeverity: ${rule.severity}\n\n${rule.explanation.trim()}`;
  const similar = rules
    .map((candidate) => candidate.code)
    .find((known) => known.includes(code) || code.includes(known));
  const hint = similar === undefined ? "`gradlens explain` lists all codes" : `did you mean \`${similar}\`?`;
  throw new CommandFault(`there is no finding with the code \`${code}\`; ${hint}`);
}

const syntaxPage = `# syntax

Severity: error

The file does not parse, so nothing is said about its gradients. Named on the command line, such a file ends the
check with exit code 2; found in a folder, it is reported and the other files are checked.`;
