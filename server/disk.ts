/**
 * The disk as the analysis sees it: which source files a folder holds, what they say, and what an import means.
 * `.gitignore` files are respected at every depth; `node_modules`, dot folders and declaration files are passed over.
 * What the files mean is the analysis' business.
 */
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { URI } from "vscode-uri";
import type { ProjectFiles } from "./source/project.js";
import type { Sources } from "./source/sources.js";
import { importPathsOf, targetsOf } from "./tsconfig-paths.js";

/** What is named by a path: `unsupported` files exist, but are no TypeScript or JavaScript. */
export type PathKind = "source file" | "declaration file" | "unsupported" | "folder" | "missing";

export interface FolderContent {
  readonly files: readonly string[];
  /** Files in other languages that can import a program. */
  readonly others: readonly string[];
  /** Folders that could not be read, with the system's reason. */
  readonly unreadable: readonly { readonly path: string; readonly because: string }[];
}

export type FileText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary" }
  | { readonly kind: "unreadable"; readonly because: string };

export function kindOfPath(path: string): PathKind {
  const stats = statsOf(path);
  if (stats === null) return "missing";
  if (stats.isDirectory()) return "folder";
  if (declarationFile.test(path)) return "declaration file";
  return stats.isFile() && sourceFile.test(path) ? "source file" : "unsupported";
}

/** Every source file below a folder, sorted. A folder that is itself ignored is searched all the same: it was named. */
export function sourceFilesIn(folder: string): FolderContent {
  const start = resolve(folder);
  const above = ignoreFilesAbove(start);
  const found: Found = { files: [], others: [], unreadable: [] };
  walk(start, isIgnored(`${start}${sep}`, above) ? [] : above, found);
  return { ...found, files: found.files.sort() };
}

/** The folder of the project around a file; null where neither a package nor a TypeScript configuration is above it. */
export function projectFolderOf(path: string): string | null {
  return folderAbove(path, ["package.json"]) ?? folderAbove(path, ["tsconfig.json", "jsconfig.json"]);
}

export function projectFilesIn(folder: string): ProjectFiles {
  const { files, others } = sourceFilesIn(folder);
  return { programs: files.map(uriOf), others: others.map(uriOf) };
}

function folderAbove(path: string, names: readonly string[]): string | null {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (names.some((name) => isFile(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return null;
  }
}

function uriOf(path: string): string {
  return URI.file(path).toString();
}

/** A file's text without its byte order mark. A `.ts` file with zero bytes is a video, not a program. */
export function readText(path: string): FileText {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { kind: "unreadable", because: reasonOf(error) };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { kind: "text", text: bytes.subarray(2).toString("utf16le") };
  if (bytes.subarray(0, 8192).includes(0)) return { kind: "binary" };
  const text = bytes.toString("utf8");
  return { kind: "text", text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text };
}

/** Sources that come from the disk alone. */
export function diskSources(roots: readonly string[]): Sources {
  const resolver = importResolver();
  return { roots, read: readUri, resolve: resolver };
}

/** The text behind a uri; null if it is no file or cannot be read. */
export function readUri(uri: string): string | null {
  const { scheme, fsPath } = URI.parse(uri);
  if (scheme !== "file") return null;
  const content = readText(fsPath);
  return content.kind === "text" ? content.text : null;
}

/** Finds what an import means: relative paths, and the paths of the nearest `tsconfig.json`, which it remembers. */
export function importResolver(): (specifier: string, fromUri: string) => string | null {
  const configs = new Map<string, Aliases | null>();
  return (specifier, fromUri) => {
    const { scheme, fsPath } = URI.parse(fromUri);
    if (scheme !== "file") return null;
    const folder = dirname(fsPath);
    const found = /^\.{0,2}\/|^\.{1,2}$/.test(specifier)
      ? firstSource(resolve(folder, specifier), specifier)
      : throughAliases(specifier, aliasesFor(folder, configs));
    return found === null ? null : URI.file(found).toString();
  };
}

const sourceFile = /\.(?:[mc]?[tj]s|[tj]sx)$/i;
/** A component or a page: what it says is not read, what it imports is. */
const component = /\.(?:vue|svelte|html?|astro|mdx)$/i;
const declarationFile = /\.d\.(?:[^.]+\.)?[mc]?ts$/i;

interface IgnoreFile {
  readonly folder: string;
  readonly rules: Ignore;
}

interface Aliases {
  /** Where the targets start. */
  readonly folder: string;
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

interface Found {
  readonly files: string[];
  readonly others: string[];
  readonly unreadable: { path: string; because: string }[];
}

function walk(folder: string, above: readonly IgnoreFile[], found: Found): void {
  const ignoreFiles = [...above, ...ignoreFileOf(folder)];
  for (const entry of entriesOf(folder, found)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const skipped = entry.name === "node_modules" || entry.name.startsWith(".");
      if (!skipped && !isIgnored(`${path}${sep}`, ignoreFiles)) walk(path, ignoreFiles, found);
      continue;
    }
    if (component.test(entry.name) && !isIgnored(path, ignoreFiles)) found.others.push(path);
    const named = sourceFile.test(entry.name) && !declarationFile.test(entry.name);
    // Links to files are followed; links to folders are not, so that no loop can arise.
    if (named && isFile(path) && !isIgnored(path, ignoreFiles)) found.files.push(path);
  }
}

function entriesOf(folder: string, found: Found) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.unreadable.push({ path: folder, because: reasonOf(error) });
    return [];
  }
}

