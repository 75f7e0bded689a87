/**
 * Command id → what it does, and which file it means: the one it is given, the one under the cursor, or the one
 * that the panel shows.
 */
import { commands, Disposable, Uri, window, workspace, type TextDocument } from "vscode";
import { explainGradient } from "./explain-gradient.js";
import type { GraphPanel } from "./graph-panel.js";
import type { Guarded } from "./guarded.js";
import { isProgram } from "./languages.js";
import type { LanguageServer } from "./language-client.js";
import type { LiveRun } from "./live-run.js";

export function registerCommands(
  liveRun: LiveRun,
  panel: GraphPanel,
  server: LanguageServer,
  guarded: Guarded,
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
    commands.registerCommand("gradlens.stop", () => liveRun.stop()),
  );
}

async function meantProgram(given: unknown, shown: string | null): Promise<TextDocument | null> {
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
