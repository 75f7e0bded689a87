/**
 * The one list of modelled libraries, and which of them an import statement means. Those of the house are always there;
 * a project may describe others (`source/library-file.ts`).
 */
import { engine } from "./engine.js";
import { jax, optax } from "./jax.js";
import type { Library } from "./library.js";
import { tfjs } from "./tfjs.js";

const builtIn: readonly Library[] = [engine, tfjs, jax, optax];
const bySpecifier = specifiersOf(builtIn);
let described: readonly Library[] = [];
let describedBySpecifier = specifiersOf(described);

/** The libraries that the project at hand describes, in place of those before. */
export function describeLibraries(all: readonly Library[]): void {
  described = all;
  describedBySpecifier = specifiersOf(all);
}

export function libraries(): readonly Library[] {
  return [...builtIn, ...described];
}

/** `among` the libraries of the house alone, or also those that the project describes. */
export function libraryOf(specifier: string, among: "all" | "built in" = "all"): Library | null {
  const known = bySpecifier.get(specifier);
  return known ?? (among === "all" ? describedBySpecifier.get(specifier) : undefined) ?? null;
}

export function libraryNamed(name: string): Library | null {
  return builtIn.find((library) => library.name === name) ?? null;
}

function specifiersOf(all: readonly Library[]): ReadonlyMap<string, Library> {
  return new Map(all.flatMap((library) => library.specifiers.map((specifier) => [specifier, library] as const)));
}
