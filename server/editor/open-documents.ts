/**
 * The documents that are open, and the analysis of what they hold now: an open document wins over the disk, and every
 * question is answered for the text of this moment. Owns the remembered analysis and what lies on the disk, and
 * forgets each when it is told to.
 */
import type { Position, SourceSpan } from "@gradlens/engine/graph";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { URI } from "vscode-uri";
import {
  createAnalyzer,
  explainAt,
  type Analysis,
  type FileAnalysis,
  type Severities,
  type Sources,
  type Story,
} from "../analysis.js";
import { describeLibraries } from "../libraries/index.js";
import type { Project } from "../source/project.js";
import { faultsOfSettings, isSettingsFile, projectSettings, type ProjectSettings } from "../project-settings.js";
import type { ClientDocument } from "./convert.js";
import type { Misset } from "./diagnostics.js";
import { importCheck } from "./import-check.js";

/** What lies behind the open documents. */
export interface Disk {
  readonly read: (uri: string) => string | null;
  /** A new resolver, which may remember what it found. */
  readonly resolver: () => (specifier: string, fromUri: string) => string | null;
  /** The project of each file, which is read when it is first asked about. */
  readonly projects: (files: Pick<Sources, "read" | "resolve">) => (uri: string) => Project;
}

/** What was read of the disk since it last changed. */
interface Memory extends Pick<Sources, "read" | "resolve"> {
  readonly projectOf: (uri: string) => Project;
}

/** The severities in the client's settings, and the folder whose `gradlens.json` speaks for unsaved documents. */
export interface SettingsOfClient {
  readonly root: string | null;
  readonly own: Severities;
}

export class OpenDocuments {
  private remembered: Analysis | null = null;
  private rememberedSettings: ProjectSettings | null = null;
  private own: SettingsOfClient = { root: null, own: {} };
  private memory: Memory;
  private readonly programsAmong = importCheck();
  private analyzer = createAnalyzer();
  /** The libraries that the project describes, as they were told to the analysis. */
  private described = "[]";

  constructor(
    private readonly opened: () => readonly TextDocument[],
    private readonly disk: Disk,
  ) {
    this.memory = remembering(disk);
  }

  /** An open document is not what it was. */
  forget(): void {
    this.remembered = null;
    this.rememberedSettings = null;
  }

  /** The disk may not be what it was. */
  forgetDisk(): void {
    this.forget();
    this.memory = remembering(this.disk);
  }

  /** The open documents that could have findings. */
  programs(): readonly TextDocument[] {
    return this.opened().filter(isProgram);
  }

  /** What the client says of its own; it wins over every `gradlens.json`. */
  configure(own: SettingsOfClient): void {
    this.own = own;
    this.forget();
  }

  /** The open `gradlens.json` documents. */
  settingsFiles(): readonly TextDocument[] {
    return this.opened().filter(({ uri }) => isSettingsFile(canonical(uri)));
  }

  /** What is wrong with an open `gradlens.json`; null for every other document. */
  missetIn(uri: string): readonly Misset[] | null {
    if (!isSettingsFile(canonical(uri))) return null;
    return faultsOfSettings(canonical(uri), (wanted) => this.read(wanted));
  }

  analysis(): Analysis {
    if (this.remembered === null) this.describe(this.programs().map(nameOf));
    this.remembered ??= this.analyzer.analyze(this.sources(this.programs().map(nameOf)), this.severitiesFor);
    return this.remembered;
  }

  /** The analysis with a file that need not be open. */
  analysisWith(uri: string): Analysis {
    const wanted = this.analyzed(uri);
    const known = this.analysis();
    if (known.files.some((file) => file.uri === wanted)) return known;
    const roots = [...known.files.map((file) => file.uri), wanted];
    this.describe(roots);
    return this.analyzer.analyze({ ...this.sources([]), roots }, this.severitiesFor);
  }

  /** What was found in an open document; null where it has nothing to do with gradients. */
  fileAnalysis(uri: string): FileAnalysis | null {
    const wanted = this.analyzed(uri);
    return this.analysis().files.find((file) => file.uri === wanted) ?? null;
  }

  /** The stories at a position, with the places as the client spells them. */
  explain(uri: string, position: Position): readonly Story[] {
    const explanation = explainAt(this.analysis(), this.analyzed(uri), position);
    const toClient = (span: SourceSpan): SourceSpan => ({ ...span, uri: this.toClient(span.uri).uri });
    return (explanation?.stories ?? []).map(({ sentence, steps }) => ({
      sentence,
      steps: steps.map((step) => ({ ...step, span: toClient(step.span) })),
    }));
  }

  /** A file as the analysis knows it. */
  analyzed(uri: string): string {
    const document = this.find(uri);
    return document === null ? canonical(uri) : nameOf(document);
  }

  /** The text of an open document, or null. */
  text(uri: string): string | null {
    return this.find(uri)?.getText() ?? null;
  }

  /** A line of an open document, without its end. */
  line(uri: string, line: number): string {
    const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
    return (
      this.find(uri)
        ?.getText(range)
        .replace(/[\r\n]+$/, "") ?? ""
    );
  }

