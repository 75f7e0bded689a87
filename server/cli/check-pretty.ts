/**
 * `gradlens check --format pretty`: every finding in the manner of rustc, with its source line, the story in numbered
 * labels, and its fixes as small diffs; at the end one line that counts. The numbers are the JSON format's own.
 */
import { summaryLine, type CheckReport, type Range, type ReportedFinding, type ReportedFix } from "./check-report.js";
import { gutterFor, linesOf, snippet, suggestion, type ChangedLines, type Mark, type MarkedFile } from "./snippet.js";
import { printable, styled, type Style, type Terminal } from "./terminal.js";

/** `textOf` gives a reported file's text by its path, or null. */
export function formatPretty(report: CheckReport, textOf: (path: string) => string | null, terminal: Terminal): string {
  const linesIn = remembered(textOf);
  const findings = report.files.flatMap(({ path, findings }) =>
    findings.map((finding) => {
      const kind = { word: `${finding.severity}[${finding.code}]`, style: styles[finding.severity] };
      return formatPlace({ ...finding, path, kind }, linesIn, terminal);
    }),
  );
  return `${[...findings, summaryLine(report)].join("\n\n")}\n`;
}

/** What is known about a place where nothing need be wrong. */
export type Note = Pick<ReportedFinding, "message" | "range" | "related"> & { readonly path: string };

/** Notes in the form of findings. */
export function formatNotes(
  notes: readonly Note[],
  textOf: (path: string) => string | null,
  terminal: Terminal,
): string {
  const linesIn = remembered(textOf);
  const kind = { word: "note", style: "cyan" } as const;
  return notes.map((note) => `${formatPlace({ ...note, fixes: [], kind }, linesIn, terminal)}\n`).join("\n");
}

type LinesIn = (path: string) => readonly string[] | null;

function remembered(textOf: (path: string) => string | null): LinesIn {
  const lines = new Map<string, readonly string[] | null>();
  return (path) => {
    const known = lines.get(path);
    if (known !== undefined) return known;
    const text = textOf(path);
    const split = text === null ? null : linesOf(text);
    lines.set(path, split);
    return split;
  };
}

const styles: Readonly<Record<ReportedFinding["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  information: "cyan",
  hint: "cyan",
};

interface Told extends Note {
  readonly kind: { readonly word: string; readonly style: Style };
  readonly fixes: readonly ReportedFix[];
}

function formatPlace(told: Told, linesIn: LinesIn, terminal: Terminal): string {
  const { path, message, kind } = told;
  const { style } = kind;
  const head = `${styled(kind.word, style, terminal.color)}${styled(`: ${printable(message)}`, "bold", terminal.color)}`;
  const files = markedFiles(told).map((file) => ({ ...file, lines: linesIn(file.path) }));
  const fixes = told.fixes.map((fix) => ({ title: fix.title, change: changeOf(fix, path, linesIn(path)) }));
  const gutter = gutterFor([
    ...files.flatMap(({ marks }) => marks.map(({ range }) => range.start.line)),
    ...fixes.flatMap(({ change }) =>
      change === null ? [] : [change.firstLine + Math.max(change.before.length, change.after.length) - 1],
    ),
  ]);
  return [
    head,
    ...snippet(files, gutter, style, terminal),
    ...fixes.flatMap(({ title, change }) => suggestion(title, change, gutter, terminal)),
  ].join("\n");
}

/** The finding's own file first; a step that stands where the finding stands becomes its label. */
function markedFiles({ path, range, related }: Note): readonly Omit<MarkedFile, "lines">[] {
  const steps = related.map((step, index) => ({
    ...step,
    label: related.length === 1 ? step.message : `${index + 1}: ${step.message}`,
  }));
  const here = steps.filter((step) => step.path === path && isSame(step.range, range));
  const primary: Mark = { range, label: here.map(({ label }) => label).join("; "), role: "primary" };
  const others = steps.filter((step) => !here.includes(step));
  const paths = [...new Set([path, ...others.map((step) => step.path)])];
  return paths.map((file) => ({
    path: file,
    marks: [
      ...(file === path ? [primary] : []),
      ...others
        .filter((step) => step.path === file)
        .map((step): Mark => ({ range: step.range, label: step.label, role: "secondary" })),
    ],
  }));
}

function isSame(one: Range, other: Range): boolean {
  return (
    one.start.line === other.start.line &&
    one.start.character === other.start.character &&
    one.end.line === other.end.line &&
    one.end.character === other.end.character
  );
}

/** The lines that a fix changes, before and after; null where a diff of a few lines cannot show it. */
function changeOf({ edits }: ReportedFix, path: string, lines: readonly string[] | null): ChangedLines | null {
  const isElsewhere = edits.some((edit) => edit.path !== path);
  if (lines === null || edits.length === 0 || isElsewhere) return null;
  const firstLine = Math.min(...edits.map(({ range }) => range.start.line));
  const lastLine = Math.max(...edits.map(({ range }) => range.end.line));
  const before = lines.slice(firstLine, lastLine + 1);
  const ordered = [...edits].sort(
    (one, other) =>
      other.range.start.line - one.range.start.line || other.range.start.character - one.range.start.character,
  );
  let text = before.join("\n");
  for (const { range, text: replacement } of ordered) {
    text = `${text.slice(0, offsetIn(before, firstLine, range.start))}${replacement}${text.slice(offsetIn(before, firstLine, range.end))}`;
  }
  const after = linesOf(text);
  const shared = sharedLines(before, after);
  const change = {
    firstLine: firstLine + shared.before,
    before: before.slice(shared.before, before.length - shared.after),
    after: after.slice(shared.before, after.length - shared.after),
  };
  return change.before.length + change.after.length > 8 ? null : change;
}

function offsetIn(lines: readonly string[], firstLine: number, { line, character }: Range["start"]): number {
  return lines.slice(0, line - firstLine).reduce((sum, text) => sum + text.length + 1, character);
}

/** How many lines at both ends an edit leaves as they are. */
function sharedLines(before: readonly string[], after: readonly string[]): { before: number; after: number } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { before: start, after: end };
}
