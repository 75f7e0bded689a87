/** The one list of modelled libraries, and which of them an import statement means. */
import { engine } from "./engine.js";
import { jax, optax } from "./jax.js";
import type { Library } from "./library.js";
import { tfjs } from "./tfjs.js";

export const libraries: readonly Library[] = [engine, tfjs, jax, optax];

const bySpecifier = new Map(
  libraries.flatMap((library) => library.specifiers.map((specifier) => [specifier, library] as const)),
);

export function libraryOf(specifier: string): Library | null {
  return bySpecifier.get(specifier) ?? null;
}
