/**
 * Owns the one panel: makes it beside the code, keeps what it has to say until the page is ready, and passes on what
 * the page says after `readFromView` has looked at it. What a message means is for `live-run.ts`.
 */
import type { FromView, ToView } from "@gradlens/webview/messages";
import {
  commands,
  EventEmitter,
  Uri,
  ViewColumn,
  window,
  type Disposable,
  type ExtensionContext,
  type WebviewPanel,
  type WebviewPanelOptions,
  type WebviewOptions,
} from "vscode";
import { panelPage } from "./panel-page.js";
import { Pulse } from "./pulse.js";
import { readFromView } from "./view-messages.js";

export const panelType = "gradlens.graph";

/** What fills the panel; `stop` and `select` only touch what is there. */
export type Picture = Extract<ToView, { readonly kind: "run" | "staticGraph" }>;

/** What the page says of the program; that it is there is the panel's own business. */
export type ProgramMessage = Exclude<FromView, { kind: "ready" | "here" }>;

export class GraphPanel implements Disposable {
  readonly #context: ExtensionContext;
  readonly #messages = new EventEmitter<ProgramMessage>();
  readonly #shown = new EventEmitter<string>();
  readonly #closed = new EventEmitter<void>();
  readonly #lost = new EventEmitter<string>();
  #panel: WebviewPanel | null = null;
  #isReady = false;
  readonly #pulse = new Pulse({
    ask: () => this.tell({ kind: "areYouThere" }),
    lost: () => this.#lose(),
  });
  /** The program that was shown last. */
  #uri: string | null = null;
  /** The picture that the page has not seen yet. */
  #pending: Picture | null = null;

  readonly onMessage = this.#messages.event;
  /** Tells the uri of the program. */
  readonly onShown = this.#shown.event;
  readonly onClosed = this.#closed.event;
  /** The page's process has ended under a run; the panel is gone with it. Tells the uri of the program. */
  readonly onLost = this.#lost.event;

  /** Asked for a picture by a page that was loaded anew and has none. */
  pictureOfNewPage: () => Promise<Picture | null> = () => Promise.resolve(null);

  constructor(context: ExtensionContext) {
    this.#context = context;
  }

  get isActive(): boolean {
    return this.#panel?.active === true;
  }

  /** Opens the panel beside the code, which keeps the focus, or fills the open one where it is. */
  show(picture: Picture): void {
    if (this.#panel === null) {
      const options: WebviewPanelOptions & WebviewOptions = { ...this.#pageOptions(), retainContextWhenHidden: true };
      const place = { viewColumn: ViewColumn.Beside, preserveFocus: true };
      this.adopt(window.createWebviewPanel(panelType, "Gradients", place, options));
    } else if (!this.#panel.visible) {
      this.reveal();
    }
    if (this.#panel !== null) this.#panel.title = `Gradients: ${picture.title}`;
    this.#pending = picture;
    this.#uri = picture.uri;
    this.#send();
    this.#shown.fire(picture.uri);
  }

  /** Brings the panel to the front as it is, where there is one. */
  reveal(): void {
    this.#panel?.reveal(this.#panel.viewColumn, true);
  }

  /** Takes over a panel: one just made, or one that the editor kept over a reload of its window. */
  adopt(panel: WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    this.#isReady = false;
    void tellOpen("yes");
    const media = Uri.joinPath(this.#context.extensionUri, "media");
    panel.iconPath = { light: Uri.joinPath(media, "panel-light.svg"), dark: Uri.joinPath(media, "panel-dark.svg") };
    panel.webview.options = this.#pageOptions();
    panel.webview.onDidReceiveMessage((message: unknown) => this.#receive(panel, message));
    panel.onDidDispose(() => this.#forget(panel));
    panel.webview.html = panelPage(panel.webview, this.#dist());
  }

  tell(message: Exclude<ToView, Picture>): void {
    if (this.#isReady) void this.#panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.#panel?.dispose();
    this.#messages.dispose();
    this.#shown.dispose();
    this.#closed.dispose();
    this.#lost.dispose();
  }

  #dist(): Uri {
    return Uri.joinPath(this.#context.extensionUri, "dist");
  }

  #pageOptions(): WebviewOptions {
    return { enableScripts: true, localResourceRoots: [this.#dist()] };
  }

  #receive(panel: WebviewPanel, item: unknown): void {
    const message = readFromView(item);
    if (message === null || panel !== this.#panel) return;
    this.#pulse.heard();
    if (message.kind === "here") return;
    if (message.kind === "event" && message.event.kind === "ended") this.#pulse.stop();
    if (message.kind !== "ready") {
      this.#messages.fire(message);
      return;
    }
    this.#isReady = true;
    if (this.#pending === null) void this.#fillNewPage();
    else this.#send();
  }

  async #fillNewPage(): Promise<void> {
    const picture = await this.pictureOfNewPage();
    if (picture !== null && this.#panel !== null) this.show(picture);
  }

  #send(): void {
    if (!this.#isReady || this.#pending === null) return;
    void this.#panel?.webview.postMessage(this.#pending);
    if (this.#pending.kind === "run") this.#pulse.start();
    else this.#pulse.stop();
    this.#pending = null;
  }

  #lose(): void {
    const panel = this.#panel;
    if (panel === null) return;
    const uri = this.#uri;
    panel.dispose();
    if (uri !== null) this.#lost.fire(uri);
  }

  #forget(panel: WebviewPanel): void {
    if (panel !== this.#panel) return;
    this.#pulse.stop();
    this.#panel = null;
    this.#isReady = false;
    this.#pending = null;
    void tellOpen("no");
    this.#closed.fire();
  }
}

/** "Stop" is offered while there is a panel; whether something runs in it, it knows best itself. */
async function tellOpen(open: "yes" | "no"): Promise<void> {
  await commands.executeCommand("setContext", "gradlens.panelIsOpen", open === "yes");
}
