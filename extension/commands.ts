/**
 * Command id → what it does, and which file it means: the one it is given, the one under the cursor, or the one
 * that the panel shows.
 */
import type { OverviewLeaf } from "@gradlens/server/protocol";
import { commands, Disposable, Uri, window, workspace, type ExtensionContext, type TextDocument } from "vscode";
import { toRange, toUri } from "./convert.js";
import { explainGradient } from "./explain-gradient.js";
import type { GraphPanel } from "./graph-panel.js";
import type { Guarded } from "./guarded.js";
import { isProgram } from "./languages.js";
import type { LanguageServer } from "./language-client.js";
import type { LiveRun } from "./live-run.js";
import { newPlayground } from "./playground.js";

export function registerCommands(
  liveRun: LiveRun,
  panel: GraphPanel,
  server: LanguageServer,
  guarded: Guarded,
  context: ExtensionContext,
): Disposable {
  const forProgram = (action: (document: TextDocument) => Promise<void>) => async (given: unknown) => {
    const document = await meantProgram(given, panel.isActive ? liveRun.uri : null);
    if (document === null) void window.showInformationMessage("Open a TypeScript or JavaScript file first.");
    else await action(document);
  };
  return Disposable.from(
    commands.registerCommand(
      "gradlens.showGraph",
      guarded(
        "show the gradient graph",
        forProgram((document) => liveRun.showGraph(document)),
      ),
    ),
    commands.registerCommand(
      "gradlens.runFile",
      guarded(
        "run the file",
        forProgram((document) => liveRun.runFile(document)),
      ),
    ),
    commands.registerCommand(
      "gradlens.explain",
      guarded("explain this gradient", () => explainGradient(server)),
    ),
    commands.registerCommand(
      "gradlens.explainLeaf",
      guarded("explain this leaf", (leaf: OverviewLeaf) => explainLeaf(leaf, server)),
    ),
    commands.registerCommand(
      "gradlens.newPlayground",
      guarded("make a playground", () => newPlayground(context)),
    ),
    commands.registerCommand("gradlens.stop", () => liveRun.stop()),
  );
}

/** From the view of leaves: goes there, and tells the story as the command does on a name. */
async function explainLeaf({ span }: OverviewLeaf, server: LanguageServer): Promise<void> {
  await window.showTextDocument(toUri(span), { selection: toRange({ start: span.start, end: span.start }) });
  await explainGradient(server);
}

async function meantProgram(given: unknown, shown: string | null): Promise<TextDocument | null> {
  // The line above a loss gives the file as text.
  if (typeof given === "string") return asProgram(await workspace.openTextDocument(Uri.parse(given)));
  if (given instanceof Uri) return asProgram(await workspace.openTextDocument(given));
  if (shown !== null) return workspace.openTextDocument(Uri.parse(shown));
  const active = window.activeTextEditor?.document;
  if (active !== undefined) return asProgram(active);
  const visible = window.visibleTextEditors.map(({ document }) => document).filter(isProgram);
  return visible[0] ?? null;
}

function asProgram(document: TextDocument): TextDocument | null {
  return isProgram(document) ? document : null;
}
