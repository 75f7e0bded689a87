/**
 * Where a line of the text that ran may stand after an edit. Only its text can tell whether it is still there,
 * so an edit that touches a line gives the places where it may have survived, and the caller looks.
 *
 *     run:   const x = tensor(1)      ← line 0, value 1
 *     edit:  a line is inserted above
 *     now:   const x = tensor(1)      ← line 0 or 1: its text is found at 1, where the value is now shown as stale
 */
export interface LineEdit {
  readonly start: number;
  readonly end: number;
  readonly insertedBreaks: number;
}

export function placesAfter(places: readonly number[], edit: LineEdit): readonly number[] {
  return [...new Set(places.flatMap((place) => moved(place, edit)))];
}

/** A line at the rim of an edit may go on before or after what was inserted; a line inside it is gone. */
function moved(line: number, { start, end, insertedBreaks }: LineEdit): readonly number[] {
  if (line < start) return [line];
  if (line > end) return [line + insertedBreaks - (end - start)];
  if (start === end) return [start, start + insertedBreaks];
  if (line === start) return [start];
  return line === end ? [start + insertedBreaks] : [];
}
