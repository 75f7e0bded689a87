/**
 * Reads a program: parses and lowers each file once per text, follows imports through `Sources`, and groups files
 * into programs that run on their own.
 */
import type { Linked } from "../flow/linked.js";
import type { ModuleCode } from "../flow/code.js";
import { libraryOf } from "../libraries/index.js";
import { lowerModule } from "./lower.js";
import { readMarks, type Marks } from "./marks.js";
import { parse, syntaxFaults, type SyntaxFault } from "./parse.js";
import { publicFiles } from "./packages.js";
import type { Sources } from "./sources.js";

export interface ReadFile {
  readonly uri: string;
  readonly text: string;
  /** Null if the file could not be lowered. */
  readonly module: ModuleCode | null;
  readonly marks: Marks;
  readonly faults: readonly SyntaxFault[];
  /** Why it is not analyzed, or null. */
  readonly problem: string | null;
}

export interface Program {
  readonly files: ReadonlyMap<string, ReadFile>;
  /** Files that import each other, directly or not; findings come from each group by itself. */
  readonly groups: readonly Linked[];
}

const noMarks: Marks = { intended: new Set(), ignored: new Map() };

/** What was read last of each file, by its text: an edit reads one file again. */
const remembered = new Map<string, ReadFile>();
const rememberedLimit = 2000;

export function readProgram(sources: Sources): Program {
  const files = new Map<string, ReadFile>();
  const targets = new Map<ReadFile, ReadonlyMap<string, string | null>>();
  const pending = [...sources.roots];
  for (let uri = pending.pop(); uri !== undefined; uri = pending.pop()) {
    if (files.has(uri)) continue;
    const text = sources.read(uri);
    if (text === null) continue;
    const file = readFile(uri, text);
    files.set(uri, file);
    const resolved = new Map(
      (file.module?.imports ?? []).map((specifier) => [specifier, resolve(specifier, file.uri, sources)] as const),
    );
    targets.set(file, resolved);
    for (const target of resolved.values()) if (target !== null) pending.push(target);
  }
  return { files, groups: groupsOf(files, targets, publicFiles(sources)) };
}

function readFile(uri: string, text: string): ReadFile {
  const known = remembered.get(uri);
  if (known?.text === text) return known;
  const file = readAfresh(uri, text);
  if (remembered.size >= rememberedLimit) remembered.clear();
  remembered.set(uri, file);
  return file;
}

function readAfresh(uri: string, text: string): ReadFile {
  if (!isCode(uri)) return { uri, text, module: null, marks: noMarks, faults: [], problem: null };
  try {
    const source = parse(uri, text);
    const faults = syntaxFaults(source);
    const marks = readMarks(source);
    // A half-typed file would be misread, so nothing is said about it until it is whole again.
    const module = faults.length === 0 ? lowerModule(source, marks) : null;
    return { uri, text, module, marks, faults, problem: null };
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    return { uri, text, module: null, marks: noMarks, faults: [], problem: "nested too deep" };
  }
}

function isCode(uri: string): boolean {
  return /\.[cm]?[jt]sx?$/i.test(uri) && !/\.d\.[cm]?ts$/i.test(uri);
}

function resolve(specifier: string, uri: string, sources: Sources): string | null {
  return libraryOf(specifier) === null ? sources.resolve(specifier, uri) : null;
}

type Targets = ReadonlyMap<ReadFile, ReadonlyMap<string, string | null>>;

function groupsOf(
  files: ReadonlyMap<string, ReadFile>,
  targets: Targets,
  isPublic: (uri: string) => boolean,
): readonly Linked[] {
  const groups: Linked[] = [];
  const grouped = new Set<string>();
  const neighbors = neighborsOf(files, targets);
  for (const uri of files.keys()) {
    if (grouped.has(uri)) continue;
    const members: ReadFile[] = [];
    const pending = [uri];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (grouped.has(next)) continue;
      grouped.add(next);
      const file = files.get(next);
      if (file !== undefined) members.push(file);
      pending.push(...(neighbors.get(next) ?? []));
    }
    // Without a library there are no gradients; such files cost nothing further.
    if (members.some(usesLibrary)) groups.push(link(members, files, targets, isPublic));
  }
  return groups;
}

function usesLibrary({ module }: ReadFile): boolean {
  return module?.imports.some((specifier) => libraryOf(specifier) !== null) === true;
}

function neighborsOf(files: ReadonlyMap<string, ReadFile>, targets: Targets): ReadonlyMap<string, readonly string[]> {
  const neighbors = new Map<string, string[]>();
  const add = (from: string, to: string): void => void neighbors.set(from, [...(neighbors.get(from) ?? []), to]);
  for (const [file, resolved] of targets) {
    for (const target of resolved.values()) {
      if (target === null || !files.has(target)) continue;
      add(file.uri, target);
      add(target, file.uri);
    }
  }
  return neighbors;
}

function link(
  members: readonly ReadFile[],
  files: ReadonlyMap<string, ReadFile>,
  targets: Targets,
  isPublic: (uri: string) => boolean,
): Linked {
  const targetOf = (specifier: string, uri: string): ReadFile | null => {
    const file = files.get(uri);
    const target = file === undefined ? null : (targets.get(file)?.get(specifier) ?? null);
    return target === null ? null : (files.get(target) ?? null);
  };
  const inOrder = (starts: readonly ReadFile[]): readonly ModuleCode[] => {
    const order: ModuleCode[] = [];
    const visited = new Set<ReadFile>();
    const visit = (file: ReadFile): void => {
      if (visited.has(file)) return;
      visited.add(file);
      for (const specifier of file.module?.imports ?? []) {
        const target = targetOf(specifier, file.uri);
        if (target !== null) visit(target);
      }
      if (file.module !== null) order.push(file.module);
    };
    for (const start of starts) visit(start);
    return order;
  };
  const imported = new Set(
    members.flatMap((file) => (file.module?.imports ?? []).map((specifier) => targetOf(specifier, file.uri))),
  );
  const starts = members.filter((file) => !imported.has(file));
  const entries = starts.map((start) => inOrder([start]));
  // Files that import each other in a circle have no start; each may be one.
  for (const file of members) {
    const isCovered = file.module === null || entries.some((entry) => entry.some((module) => module === file.module));
    if (!isCovered) entries.push(inOrder([file]));
  }
  // What cannot be read may import anything.
  const hasBroken = members.some((file) => file.module === null);
  const modules = inOrder(members);
  return {
    modules,
    entries,
    open: new Set(
      members.flatMap((file) => {
        const isOpen = !imported.has(file) || hasBroken || isPublic(file.uri);
        return file.module !== null && isOpen ? [file.module] : [];
      }),
    ),
    moduleAt: (specifier, uri) => {
      return libraryOf(specifier) ?? targetOf(specifier, uri)?.module ?? null;
    },
  };
}
