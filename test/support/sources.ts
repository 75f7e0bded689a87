/**
 * Source text for tests: from the disk, or from a few files in memory. Relative imports are found as a bundler would.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Sources } from "@gradlens/server/analysis";

/** Files on the disk, named by their paths. */
export function diskSources(roots: readonly string[]): Sources {
  return sourcesFrom(roots, (path) => (existsSync(path) ? readFileSync(path, "utf8") : null));
}

/** `{ "main.ts": "…", "params.ts": "…" }`; all of them are analyzed. */
export function memorySources(files: Readonly<Record<string, string>>): Sources {
  return sourcesFrom(Object.keys(files), (path) => files[path] ?? null);
}

function sourcesFrom(roots: readonly string[], read: (path: string) => string | null): Sources {
  const resolve = (specifier: string, from: string): string | null => {
    if (!specifier.startsWith(".")) return null;
    const base = normalize(join(dirname(from), specifier));
    const candidates = [base, `${base}.ts`, base.replace(/\.js$/, ".ts"), join(base, "index.ts")];
    return candidates.find((path) => /\.[cm]?[jt]sx?$/.test(path) && read(path) !== null) ?? null;
  };
  return { roots, read, resolve };
}
