/**
 * A text rewritten as a list of pieces: some kept from the original, some new. So a place in the new text can be led
 * back to where it stood, however far its statement has moved.
 */
export type Piece =
  /** New text that stands for nothing in the original. */
  | string
  /** A stretch of the original. */
  | readonly [start: number, end: number]
  /** New text in place of what stood there. */
  | { readonly text: string; readonly origin: number };

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

/** The original with these edits, which do not overlap. */
export function edited(text: string, edits: readonly Edit[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, pieces: added } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    pieces.push([at, start], ...added);
    at = end;
  }
  return [...pieces, [at, text.length]];
}

export function textOf(pieces: readonly Piece[], original: string): string {
  return pieces.map((piece) => wordsOf(piece, original)).join("");
}

/** Where a place of the new text stood; null in text that is new. */
export function originOf(offset: number, pieces: readonly Piece[], original: string): number | null {
  let at = 0;
  for (const piece of pieces) {
    const { length } = wordsOf(piece, original);
    if (offset < at + length) {
      if (typeof piece === "string") return null;
      return "origin" in piece ? piece.origin : piece[0] + offset - at;
    }
    at += length;
  }
  return null;
}

function wordsOf(piece: Piece, original: string): string {
  if (typeof piece === "string") return piece;
  return "origin" in piece ? piece.text : original.slice(piece[0], piece[1]);
}
