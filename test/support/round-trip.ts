/**
 * What a reader can do about each finding of a fixture, and the program that comes of it: every fix that is offered,
 * and the mark that silences it.
 */
import { join } from "node:path";
import ts from "typescript";
import type { Finding, Fix, TextEdit } from "@gradlens/server/analysis";
import { findingsIn, fixtureFolder, type Fixture } from "./fixture.js";

export interface RoundTrip {
  readonly fixture: Fixture;
  readonly finding: Finding;
  readonly title: string;
  /** Whether the act mends the program or only says that it is meant. */
  readonly kind: "mends" | "silences";
  readonly before: readonly Finding[];
  readonly text: string;
}

export function roundTripsOf(fixture: Fixture): readonly RoundTrip[] {
  const before = findingsIn(fixture, fixture.text);
  return before.flatMap((finding) =>
    [...finding.fixes, ignoring(finding, fixture)].map(({ title, edits }) => ({
      fixture,
      finding,
      title,
      kind: edits.some(({ text }) => text.includes("// gradlens-")) ? ("silences" as const) : ("mends" as const),
      before,
      text: withEdits(fixture.text, edits),
    })),
  );
}

export function withEdits(text: string, edits: readonly TextEdit[]): string {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const offsetOf = ({ line, character }: TextEdit["span"]["start"]): number => (starts[line] ?? 0) + character;
  return edits
    .map(({ span, text: written }) => ({ start: offsetOf(span.start), end: offsetOf(span.end), written }))
    .toSorted((a, b) => b.start - a.start)
    .reduce((edited, { start, end, written }) => edited.slice(0, start) + written + edited.slice(end), text);
}

/** What the compiler says against these texts, all in one program; the engine's types are those of its sources. */
export function typeFaults(texts: readonly string[]): readonly (readonly string[])[] {
  const names = texts.map((_, index) => join(fixtureFolder, "after", `${index}.ts`));
  const byName = new Map(names.map((name, index) => [name, texts[index] ?? ""]));
  const { options } = ts.convertCompilerOptionsFromJson(compilerOptions, fixtureFolder);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => byName.has(name) || fileExists(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = byName.get(name);
    return text === undefined
      ? getSourceFile(name, language, ...rest)
      : ts.createSourceFile(name, text, language, true);
  };
  const program = ts.createProgram(names, options, host);
  return names.map((name) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(name))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}

const compilerOptions = {
  target: "ES2023",
  lib: ["ES2023", "DOM", "DOM.Iterable", "ESNext.Disposable"],
  module: "ESNext",
  moduleResolution: "bundler",
  customConditions: ["gradlens-source"],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  types: ["node"],
};

function ignoring({ code, span }: Finding, { text }: Fixture): Fix {
  const [indent = ""] = /^\s*/.exec(text.split("\n")[span.start.line] ?? "") ?? [];
  const start = { line: span.start.line, character: 0 };
  const edit = { span: { uri: span.uri, start, end: start }, text: `${indent}// gradlens-ignore ${code}\n` };
  return { title: `Ignore \`${code}\` on this line`, edits: [edit] };
}
