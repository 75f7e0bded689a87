/**
 * How wide a text is drawn, without a screen to measure it on, so that long names and values never leave their cards.
 * The widths are those of common sans-serif fonts, rounded up; what still does not fit is clipped by the card.
 */

/** The text, or its beginning with `…`, so that it fits a width in pixels. */
export function fitted(text: string, width: number, size: number, weight: "normal" | "bold" = "normal"): string {
  if (textWidth(text, size, weight) <= width) return text;
  const room = width - textWidth("…", size, weight);
  let used = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment, size, weight);
    if (used > room) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

export function textWidth(text: string, size: number, weight: "normal" | "bold" = "normal"): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character);
  return ems * size * (weight === "bold" ? 1.08 : 1);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

function emsOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (/\p{M}/u.test(character)) return 0;
  // East Asian characters and emoji take a full square.
  if (
    point >= 0x1100 &&
    (point >= 0x1f000 || /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(character))
  )
    return 1.1;
  if (/[ijl.,:;'|!]/.test(character)) return 0.33;
  if (/[ftr()[\]{}\s·-]/.test(character)) return 0.4;
  if (/[mwMW@%—]/.test(character)) return 0.98;
  if (/[A-Z+−=<>∂‖×→∞…_]/.test(character)) return 0.72;
  return 0.6;
}
