/**
 * The door `@gradlens/server/analysis`: source text in, findings out, and what hover and pictures need. The whole
 * first road on one page. Pure: text comes through `Sources`, nothing is written, nothing throws.
 */
import type { GradientGraph, Position, SourceSpan } from "@gradlens/engine/graph";
import type { Activity } from "./activity/activity.js";
import { findActivity } from "./activity/arrival.js";
import { explainName as explainNameIn, explainPosition, type Explanation } from "./activity/explain.js";
import { followValues, tooLarge, type Followed } from "./flow/follow.js";
import type { ModuleCode } from "./flow/code.js";
import { isSameProgram, modulesAlone, type Linked } from "./flow/linked.js";
import { gradientGraphs } from "./gradient-graph.js";
import { applyRules } from "./rules/index.js";
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

/** Files that import each other, and what was found out about them together. */
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

/** What was found out about the files that a module belongs to, while none of them has changed. */
type Remembered = WeakMap<ModuleCode, { readonly linked: Linked; readonly programs: readonly AnalyzedProgram[] }>;

/** Files that import each other are one program; where that is too large to follow, each file is one. */
function analyzeGroup(linked: Linked, remembered: Remembered): readonly AnalyzedProgram[] {
  const [first] = linked.modules;
  const known = first === undefined ? undefined : remembered.get(first);
  if (known !== undefined && isSameProgram(known.linked, linked)) return known.programs;
  const whole = analyzeProgram(linked);
  const isTooLarge = whole.flow.gaveUp === tooLarge && linked.modules.length > 1;
  const programs = isTooLarge ? modulesAlone(linked).map(analyzeProgram) : [whole];
  if (first !== undefined) remembered.set(first, { linked, programs });
  return programs;
}

function analyzeProgram(linked: Linked): AnalyzedProgram {
  const followed = followValues(linked);
  const activity = findActivity(followed.flow, followed.seen);
  return { ...followed, linked, activity, statements: applyRules(followed.flow, activity) };
}

/** The static graphs of a file, one per loss, in source order. */
export function staticGraphs(analysis: Analysis, uri: string): readonly GradientGraph[] {
  return analysis.programs.flatMap(({ flow, activity }) => gradientGraphs(flow, activity, uri));
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
  const program = programs.find(({ linked }) => linked.modules.some((module) => module.uri === uri));
  const { ignored } = file.marks;
  const statements = (program?.statements ?? []).filter(({ span, code }) => {
    const codes = ignored.get(span.start.line);
    return span.uri === uri && codes?.has(code) !== true && codes?.has("*") !== true;
  });
  const findings = rated(statements, severities);
  return { uri, findings, syntaxErrors: file.faults, notAnalyzed: file.problem ?? program?.flow.gaveUp ?? null };
}
