/**
 * The door `@gradlens/server/analysis`: source text in, findings out, and what hover and pictures need. The whole
 * first road on one page. Pure: text comes through `Sources`, nothing is written, nothing throws.
 */
import type { GradientGraph, Position, SourceSpan } from "@gradlens/engine/graph";
import type { Activity } from "./activity/activity.js";
import { findActivity, type LossesElsewhere } from "./activity/arrival.js";
import { explainName as explainNameIn, explainPosition, type Explanation } from "./activity/explain.js";
import { followValues, tooLarge, type Followed } from "./flow/follow.js";
import type { FunctionCode, ModulePart } from "./flow/code.js";
import { hasSameOutline, isSameProgram, modulesAlone, type Linked } from "./flow/linked.js";
import { partsOf, type Part } from "./flow/parts.js";
import { gradientGraphs } from "./gradient-graph.js";
import { overviewOf } from "./overview.js";
import type { Overview } from "./protocol.js";
import { applyRules, inOrder } from "./rules/index.js";
import type { Finding } from "./rules/rule.js";
import { rated, type Severities, type SignedStatement } from "./rules/severities.js";
import { ProgramReader, type ReadFile } from "./source/program.js";
import type { Sources } from "./source/sources.js";

export type { Explanation } from "./activity/explain.js";
export type { Story } from "./activity/story.js";
export { rules } from "./rules/index.js";
export { pageOf, pageOfCode } from "./rules/page.js";
export type { Finding, Fix, PathStep, Rule, Severity, Statement, TextEdit } from "./rules/rule.js";
export { isLevel, levels, severitiesIn, similarCode, type Level, type Severities } from "./rules/severities.js";
export type { Sources } from "./source/sources.js";

export interface Analysis {
  readonly files: readonly FileAnalysis[];
  readonly programs: readonly AnalyzedProgram[];
}

export interface FileAnalysis {
  readonly uri: string;
  readonly findings: readonly Finding[];
  readonly syntaxErrors: readonly { readonly span: SourceSpan; readonly message: string }[];
  /** Why nothing is said about this file ("nested too deep"), or null. */
  readonly notAnalyzed: string | null;
}

/** Files that import each other, or a part of what they do, and what was found out about it. */
export interface AnalyzedProgram extends Followed {
  readonly linked: Linked;
  readonly activity: Activity;
  /** What the rules state, whatever their level. */
  readonly statements: readonly SignedStatement[];
}

/** Analyzes a program whose files are edited. What an edit has not changed is not read or followed again. */
export interface Analyzer {
  /**
   * The analysis of the texts that the sources hold now; `severitiesOf` says what the user has said about the
   * severities in a file. It is good until the next one: places are those of the last text.
   */
  analyze(sources: Sources, severitiesOf?: (uri: string) => Severities): Analysis;
}

export function createAnalyzer(): Analyzer {
  const reader = new ProgramReader();
  const remembered: Remembered = new WeakMap();
  return {
    analyze(sources, severitiesOf = () => ({})) {
      const { files, groups } = reader.read(sources);
      const programs = groups.flatMap((group) => analyzeGroup(group, remembered));
      return {
        programs,
        files: sources.roots.map((uri) => fileAnalysis(uri, files.get(uri), programs, severitiesOf(uri))),
      };
    },
  };
}

/** One analysis from nothing. */
export function analyze(sources: Sources, severitiesOf?: (uri: string) => Severities): Analysis {
  return createAnalyzer().analyze(sources, severitiesOf);
}

/** What is found in the files of the sources, without keeping what it was found by: a whole workspace in little memory. */
export function findingsIn(
  sources: Sources,
  severitiesOf: (uri: string) => Severities = () => ({}),
): readonly FileAnalysis[] {
  const found = new Map<string, FileAnalysis>();
  const roots = new Set(sources.roots);
  for (const { files, groups } of new ProgramReader().readEach(sources)) {
    const programs = groups.flatMap((group) => analyzeGroup(group, new WeakMap()));
    for (const [uri, file] of files)
      if (roots.has(uri)) found.set(uri, fileAnalysis(uri, file, programs, severitiesOf(uri)));
  }
  return sources.roots.map((uri) => found.get(uri) ?? fileAnalysis(uri, undefined, [], {}));
}

/** What was found out last about files that import each other, by the body of the first. */
type Remembered = WeakMap<FunctionCode, AnalyzedGroup>;

interface AnalyzedGroup {
  readonly linked: Linked;
  readonly parts: ReadonlyMap<ModulePart, AnalyzedPart>;
  readonly programs: readonly AnalyzedProgram[];
}

interface AnalyzedPart {
  readonly part: Part;
  readonly followed: Followed;
  readonly elsewhere: LossesElsewhere;
  readonly program: AnalyzedProgram;
}

