/**
 * The door `@gradlens/webview/messages`: what the extension and the panel say to each other.
 * The extension treats every FromView as untrusted, since user code shares the page.
 */
import type { BundledProgram, GradientGraph, LiveValue, RunEvent, SiteId, SourceSpan } from "@gradlens/engine/graph";

/** A fix that the language server offered for a finding; the panel's buttons may ask for these and no others. */
export interface OfferedFix {
  readonly code: string;
  readonly span: SourceSpan;
  readonly title: string;
}

export type ToView =
  | {
      readonly kind: "run";
      /** The file's name as the user knows it. */
      readonly title: string;
      readonly uri: string;
      readonly program: BundledProgram;
      readonly seed: number;
      readonly fixes: readonly OfferedFix[];
    }
  | { readonly kind: "stop" }
  /** Answered by `here`; no answer for long means that the page's process has ended. */
  | { readonly kind: "areYouThere" }
  | {
      readonly kind: "staticGraph";
      readonly title: string;
      readonly uri: string;
      readonly graphs: readonly GradientGraph[];
      readonly fixes: readonly OfferedFix[];
      /** Why there is no run, where one was asked for: a short sentence, and the reason; null otherwise. */
      readonly notice: string | null;
    }
  /** The cursor stands on a value that has a node there. */
  | { readonly kind: "select"; readonly span: SourceSpan };

export type ExportFormat = "svg" | "png" | "dot" | "json";

export type FromView =
  | { readonly kind: "ready" }
  | { readonly kind: "here" }
  | { readonly kind: "digest"; readonly uri: string; readonly values: readonly LiveValue[] }
  | { readonly kind: "event"; readonly event: Exclude<RunEvent, { kind: "graph" | "steps" | "pause" }> }
  /** The outcome of a run in one line, for the status bar: loss and how many leaves were cut off. */
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "reveal"; readonly span: SourceSpan }
  | { readonly kind: "applyFix"; readonly code: string; readonly span: SourceSpan; readonly title: string }
  /** What-if values for a leaf, to be written into the call at this span. */
  | { readonly kind: "writeLeaf"; readonly span: SourceSpan; readonly values: readonly number[] }
  | { readonly kind: "runAgain" }
  | { readonly kind: "ignoredCuts"; readonly sites: readonly SiteId[] }
  /** Of a PNG the text is base64. */
  | { readonly kind: "export"; readonly format: ExportFormat; readonly text: string };
