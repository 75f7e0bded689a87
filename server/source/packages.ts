/**
 * Which files a package gives to the world: those that its `package.json` names. Their exports may be used by code
 * that nobody here has read, also where a file of the project imports them.
 */
import type { Sources } from "./sources.js";

/** Remembers what it has read, for one analysis. */
export function publicFiles(sources: Sources): (uri: string) => boolean {
  const stemsByFolder = new Map<string, ReadonlySet<string>>();
  const stemsAbove = (folder: string): ReadonlySet<string> => {
    const known = stemsByFolder.get(folder);
    if (known !== undefined) return known;
    const text = sources.read(`${folder}/package.json`);
    const parent = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    const isTop = parent === "" || parent === folder || parent.endsWith(":/");
    const stems = text !== null ? namedIn(text, folder) : isTop ? new Set<string>() : stemsAbove(parent);
    stemsByFolder.set(folder, stems);
    return stems;
  };
  return (uri) => {
    const slash = uri.lastIndexOf("/");
    return slash > 0 && stemsAbove(uri.slice(0, slash)).has(stem(uri));
  };
}

function namedIn(text: string, folder: string): ReadonlySet<string> {
  const parsed = parsedObject(text);
  const fields = ["main", "module", "browser", "exports", "bin"].map((field) => parsed[field]);
  return new Set(fields.flatMap(stringsIn).map((path) => stem(`${folder}/${path.replace(/^\.\//, "")}`)));
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
