/**
 * Where in the user's source an error arose, from its stack: the bundle's first line says where the bundle itself
 * stands in its script, and how its lines lead back. It finds a line; an expression is found by the marks.
 */
import type { SourceSpan } from "../graph/gradient-graph.js";

/** As the bundle carries it; see the bundler's line table. */
export interface LineTable {
  readonly uris: readonly string[];
  readonly stretches: readonly (readonly [line: number, column: number, file: number, sourceLine: number])[];
  readonly widths: readonly Readonly<Record<number, readonly [from: number, to: number]>>[];
}

/** What the bundle says on its first line. */
export interface Standing {
  readonly lines: LineTable;
  /** The entry's folder, relative to the project. */
  readonly folder: string;
}

interface Frame {
  readonly script: string;
  readonly line: number;
  readonly column: number;
}

export class StackPlaces {
  private start: Frame | null = null;
  private table: LineTable = { uris: [], stretches: [], widths: [] };
  /** The entry's folder, relative to the project. */
  folder = "";

  /** The bundle calls it on its first line, with an error made there. */
  readonly begin = (here: Error, standing: Standing): void => {
    this.start = framesOf(here)[0] ?? null;
    this.table = standing.lines;
    this.folder = standing.folder;
  };

  /** The user's line of the innermost frame that stands in the bundle. */
  placeOf(error: Error): SourceSpan | null {
    const { start } = this;
    if (start === null) return null;
    for (const frame of framesOf(error)) {
      if (frame.script !== start.script) continue;
      // The map's first line is the one after the line that `begin` stands on.
      const span = this.spanAt(frame.line - start.line - 1, frame.column);
      if (span !== null) return span;
    }
    return null;
  }

  private spanAt(line: number, column: number): SourceSpan | null {
    const { stretches, uris, widths } = this.table;
    const stretch = stretches.findLast((each) => each[0] === line && (each[1] <= column || each[1] === 0));
    if (stretch === undefined) return null;
    const [, , file, sourceLine] = stretch;
    const uri = uris[file];
    const width = widths[file]?.[sourceLine];
    if (uri === undefined || width === undefined) return null;
    const [from, to] = width;
    return { uri, start: { line: sourceLine, character: from }, end: { line: sourceLine, character: to } };
  }
}

/** Lines and columns from zero; innermost first. Only V8 writes stacks like this, and only V8 runs programs here. */
function framesOf(error: Error): readonly Frame[] {
  return (error.stack ?? "").split("\n").flatMap((text) => {
    const found = /(?:^|[\s(,])([^\s(),]+):(\d+):(\d+)\)?$/.exec(text);
    const [, script, line, column] = found ?? [];
    if (script === undefined || !/^\s*at /.test(text)) return [];
    return [{ script, line: Number(line) - 1, column: Number(column) - 1 }];
  });
}
