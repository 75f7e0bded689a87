/**
 * Pieces of source with what is to be said about them, in the manner of rustc: a gutter of line numbers, the lines
 * that are marked, and under each its carets with a label. Lines that nobody marked are left out.
 */
import type { Range } from "./check-report.js";
import { showLine } from "./source-line.js";
import { printable, styled, type Style, type Terminal } from "./terminal.js";

/** A place in a file; the primary one is what the finding is about, the others tell the story. */
export interface Mark {
  readonly range: Range;
  readonly label: string;
  readonly role: "primary" | "secondary";
}

export interface MarkedFile {
  readonly path: string;
  /** Null if it can no longer be read: then only the places are named. */
  readonly lines: readonly string[] | null;
  readonly marks: readonly Mark[];
}

/** The same lines before and after an edit. */
export interface ChangedLines {
  readonly firstLine: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

/** How wide the gutter must be for all these line numbers (zero-based). */
export function gutterFor(lines: readonly number[]): number {
  return String(Math.max(0, ...lines) + 1).length;
}

/** The files in the given order, the first introduced by `-->`, the others by `:::`. */
export function snippet(files: readonly MarkedFile[], gutter: number, primary: Style, terminal: Terminal): string[] {
  const paint = painter(gutter, terminal);
  return files.flatMap((file, index) => {
    const [first] = file.marks;
    if (first === undefined) return [];
    const arrow = index === 0 ? "-->" : ":::";
    const head = `${" ".repeat(gutter)}${styled(arrow, "blue", terminal.color)} ${place(file.path, first.range)}`;
    if (file.lines === null) {
      return [head, ...file.marks.flatMap(({ label }) => (label === "" ? [] : [paint.note("note", label)]))];
    }
    return [head, paint.bar(""), ...markedLines(file.marks, file.lines, primary, terminal, paint)];
  });
}

/** `path:line:column`, counted from one, as terminals and editors link it. */
export function place(path: string, { start }: Range): string {
  return `${printable(path)}:${start.line + 1}:${start.character + 1}`;
}

/** A fix as a small diff under its title. */
export function suggestion(title: string, change: ChangedLines | null, gutter: number, terminal: Terminal): string[] {
  const paint = painter(gutter, terminal);
  if (change === null) return [paint.note("help", title)];
  const row = (line: string, number: number, sign: "-" | "+", style: Style): string => {
    const shown = showLine(line, 0, roomFor(gutter, terminal)).text;
    const count = String(number + 1).padStart(gutter);
    return `${styled(count, "blue", terminal.color)} ${styled(`${sign} ${shown}`.trimEnd(), style, terminal.color)}`;
  };
  return [
    `${styled("help", "cyan", terminal.color)}: ${printable(title)}`,
    paint.bar(""),
    ...change.before.map((line, index) => row(line, change.firstLine + index, "-", "red")),
    ...change.after.map((line, index) => row(line, change.firstLine + index, "+", "green")),
  ];
}

type Painter = ReturnType<typeof painter>;

function painter(gutter: number, { color }: Terminal) {
  const line = (number: string, text: string): string =>
    `${styled(number.padStart(gutter), "blue", color)} ${styled("|", "blue", color)}${text === "" ? "" : ` ${text}`}`;
  return {
    line,
    bar: (text: string): string => line("", text),
    gap: (): string => styled("...", "blue", color),
    note: (kind: "note" | "help", text: string): string =>
      `${" ".repeat(gutter)} ${styled("=", "blue", color)} ${styled(kind, "bold", color)}: ${printable(text)}`,
  };
}

function markedLines(
  marks: readonly Mark[],
  lines: readonly string[],
  primary: Style,
  terminal: Terminal,
  paint: Painter,
): string[] {
  const numbers = [...new Set(marks.map(({ range }) => range.start.line))].sort((a, b) => a - b);
  const output: string[] = [];
  let last: number | null = null;
  for (const number of numbers) {
    if (last !== null && number === last + 2) output.push(plainLine(number - 1, lines, terminal, paint));
    if (last !== null && number > last + 2) output.push(paint.gap());
    const here = marks.filter(({ range }) => range.start.line === number);
    output.push(...markedLine(number, lines[number] ?? "", here, primary, terminal, paint));
    last = number;
  }
  return output;
}

function plainLine(number: number, lines: readonly string[], terminal: Terminal, paint: Painter): string {
  const shown = showLine(lines[number] ?? "", 0, roomFor(String(number).length, terminal)).text;
  return paint.line(String(number + 1), shown.trimEnd());
}

/** The line, and beneath it one row per mark: the primary one first, then the story in its order. */
function markedLine(
  number: number,
  line: string,
  marks: readonly Mark[],
  primary: Style,
  terminal: Terminal,
  paint: Painter,
): string[] {
  const focus = Math.min(...marks.map(({ range }) => range.start.character));
  const shown = showLine(line, focus, roomFor(String(number + 1).length, terminal));
  const inOrder = [...marks].sort((one, other) => rank(one) - rank(other));
  const rows = inOrder.map(({ range, label, role }) => {
    const end = range.end.line === number ? range.end.character : line.trimEnd().length;
    const from = shown.columnOf(range.start.character);
    const length = Math.max(1, shown.columnOf(end) - from);
    const text = `${(role === "primary" ? "^" : "-").repeat(length)} ${printable(label)}`.trimEnd();
    return paint.bar(`${" ".repeat(from)}${styled(text, role === "primary" ? primary : "blue", terminal.color)}`);
  });
  return [paint.line(String(number + 1), shown.text.trimEnd()), ...rows];
}

function rank({ role }: Mark): number {
  return role === "primary" ? 0 : 1;
}

function roomFor(gutter: number, { columns }: Terminal): number {
  return Math.max(40, columns - gutter - 3);
}
