/**
 * Which files a package gives to the world: those that its `package.json` names, and those that something which the
 * analysis does not read may import. Their exports may be used by code that nobody here has read, also where a file
 * of the project imports them.
 */
import type { Sources } from "./sources.js";

/** Remembers what it has read, for one analysis. */
export function publicFiles(sources: Sources): (uri: string) => boolean {
  const packages = new Map<string, Package | null>();
  const packageAbove = (folder: string): Package | null => {
    const known = packages.get(folder);
    if (known !== undefined) return known;
    const text = sources.read(`${folder}/package.json`);
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    const isTop = parent === "" || parent === folder || parent.endsWith(":/");
    const found = text !== null ? { folder, named: namedIn(text) } : isTop ? null : packageAbove(parent);
    packages.set(folder, found);
    return found;
  };
  return (uri) => {
    const slash = uri.lastIndexOf("/");
    const owner = slash > 0 ? packageAbove(uri.slice(0, slash)) : null;
    return (owner !== null && isNamed(uri, owner)) || sources.isNamedElsewhere?.(uri) === true;
  };
}

interface Package {
  readonly folder: string;
  /** Paths without their extensions and from the package's folder, as lists of their parts. */
  readonly named: readonly (readonly string[])[];
}

/** What is named may be built from this file: `dist/index.js` and `dist/esm/index.js` from `src/index.ts`. */
function isNamed(uri: string, { folder, named }: Package): boolean {
  const path = partsOf(uri.slice(folder.length + 1));
  const inside = path.slice(1);
  return named.some(
    (parts) =>
      parts.some((part) => part.includes("*")) ||
      endsWith(parts, path) ||
      (inside.length > 0 && endsWith(parts, inside)),
  );
}

function endsWith(parts: readonly string[], end: readonly string[]): boolean {
  return end.length <= parts.length && end.every((part, index) => part === parts[parts.length - end.length + index]);
}

function namedIn(text: string): Package["named"] {
  const parsed = parsedObject(text);
  const fields = ["main", "module", "browser", "exports", "bin", "types", "typings"].map((field) => parsed[field]);
  return fields.flatMap(stringsIn).map(partsOf);
}

function partsOf(path: string): readonly string[] {
  return stem(path)
    .split("/")
    .filter((part) => part !== "." && part !== "");
}

function parsedObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    // A half-typed package.json names nothing yet.
    return {};
  }
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** Without its extension: `./index.js` is built from `index.ts`. */
function stem(path: string): string {
  return path.replace(/\.d\.[cm]?ts$|\.[cm]?[jt]sx?$/i, "");
}
