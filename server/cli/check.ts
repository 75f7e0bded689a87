/**
 * `gradlens check`: reads the named files and folders and reports what the analysis finds in them, in one of four
 * formats. What a finding means is the rules' business, how it looks that of the format's own file.
 */
import { resolve } from "node:path";
import { URI } from "vscode-uri";
import { rules, type FileAnalysis, type Finding } from "../analysis.js";
import { readText, readUri } from "../disk.js";
import manifest from "../package.json";
import { projectSettings } from "../project-settings.js";
import { formatPretty } from "./check-pretty.js";
import { failsAt, type CheckReport, type CheckedFile, type ReportedFinding, type Severity } from "./check-report.js";
import { formatGithub } from "./github.js";
import { filesAt, pathOfUri, uriOfPath, type NamedFiles } from "./named-paths.js";
import { ask, isTooDeep } from "./reading.js";
import { formatSarif } from "./sarif.js";
import { syntaxRule } from "./explain.js";
import { place } from "./snippet.js";
import { CommandFault, type ExitCode, type Terminal } from "./terminal.js";

export type CheckFormat = "pretty" | "json" | "sarif" | "github";

export interface CheckRequest {
  readonly paths: readonly string[];
  readonly format: CheckFormat;
  readonly failOn: Severity | "never";
  readonly workerFile: URL;
}

export async function check(request: CheckRequest, terminal: Terminal): Promise<ExitCode> {
  const { cwd } = terminal;
  const found = filesAt(request.paths, cwd);
  const uris = found.files.map(uriOfPath);
  throwIfMisset(uris, cwd);
  const named = [...found.named].map(uriOfPath);
  const { files } = await ask({ kind: "check", uris, named }, request.workerFile);
  files.forEach((file) => throwIfNamed(file, found, cwd));

  const report = reportOf(files, cwd);
  terminal.print(formatted(report, request.format, terminal));
  const unread = files.filter(isTooDeep).flatMap((file) => whyUnread(file, cwd) ?? []);
  const nothing = files.length === 0 ? ["note: there is no TypeScript or JavaScript file there"] : [];
  [...found.unreadable, ...unread, ...nothing, ...notesOn(files, cwd)].forEach(terminal.complain);
  if (found.unreadable.length > 0 || unread.length > 0) return 2;
  return failsAt(report, request.failOn) ? 1 : 0;
}

/** Why a file could not be read at all, in one line, or null. */
export function whyUnread(file: FileAnalysis, cwd: string): string | null {
  const path = pathOfUri(file.uri, cwd);
  if (isTooDeep(file)) return `\`${path}\` is not analyzed: ${file.notAnalyzed}`;
  const [first] = file.syntaxErrors;
  return first === undefined
    ? null
    : `${place(path, first.span)}: syntax error: ${first.message.replace(/\s*\n\s*/g, " ")}`;
}

/** Programs that were read but not followed to their end: nothing is claimed about them, and that is said. */
function notesOn(files: readonly FileAnalysis[], cwd: string): readonly string[] {
  const given = files.filter((file) => file.notAnalyzed !== null && !isTooDeep(file));
  const reasons = [...new Set(given.flatMap(({ notAnalyzed }) => notAnalyzed ?? []))];
  return reasons.map((reason) => {
    const paths = given.filter(({ notAnalyzed }) => notAnalyzed === reason).map(({ uri }) => pathOfUri(uri, cwd));
    const others = paths.length - 1;
    const more = others === 0 ? "" : ` and ${others} more file${others === 1 ? "" : "s"}`;
    return `note: nothing is claimed about \`${paths[0] ?? ""}\`${more}: ${reason}`;
  });
}

/** A file that was named and cannot be analyzed is an answer that cannot be given. */
function throwIfNamed(file: FileAnalysis, { named }: NamedFiles, cwd: string): void {
  const because = whyUnread(file, cwd);
  if (because !== null && named.has(URI.parse(file.uri).fsPath)) throw new CommandFault(because);
}

/** A severity that cannot be meant must not decide in silence whether the check fails. */
function throwIfMisset(uris: readonly string[], cwd: string): void {
  const { fileFor, librariesFor } = projectSettings(readUri);
  const ofSettings = [...new Set(uris.map(fileFor))].flatMap((file) => file?.faults ?? []);
  const [fault] = [...ofSettings, ...librariesFor(uris).faults];
  if (fault !== undefined)
    throw new CommandFault(`${place(pathOfUri(fault.span.uri, cwd), fault.span)}: ${fault.message}`);
}

function reportOf(files: readonly FileAnalysis[], cwd: string): CheckReport {
  const reported = files.map((file): CheckedFile => {
    const syntax = file.syntaxErrors.map(({ span, message }): ReportedFinding => ({
      code: "syntax",
      severity: "error",
      message,
      range: { start: span.start, end: span.end },
      related: [],
      fixes: [],
    }));
    const findings = [...syntax, ...file.findings.map((finding) => reportedFinding(finding, cwd))];
    return { path: pathOfUri(file.uri, cwd), findings: findings.sort(byPlace) };
  });
  return { version: 1, files: reported.sort((one, other) => (one.path < other.path ? -1 : 1)) };
}

function reportedFinding({ code, severity, message, span, path, fixes }: Finding, cwd: string): ReportedFinding {
  return {
    code,
    severity,
    message,
    range: { start: span.start, end: span.end },
    related: path.map((step) => ({
      path: pathOfUri(step.span.uri, cwd),
      range: { start: step.span.start, end: step.span.end },
      message: step.message,
    })),
    fixes: fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map((edit) => ({
        path: pathOfUri(edit.span.uri, cwd),
        range: { start: edit.span.start, end: edit.span.end },
        text: edit.text,
      })),
    })),
  };
}

function byPlace({ range: one }: ReportedFinding, { range: other }: ReportedFinding): number {
  return one.start.line - other.start.line || one.start.character - other.start.character;
}

function formatted(report: CheckReport, format: CheckFormat, terminal: Terminal): string {
  switch (format) {
    case "json":
      return `${JSON.stringify(report, null, 2)}\n`;
    case "sarif":
      return formatSarif(report, [...rules, syntaxRule], manifest.version);
    case "github":
      return formatGithub(report);
    case "pretty":
      return formatPretty(report, (path) => textAt(resolve(terminal.cwd, path)), terminal);
  }
}

function textAt(path: string): string | null {
  const content = readText(path);
  return content.kind === "text" ? content.text : null;
}
