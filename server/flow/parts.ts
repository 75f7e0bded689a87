/**
 * A program falls into parts that have nothing to do with each other: statements that name no variable in common, not
 * even through functions. Each part is walked by itself, so an edit costs what its own part costs.
 *
 *     function a() { … }   function b() { … }
 *     a();                 b();                 // two parts; with `shared(a, b)` they would be one
 */
import type { ModuleCode, ModulePart, Statement, Variable } from "./code.js";
import { exportedNames, exportOf, isLibrary, resolveImport, type Linked, type Resolved } from "./linked.js";

/** What is walked together, in the order of the program. */
export interface Part {
  readonly linked: Linked;
  readonly statements: readonly ModulePart[];
  /**
   * Where each of them stands, and what else of their files is looked up by its place: what was found out about them
   * is told again once any of that has moved.
   */
  readonly places: string;
}

/** The parts of a program; all of it is one where something may reach everything. */
export function partsOf(linked: Linked): readonly Part[] {
  const groups = groupsOf(linked);
  const groupOf: (thing: object) => object = isWhole(linked) ? () => linked : (thing) => groups.of(thing);
  const found = new Map<object, Map<ModuleCode, ModulePart[]>>();
  for (const module of linked.modules) {
    for (const statement of module.parts) {
      if (isSilent(statement)) continue;
      const modules = recall(found, groupOf(statement), () => new Map<ModuleCode, ModulePart[]>());
      recall(modules, module, () => []).push(statement);
    }
  }
  const givers = giversOf(linked, groupOf);
  const placesOf = new Map(linked.modules.map((module) => [module, placesIn(module)] as const));
  return [...found].map(([group, modules]) => partOf(modules, givers.get(group) ?? new Set(), placesOf, linked));
}

function groupsOf(linked: Linked): Groups {
  const groups = new Groups();
  for (const module of linked.modules) {
    for (const statement of module.parts) {
      for (const variable of statement.variables)
        for (const meant of meanings(variable, module, linked, new Set())) groups.join(statement, meant);
    }
  }
  return groups;
}

/** The modules that give something of a group to code outside, be it only by a re-export. */
function giversOf(linked: Linked, groupOf: (thing: object) => object): ReadonlyMap<object, ReadonlySet<ModuleCode>> {
  const givers = new Map<object, Set<ModuleCode>>();
  for (const module of linked.open)
    for (const given of meaningsOf({ kind: "namespace", module }, linked, new Set()))
      recall(givers, groupOf(given), () => new Set()).add(module);
  return givers;
}

/** Nothing in it runs: types, imports. */
function isSilent({ functions, body }: ModulePart): boolean {
  return functions.length + body.length === 0;
}

/** What is loaded later runs beside everything; what waits lets everything else run; a value given out as a whole may hold anything. */
function isWhole({ modules, moduleAt }: Linked): boolean {
  return modules.some(({ uri, main, lateImports, exportedValues }) => {
    const isLate = lateImports.some((specifier) => {
      const target = moduleAt(specifier, uri);
      return target !== null && !isLibrary(target);
    });
    return isLate || exportedValues.length > 0 || main.awaits;
  });
}

/** The variables of the program that a name stands for: itself, or what it imports. */
function meanings(
  variable: Variable,
  { uri }: ModuleCode,
  linked: Linked,
  visited: Set<Variable>,
): readonly Variable[] {
  if (visited.has(variable)) return [];
  visited.add(variable);
  if (variable.imported === null) return [variable];
  return meaningsOf(resolveImport(variable.imported, uri, linked), linked, visited);
}

function meaningsOf(resolved: Resolved, linked: Linked, visited: Set<Variable>): readonly Variable[] {
  switch (resolved.kind) {
    case "variable":
      return meanings(resolved.variable, resolved.module, linked, visited);
    case "namespace":
      return exportedNames(resolved.module, linked).flatMap((name) =>
        meaningsOf(exportOf(resolved.module, name, linked, new Set()), linked, visited),
      );
    case "library":
    case "unknown":
      return [];
  }
}

function partOf(
  modules: ReadonlyMap<ModuleCode, readonly ModulePart[]>,
  givers: ReadonlySet<ModuleCode>,
  placesOf: ReadonlyMap<ModuleCode, string>,
  linked: Linked,
): Part {
  const bodies = new Map(
    [...modules].map(([module, statements]): readonly [ModuleCode, Statement] => [module, blockOf(statements)]),
  );
  const statements = [...modules.values()].flat();
  return {
    linked: { ...linked, bodies, entries: entriesOf((module) => bodies.has(module) || givers.has(module), linked) },
    statements,
    places: [
      ...[...modules.keys()].map((module) => placesOf.get(module) ?? ""),
      ...statements.map(({ start }) => `${start.line}:${start.character}`),
    ].join(" "),
  };
}

/** Marks of intent and the ends of import lists. */
function placesIn({ intended, importLists }: ModuleCode): string {
  const lists = importLists.map(({ specifier, names, end: { start } }) => {
    return `${specifier}:${[...names.keys()].join()}:${start.line}:${start.character}`;
  });
  return [...intended, ...lists].join(" ");
}

function blockOf(parts: readonly ModulePart[]): Statement {
  return {
    kind: "block",
    functions: parts.flatMap(({ functions }) => functions),
    body: parts.flatMap(({ body }) => body),
  };
}

/** Where such modules run; entries that are the same but for others are one. */
function entriesOf(counts: (module: ModuleCode) => boolean, { entries }: Linked): Linked["entries"] {
  const found: (readonly ModuleCode[])[] = [];
  for (const entry of entries) {
    const own = entry.filter(counts);
    const isKnown = found.some(
      (known) => known.length === own.length && known.every((module, at) => module === own[at]),
    );
    if (own.length > 0 && !isKnown) found.push(own);
  }
  return found;
}

function recall<Key, T>(memory: Map<Key, T>, key: Key, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}

/** Which things belong together, directly or through others. */
class Groups {
  private readonly above = new Map<object, object>();

  of(thing: object): object {
    let top = thing;
    for (let next = this.above.get(top); next !== undefined; next = this.above.get(top)) top = next;
    if (top !== thing) this.above.set(thing, top);
    return top;
  }

  join(one: object, other: object): void {
    const [a, b] = [this.of(one), this.of(other)];
    if (a !== b) this.above.set(a, b);
  }
}
