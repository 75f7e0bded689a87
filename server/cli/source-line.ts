/**
 * One line of source as a terminal shows it: how many columns each character takes, tabs as spaces, and of a long
 * line the part around what is marked. What is marked and why is the snippet's business.
 */
import { printable } from "./terminal.js";

/** A line ready to print, and where its characters came to stand. */
export interface ShownLine {
  readonly text: string;
  /** The column of a UTF-16 character of the line, within `text`. */
  readonly columnOf: (character: number) => number;
}

interface Cell {
  readonly text: string;
  readonly width: number;
  /** Where the cell starts in the line, in UTF-16 characters. */
  readonly character: number;
  readonly column: number;
}

/** Fits a line into `room` columns; where it is longer, the part from shortly before `focus` is kept. */
export function showLine(line: string, focus: number, room: number): ShownLine {
  const first = Math.max(0, focus - longest / 4);
  const cells = cellsOf(line.slice(first, first + longest), first);
  const columnOfCharacter = (character: number): number => {
    const cell = cells.find((candidate) => candidate.character + candidate.text.length > character);
    return cell?.column ?? endOf(cells);
  };

  const isWhole = first === 0 && line.length <= longest && endOf(cells) <= room;
  if (isWhole) return { text: textOf(cells), columnOf: columnOfCharacter };

  const keptBefore = Math.min(Math.floor(room / 3), 30);
  const latestStart = line.length <= first + longest ? Math.max(0, endOf(cells) - room + 2) : endOf(cells);
  const wanted = Math.min(Math.max(0, columnOfCharacter(focus) - keptBefore), latestStart);
  const start = wanted <= 1 && first === 0 ? 0 : wanted;
  const before = start > 0 || first > 0 ? "…" : "";
  const window = cells.filter(
    ({ column, width }) => column >= start && column + width - start + before.length <= room - 1,
  );
  const isCutAfter = window.at(-1) !== cells.at(-1) || line.length > first + longest;
  const shift = before.length - (window[0]?.column ?? start);
  const end = endOf(window) + shift;
  return {
    text: `${before}${textOf(window)}${isCutAfter ? "…" : ""}`,
    columnOf: (character) => Math.min(Math.max(columnOfCharacter(character) + shift, 0), end),
  };
}

/** Of a longer line (minified code) only this much around the focus is looked at. */
const longest = 2000;
const tabWidth = 4;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function cellsOf(text: string, offset: number): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    const width = segment === "\t" ? tabWidth - (column % tabWidth) : widthOf(segment);
    cells.push({ text: segment, width, character: offset + index, column });
    column += width;
  }
  return cells;
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text, width }) => (text === "\t" ? " ".repeat(width) : printable(text))).join("");
}

function endOf(cells: readonly Cell[]): number {
  const last = cells.at(-1);
  return last === undefined ? 0 : last.column + last.width;
}

/** Columns of one grapheme, after Unicode's East Asian Width and the emoji presentation. */
function widthOf(grapheme: string): number {
  if (/^[\x20-\x7e]$/.test(grapheme)) return 1;
  if (/^\p{Emoji_Presentation}|^\p{Regional_Indicator}|\ufe0f/u.test(grapheme)) return 2;
  if (eastAsianWide.test(grapheme)) return 2;
  return /^[\p{Mn}\p{Me}\u200b-\u200d]+$/u.test(grapheme) ? 0 : 1;
}

const eastAsianWide =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
