/**
 * The texts that a run was made from, and what has become of their lines since.
 * It answers two questions: is everything still as it ran, and where does a line stand now.
 */
import { workspace, type TextDocument, type TextDocumentChangeEvent } from "vscode";
import { isProgram } from "./languages.js";
import { placesAfter } from "./line-journey.js";

interface RanText {
  readonly text: string;
  readonly lines: readonly string[];
  /** For each line that ran, the lines where it may stand now. */
  places: (readonly number[])[];
  changed: boolean;
}

const mostPlaces = 4;

/** Mutable: it follows the edits of the documents that were open at the run or were opened since. */
export class RunTexts {
  readonly #texts = new Map<string, RanText>();

  constructor() {
    for (const document of workspace.textDocuments) this.opened(document);
  }

  /** A file that was not open ran as it lay on the disk, which is what opening it shows. */
  opened(document: TextDocument): void {
    const uri = document.uri.toString();
    if (isProgram(document) && !this.#texts.has(uri)) this.#texts.set(uri, ranText(document.getText()));
  }

  edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    const ran = this.#texts.get(document.uri.toString());
    if (ran === undefined || contentChanges.length === 0) return;
    const text = document.getText();
    ran.changed = text !== ran.text;
    if (!ran.changed) {
      ran.places = startPlaces(ran.lines);
      return;
    }
    for (const { range, text: inserted } of contentChanges) {
      const insertedBreaks = inserted.split("\n").length - 1;
      const edit = { start: range.start.line, end: range.end.line, insertedBreaks };
      ran.places = ran.places.map((places) => placesAfter(places, edit));
    }
    const now = linesOf(text);
    ran.places = ran.places.map((places, line) => stillPossible(places, ran.lines[line] ?? "", now));
  }

  /** Whether these files are as they ran; one that nobody has opened is. */
  isFresh(files: ReadonlySet<string>): boolean {
    return [...files].every((uri) => this.#texts.get(uri)?.changed !== true);
  }

  /** Where a line that ran stands now; null where its text has changed. */
  placeOf(document: TextDocument, line: number): number | null {
    const ran = this.#texts.get(document.uri.toString());
    const text = ran?.lines[line];
    if (ran === undefined || text === undefined) return null;
    const isThere = (place: number): boolean => place < document.lineCount && document.lineAt(place).text === text;
    return ran.places[line]?.find(isThere) ?? null;
  }
}

function ranText(text: string): RanText {
  const lines = linesOf(text);
  return { text, lines, places: startPlaces(lines), changed: false };
}

function startPlaces(lines: readonly string[]): (readonly number[])[] {
  return lines.map((_, line) => [line]);
}

/** Where the text is found, that is the place; where it is not, a later edit may still bring it back. */
function stillPossible(places: readonly number[], text: string, now: readonly string[]): readonly number[] {
  const found = places.filter((place) => now[place] === text);
  return found.length > 0 ? found : places.slice(0, mostPlaces);
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\r|\n/);
}
