/**
 * Typing: how long the findings take after one key, inside the server and without its protocol, beside one full parse
 * of the same text. Each key is pressed inside some function, and the two are measured in turns.
 */
import ts from "typescript";
import { TextDocument } from "vscode-languageserver-textdocument";
import { OpenDocuments } from "../server/editor/open-documents.js";
import { noProject } from "../server/source/project.js";
import { pick, random, trainingFile } from "./programs.js";

export interface Typing {
  readonly what: string;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly parse: number;
}

export function typingRows(): readonly Typing[] {
  const one = (lines: number, as: "program" | "main" | "library"): ReadonlyMap<string, string> =>
    new Map([["file:///bench/main.ts", trainingFile({ seed: 1, lines, as })]]);
  return [
    typing("1,000 lines, experiments of their own", one(1000, "program")),
    typing("1,000 lines, all called by one function", one(1000, "main")),
    typing("1,000 lines, exported and called by nobody", one(1000, "library")),
    typing("5,000 lines, experiments of their own", one(5000, "program")),
    typing("1,000 lines that 50 files import", imported()),
    typing("1,000 lines, experiments of their own; each key a new line", one(1000, "program"), ["line"]),
  ];
}

const warmUps = 20;
const keys = 60;

type KeyKind = "digit" | "note" | "letter" | "line";

/** One key in thirty begins a line, as in code. */
const usual: readonly KeyKind[] = Array.from({ length: 30 }, (_, index) =>
  index === 0 ? "line" : index % 3 === 0 ? "note" : index % 3 === 1 ? "letter" : "digit",
);

function typing(what: string, files: ReadonlyMap<string, string>, kinds = usual): Typing {
  const [[uri, start] = ["", ""]] = files;
  const open = new Map([...files].map(([name, text]) => [name, TextDocument.create(name, "typescript", 1, text)]));
  const documents = new OpenDocuments(() => [...open.values()], {
    read: () => null,
    resolver: () => () => null,
    projects: () => () => noProject,
  });
  documents.fileAnalysis(uri);
  const next = random(start.length);
  const ours: number[] = [];
  const parses: number[] = [];
  for (let key = 0; key < warmUps + keys; key++) {
    const document = open.get(uri);
    if (document === undefined) throw new Error("there is no such document");
    const change = keyIn(document.getText(), kinds, next);
    const took = timeOf(() => {
      TextDocument.update(document, [rangeOf(document, change)], key + 2);
      documents.forget();
      return documents.fileAnalysis(uri)?.findings;
    });
    const text = `${document.getText()} `;
    const parsed = timeOf(() => ts.createSourceFile(uri, text, ts.ScriptTarget.Latest, true));
    if (key < warmUps) continue;
    ours.push(took);
    parses.push(parsed);
  }
  return { what, p50: quantile(ours, 0.5), p95: quantile(ours, 0.95), parse: quantile(parses, 0.5) };
}

/** What one key replaces. */
interface Key {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A digit becomes another one, a comment or a letter in one or a new line is added, each inside a function. */
function keyIn(text: string, kinds: readonly KeyKind[], next: () => number): Key {
  const kind = pick(kinds, next);
  const places = [...text.matchAll(patterns[kind])];
  if (places.length === 0) return keyIn(text, usual, next);
  const { index } = pick(places, next);
  return { start: index, end: kind === "digit" ? index + 1 : index, text: typed[kind](next) };
}

const patterns: Readonly<Record<KeyKind, RegExp>> = {
  digit: /(?<=[ (.[]\d*)\d(?=[,;)\]])/g,
  note: /(?<=^ {2,}.*;)$/gm,
  letter: /(?<=; \/\/ .*)$/gm,
  line: /(?<=^ {2,}.*;)$/gm,
};

const typed: Readonly<Record<KeyKind, (next: () => number) => string>> = {
  digit: (next) => String(1 + Math.floor(next() * 9)),
  note: () => " // a",
  letter: () => "b",
  line: () => "\n",
};

function rangeOf(document: TextDocument, { start, end, text }: Key) {
  return { range: { start: document.positionAt(start), end: document.positionAt(end) }, text };
}

/** A library, and programs that each use some of it; all of them are open. */
function imported(): ReadonlyMap<string, string> {
  const library = trainingFile({ seed: 1, lines: 1000, as: "library" });
  const names = [...library.matchAll(/export function (regression\w+|improve\w+|contrast\w+)/g)].map(
    ([, name]) => name,
  );
  const importers = Array.from({ length: 50 }, (_, index): readonly [string, string] => {
    const name = names[index % names.length] ?? "";
    const text = trainingFile({
      seed: index,
      lines: 40,
      imports: [`import { ${name} } from "./library.js";`],
      as: "program",
    });
    const call = name.startsWith("regression") ? `${name}(10, 0.1);` : `${name}([]);`;
    return [`file:///bench/user${index}.ts`, `${text}${call}\n`];
  });
  return new Map([["file:///bench/library.ts", library], ...importers]);
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
