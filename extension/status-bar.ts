/**
 * One short item at the right of the status bar: how the last run of this file ended, or what reading it found.
 * It shows itself only beside programs that use the engine, and a click opens the graph.
 */
import { Disposable, StatusBarAlignment, languages, window, workspace, type TextDocument } from "vscode";
import { normalizedUri } from "./convert.js";
import { namesTheEngine } from "./languages.js";

interface RunStatus {
  readonly uri: string;
  readonly text: string;
}

export class StatusBar implements Disposable {
  readonly #item = window.createStatusBarItem("gradlens.status", StatusBarAlignment.Right, 100);
  readonly #subscription: Disposable;
  #status: RunStatus | null = null;
  #last: TextDocument | null = null;

  /** `isFresh` says whether the text is as it was when it ran. */
  constructor(private readonly isFresh: () => boolean) {
    this.#item.name = "GradLens";
    this.#item.command = "gradlens.showGraph";
    this.#item.tooltip = "Show Gradient Graph";
    this.#subscription = Disposable.from(
      this.#item,
      window.onDidChangeActiveTextEditor(() => this.#draw()),
      languages.onDidChangeDiagnostics(() => this.#draw()),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document === window.activeTextEditor?.document) this.#draw();
      }),
    );
    this.#draw();
  }

  /** `text` is the panel's one line about the run of the file. */
  ran(uri: string, text: string): void {
    this.#status = { uri: normalizedUri(uri), text };
    this.#draw();
  }

  forget(): void {
    this.#status = null;
    this.#draw();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #draw(): void {
    // While the panel has the focus no text editor is active; the item stays with the last one.
    const document = window.activeTextEditor?.document ?? this.#last;
    this.#last = document;
    if (document === null || document.isClosed || !namesTheEngine(document)) {
      this.#item.hide();
      return;
    }
    this.#item.text = this.#textFor(document);
    this.#item.show();
  }

  #textFor(document: TextDocument): string {
    const status = this.#status;
    if (status !== null && status.uri === document.uri.toString()) {
      return this.isFresh() ? status.text : `${status.text} (edited since)`;
    }
    const lost = languages.getDiagnostics(document.uri).filter((finding) => isLostLeaf(finding.code));
    if (lost.length === 0) return "∂";
    return lost.length === 1 ? "∂ 1 leaf cut off" : `∂ ${lost.length} leaves cut off`;
  }
}

function isLostLeaf(code: unknown): boolean {
  const value = typeof code === "object" && code !== null && "value" in code ? code.value : code;
  return value === "never-receives-gradient";
}
