/**
 * The cheap question before the analysis: which of the open documents can have anything to do with gradients? Those
 * that name a library we know, import one that does, or are imported by one. Text is searched, nothing is parsed.
 */
import type { Sources } from "../analysis.js";
import { libraryOf } from "../libraries/index.js";
import { specifiersIn } from "../source/specifiers.js";

type Readable = Pick<Sources, "read" | "resolve">;

/** The check remembers what each text imports, by the text. */
export function importCheck(): (candidates: readonly string[], sources: Readable) => readonly string[] {
  const known = new Map<string, { readonly text: string; readonly specifiers: readonly string[] }>();
  const specifiersOf = (uri: string, text: string): readonly string[] => {
    const before = known.get(uri);
    if (before?.text === text) return before.specifiers;
    const specifiers = specifiersIn(text);
    known.set(uri, { text, specifiers });
    return specifiers;
  };
  return (candidates, sources) => {
    const reached = candidates.map((uri) => ({ uri, ...reachedFrom(uri, sources, specifiersOf) }));
    const inPrograms = new Set(reached.flatMap(({ files, usesLibrary }) => (usesLibrary ? [...files] : [])));
    return candidates.filter((uri) => inPrograms.has(uri));
  };
}

function reachedFrom(
  start: string,
  { read, resolve }: Readable,
  specifiersOf: (uri: string, text: string) => readonly string[],
): { readonly files: ReadonlySet<string>; readonly usesLibrary: boolean } {
  const files = new Set([start]);
  let usesLibrary = false;
  for (const uri of files) {
    const text = read(uri);
    const specifiers = text === null ? [] : specifiersOf(uri, text);
    usesLibrary ||= specifiers.some((specifier) => libraryOf(specifier) !== null);
    for (const specifier of specifiers) {
      const imported = files.size < mostFiles ? resolve(specifier, uri) : null;
      if (imported !== null) files.add(imported);
    }
  }
  return { files, usesLibrary };
}

/** Whoever imports so many files and has not met a library yet is taken to use none. */
const mostFiles = 2000;
