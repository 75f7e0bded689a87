/**
 * Finds the source files that a command names or a folder holds. `.gitignore` files are respected at every depth;
 * `node_modules`, dot folders and declaration files are passed over. What the files mean is the analysis' business.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

const sourceFile = /\.(?:[mc]?[tj]s|[tj]sx)$/;
const declarationFile = /\.d\.[mc]?ts$/;

interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

/** Every source file below a folder, sorted. */
export function sourceFilesIn(folder: string): readonly string[] {
  return walk(resolve(folder), ignoreFilesAbove(resolve(folder))).sort();
}

/** The file that a relative import names, or null; `./x.js` also finds `x.ts`, and `./x` finds `x/index.ts`. */
export function resolveRelative(fromFile: string, specifier: string): string | null {
  const target = resolve(dirname(fromFile), specifier);
  return candidates(target).find(isFile) ?? null;
}

function walk(folder: string, above: readonly IgnoreFile[]): string[] {
  const ignoreFiles = [...above, ...ignoreFileOf(folder)];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const skipped = entry.name === "node_modules" || entry.name.startsWith(".");
    if (entry.isDirectory()) {
      return skipped || isIgnored(`${path}${sep}`, ignoreFiles) ? [] : walk(path, ignoreFiles);
    }
    const wanted = entry.isFile() && sourceFile.test(entry.name) && !declarationFile.test(entry.name);
    return wanted && !isIgnored(path, ignoreFiles) ? [path] : [];
  });
}

/** The deepest `.gitignore` that says something about a path decides. */
function isIgnored(path: string, ignoreFiles: readonly IgnoreFile[]): boolean {
  let ignored = false;
  for (const { folder, rules } of ignoreFiles) {
    const inside = relative(folder, path).split(sep).join("/");
    const verdict = rules.test(path.endsWith(sep) ? `${inside}/` : inside);
    if (verdict.ignored) ignored = true;
    if (verdict.unignored) ignored = false;
  }
  return ignored;
}

/** Outermost first, and none above the repository's root; a folder in no repository has none above it. */
function ignoreFilesAbove(folder: string): readonly IgnoreFile[] {
  const folders: string[] = [];
  let current = folder;
  while (!existsSync(join(current, ".git"))) {
    const parent = dirname(current);
    if (parent === current) return [];
    folders.unshift(parent);
    current = parent;
  }
  return folders.flatMap(ignoreFileOf);
}

function ignoreFileOf(folder: string): readonly IgnoreFile[] {
  const path = join(folder, ".gitignore");
  return isFile(path) ? [{ folder, rules: ignore().add(readFileSync(path, "utf8")) }] : [];
}

function candidates(target: string): readonly string[] {
  const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
  const asTypeScript = /\.[mc]?jsx?$/.test(target)
    ? [target.replace(/js(x?)$/, "ts$1"), target.replace(/jsx?$/, "tsx")]
    : [];
  const withExtension = extensions.map((extension) => `${target}${extension}`);
  const asFolder = extensions.map((extension) => join(target, `index${extension}`));
  return [...asTypeScript, target, ...withExtension, ...asFolder];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
