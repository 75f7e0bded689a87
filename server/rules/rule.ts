/**
 * What a rule is and what it states: plain data in the reader's words, without LSP and without syntax trees.
 * The rules themselves live beside this file, one per code; `index.ts` lists them and signs their statements.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Activity } from "../activity/activity.js";
import type { FlowGraph } from "../flow/flow-graph.js";

export type Severity = "error" | "warning" | "information" | "hint";

export interface Rule {
  readonly code: string;
  /** The default; the user's settings win over it. */
  readonly severity: Severity | "off";
  /** Markdown: this code's section in docs/findings.md. */
  readonly explanation: string;
  readonly check: (flow: FlowGraph, activity: Activity) => readonly Statement[];
}

/** What a rule says about one place, before its code and severity are signed onto it. */
export interface Statement {
  readonly message: string;
  readonly span: SourceSpan;
  readonly path: readonly PathStep[];
  readonly fixes: readonly Fix[];
  /** Where it is more or less severe than its rule says. */
  readonly level?: Severity;
}

export interface Finding extends Statement {
  readonly code: string;
  readonly severity: Severity;
}

/** One step of the story, leaf → cut → loss. */
export interface PathStep {
  readonly span: SourceSpan;
  readonly message: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface TextEdit {
  readonly span: SourceSpan;
  readonly text: string;
}
