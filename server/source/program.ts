/**
 * Reads programs: follows imports through `Sources`, parses and lowers the files that have to do with gradients, after
 * an edit only what it has changed, and groups files into programs that run on their own.
 */
import { wholeBodies, type Linked } from "../flow/linked.js";
import type { ModuleCode } from "../flow/code.js";
import { libraryOf } from "../libraries/index.js";
import type ts from "typescript";
import { ModuleLowering } from "./lower.js";
import { marksOf, type Marks } from "./marks.js";
import { parse, parseAgain, syntaxFaults, type SyntaxFault } from "./parse.js";
import { publicFiles } from "./packages.js";
import type { Sources } from "./sources.js";
import { specifiersIn } from "./specifiers.js";

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

const noMarks: Marks = { intended: new Map(), ignored: new Map() };

/** Reads programs again and again, and of each file only what an edit has changed. */
export class ProgramReader {
  private readonly remembered = new Map<string, Remembered>();

  read(sources: Sources): Program {
    const texts = this.reachable(sources).flat();
    const program = this.readTexts(texts, sources, publicFiles(sources));
    this.forgetOthers(program.files);
    return program;
  }

  /** Files that belong together, one such program after the other, so that each can be forgotten before the next. */
  *readEach(sources: Sources): Iterable<Program> {
    const isPublic = publicFiles(sources);
    for (const texts of this.reachable(sources)) {
      yield this.readTexts(texts, sources, isPublic);
      for (const { uri } of texts) this.remembered.delete(uri);
    }
  }

  private reachable(sources: Sources): readonly (readonly FoundText[])[] {
    return reachableTexts(sources, (uri, text) => this.rememberedOf(uri, text).specifiers);
  }

  private readTexts(texts: readonly FoundText[], sources: Sources, isPublic: (uri: string) => boolean): Program {
    const files = new Map<string, ReadFile>();
    const targets = new Map<ReadFile, ReadonlyMap<string, string | null>>();
    for (const { uri, text, uses } of texts) {
      const isRead = uses === "a library" || sources.named?.has(uri) === true;
      const file = isRead ? this.readFile(uri, text) : unread(uri, text);
      files.set(uri, file);
      const imports = file.module?.imports ?? [];
      targets.set(
        file,
        new Map(imports.map((specifier) => [specifier, resolve(specifier, file.uri, sources)] as const)),
      );
    }
    return { files, groups: groupsOf(files, targets, isPublic) };
  }

  private rememberedOf(uri: string, text: string): Remembered {
    const known = this.remembered.get(uri);
    if (known?.text === text) return known;
    const specifiers = isCode(uri) ? specifiersIn(text) : [];
    const now: Remembered = { text, specifiers, file: null, tree: known?.tree ?? null };
    this.remembered.set(uri, now);
    return now;
  }

  private readFile(uri: string, text: string): ReadFile {
    const remembered = this.rememberedOf(uri, text);
    remembered.file ??= readText(uri, text, remembered);
    return remembered.file;
  }

  /** Whoever edits comes back to the files around; what lies further away is read again. */
  private forgetOthers(files: ReadonlyMap<string, ReadFile>): void {
    if (this.remembered.size <= files.size + othersRemembered) return;
    for (const uri of this.remembered.keys()) if (!files.has(uri)) this.remembered.delete(uri);
  }
}

const othersRemembered = 200;

/** The last text of a file and what became of it. */
interface Remembered {
  readonly text: string;
  /** What it may import, found by searching it. */
  readonly specifiers: readonly string[];
  file: ReadFile | null;
  /** Of this text or of the last one that was read. */
  tree: Tree | null;
}

interface Tree {
  readonly source: ts.SourceFile;
  readonly lowering: ModuleLowering;
}

function readText(uri: string, text: string, remembered: Remembered): ReadFile {
  if (!isCode(uri)) return unread(uri, text);
  const { tree } = remembered;
  remembered.tree = null;
  try {
    const source = tree === null ? parse(uri, text) : parseAgain(tree.source, text);
    const lowering = tree?.lowering ?? new ModuleLowering();
    const faults = syntaxFaults(source);
    // A half-typed file would be misread, so nothing is said about it until it is whole again.
    const module = faults.length === 0 ? lowering.lower(source) : null;
    remembered.tree = { source, lowering };
    return { uri, text, module, marks: marksOf(source), faults, problem: null };
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    return { ...unread(uri, text), problem: "nested too deep" };
  }
}

function unread(uri: string, text: string): ReadFile {
  return { uri, text, module: null, marks: noMarks, faults: [], problem: null };
}

interface FoundText {
  readonly uri: string;
  readonly text: string;
  /** Whether it belongs together with a file that may import a library. */
  readonly uses: "a library" | "no library";
}

/** The roots and all that they may import, by what belongs together. Most files of a project have nothing to do with gradients: they are searched and not parsed. */
function reachableTexts(
  sources: Sources,
  specifiersOf: (uri: string, text: string) => readonly string[],
): readonly (readonly FoundText[])[] {
  const texts = new Map<string, string>();
  const together = new Partition();
  const pending = [...sources.roots];
  const users: string[] = [];
  for (let uri = pending.pop(); uri !== undefined; uri = pending.pop()) {
    if (texts.has(uri)) continue;
    const text = sources.read(uri);
    if (text === null) continue;
    texts.set(uri, text);
    for (const specifier of specifiersOf(uri, text)) {
      if (libraryOf(specifier) !== null) users.push(uri);
      const target = resolve(specifier, uri, sources);
      if (target === null) continue;
      together.join(uri, target);
      pending.push(target);
    }
  }
  const used = new Set(users.map((uri) => together.of(uri)));
  const found = new Map<string, FoundText[]>();
  for (const [uri, text] of texts) {
    const one = together.of(uri);
    const others = found.get(one) ?? [];
    found.set(one, others);
    others.push({ uri, text, uses: used.has(one) ? "a library" : "no library" });
  }
  return [...found.values()];
}

/** Which files belong together, directly or through others. */
class Partition {
  private readonly above = new Map<string, string>();

  /** One of those that belong together, the same for all of them. */
  of(uri: string): string {
    let top = uri;
    for (let next = this.above.get(top); next !== undefined; next = this.above.get(top)) top = next;
    if (top !== uri) this.above.set(uri, top);
    return top;
  }

  join(one: string, other: string): void {
    const [a, b] = [this.of(one), this.of(other)];
    if (a !== b) this.above.set(a, b);
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
    bodies: wholeBodies(modules),
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
