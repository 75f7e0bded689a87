/**
 * A program whose files know each other: what every import means, in which order modules run, and whose exports
 * code outside the program may use.
 */
import type { ExportedName, ImportedName, ModuleCode, Statement, Variable } from "./code.js";
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
  /** What is walked of each module; nothing of one that is missing. */
  readonly bodies: ReadonlyMap<ModuleCode, Statement>;
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
    bodies: wholeBodies([module]),
    moduleAt: (specifier, uri) => libraryAt(specifier, uri, linked),
  }));
}

export function wholeBodies(modules: readonly ModuleCode[]): Linked["bodies"] {
  return new Map(modules.map((module) => [module, module.main.body]));
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
  return sameList(a.modules, b.modules) && hasSameOutline(a, b);
}

/** The same files that import and export the same, whatever else has changed in them. */
export function hasSameOutline(a: Linked, b: Linked): boolean {
  return (
    a.modules.length === b.modules.length &&
    a.modules.every((module, index) => sameModule(module, b.modules[index] ?? module, a, b)) &&
    a.entries.length === b.entries.length &&
    a.entries.every((entry, index) => sameList(entry.map(mainOf), (b.entries[index] ?? []).map(mainOf)))
  );
}

/** A module of another text is another one; what its files' variables belong to stays. */
function mainOf({ main }: ModuleCode): ModuleCode["main"] {
  return main;
}

function sameModule(one: ModuleCode, other: ModuleCode, a: Linked, b: Linked): boolean {
  if (one === other) return a.open.has(one) === b.open.has(one) && sameImports(one, a, b);
  return (
    one.main === other.main &&
    one.untrusted === other.untrusted &&
    one.setBy === other.setBy &&
    a.open.has(one) === b.open.has(other) &&
    sameList(one.imports, other.imports) &&
    sameImports(one, a, b) &&
    sameList(one.exports.map(exportKey), other.exports.map(exportKey)) &&
    sameList(one.exports.map(givenVariable), other.exports.map(givenVariable))
  );
}

function sameImports({ imports, uri }: ModuleCode, a: Linked, b: Linked): boolean {
  const target = (specifier: string, { moduleAt }: Linked): object | null => {
    const found = moduleAt(specifier, uri);
    return found === null || isLibrary(found) ? found : found.main;
  };
  return imports.every((specifier) => target(specifier, a) === target(specifier, b));
}

function exportKey(exported: ExportedName): string {
  switch (exported.kind) {
    case "variable":
      return exported.name;
    case "from":
      return `${exported.name} ${exported.from.name} ${exported.from.specifier}`;
    case "all":
      return `* ${exported.specifier}`;
  }
}

function givenVariable(exported: ExportedName): Variable | null {
  return exported.kind === "variable" ? exported.variable : null;
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** A namespace import and a default import of a library both stand for the library itself. */
function libraryName(name: string): string {
  return name === "*" || name === "default" ? "" : name;
}
