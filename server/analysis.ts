/**
 * The door `@gradlens/server/analysis`: source text in, findings out, and what hover and pictures need.
 * Pure: text comes through `Sources`, nothing is written, nothing throws.
 */
import type { GradientGraph, Position, SourceSpan } from "@gradlens/engine/graph";
import type { Finding, Rule } from "./rules/rule.js";
import type { Sources } from "./source/sources.js";

export type { Finding, Fix, PathStep, Rule, Severity, Statement, TextEdit } from "./rules/rule.js";
export type { Sources } from "./source/sources.js";

export interface Analysis {
  readonly files: readonly FileAnalysis[];
}

export interface FileAnalysis {
  readonly uri: string;
  readonly findings: readonly Finding[];
  readonly syntaxErrors: readonly SyntaxError[];
  /** Why this file could not be analyzed ("nested too deep"), or null. */
  readonly notAnalyzed: string | null;
}

export interface SyntaxError {
  readonly span: SourceSpan;
  readonly message: string;
}

export interface Explanation {
  readonly span: SourceSpan;
  readonly markdown: string;
}

export function analyze(sources: Sources): Analysis {
  return { files: sources.roots.map((uri) => ({ uri, findings: [], syntaxErrors: [], notAnalyzed: null })) };
}

/** The static graphs of a file, one per loss, in source order. */
export function staticGraphs(_analysis: Analysis, _uri: string): readonly GradientGraph[] {
  return [];
}

/** What the hover says at a position. */
export function explainAt(_analysis: Analysis, _uri: string, _position: Position): Explanation | null {
  return null;
}

/** What is known about every variable of that name. */
export function explainName(_analysis: Analysis, _uri: string, _name: string): readonly Explanation[] {
  return [];
}

export const rules: readonly Rule[] = [];