  /** The identifier at a position of an open document. */
  nameAt(uri: string, { line, character }: Position): string | null {
    const text = this.line(uri, line);
    const before = /[\p{ID_Continue}$]*$/u.exec(text.slice(0, character))?.[0] ?? "";
    const after = /^[\p{ID_Continue}$]*/u.exec(text.slice(character))?.[0] ?? "";
    return before + after === "" ? null : before + after;
  }

  /** A file as the client spells it. */
  readonly toClient = (uri: string): ClientDocument => {
    const document = this.find(uri);
    return document === null ? { uri, version: null } : { uri: document.uri, version: document.version };
  };

  /** By the client's name or by that of the analysis. */
  private find(uri: string): TextDocument | null {
    const wanted = canonical(uri);
    return this.opened().find((document) => canonical(document.uri) === wanted || nameOf(document) === wanted) ?? null;
  }

  private readonly severitiesFor = (uri: string): Severities => this.settings().severitiesFor(uri);

  private settings(): ProjectSettings {
    this.rememberedSettings ??= projectSettings((wanted) => this.read(wanted), this.own);
    return this.rememberedSettings;
  }

  /** With another word for what a library does, everything that was read before is out of date. */
  private describe(uris: readonly string[]): void {
    const { libraries } = this.settings().librariesFor(uris);
    const told = JSON.stringify(libraries, (_, value: unknown) =>
      value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value,
    );
    if (told === this.described) return;
    this.described = told;
    describeLibraries(libraries);
    this.analyzer = createAnalyzer();
  }

  /** An open document wins over the disk. */
  private read(uri: string): string | null {
    return this.text(uri) ?? this.memory.read(uri);
  }

  private sources(candidates: readonly string[]): Sources {
    const texts = new Map(this.opened().map((document) => [nameOf(document), document]));
    const read = (uri: string): string | null => texts.get(uri)?.getText() ?? this.memory.read(uri);
    const resolve = (specifier: string, fromUri: string): string | null =>
      this.memory.resolve(specifier, fromUri) ?? openNeighbor(specifier, fromUri, (uri) => texts.has(uri));
    const { projectOf } = this.memory;
    const roots = this.programsAmong(candidates, { read, resolve });
    // Who imports an open document decides what happens to its leaves, open or not.
    const around = roots.flatMap((uri) => projectOf(uri).around([uri]));
    const isNamedElsewhere = (uri: string): boolean => projectOf(uri).isNamedElsewhere(uri);
    return { roots: [...new Set([...roots, ...around])], read, resolve, isNamedElsewhere };
  }
}

/** Clients spell uris differently (`%3A`, `:`); the analysis knows each file by one spelling. */
export function canonical(uri: string): string {
  return URI.parse(uri).toString();
}

/** The span with its uri in the spelling of the analysis. */
export function canonicalSpan(span: SourceSpan): SourceSpan {
  return { ...span, uri: canonical(span.uri) };
}

const extensions = new Map([
  ["typescript", ".ts"],
  ["typescriptreact", ".tsx"],
  ["javascript", ".js"],
  ["javascriptreact", ".jsx"],
]);

/** A document that was never saved has a language and no extension; the analysis reads the extension. */
function nameOf({ uri, languageId }: TextDocument): string {
  const parsed = URI.parse(uri);
  const isComplete = /\.(?:[cm]?[tj]s|[tj]sx)$/i.test(parsed.path);
  const named = isComplete ? parsed : parsed.with({ path: `${parsed.path}${extensions.get(languageId) ?? ""}` });
  return named.toString();
}

function isProgram({ uri, languageId }: TextDocument): boolean {
  const { scheme, path } = URI.parse(uri);
  // The other side of a diff is a past that nobody can mend.
  return extensions.has(languageId) && scheme !== "git" && !/\.d\.(?:[^.]+\.)?[mc]?ts$/i.test(path);
}

/** Each file is read, each import resolved and each project searched once. */
function remembering(disk: Disk): Memory {
  const texts = new Map<string, string | null>();
  const targets = new Map<string, string | null>();
  const resolveOnDisk = disk.resolver();
  const read = (uri: string): string | null => recall(texts, uri, () => disk.read(uri));
  const resolve = (specifier: string, fromUri: string): string | null =>
    recall(targets, `${fromUri}\n${specifier}`, () => resolveOnDisk(specifier, fromUri));
  return { read, resolve, projectOf: disk.projects({ read, resolve }) };
}

function recall(memory: Map<string, string | null>, key: string, find: () => string | null): string | null {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const found = find();
  memory.set(key, found);
  return found;
}

/** A relative import of a document that is open and not yet on the disk. */
function openNeighbor(specifier: string, fromUri: string, isOpen: (uri: string) => boolean): string | null {
  if (!/^\.{1,2}\//.test(specifier)) return null;
  const target = new URL(specifier, fromUri.replace(/^[^:]+:/, "file:")).pathname;
  const base = URI.parse(fromUri)
    .with({ path: decodeURIComponent(target) })
    .toString();
  const spellings = [base, `${base}.ts`, `${base}.tsx`, `${base}.js`, base.replace(/\.js(x?)$/, ".ts$1")];
  return spellings.find(isOpen) ?? null;
}
