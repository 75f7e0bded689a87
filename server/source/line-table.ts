/**
 * From the lines of a bundle back to the user's: read from esbuild's source map, for the user's own files alone, and
 * small enough to travel inside the bundle. Columns are not kept: the marks have moved them.
 */
export interface LineTable {
  readonly uris: readonly string[];
  /** In order: the bundle's line and column where a stretch begins, the index of its file, and the line there. */
  readonly stretches: readonly (readonly [line: number, column: number, file: number, sourceLine: number])[];
  /** Of each line that a stretch names, by file: where its text begins and ends. */
  readonly widths: readonly Readonly<Record<number, readonly [from: number, to: number]>>[];
}

/** `texts` are the user's files; `uriOf` gives null for every other source of the map. */
export function lineTable(sourceMap: string, fileOf: (source: string) => UserFile | null): LineTable {
  const { sources, mappings }: { readonly sources: readonly string[]; readonly mappings: string } =
    JSON.parse(sourceMap);
  const files = sources.map(fileOf);
  const kept = files.filter((file) => file !== null);
  const widths = kept.map((): Record<number, readonly [number, number]> => ({}));
  const stretches: [number, number, number, number][] = [];
  let source = 0;
  let sourceLine = 0;
  mappings.split(";").forEach((segments, line) => {
    let column = 0;
    let last = "";
    for (const segment of segments === "" ? [] : segments.split(",")) {
      const [columnStep = 0, sourceStep = 0, lineStep = 0] = numbersIn(segment);
      column += columnStep;
      source += sourceStep;
      sourceLine += lineStep;
      const user = files[source] ?? null;
      const here = user === null ? "" : `${source}:${sourceLine}`;
      if (here === last) continue;
      last = here;
      const file = user === null ? -1 : kept.indexOf(user);
      stretches.push([line, column, file, sourceLine]);
      const text = user?.lines[sourceLine];
      const width = widths[file];
      if (text === undefined || width === undefined) continue;
      width[sourceLine] = [text.length - text.trimStart().length, text.trimEnd().length];
    }
  });
  return { uris: kept.map(({ uri }) => uri), stretches, widths };
}

export interface UserFile {
  readonly uri: string;
  readonly lines: readonly string[];
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 VLQ: six bits a digit, the highest says that more follow, the lowest of a number is its sign. */
function numbersIn(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 0 ? value >> 1 : -(value >> 1));
    value = 0;
    shift = 0;
  }
  return numbers;
}
