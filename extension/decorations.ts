/**
 * The values of the last run at the ends of the lines that made them. They are decorations and not inlay hints,
 * since those have no color and come late: a value must look stale in the very event that changes the text.
 */
import type { LiveValue, SourceSpan } from "@gradlens/engine/graph";
import {
  DecorationRangeBehavior,
  Disposable,
  type Position,
  Range,
  ThemeColor,
  window,
  workspace,
  type DecorationOptions,
  type TextDocument,
  type TextEditor,
} from "vscode";
import { normalizedUri, sameFile } from "./convert.js";
import { RunTexts } from "./run-texts.js";
import { readSettings } from "./settings.js";
import { lineTexts, type LineText } from "./value-text.js";

interface Run {
  readonly texts: RunTexts;
  readonly files: ReadonlySet<string>;
}

export class LiveDecorations implements Disposable {
  readonly #type = window.createTextEditorDecorationType({ rangeBehavior: DecorationRangeBehavior.ClosedClosed });
  readonly #subscriptions: Disposable;
  /** What is on the screen, and what the run in progress was made from; the same once it has told its values. */
  #shown: Run | null = null;
  #next: Run | null = null;
  #prepared: RunTexts | null = null;
  #origin: "program" | "whatIf" = "program";
  #values: ReadonlyMap<string, readonly LineText[]> = new Map();

  constructor() {
    this.#subscriptions = Disposable.from(
      this.#type,
      workspace.onDidChangeTextDocument((event) => {
        for (const texts of this.#texts()) texts.edited(event);
        if (this.#values.size > 0) this.#drawAll();
      }),
      workspace.onDidOpenTextDocument((document) => {
        for (const texts of this.#texts()) texts.opened(document);
      }),
      window.onDidChangeVisibleTextEditors(() => this.#drawAll()),
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("gradlens")) this.#drawAll();
      }),
    );
  }

  /** The texts as they are now, before a program is made from them. */
  prepare(): RunTexts {
    this.#prepared = new RunTexts();
    return this.#prepared;
  }

  /** A run of these files begins: the values that will come are about those texts. */
  expect(texts: RunTexts, files: ReadonlySet<string>): void {
    this.#next = { texts, files };
    this.#prepared = null;
  }

  /** The values of a what-if look different from those that the file gives. */
  show(values: readonly LiveValue[], origin: "program" | "whatIf"): void {
    if (this.#next === null) return;
    this.#shown = this.#next;
    this.#origin = origin;
    const byFile = new Map<string, LiveValue[]>();
    for (const value of values) {
      const uri = normalizedUri(value.span.uri);
      byFile.set(uri, [...(byFile.get(uri) ?? []), value]);
    }
    this.#values = new Map([...byFile].map(([uri, those]) => [uri, lineTexts(those)]));
    this.#drawAll();
  }

  clear(): void {
    this.#shown = null;
    this.#next = null;
    this.#prepared = null;
    this.#values = new Map();
    this.#drawAll();
  }

  /** Whether no file of the newest run has changed since. */
  get isFresh(): boolean {
    const run = this.#next ?? this.#shown;
    return run === null || run.texts.isFresh(run.files);
  }

  /** Where a span of the newest run stands now; where its line has changed, where it stood. */
  nowOf(span: SourceSpan): SourceSpan {
    const run = this.#next ?? this.#shown;
    const document = workspace.textDocuments.find(({ uri }) => sameFile(uri.toString(), span.uri));
    const line = document === undefined ? null : (run?.texts.placeOf(document, span.start.line) ?? null);
    if (line === null) return span;
    const end = { ...span.end, line: span.end.line + line - span.start.line };
    return { uri: span.uri, start: { ...span.start, line }, end };
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #texts(): ReadonlySet<RunTexts> {
    const all = [this.#shown?.texts ?? null, this.#next?.texts ?? null, this.#prepared];
    return new Set(all.filter((texts) => texts !== null));
  }

  #drawAll(): void {
    for (const editor of window.visibleTextEditors) this.#draw(editor);
  }

  #draw(editor: TextEditor): void {
    editor.setDecorations(this.#type, this.#optionsFor(editor.document));
  }

  #optionsFor(document: TextDocument): readonly DecorationOptions[] {
    const shown = this.#shown;
    const texts = this.#values.get(document.uri.toString());
    if (shown === null || texts === undefined || readSettings(document.uri).values === "off") return [];
    const age = shown.texts.isFresh(shown.files) ? "fresh" : "stale";
    return texts.flatMap((text) => {
      const line = shown.texts.placeOf(document, text.line);
      return line === null ? [] : [option(document.lineAt(line).range.end, text, { age, origin: this.#origin })];
    });
  }
}

/** Rounded like an inlay hint; the border radius has no option of its own. */
const shape = "none; border-radius: 4px; padding: 0 4px; font-size: 90%;";

interface Mood {
  readonly age: "fresh" | "stale";
  readonly origin: "program" | "whatIf";
}

function option(end: Position, { text, tone }: LineText, { age, origin }: Mood): DecorationOptions {
  const fresh = tone === "none" ? "charts.red" : "editorInlayHint.foreground";
  return {
    range: new Range(end, end),
    renderOptions: {
      after: {
        contentText: text,
        margin: "0 0 0 1.5em",
        color: new ThemeColor(age === "stale" ? "descriptionForeground" : fresh),
        backgroundColor: new ThemeColor("editorInlayHint.background"),
        fontStyle: origin === "whatIf" ? "italic" : "normal",
        textDecoration: age === "stale" ? `${shape} opacity: 0.5;` : shape,
      },
    },
  };
}
