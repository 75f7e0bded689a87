/**
 * Cursor ↔ node: a cursor on a value selects its node in the panel, and a node selected in the panel shows its line
 * in the editor without taking the focus. What the panel asked for is not told back to it.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import {
  Disposable,
  ThemeColor,
  ViewColumn,
  window,
  workspace,
  type Range,
  type TextEditor,
  type TextEditorSelectionChangeEvent,
} from "vscode";
import { normalizedUri, sameFile, toRange, toUri } from "./convert.js";
import { spotAt, type Spot } from "./spot.js";

export class CursorSync implements Disposable {
  readonly #mark = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
  });
  readonly #subscription: Disposable;
  #spots: readonly Spot[] = [];
  #revealed: Range | null = null;
  #lastColumn: ViewColumn = ViewColumn.One;

  constructor(select: (span: SourceSpan) => void) {
    this.#subscription = Disposable.from(
      this.#mark,
      window.onDidChangeTextEditorSelection((event) => this.#cursorMoved(event, select)),
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor?.viewColumn !== undefined) this.#lastColumn = editor.viewColumn;
      }),
    );
    this.#lastColumn = window.activeTextEditor?.viewColumn ?? ViewColumn.One;
  }

  /** The values that have a node in the picture that is shown now. */
  follow(spots: readonly Spot[]): void {
    this.#spots = spots;
  }

  async reveal(span: SourceSpan): Promise<void> {
    const document = await workspace.openTextDocument(toUri(span));
    const range = document.validateRange(toRange(span));
    const showing = window.visibleTextEditors.find((editor) => sameFile(editor.document.uri.toString(), span.uri));
    this.#revealed = range;
    const editor = await window.showTextDocument(document, {
      viewColumn: showing?.viewColumn ?? this.#lastColumn,
      preserveFocus: true,
      selection: range,
    });
    editor.setDecorations(this.#mark, [range]);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #cursorMoved({ textEditor, selections }: TextEditorSelectionChangeEvent, select: (span: SourceSpan) => void): void {
    const [selection] = selections;
    if (selection === undefined || this.#revealed?.isEqual(selection) === true) return;
    textEditor.setDecorations(this.#mark, []);
    this.#revealed = null;
    const spot = spotUnderCursor(textEditor, this.#spots);
    if (spot !== null) select(spot.span);
  }
}

function spotUnderCursor({ document, selection }: TextEditor, spots: readonly Spot[]): Spot | null {
  const uri = document.uri.toString();
  const inFile = spots.filter(({ span }) => normalizedUri(span.uri) === uri);
  if (inFile.length === 0) return null;
  const wordRange = document.getWordRangeAtPosition(selection.active, /[\p{L}\p{N}_$]+/u);
  return spotAt(inFile, selection.active, wordRange === undefined ? null : document.getText(wordRange));
}
