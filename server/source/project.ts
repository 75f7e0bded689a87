/**
 * Whose code a file belongs to: the other files of its project that import it, directly or not, or are imported
 * beside it, since what they do decides what happens to its leaves; and whether a file that the analysis cannot read
 * (a component, a page, an import whose target is known only at run time) names it. Text is searched, nothing parsed.
 */
import type { Sources } from "./sources.js";
import { openSpecifiersIn, specifiersIn } from "./specifiers.js";

/** What lies in the folder of a project, as uris. */
export interface ProjectFiles {
  readonly programs: readonly string[];
  /** Files in other languages that can import a program: `.vue`, `.svelte`, `.html`. */
  readonly others: readonly string[];
}

export interface Project {
  /** The files of the project that belong to the same programs as these, without these. */
  readonly around: (uris: readonly string[]) => readonly string[];
  readonly isNamedElsewhere: (uri: string) => boolean;
}

/** No project: a file is judged with what it imports, and with nothing else. */
export const noProject: Project = { around: () => [], isNamedElsewhere: () => false };

/** In larger projects nobody is searched for importers, and every export counts as used elsewhere. */
export const mostProjectFiles = 20_000;

export function readProject({ programs, others }: ProjectFiles, sources: Pick<Sources, "read" | "resolve">): Project {
  if (programs.length > mostProjectFiles) return { around: () => [], isNamedElsewhere: () => true };
  const neighbors = new Map<string, Set<string>>();
  const named = new Set<string>();
  const ends = new Set<string>();
  const prefixes = new Set<string>();
  for (const uri of programs) {
    const text = sources.read(uri) ?? "";
    const { targets, unresolved } = importsIn(text, uri, sources);
    for (const target of targets) connect(neighbors, uri, target);
    for (const specifier of unresolved) ends.add(endOf(specifier));
    for (const prefix of prefixesIn(text, uri)) prefixes.add(prefix);
  }
  for (const uri of others) {
    const text = sources.read(uri) ?? "";
    const { targets, unresolved } = importsIn(text, uri, sources);
    for (const target of targets) named.add(target);
    for (const specifier of [...unresolved, ...scriptsIn(text)]) ends.add(endOf(specifier));
    for (const prefix of prefixesIn(text, uri)) prefixes.add(prefix);
  }
  ends.delete("");
  return {
    around: (uris) => connected(uris, neighbors).filter((uri) => !uris.includes(uri)),
    isNamedElsewhere: (uri) =>
      named.has(uri) ||
      [...prefixes].some((prefix) => decoded(uri).startsWith(prefix)) ||
      endings(uri).some((end) => ends.has(end)),
  };
}

interface Imports {
  readonly targets: readonly string[];
  /** Packages, and aliases that only a bundler knows. */
  readonly unresolved: readonly string[];
}

function importsIn(text: string, uri: string, { resolve }: Pick<Sources, "resolve">): Imports {
  const targets: string[] = [];
  const unresolved: string[] = [];
  for (const specifier of specifiersIn(text)) {
    const target = resolve(specifier, uri);
    if (target === null) unresolved.push(specifier);
    else targets.push(target);
  }
  return { targets, unresolved };
}

/** A page names its scripts. */
function scriptsIn(text: string): readonly string[] {
  return [...text.matchAll(/\bsrc\s*=\s*(["'])([^"'\n]+)\1/g)].flatMap(([, , path]) => path ?? []);
}

/** What a path means wherever it starts: `@/models/net.js` may be any `models/net`; a package's bare name is none. */
function endOf(specifier: string): string {
  const parts = stemOf(specifier)
    .split("/")
    .filter((part) => part !== "." && part !== ".." && part !== "");
  const startsAtAlias = !/^[./]/.test(specifier);
  return parts.slice(startsAtAlias ? 1 : 0).join("/");
}

/** Every end of a file's path; a folder's index also goes by the name of the folder. */
function endings(uri: string): readonly string[] {
  const stem = stemOf(uri);
  return [stem, stem.replace(/\/index$/, "")].flatMap((path) => {
    const parts = path.split("/");
    return parts.map((_, index) => parts.slice(index).join("/"));
  });
}

function stemOf(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/i, "");
}

/** An import whose target is not fixed names every file that its target may be. */
function prefixesIn(text: string, uri: string): readonly string[] {
  return openSpecifiersIn(text).map((prefix) =>
    /^\.{1,2}\//.test(prefix) ? decoded(new URL(prefix, uri).toString()) : "",
  );
}

/** Uris are spelled in several ways (`%5B`, `[`); decoded they are one. */
function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    // A lone percent sign stands for itself.
    return uri;
  }
}

function connect(neighbors: Map<string, Set<string>>, one: string, other: string): void {
  neighbors.set(one, (neighbors.get(one) ?? new Set()).add(other));
  neighbors.set(other, (neighbors.get(other) ?? new Set()).add(one));
}

function connected(uris: readonly string[], neighbors: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] {
  const reached = new Set(uris);
  // The set grows while it is walked.
  for (const uri of reached) for (const next of neighbors.get(uri) ?? []) reached.add(next);
  return [...reached];
}
