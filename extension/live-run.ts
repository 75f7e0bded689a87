/**
 * From a file to what the panel shows of it: asks the server for the bundle or the static graphs, hands them to the
 * panel, and passes on what comes back to the editor, the status bar and the server.
 * What the page says is checked here against the files of the run.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import { posix } from "node:path";
import { ProgressLocation, Uri, window, workspace, WorkspaceEdit, type Disposable, type TextDocument } from "vscode";
import { normalizedUri, toRange, toUri } from "./convert.js";
import type { CursorSync } from "./cursor-sync.js";
import type { LiveDecorations } from "./decorations.js";
import { exportPicture } from "./export-picture.js";
import type { GraphPanel, Picture, ProgramMessage } from "./graph-panel.js";
import type { LanguageServer } from "./language-client.js";
import { applyOfferedFix, fixesIn } from "./offered-fixes.js";
import { readSettings } from "./settings.js";
import { spotsOfGraphs, spotsOfValues } from "./spot.js";
import type { LeavesView } from "./leaves-view.js";
import type { StatusBar } from "./status-bar.js";
import { mayRun } from "./trust.js";
import { unreachable } from "./unreachable.js";
import { callWithValues } from "./written-values.js";

export interface LiveRunParts {
  readonly server: LanguageServer;
  readonly panel: GraphPanel;
  readonly decorations: LiveDecorations;
  readonly cursor: CursorSync;
  readonly status: StatusBar;
  readonly leaves: LeavesView;
}

/** What the panel shows now: of which program, and which files it may speak about. */
interface Exhibit {
  readonly kind: "run" | "static";
  readonly uri: string;
  readonly files: ReadonlySet<string>;
}

export class LiveRun implements Disposable {
  readonly #parts: LiveRunParts;
  #exhibit: Exhibit | null = null;
  /** Counts requests, so that a slow answer to an older one is dropped. */
  #request = 0;
  #isWarm = false;
  /** The values that arrive are those of a run without some cut. */
  #isWhatIf = false;

