/**
 * Activation: builds the parts of the extension and connects them. What each part does stands in its own file.
 */
import { commands, Uri, window, workspace, type ExtensionContext, type TextDocument } from "vscode";
import { registerCommands } from "./commands.js";
import { CursorSync } from "./cursor-sync.js";
import { LiveDecorations } from "./decorations.js";
import { registerFindingPages } from "./finding-pages.js";
import { GraphPanel, panelType } from "./graph-panel.js";
import { guardedBy } from "./guarded.js";
import { LanguageServer } from "./language-client.js";
import { namesALibrary, namesTheEngine } from "./languages.js";
import { LeavesView } from "./leaves-view.js";
import { LiveRun } from "./live-run.js";
import { StatusBar } from "./status-bar.js";

const lastProgramKey = "gradlens.lastProgram";

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("GradLens", { log: true });
  const guarded = guardedBy(log);
  const server = new LanguageServer(context, log);
  const panel = new GraphPanel(context);
  const decorations = new LiveDecorations();
  const status = new StatusBar(() => decorations.isFresh);
  const cursor = new CursorSync((span) => liveRun.cursorOn(span));
  const leaves = new LeavesView(server, () => decorations.isFresh);
  const liveRun: LiveRun = new LiveRun({ server, panel, decorations, cursor, status, leaves });
  const pause = new Pause(300);
  const idle = new Pause(2_000);

  panel.onMessage(guarded("do what the panel asked for", (message) => liveRun.receive(message)));
  panel.onShown((uri) => void context.workspaceState.update(lastProgramKey, uri));
  panel.pictureOfNewPage = async () => {
    const uri = context.workspaceState.get<unknown>(lastProgramKey);
    return typeof uri === "string" ? liveRun.pictureAfterReload(Uri.parse(uri)) : null;
  };
  context.subscriptions.push(
    log,
    server,
    panel,
    decorations,
    status,
    cursor,
    leaves,
    liveRun,
    pause,
    idle,
    registerCommands(liveRun, panel, server, guarded, context),
    registerFindingPages(server, guarded),
    window.registerWebviewPanelSerializer(panelType, {
      deserializeWebviewPanel: (restored) => Promise.resolve(panel.adopt(restored)),
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      offerRun(window.activeTextEditor?.document);
      if (document.uri.toString() === liveRun.uri) pause.after(guarded("draw the graph anew", () => liveRun.refresh()));
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("gradlens.rules"))
        void guarded("change the severities", () => server.tellRules())();
      if (change.affectsConfiguration("gradlens.codeLens"))
        void guarded("show or hide the lines above a loss", () => server.refreshCodeLenses())();
    }),
    window.onDidChangeActiveTextEditor((editor) => offerRun(editor?.document)),
  );
  offerRun(window.activeTextEditor?.document);
  const warmUp = (document: TextDocument | undefined): void => {
    if (document === undefined || !namesTheEngine(document)) return;
    idle.after(guarded("prepare its bundler", () => liveRun.warmUp(document)));
  };
  context.subscriptions.push(window.onDidChangeActiveTextEditor((editor) => warmUp(editor?.document)));
  void guarded("start its language server", async () => {
    await server.start();
    warmUp(window.activeTextEditor?.document);
  })();
}

/** The run button in the editor's title appears only beside programs that use the engine. */
function offerRun(document: TextDocument | undefined): void {
  if (document === undefined) return;
  void commands.executeCommand("setContext", "gradlens.usesEngine", namesTheEngine(document));
  void commands.executeCommand("setContext", "gradlens.knowsLibrary", namesALibrary(document));
}

/** Waits until typing pauses. */
class Pause {
  #timer: NodeJS.Timeout | null = null;

  constructor(private readonly milliseconds: number) {}

  after(action: () => Promise<void>): void {
    this.dispose();
    this.#timer = setTimeout(() => void action(), this.milliseconds);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
