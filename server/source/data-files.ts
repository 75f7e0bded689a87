/**
 * The snapshot of files that travels with a bundle: what the program names by a literal and could read with
 * `readFileSync` or a relative `fetch`. Reading the disk is all it does; which texts to search is the bundler's business.
 */
import { readFileSync, statSync } from "node:fs";
import { extname, isAbsolute, join, relative, resolve } from "node:path";

const largestSnapshot = 64 * 1024 * 1024;
const codeExtensions = /^\.([cm]?[jt]sx?|node)$/i;

/** Files at or below `folder` that one of the texts mentions, by path relative to it with forward slashes. */
export function mentionedFiles(folder: string, texts: readonly string[]): Readonly<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  let total = 0;
  for (const literal of literalsOf(texts)) {
    const path = resolve(folder, literal);
    const name = relative(folder, path).replaceAll("\\", "/");
    const isOutside = name === "" || name.startsWith("../") || isAbsolute(name);
    if (isOutside || Object.hasOwn(files, name)) continue;
    const size = sizeOfFile(path);
    if (size === null || total + size > largestSnapshot) continue;
    total += size;
    files[name] = new Uint8Array(readFileSync(join(folder, name)));
  }
  return files;
}

/** Quoted texts that could be the path of a file: with an extension that is not code, or a path with a slash. */
function literalsOf(texts: readonly string[]): ReadonlySet<string> {
  const literals = new Set<string>();
  for (const text of texts) {
    for (const [, literal] of text.matchAll(/["'`]([^"'`\n\\]{1,300})["'`]/g)) {
      if (literal === undefined) continue;
      const extension = extname(literal);
      if (extension !== "" && !codeExtensions.test(extension)) literals.add(literal);
    }
  }
  return literals;
}

function sizeOfFile(path: string): number | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : null;
}
