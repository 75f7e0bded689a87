/**
 * `gradlens check --format github`: one workflow command for each finding, which GitHub shows at its line of a pull
 * request. Columns and lines count from one. The story follows the message, line by line.
 */
import type { CheckReport, ReportedFinding, Severity } from "./check-report.js";
import { printable } from "./terminal.js";

const commands: Readonly<Record<Severity, "error" | "warning" | "notice">> = {
  error: "error",
  warning: "warning",
  information: "notice",
  hint: "notice",
};

/** Empty where there are no findings; GitHub shows any other line as it is. */
export function formatGithub({ files }: CheckReport): string {
  return files.flatMap(({ path, findings }) => findings.map((finding) => commandOf(path, finding))).join("");
}

function commandOf(path: string, { code, severity, message, range, related }: ReportedFinding): string {
  const properties = {
    file: path,
    line: range.start.line + 1,
    col: range.start.character + 1,
    endLine: range.end.line + 1,
    // GitHub's last column is inside the range.
    endColumn: Math.max(range.start.character + 1, range.end.character),
    title: `gradlens ${code}`,
  };
  const named = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const story = related.map((step) => `${step.path}:${step.range.start.line + 1}: ${step.message}`);
  return `::${commands[severity]} ${named.join(",")}::${text([message, ...story].join("\n"))}\n`;
}

/** What would end a command or its text is written as a percent code; what cannot be seen is taken out. */
function text(words: string): string {
  const lines = words.split(/\r\n|\r|\n/).map(printable);
  return lines.map((line) => line.replaceAll("%", "%25")).join("%0A");
}

function property(words: string): string {
  return text(words).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
