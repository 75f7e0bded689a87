/**
 * A fixture is a program with its findings written under its lines. This file reads those marks, and writes the marks
 * that an analysis would give, so that the two can be compared as text.
 *
 *     const w = tensor(1, { requiresGrad: true });
 *     //    ^ warning unused-parameter: no loss depends on `w`, so it never receives a gradient
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyze, rules, type Finding } from "@gradlens/server/analysis";
import { memorySources } from "./sources.js";

export interface Fixture {
  readonly path: string;
  /** The folder it lies in: a rule's code, or "clean". */
  readonly folder: string;
  readonly name: string;
  /** The first line, without the slashes. */
  readonly title: string;
  readonly text: string;
}

export const fixtureFolder = join(import.meta.dirname, "..", "fixtures");
/** Programs of a library that is not installed here: they are read and not run. */
export const tfjsFolder = join(import.meta.dirname, "..", "tfjs-fixtures");

export function readFixtures(root = fixtureFolder): readonly Fixture[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: folder }) =>
      readdirSync(join(root, folder))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => {
          const path = join(root, folder, file);
          const text = readFileSync(path, "utf8");
          const title = (text.split("\n")[0] ?? "").replace(/^\/\/\s*/, "");
          return { path, folder, name: file.replace(/\.ts$/, ""), title, text };
        }),
    );
}

/** A rule that is off unless someone asks for it is asked for in its own fixtures. */
export function findingsIn({ path, folder }: Pick<Fixture, "path" | "folder">, text: string): readonly Finding[] {
  const isOff = rules.some(({ code, severity }) => code === folder && severity === "off");
  const [file] = analyze(memorySources({ [path]: text }), () => (isOff ? { [folder]: "hint" } : {})).files;
  if (file === undefined || file.notAnalyzed !== null) throw new Error(`${path} is not analyzed`);
  const [fault] = file.syntaxErrors;
  if (fault !== undefined) throw new Error(`${path} does not parse: ${fault.message}`);
  return file.findings;
}

const mark = /^\s*\/\/\s*\^+ (?:(?:error|warning|information|hint) [a-z-]+: |\d+: )/;

/** The program with the marks of these findings, and no others. */
export function withMarks(text: string, findings: readonly Finding[]): string {
  const lines = text.split("\n");
  const marks = new Map<number, string[]>();
  const add = (span: Finding["span"], words: string): void => {
    const end = span.end.line === span.start.line ? span.end.character : (lines[span.start.line] ?? "").length;
    marks.set(span.start.line, [...(marks.get(span.start.line) ?? []), underline(span.start.character, end, words)]);
  };
  for (const { span, severity, code, message } of findings) add(span, `${severity} ${code}: ${message}`);
  findings
    .find(({ path, severity }) => path.length > 0 && (severity === "warning" || severity === "error"))
    ?.path.forEach(({ span, message }, index) => add(span, `${index + 1}: ${message}`));
  return lines.flatMap((line, index) => (mark.test(line) ? [] : [line, ...(marks.get(index) ?? [])])).join("\n");
}

/** Carets that touch the slashes also cover the two columns beneath them. */
function underline(start: number, end: number, words: string): string {
  const width = Math.max(1, end - start);
  if (start >= 3) return `//${" ".repeat(start - 2)}${"^".repeat(width)} ${words}`;
  return `${" ".repeat(Math.max(0, start))}//${"^".repeat(Math.max(1, width - 2))} ${words}`;
}
