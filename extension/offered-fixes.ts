/**
 * The panel's buttons that edit the file. The page only names a fix; the edits come from the server, which is asked
 * anew, so that nothing but what it offers for the text as it is now can be applied.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { OfferedFix } from "@gradlens/webview/messages";
import { WorkspaceEdit, workspace } from "vscode";
import { isSameSpan, toRange, toUri } from "./convert.js";
import type { LanguageServer } from "./language-client.js";

export type FixOutcome = { readonly kind: "applied" } | { readonly kind: "refused"; readonly because: string };

/** What the page may know of the fixes in these files: everything but the edits. */
export async function fixesIn(server: LanguageServer, files: Iterable<string>): Promise<readonly OfferedFix[]> {
  const perFile = await Promise.all([...files].map((uri) => server.fixes(uri)));
  return perFile.flat().map(({ code, span, title }) => ({ code, span, title }));
}

export async function applyOfferedFix(
  server: LanguageServer,
  wanted: { readonly code: string; readonly span: SourceSpan; readonly title: string },
): Promise<FixOutcome> {
  const document = await workspace.openTextDocument(toUri(wanted.span));
  const { version } = document;
  const offered = await server.fixes(wanted.span.uri);
  const fix = offered.find(
    ({ code, title, span }) => code === wanted.code && title === wanted.title && isSameSpan(span, wanted.span),
  );
  const changed = "the file has changed since. Run it again and choose once more.";
  if (fix === undefined || document.version !== version) return { kind: "refused", because: changed };
  const edit = new WorkspaceEdit();
  for (const { span, text } of fix.edits) edit.replace(toUri(span), toRange(span), text);
  const applied = await workspace.applyEdit(edit);
  return applied ? { kind: "applied" } : { kind: "refused", because: "the editor did not accept the edit." };
}
