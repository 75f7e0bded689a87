/**
 * The cheap question before the analysis: can this file have anything to do with gradients? Only if it, or a file of
 * the user's that it imports, names a library that we know. Text is searched, nothing is parsed.
 */
import type { Sources } from "../analysis.js";
import { engine } from "../libraries/engine.js";

export function reachesLibrary(uri: string, sources: Pick<Sources, "read" | "resolve">): boolean {
  const seen = new Set<string>();
  const pending = [uri];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    // Behind so many files without a library there is none; to ask further would cost more than the analysis.
    if (seen.size > mostFiles) return true;
    const text = sources.read(next);
    if (text === null) continue;
    const specifiers = specifiersIn(text);
    if (specifiers.some((specifier) => engine.specifiers.includes(specifier))) return true;
    for (const specifier of specifiers) {
      const imported = sources.resolve(specifier, next);
      if (imported !== null) pending.push(imported);
    }
  }
  return false;
}

const mostFiles = 200;

function specifiersIn(text: string): readonly string[] {
  const matches = text.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g);
  return [...matches].flatMap(([, , specifier]) => (specifier === undefined ? [] : [specifier]));
}
