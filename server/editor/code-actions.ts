/**
 * A finding's fixes as quick fixes, for the findings that the cursor or the selection touches. What a fix changes is
 * the rule's business; here it gets the form that the client understands, and every finding a way to be silenced.
 */
import { CodeActionKind, type CodeAction, type CodeActionParams } from "vscode-languageserver";
import type { Finding, Fix } from "../analysis.js";
import { overlaps, toWorkspaceEdit, type ToClient } from "./convert.js";
import { source } from "./diagnostics.js";

export function toCodeActions(
  findings: readonly Finding[],
  { range, context }: CodeActionParams,
  lineAt: (line: number) => string,
  toClient: ToClient,
  form: "versioned" | "plain",
): CodeAction[] {
  const isWanted =
    context.only === undefined ||
    context.only.some((kind) => kind === "" || kind === CodeActionKind.QuickFix || kind.startsWith("quickfix."));
  if (!isWanted) return [];
  return findings
    .filter(({ span }) => overlaps(span, range))
    .flatMap((finding) => {
      const diagnostics = context.diagnostics.filter(
        (diagnostic) =>
          diagnostic.source === source && diagnostic.code === finding.code && overlaps(diagnostic.range, finding.span),
      );
      const mending = finding.fixes.filter((fix) => !silences(fix));
      const ignoring = finding.fixes.some(silences) ? [] : [ignoreOnLine(finding, lineAt)];
      return [...finding.fixes, ...ignoring].map((fix): CodeAction => ({
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics,
        // Of two ways to mend it, neither is the one to apply unasked.
        isPreferred: mending.length === 1 && fix === mending[0],
        edit: toWorkspaceEdit(fix.edits, toClient, form),
      }));
    });
}

/** A comment above the line; where a rule offers a better word for its silence, this one is not offered. */
function ignoreOnLine({ code, span }: Finding, lineAt: (line: number) => string): Fix {
  const { line } = span.start;
  const [indentation = ""] = /^\s*/.exec(lineAt(line)) ?? [];
  const start = { line, character: 0 };
  return {
    title: `Ignore \`${code}\` on this line`,
    edits: [{ span: { uri: span.uri, start, end: start }, text: `${indentation}// gradlens-ignore ${code}\n` }],
  };
}

/** Saying that something is meant mends nothing, so no "fix all" may do it unasked. */
function silences({ edits }: Fix): boolean {
  return edits.some(({ text }) => /gradlens-(intended|ignore)/.test(text));
}