function analyzeGroup(linked: Linked, remembered: Remembered): readonly AnalyzedProgram[] {
  const [first] = linked.modules;
  if (first === undefined) return [];
  const before = remembered.get(first.main);
  if (before !== undefined && isSameProgram(before.linked, linked)) return before.programs;
  const isKept = before !== undefined && hasSameOutline(before.linked, linked);
  const parts = analyzeParts(linked, isKept ? before.parts : new Map());
  const programs = parts?.map(({ program }) => program) ?? analyzeWhole(linked);
  const byFirst = (parts ?? []).flatMap((analyzed) => {
    const [key] = analyzed.part.statements;
    return key === undefined ? [] : [[key, analyzed] as const];
  });
  remembered.set(first.main, { linked, programs, parts: new Map(byFirst) });
  return programs;
}

/** Each part by itself; null where one of them says something about all. */
function analyzeParts(linked: Linked, known: ReadonlyMap<ModulePart, AnalyzedPart>): readonly AnalyzedPart[] | null {
  const parts = partsOf(linked).map((part) => {
    const before = knownPart(part, known);
    if (before === null) return { part, before, followed: followValues(part.linked) };
    if (before.part.places === part.places) return { part, before, followed: before.followed };
    const { followed } = before;
    return { part, before: null, followed: { ...followed, flow: followed.moveTo(part.linked) } };
  });
  if (parts.some(({ followed: { flow, endsEarly } }) => flow.gaveUp !== null || (endsEarly && parts.length > 1)))
    return null;
  const withLosses = parts.filter(({ followed }) => followed.flow.losses.length > 0);
  return parts.map(({ part, before, followed }) => {
    const elsewhere = withLosses.some((other) => other.followed !== followed) ? "losses" : "no losses";
    const program =
      before?.elsewhere === elsewhere
        ? { ...before.program, linked: part.linked }
        : analyzeFollowed(followed, part.linked, elsewhere);
    return { part, followed, elsewhere, program };
  });
}

/** What was found out about the same statements, wherever they stood. */
function knownPart({ statements }: Part, known: ReadonlyMap<ModulePart, AnalyzedPart>): AnalyzedPart | null {
  const [first] = statements;
  const before = first === undefined ? undefined : known.get(first);
  if (before === undefined || before.part.statements.length !== statements.length) return null;
  return statements.every((statement, index) => statement === before.part.statements[index]) ? before : null;
}

/** All of it at once; where that is too large to follow, each file by itself. */
function analyzeWhole(linked: Linked): readonly AnalyzedProgram[] {
  const whole = analyzeProgram(linked);
  const isTooLarge = whole.flow.gaveUp === tooLarge && linked.modules.length > 1;
  return isTooLarge ? modulesAlone(linked).map(analyzeProgram) : [whole];
}

function analyzeProgram(linked: Linked): AnalyzedProgram {
  return analyzeFollowed(followValues(linked), linked, "no losses");
}

function analyzeFollowed(followed: Followed, linked: Linked, elsewhere: LossesElsewhere): AnalyzedProgram {
  const activity = findActivity(followed.flow, followed.seen, elsewhere);
  return { ...followed, linked, activity, statements: applyRules(followed.flow, activity) };
}

/** The static graphs of a file, one per loss, in source order. */
export function staticGraphs(analysis: Analysis, uri: string): readonly GradientGraph[] {
  return gradientGraphs(analysis.programs, uri);
}

/** The leaves and losses of a file at a glance. */
export function overview(analysis: Analysis, uri: string): Overview {
  return overviewOf(analysis.programs, uri);
}

/** What the hover says at a position. */
export function explainAt(analysis: Analysis, uri: string, position: Position): Explanation | null {
  return explainPosition(analysis.programs, uri, position);
}

/** What is known about every variable of that name. */
export function explainName(analysis: Analysis, uri: string, name: string): readonly Explanation[] {
  return explainNameIn(analysis.programs, uri, name);
}

function fileAnalysis(
  uri: string,
  file: ReadFile | undefined,
  programs: readonly AnalyzedProgram[],
  severities: Severities,
): FileAnalysis {
  if (file === undefined) return { uri, findings: [], syntaxErrors: [], notAnalyzed: "the file cannot be read" };
  const own = programs.filter(({ linked }) => linked.modules.some((module) => module.uri === uri));
  const { ignored } = file.marks;
  const stated = inOrder(own.flatMap(({ statements }) => statements));
  const statements = stated.filter(({ span, code }) => {
    const codes = ignored.get(span.start.line);
    return span.uri === uri && codes?.has(code) !== true && codes?.has("*") !== true;
  });
  const findings = rated(statements, severities);
  return {
    uri,
    findings,
    syntaxErrors: file.faults,
    notAnalyzed: file.problem ?? own.find(({ flow }) => flow.gaveUp !== null)?.flow.gaveUp ?? null,
  };
}
