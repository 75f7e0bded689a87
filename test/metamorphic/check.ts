/**
 * One program and one rewriting of it: which leaves are reported before and after, led back to where they stood. What
 * is reported only afterwards is held against a run, since a leaf that receives must stay unreported.
 */
import { analyze } from "@gradlens/server/analysis";
import { memorySources } from "../support/sources.js";
import { originOf, textOf, type Piece } from "./rewriting.js";

export type Files = Readonly<Record<string, string>>;

/** By file of the rewritten program: the file it comes from, and its pieces. */
export interface Rewritten {
  readonly files: Readonly<Record<string, { readonly from: string; readonly pieces: readonly Piece[] }>>;
}

export interface Comparison {
  readonly files: Files;
  /** Leaves that are reported before and after. */
  readonly kept: number;
  /** Reported before, and silent after. */
  readonly weakened: readonly string[];
  /** Silent before, and reported after; by file and line of the new program. */
  readonly added: readonly Place[];
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

interface Report extends Place {
  readonly character: number;
}

const neverCodes = new Set(["never-receives-gradient", "unused-parameter"]);

export function reportsOf(files: Files): readonly Report[] {
  return analyze(memorySources(files)).files.flatMap((file) => {
    if (file.syntaxErrors.length > 0) throw new Error(`${file.uri} does not parse: ${file.syntaxErrors[0]?.message}`);
    return file.findings
      .filter(({ code }) => neverCodes.has(code))
      .map(({ span }) => ({ file: span.uri, line: span.start.line, character: span.start.character }));
  });
}

/** `before` are the reports of the original. */
export function compare(original: Files, before: readonly Report[], { files }: Rewritten): Comparison {
  const texts = Object.fromEntries(
    Object.entries(files).map(([file, { from, pieces }]) => [file, textOf(pieces, original[from] ?? "")]),
  );
  const place = (file: string, offset: number): string => `${file}@${offset}`;
  const known = new Set(before.map((each) => place(each.file, offsetIn(original[each.file] ?? "", each))));
  const found = new Set<string>();
  const added: Place[] = [];
  for (const report of reportsOf(texts)) {
    const source = files[report.file];
    const offset = offsetIn(texts[report.file] ?? "", report);
    const origin = source === undefined ? null : originOf(offset, source.pieces, original[source.from] ?? "");
    const name = source === undefined || origin === null ? "" : place(source.from, origin);
    if (known.has(name)) found.add(name);
    else added.push(report);
  }
  const weakened = [...known].filter((name) => !found.has(name));
  return { files: texts, kept: found.size, weakened, added };
}

function offsetIn(text: string, { line, character }: Report): number {
  let start = 0;
  for (let count = 0; count < line; count++) start = text.indexOf("\n", start) + 1;
  return start + character;
}
