/**
 * The native view "Leaves": every leaf of the active program with its state as reading found it and, where the last run
 * is still that of the text, the gradient that it received. A click goes to the leaf.
 */
import type { LiveValue } from "@gradlens/engine/graph";
import type { OverviewLeaf } from "@gradlens/server/protocol";
import {
  Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  languages,
  window,
  type TextDocument,
  type TreeDataProvider,
} from "vscode";
import { isSameSpan, normalizedUri, sameFile, toRange, toUri } from "./convert.js";
import type { LanguageServer } from "./language-client.js";
import { namesALibrary } from "./languages.js";
import { gradientText } from "./value-text.js";

export const leavesViewId = "gradlens.leaves";

export class LeavesView implements TreeDataProvider<OverviewLeaf>, Disposable {
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #server: LanguageServer;
  readonly #isFresh: () => boolean;
  readonly #view = window.createTreeView(leavesViewId, { treeDataProvider: this });
  readonly #subscription: Disposable;
  #document: TextDocument | null = window.activeTextEditor?.document ?? null;
  #values: readonly LiveValue[] = [];

  /** `isFresh` says whether the text is as it was when it ran. */
  constructor(server: LanguageServer, isFresh: () => boolean) {
    this.#server = server;
    this.#isFresh = isFresh;
    const follow = (): void => {
      // While the panel has the focus no text editor is active; the view stays with the last one.
      this.#document = window.activeTextEditor?.document ?? this.#document;
      this.#changed.fire();
    };
    this.#subscription = Disposable.from(
      this.#changed,
      this.#view,
      window.onDidChangeActiveTextEditor(follow),
      languages.onDidChangeDiagnostics(({ uris }) => {
        const own = this.#document?.uri.toString();
        if (own !== undefined && uris.some((uri) => sameFile(uri.toString(), own))) follow();
      }),
    );
  }

  /** What the last run saw, over all its files. */
  ran(values: readonly LiveValue[]): void {
    this.#values = values;
    this.#changed.fire();
  }

  async getChildren(leaf?: OverviewLeaf): Promise<OverviewLeaf[]> {
    if (leaf !== undefined || this.#document === null || !namesALibrary(this.#document)) return this.#found([]);
    const { leaves } = await this.#server.overview(this.#document.uri.toString());
    return this.#found(leaves);
  }

  getTreeItem(leaf: OverviewLeaf): TreeItem {
    const { name, because, span } = leaf;
    const item = new TreeItem(name);
    const look = looks[leaf.state];
    item.iconPath = new ThemeIcon(look.icon, look.color === null ? undefined : new ThemeColor(look.color));
    const live = this.#liveOf(leaf);
    item.description = [live ?? look.words, `ln ${span.start.line + 1}`].join(" · ");
    item.tooltip = new MarkdownString(`\`${name}\`: ${because}`);
    item.accessibilityInformation = { label: `${name}, ${look.words}, line ${span.start.line + 1}` };
    item.contextValue = leaf.state;
    item.command = {
      command: "vscode.open",
      title: "Go to the leaf",
      arguments: [toUri(span), { selection: toRange(span), preserveFocus: true }],
    };
    return item;
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #found(leaves: readonly OverviewLeaf[]): OverviewLeaf[] {
    const lost = leaves.filter(({ state }) => state === "cut" || state === "unused").length;
    this.#view.badge =
      lost === 0
        ? undefined
        : {
            value: lost,
            tooltip: lost === 1 ? "1 leaf never receives a gradient" : `${lost} leaves never receive a gradient`,
          };
    return [...leaves];
  }

  #liveOf({ name, span }: OverviewLeaf): string | null {
    if (!this.#isFresh()) return null;
    const uri = normalizedUri(span.uri);
    const own = this.#values.find(
      (value) =>
        value.requiresGrad &&
        normalizedUri(value.span.uri) === uri &&
        (isSameSpan(value.span, span) || (value.name === name && value.span.start.line === span.start.line)),
    );
    return own === undefined ? null : gradientText(own);
  }
}

interface Look {
  readonly icon: string;
  readonly color: string | null;
  readonly words: string;
}

const looks: Readonly<Record<OverviewLeaf["state"], Look>> = {
  receives: { icon: "pass", color: "testing.iconPassed", words: "receives a gradient" },
  zero: { icon: "circle-outline", color: "charts.yellow", words: "always zero" },
  cut: { icon: "circle-slash", color: "charts.red", words: "cut off" },
  unused: { icon: "circle-slash", color: "charts.red", words: "no loss depends on it" },
  open: { icon: "question", color: null, words: "leaves the program" },
  meant: { icon: "circle-slash", color: null, words: "none, as intended" },
};