  constructor(parts: LiveRunParts) {
    this.#parts = parts;
    parts.panel.onClosed(() => this.#closed());
    parts.panel.onLost((uri) => void this.#afterLoss(uri));
  }

  /** The program that the panel shows, for commands given while the panel has the focus. */
  get uri(): string | null {
    return this.#exhibit?.uri ?? null;
  }

  /** A graph with the values of the file's last run is better than one without. */
  async showGraph(document: TextDocument): Promise<void> {
    if (this.#exhibit?.kind === "run" && this.#exhibit.uri === document.uri.toString()) {
      this.#parts.panel.reveal();
      return;
    }
    const request = ++this.#request;
    const picture = await this.#staticPicture(document.uri, null);
    if (request === this.#request) this.#show(picture);
  }

  async runFile(document: TextDocument): Promise<void> {
    if (!(await mayRun(document))) return;
    const request = ++this.#request;
    const { server } = this.#parts;
    const uri = document.uri.toString();
    const { decorations } = this.#parts;
    const texts = decorations.prepare();
    const preparing = { location: ProgressLocation.Window, title: "GradLens: preparing the run" };
    const result = await window.withProgress(preparing, () => server.bundle(uri));
    if (request !== this.#request) return;
    if (result.kind === "failed") {
      this.#show(await this.#staticPicture(document.uri, `Nothing ran. ${placedMessage(result.message, result.span)}`));
      return;
    }
    const { program } = result;
    const files = filesOf(uri, program.sites);
    const fixes = await fixesIn(server, files);
    if (request !== this.#request) return;
    const { seed } = readSettings(document.uri);
    decorations.expect(texts, files);
    this.#isWhatIf = false;
    this.#show({ kind: "run", title: posix.basename(document.uri.path), uri, program, seed, fixes });
  }

  /** The bundler takes a moment to start, so it does while the program is still being read. */
  async warmUp(document: TextDocument): Promise<void> {
    if (this.#isWarm || !workspace.isTrusted || document.uri.scheme !== "file") return;
    this.#isWarm = true;
    await this.#parts.server.bundle(document.uri.toString());
  }

  /** A program can take all memory a page may have; then its graph from reading is shown, and why. */
  async #afterLoss(uri: string): Promise<void> {
    const request = ++this.#request;
    const picture = await this.#staticPicture(
      Uri.parse(uri),
      "The run ended the panel. The program took more memory than a panel may have. Look for values that are kept from every step, such as losses that are collected without item().",
    );
    if (request === this.#request) this.#show(picture);
  }

  stop(): void {
    this.#parts.panel.tell({ kind: "stop" });
  }

  /** The spans of a run mean nothing in a text that has changed since. */
  cursorOn(span: SourceSpan): void {
    const { panel, decorations } = this.#parts;
    if (this.#exhibit?.kind === "static" || decorations.isFresh) panel.tell({ kind: "select", span });
  }

  /** A static graph follows the text; a run stays what it was. */
  async refresh(): Promise<void> {
    if (this.#exhibit?.kind !== "static") return;
    const request = ++this.#request;
    const picture = await this.#staticPicture(Uri.parse(this.#exhibit.uri), null);
    if (request === this.#request) this.#show(picture);
  }

  /** What a page that was loaded anew is given: the graph without numbers, and the offer to run again. */
  async pictureAfterReload(uri: Uri): Promise<Picture> {
    const picture = await this.#staticPicture(uri, "Nothing ran yet. Run the file to see its values and gradients.");
    this.#remember(picture);
    return picture;
  }

  async receive(message: ProgramMessage): Promise<void> {
    const exhibit = this.#exhibit;
    if (exhibit === null) return;
    const { server, decorations, cursor, status, leaves } = this.#parts;
    switch (message.kind) {
      case "digest": {
        const values = message.values.filter(({ span }) => isInside(exhibit, span));
        if (exhibit.kind !== "run") return;
        decorations.show(values, this.#isWhatIf ? "whatIf" : "program");
        if (!this.#isWhatIf) leaves.ran(values);
        cursor.follow(spotsOfValues(values));
        // The hover speaks of the program as it is.
        return this.#isWhatIf ? undefined : server.tellValues(exhibit.uri, values);
      }
      case "status":
        return status.ran(exhibit.uri, message.text);
      case "reveal":
        if (!isInside(exhibit, message.span)) return;
        return cursor.reveal(exhibit.kind === "run" ? decorations.nowOf(message.span) : message.span);
      case "applyFix":
        return isInside(exhibit, message.span) ? this.#applyFix(message) : undefined;
      case "writeLeaf":
        return isInside(exhibit, message.span) ? this.#writeLeaf(message.span, message.values) : undefined;
      case "runAgain":
        return this.runFile(await workspace.openTextDocument(Uri.parse(exhibit.uri)));
      case "ignoredCuts":
        this.#isWhatIf = message.sites.length > 0;
        return;
      // The panel shows these itself.
      case "event":
        return;
      case "export":
        return exportPicture(Uri.parse(exhibit.uri), message.format, message.text);
      default:
        return unreachable(message);
    }
  }

  dispose(): void {
    this.#request++;
  }

  async #staticPicture(uri: Uri, notice: string | null): Promise<Picture> {
    const { server } = this.#parts;
    const [graphs, fixes] = await Promise.all([
      server.gradientGraphs(uri.toString()),
      fixesIn(server, [uri.toString()]),
    ]);
    return { kind: "staticGraph", title: posix.basename(uri.path), uri: uri.toString(), graphs, fixes, notice };
  }

  #show(picture: Picture): void {
    this.#remember(picture);
    this.#parts.panel.show(picture);
  }

  #remember(picture: Picture): void {
    const spots = picture.kind === "run" ? picture.program.sites : spotsOfGraphs(picture.graphs);
    const kind = picture.kind === "run" ? "run" : "static";
    this.#exhibit = { kind, uri: picture.uri, files: filesOf(picture.uri, spots) };
    this.#parts.cursor.follow(spots);
  }

  /** Only into a file that is as it was when the program ran: a span of another text means nothing. */
  async #writeLeaf(span: SourceSpan, values: readonly number[]): Promise<void> {
    const exhibit = this.#exhibit;
    if (exhibit?.kind !== "run") return;
    const document = await workspace.openTextDocument(toUri(span));
    const isFresh = this.#parts.decorations.isFresh;
    const text = isFresh ? callWithValues(document.getText(toRange(span)), values) : null;
    if (text === null) {
      const because = isFresh
        ? "its values are not written there as plain numbers. Change them by hand."
        : "the file has changed since the run. Run it again and choose once more.";
      void window.showWarningMessage(`GradLens did not write the value: ${because}`);
      return;
    }
    const edit = new WorkspaceEdit();
    edit.replace(toUri(span), toRange(span), text);
    await workspace.applyEdit(edit);
    await this.runFile(await workspace.openTextDocument(Uri.parse(exhibit.uri)));
  }

  async #applyFix(wanted: { readonly code: string; readonly span: SourceSpan; readonly title: string }): Promise<void> {
    const exhibit = this.#exhibit;
    const outcome = await applyOfferedFix(this.#parts.server, wanted);
    if (outcome.kind === "refused") {
      void window.showWarningMessage(`GradLens did not apply “${wanted.title}”: ${outcome.because}`);
    } else if (exhibit?.kind === "run") {
      await this.runFile(await workspace.openTextDocument(Uri.parse(exhibit.uri)));
    } else {
      await this.refresh();
    }
  }

  #closed(): void {
    this.#exhibit = null;
    this.#request++;
    this.#parts.decorations.clear();
    this.#parts.cursor.follow([]);
    this.#parts.status.forget();
    this.#parts.leaves.ran([]);
  }
}

function placedMessage(message: string, span: SourceSpan | null): string {
  return span === null ? message : `${posix.basename(toUri(span).path)}, line ${span.start.line + 1}: ${message}`;
}

function isInside({ files }: Exhibit, span: SourceSpan): boolean {
  return files.has(normalizedUri(span.uri));
}

function filesOf(uri: string, spots: readonly { readonly span: SourceSpan }[]): ReadonlySet<string> {
  return new Set([uri, ...spots.map(({ span }) => span.uri)].map(normalizedUri));
}