/** The deepest `.gitignore` that says something about a path decides. */
function isIgnored(path: string, ignoreFiles: readonly IgnoreFile[]): boolean {
  let ignored = false;
  for (const { folder, rules } of ignoreFiles) {
    const inside = relative(folder, path).split(sep).join("/");
    if (inside === "") continue;
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
  const content = readText(join(folder, ".gitignore"));
  return content.kind === "text" ? [{ folder, rules: ignore().add(content.text) }] : [];
}

/** `./x.js` also means `x.ts`, `./x` also `x.ts` and `x/index.ts`, `./x/` only the latter. */
function firstSource(target: string, specifier: string): string | null {
  const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
  const asTypeScript = /\.[mc]?jsx?$/.test(target)
    ? [target.replace(/js(x?)$/, "ts$1"), target.replace(/\.jsx?$/, ".tsx")]
    : [];
  const asFile = [...asTypeScript, target, ...extensions.map((extension) => `${target}${extension}`)];
  const asFolder = extensions.map((extension) => join(target, `index${extension}`));
  const candidates = /(?:^|\/)\.{0,2}$/.test(specifier) ? asFolder : [...asFile, ...asFolder];
  return candidates.find((path) => sourceFile.test(path) && isFile(path)) ?? null;
}

function throughAliases(specifier: string, aliases: Aliases | null): string | null {
  if (aliases === null) return null;
  for (const target of targetsOf(specifier, aliases.paths)) {
    const found = firstSource(resolve(aliases.folder, target), target);
    if (found !== null) return found;
  }
  return null;
}

/** The aliases of the nearest `tsconfig.json` or `jsconfig.json` at or above a folder. */
function aliasesFor(folder: string, configs: Map<string, Aliases | null>): Aliases | null {
  const known = configs.get(folder);
  if (known !== undefined) return known;
  const config = ["tsconfig.json", "jsconfig.json"].map((name) => join(folder, name)).find(isFile);
  const parent = dirname(folder);
  const above = parent === folder ? null : () => aliasesFor(parent, configs);
  const aliases = config !== undefined ? aliasesIn(config, []) : above === null ? null : above();
  configs.set(folder, aliases);
  return aliases;
}

/** A configuration's own paths win over those it extends; only configurations named by a path are followed. */
function aliasesIn(config: string, seen: readonly string[]): Aliases | null {
  const content = readText(config);
  if (content.kind !== "text" || seen.includes(config)) return null;
  const { baseUrl, paths, extended } = importPathsOf(content.text);
  const folder = dirname(config);
  if (paths !== null || baseUrl !== null) {
    return {
      folder: resolve(folder, baseUrl ?? "."),
      paths: { ...(baseUrl === null ? {} : { "*": ["*"] }), ...paths },
    };
  }
  for (const name of [...extended].reverse()) {
    const path = resolve(folder, name);
    const base = [path, `${path}.json`].find(isFile);
    const aliases = base === undefined ? null : aliasesIn(base, [...seen, config]);
    if (aliases !== null) return aliases;
  }
  return null;
}

function isFile(path: string): boolean {
  return statsOf(path)?.isFile() === true;
}

/** Null for what does not exist, and for what the system refuses to look at: a link to itself, a name too long. */
function statsOf(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The system's reason in words: `permission denied`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /^[A-Z]+: ([^,]+)/.exec(text)?.[1] ?? text;
}
