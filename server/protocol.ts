/**
 * The door `@gradlens/server/protocol`: the custom LSP requests, named and typed. The transport is not its business.
 */
import type { BundledProgram, GradientGraph, LiveValue, Position, SourceSpan } from "@gradlens/engine/graph";

/** The static graphs of a file, one per loss, in source order. */
export const gradientGraphRequest = "gradlens/gradientGraph";
export interface GradientGraphParams {
  readonly uri: string;
}
export type GradientGraphResult = readonly GradientGraph[];

/** Instruments and bundles the program that starts at a file; open documents win over the disk. */
export const bundleRequest = "gradlens/bundle";
export interface BundleParams {
  readonly uri: string;
}
export type BundleResult =
  | { readonly kind: "bundled"; readonly program: BundledProgram }
  | { readonly kind: "failed"; readonly message: string; readonly span: SourceSpan | null };

/** A bundle as it travels: the connection speaks JSON, so the bytes of files are base64 text. */
export type BundleAnswer =
  | Extract<BundleResult, { kind: "failed" }>
  | {
      readonly kind: "bundled";
      readonly program: Omit<BundledProgram, "files"> & { readonly files: Readonly<Record<string, string>> };
    };

/** The values that a run saw, for the hover: tells the server, expects no answer. */
export const digestNotification = "gradlens/digest";
export interface DigestParams {
  readonly uri: string;
  readonly values: readonly LiveValue[];
}

/** A finding's fixes, offered by the server for that span; the panel's buttons apply only these. */
export const fixesRequest = "gradlens/fixes";
export interface FixesParams {
  readonly uri: string;
}
export type FixesResult = readonly OfferedFix[];
export interface OfferedFix {
  readonly code: string;
  readonly span: SourceSpan;
  readonly title: string;
  readonly edits: readonly { readonly span: SourceSpan; readonly text: string }[];
}

/** What is known about the gradient of a variable or call at a position: sentences, each with the places that show it. */
export const explainRequest = "gradlens/explain";
export interface ExplainParams {
  readonly uri: string;
  readonly position: Position;
}
export type ExplainResult = readonly ToldStory[];
export interface ToldStory {
  /** Markdown of one line. */
  readonly sentence: string;
  readonly steps: readonly { readonly span: SourceSpan; readonly message: string }[];
}

/** The leaves and losses of a file at a glance. */
export const overviewRequest = "gradlens/overview";
export interface OverviewParams {
  readonly uri: string;
}
export interface Overview {
  readonly leaves: readonly OverviewLeaf[];
  readonly losses: readonly OverviewLoss[];
}
export interface OverviewLeaf {
  readonly name: string;
  readonly span: SourceSpan;
  /** `open`: it leaves the program; `meant`: without a gradient, as its author wants it. */
  readonly state: "receives" | "zero" | "cut" | "unused" | "open" | "meant";
  /** A clause that goes on after the name. */
  readonly because: string;
  readonly cut: SourceSpan | null;
}
/** What stands above a call such as `backward()`. */
export interface OverviewLoss {
  readonly span: SourceSpan;
  readonly text: string;
}

/** The page of a finding's code as Markdown, or null where no finding has it. */
export const pageRequest = "gradlens/page";
export interface PageParams {
  readonly code: string;
}
export type PageResult = string | null;
