/**
 * A program whose files know each other: what every import means, in which order modules run, and whose exports
 * code outside the program may use.
 */
import type { ImportedName, ModuleCode, Variable } from "./code.js";
import type { Library } from "../libraries/library.js";

export type Resolved =
  | { readonly kind: "library"; readonly library: Library; readonly name: string }
  | { readonly kind: "variable"; readonly variable: Variable; readonly module: ModuleCode }
  | { readonly kind: "namespace"; readonly module: ModuleCode }
  | { readonly kind: "unknown" };

export interface Linked {
  /** Imported before importing, as they run. */
  readonly modules: readonly ModuleCode[];
  /** Where a program may start: files that no other file imports, each with what it imports. */
  readonly entries: readonly (readonly ModuleCode[])[];
  /** Modules whose exports code outside the program may use. */
  readonly open: ReadonlySet<ModuleCode>;
  moduleAt(specifier: string, fromUri: string): ModuleCode | Library | null;
}

export function resolveImport(imported: ImportedName, fromUri: string, linked: Linked): Resolved {
  const module = linked.moduleAt(imported.specifier, fromUri);
  if (module === null) return { kind: "unknown" };
  if (isLibrary(module)) return { kind: "library", library: module, name: libraryName(imported.name) };
  if (imported.name === "*") return { kind: "namespace", module };
  return exportOf(module, imported.name, linked, new Set());
}

/**
 * Each module that uses a library as a program of its own, whose other imports are unknown and whose exports anyone
 * may use: less is found, and nothing that would be wrong.
 */
export function modulesAlone(linked: Linked): readonly Linked[] {
  const uses = ({ imports, uri }: ModuleCode): boolean =>
    imports.some((specifier) => libraryAt(specifier, uri, linked) !== null);
  const users = linked.modules.filter(uses);
  return users.map((module) => ({
    modules: [module],
    entries: [[module]],
    open: new Set([module]),
    moduleAt: (specifier, uri) => libraryAt(specifier, uri, linked),
  }));
}

export function libraryAt(specifier: string, fromUri: string, { moduleAt }: Pick<Linked, "moduleAt">): Library | null {
  const target = moduleAt(specifier, fromUri);
  return target !== null && isLibrary(target) ? target : null;
}

/** What a module gives out under a name; re-exports are followed, also in circles. */
export function exportOf(module: ModuleCode, name: string, linked: Linked, visited: Set<ModuleCode>): Resolved {
  if (visited.has(module)) return { kind: "unknown" };
  visited.add(module);
  for (const exported of module.exports) {
    if (exported.kind === "all" || exported.name !== name) continue;
    if (exported.kind === "variable") return { kind: "variable", variable: exported.variable, module };
    return resolveImport(exported.from, module.uri, linked);
  }
  for (const exported of module.exports) {
    if (exported.kind !== "all") continue;
    const target = linked.moduleAt(exported.specifier, module.uri);
    if (target === null) continue;
    if (isLibrary(target)) {
      if (target.names.has(name)) return { kind: "library", library: target, name };
      continue;
    }
    const found = exportOf(target, name, linked, visited);
    if (found.kind !== "unknown") return found;
  }
  return { kind: "unknown" };
}

export function exportedNames(
  module: ModuleCode,
  linked: Linked,
  visited: Set<ModuleCode> = new Set(),
): readonly string[] {
  if (visited.has(module)) return [];
  visited.add(module);
  return module.exports.flatMap((exported) => {
    if (exported.kind !== "all") return [exported.name];
    const target = linked.moduleAt(exported.specifier, module.uri);
    return target === null || isLibrary(target) ? [] : exportedNames(target, linked, visited);
  });
}

export function isLibrary(target: ModuleCode | Library): target is Library {
  return "specifiers" in target;
}

/** The same files, unchanged, that import each other as before: nothing new can be found out about them. */
export function isSameProgram(a: Linked, b: Linked): boolean {
  return (
    sameList(a.modules, b.modules) &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, index) => sameList(entry, b.entries[index] ?? [])) &&
    a.modules.every((module) => a.open.has(module) === b.open.has(module) && sameImports(module, a, b))
  );
}

function sameImports({ imports, uri }: ModuleCode, a: Linked, b: Linked): boolean {
  return imports.every((specifier) => a.moduleAt(specifier, uri) === b.moduleAt(specifier, uri));
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** A namespace import and a default import of a library both stand for the library itself. */
function libraryName(name: string): string {
  return name === "*" || name === "default" ? "" : name;
}
