/**
 * The snapshot of files that travels with a bundle: what the program names by a literal and could read with
 * `readFileSync` or a relative `fetch`. Reading the disk is all it does; which texts to search is the bundler's business.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute, join, relative, resolve } from "node:path";

const largestSnapshot = 64 * 1024 * 1024;
const codeExtensions = /^\.([cm]?[jt]sx?|node)$/i;

/** The folder whose files a program may read: the nearest one with a package.json or a repository, else its own. */
export function projectFolder(entryPath: string): string {
  const own = dirname(entryPath);
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json")) || existsSync(join(folder, ".git"))) return folder;
    if (folder === dirname(folder)) return own;
  }
}

/**
 * Files of the project that a text mentions, by path relative to the project with forward slashes. A path is tried
 * from the folder of its text and of the entry, and from each folder above them: the program may have been meant to
 * be started from there.
 */
export function mentionedFiles(
  project: string,
  entryPath: string,
  texts: ReadonlyMap<string, string>,
): Readonly<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  let total = 0;
  for (const [path, text] of texts) {
    const starts = new Set([dirname(path), dirname(entryPath)]);
    for (const literal of literalsOf(text)) {
      for (const start of starts) {
        const found = findUpwards(project, start, literal);
        if (found === null || Object.hasOwn(files, found.name) || total + found.size > largestSnapshot) continue;
        total += found.size;
        files[found.name] = new Uint8Array(readFileSync(join(project, found.name)));
      }
    }
  }
  return files;
}

/** Quoted texts that could be the path of a file: with an extension that is not code. */
function literalsOf(text: string): ReadonlySet<string> {
  const literals = new Set<string>();
  for (const [, literal] of text.matchAll(/["'`](?:\$\{[^}]*\}\/)?([^"'`\n\\]{1,300})["'`]/g)) {
    if (literal === undefined) continue;
    const extension = extname(literal);
    if (extension !== "" && !codeExtensions.test(extension)) literals.add(literal);
  }
  return literals;
}

interface FoundFile {
  readonly name: string;
  readonly size: number;
}

function findUpwards(project: string, start: string, literal: string): FoundFile | null {
  for (let folder = start; isWithin(project, folder); folder = dirname(folder)) {
    const path = resolve(folder, literal);
    const stats = isWithin(project, path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
    if (stats?.isFile() === true) return { name: nameWithin(project, path), size: stats.size };
    if (folder === project) return null;
  }
  return null;
}

/** The path relative to the project, with forward slashes on every system. */
export function nameWithin(project: string, path: string): string {
  return relative(project, path).replaceAll("\\", "/");
}

export function isWithin(project: string, path: string): boolean {
  const name = relative(project, path);
  return name !== ".." && !/^\.\.[\\/]/.test(name) && !isAbsolute(name);
}
