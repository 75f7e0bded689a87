/**
 * Cursor ↔ node: a cursor on a value selects its node in the panel, and a node selected in the panel shows its line
 * in the editor without taking the focus. What the panel asked for is not told back to it.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import {
  Disposable,
  Range,
  Selection,
  TextEditorRevealType,
  ThemeColor,
  ViewColumn,
  window,
  workspace,
  type TextEditor,
  type TextEditorSelectionChangeEvent,
} from "vscode";
import { normalizedUri, sameFile, toRange, toUri } from "./convert.js";
import { spotAt, type Spot } from "./spot.js";

export class CursorSync implements Disposable {
  readonly #lineMark = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
  });
  readonly #rangeMark = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor("editor.findMatchHighlightBackground"),
    borderRadius: "2px",
  });
  readonly #subscription: Disposable;
  #spots: readonly Spot[] = [];
  #revealed: Selection | null = null;
  #lastColumn: ViewColumn = ViewColumn.One;

  constructor(select: (span: SourceSpan) => void) {
    this.#subscription = Disposable.from(
      this.#lineMark,
      this.#rangeMark,
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
    const viewColumn = showing?.viewColumn ?? this.#lastColumn;
    const editor = await window.showTextDocument(document, { viewColumn, preserveFocus: true });
    // A selection of the whole range would scroll a narrow editor sideways to its end.
    const cursor = new Selection(range.start, range.start);
    this.#revealed = cursor;
    editor.selection = cursor;
    editor.revealRange(new Range(range.start, range.start), TextEditorRevealType.InCenterIfOutsideViewport);
    editor.setDecorations(this.#lineMark, [range]);
    editor.setDecorations(this.#rangeMark, [range]);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #cursorMoved({ textEditor, selections }: TextEditorSelectionChangeEvent, select: (span: SourceSpan) => void): void {
    const [selection] = selections;
    if (selection === undefined || this.#revealed?.isEqual(selection) === true) return;
    textEditor.setDecorations(this.#lineMark, []);
    textEditor.setDecorations(this.#rangeMark, []);
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
