/**
 * `gradlens explain CODE` prints the page of a rule, and `gradlens check --explain NAME` what the analysis knows of a
 * variable. Both print Markdown as it is written: it reads well in a terminal.
 */
import { rules, similarCode } from "../analysis.js";
import { filesAt, pathOfUri, uriOfPath } from "./named-paths.js";
import { ask } from "./reading.js";
import type { DescribedCode } from "./sarif.js";
import { place } from "./snippet.js";
import { CommandFault, styled, type ExitCode, type Terminal } from "./terminal.js";

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
    terminal.print(`${pageOf(wanted)}\n`);
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
  const pieces = explanations.map(({ uri, start, markdown }) => {
    const where = place(pathOfUri(uri, terminal.cwd), { start, end: start });
    return `${styled(where, "bold", terminal.color)}\n\n${markdown.trim()}\n`;
  });
  terminal.print(pieces.join("\n"));
  return 0;
}

function pageOf(wanted: string): string {
  const known = [...rules, syntaxRule];
  const rule = known.find(({ code }) => code === wanted);
  if (rule !== undefined) return `# ${rule.code}\n\nSeverity: ${rule.severity}\n\n${rule.explanation.trim()}`;
  const similar = similarCode(
    wanted,
    known.map(({ code }) => code),
  );
  const hint = similar === null ? "`gradlens explain` lists all codes" : `did you mean \`${similar}\`?`;
  throw new CommandFault(`there is no finding with the code \`${wanted}\`; ${hint}`);
}
