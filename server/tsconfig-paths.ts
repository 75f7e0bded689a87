/**
 * What a `tsconfig.json` says about import paths: `baseUrl`, `paths` and what it extends, and which targets a
 * specifier may therefore mean. Text in, names out; which of them exist is for whoever knows the disk.
 */

export interface ImportPaths {
  readonly baseUrl: string | null;
  readonly paths: Readonly<Record<string, readonly string[]>> | null;
  readonly extended: readonly string[];
}

/** Reads the parts of a `tsconfig.json` that matter here; what is malformed counts as absent. */
export function importPathsOf(text: string): ImportPaths {
  const config = parseWithComments(text);
  const options = fieldOf(config, "compilerOptions");
  const baseUrl = fieldOf(options, "baseUrl");
  const paths = fieldOf(options, "paths");
  const extended = fieldOf(config, "extends");
  return {
    baseUrl: typeof baseUrl === "string" ? baseUrl : null,
    paths: isRecord(paths)
      ? Object.fromEntries(Object.entries(paths).map(([pattern, targets]) => [pattern, stringsIn(targets)]))
      : null,
    extended: typeof extended === "string" ? [extended] : stringsIn(extended),
  };
}

/** The targets of the pattern that fits a specifier best: the exact one, else the one with the longest beginning. */
export function targetsOf(specifier: string, paths: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const exact = Object.hasOwn(paths, specifier) ? paths[specifier] : undefined;
  if (exact !== undefined) return exact;
  const fitting = Object.entries(paths)
    .flatMap(([pattern, targets]) => {
      const [before = "", after = "", ...more] = pattern.split("*");
      const fits =
        pattern.includes("*") &&
        more.length === 0 &&
        specifier.length >= before.length + after.length &&
        specifier.startsWith(before) &&
        specifier.endsWith(after);
      return fits ? [{ before, middle: specifier.slice(before.length, specifier.length - after.length), targets }] : [];
    })
    .sort((one, other) => other.before.length - one.before.length);
  const [best] = fitting;
  return best === undefined ? [] : best.targets.map((target) => target.replace("*", () => best.middle));
}

/** JSON with comments and trailing commas; null where even that does not parse. */
function parseWithComments(text: string): unknown {
  const withoutComments = text.replace(
    /("(?:[^"\\]|\\.)*")|\/\/[^\r\n]*|\/\*[\s\S]*?\*\//g,
    (_match, string: unknown) => (typeof string === "string" ? string : " "),
  );
  const withoutCommas = withoutComments.replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_match, string: unknown) =>
    typeof string === "string" ? string : "",
  );
  try {
    const parsed: unknown = JSON.parse(withoutCommas);
    return parsed;
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry: unknown) => typeof entry === "string") : [];
}
