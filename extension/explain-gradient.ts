/**
 * "Explain This Gradient": the story of the value under the cursor as a list to walk through with the arrow keys. The
 * editor shows each step as it is passed; Enter goes there, Escape goes back to where the question was asked.
 */
import type { ToldStory } from "@gradlens/server/protocol";
import {
  QuickPickItemKind,
  Selection,
  TextEditorRevealType,
  ThemeColor,
  window,
  workspace,
  type QuickPickItem,
  type TextEditor,
  type TextEditorDecorationType,
} from "vscode";
import { sameFile, toRange, toUri } from "./convert.js";
import { isProgram } from "./languages.js";
import type { LanguageServer } from "./language-client.js";

type Step = ToldStory["steps"][number];

interface StoryItem extends QuickPickItem {
  /** Null for a sentence that no place shows. */
  readonly step: Step | null;
}

export async function explainGradient(server: Pick<LanguageServer, "explain">): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined || !isProgram(editor.document)) {
    void window.showInformationMessage("Open a TypeScript or JavaScript file and put the cursor on a variable first.");
    return;
  }
  const { document, selection } = editor;
  const stories = await server.explain(document.uri.toString(), selection.active);
  if (stories.length === 0) {
    const word = document.getText(document.getWordRangeAtPosition(selection.active));
    const what = word.length > 0 && word.length < 60 && !word.includes("\n") ? `\`${word}\`` : "This place";
    void window.showInformationMessage(
      `${what} takes part in no gradient. Put the cursor on a tensor or a call on one.`,
    );
    return;
  }
  await walkThrough(stories, editor);
}

/** One story has its sentence above the list; several have each theirs above its steps. */
function storyItems(stories: readonly ToldStory[], lineOf: (step: Step) => string): readonly StoryItem[] {
  return stories.flatMap(({ sentence, steps }) => [
    ...(stories.length === 1 ? [] : [{ label: plain(sentence), kind: QuickPickItemKind.Separator, step: null }]),
    ...(steps.length === 0 ? [{ label: plain(sentence), step: null }] : []),
    ...steps.map((step, index) => ({
      label: `${index + 1}. ${plain(step.message)}`,
      detail: lineOf(step),
      step,
    })),
  ]);
}

async function walkThrough(stories: readonly ToldStory[], editor: TextEditor): Promise<void> {
  const before = { selection: editor.selection, visible: editor.visibleRanges[0] };
  const mark = window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new ThemeColor("editor.rangeHighlightBackground"),
  });
  const pick = window.createQuickPick<StoryItem>();
  pick.title =
    stories.length === 1 ? plain(stories[0]?.sentence ?? "") : "Where its gradient comes from, and where it is cut";
  pick.placeholder = "The arrow keys show each step; Enter goes there";
  pick.matchOnDetail = true;
  pick.items = storyItems(stories, (step) => placeText(step, editor));
  pick.onDidChangeActive(([item]) => pass(item?.step ?? null, editor, mark));
  const chosen = await new Promise<Step | null>((resolve) => {
    pick.onDidAccept(() => resolve(pick.activeItems[0]?.step ?? null));
    pick.onDidHide(() => resolve(null));
    pick.show();
  });
  pick.dispose();
  mark.dispose();
  if (chosen !== null) await goTo(chosen, editor);
  else if (before.visible !== undefined) editor.revealRange(before.visible, TextEditorRevealType.AtTop);
}

/** Shows a step without leaving the list; another file opens only when its step is chosen. */
function pass(step: Step | null, editor: TextEditor, mark: TextEditorDecorationType): void {
  const isHere = step !== null && sameFile(step.span.uri, editor.document.uri.toString());
  const ranges = isHere ? [editor.document.validateRange(toRange(step.span))] : [];
  editor.setDecorations(mark, ranges);
  const [range] = ranges;
  if (range !== undefined) editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
}

async function goTo({ span }: Step, { viewColumn }: TextEditor): Promise<void> {
  const document = await workspace.openTextDocument(toUri(span));
  const { start } = document.validateRange(toRange(span));
  await window.showTextDocument(document, {
    selection: new Selection(start, start),
    ...(viewColumn === undefined ? {} : { viewColumn }),
  });
}

function placeText({ span }: Step, { document }: TextEditor): string {
  const line = span.start.line;
  if (!sameFile(span.uri, document.uri.toString())) return `${workspace.asRelativePath(toUri(span))}:${line + 1}`;
  const text = line < document.lineCount ? document.lineAt(line).text.trim() : "";
  return `line ${line + 1}: ${text.length > 120 ? `${text.slice(0, 119)}…` : text}`;
}

/** A list shows no Markdown. */
function plain(sentence: string): string {
  return sentence.replaceAll("`", "");
}
