/**
 * How numbers read on the screen: short, with a real minus sign, and never with more digits than help.
 * Attributes that tests and other programs read use plain numbers instead; see `appearance.ts`.
 */
import type { NestedNumbers, Shape, TensorSummary } from "@gradlens/engine/graph";

const minus = "−";

/** At most four significant digits: `25`, `−0.333`, `1.2e−5`. */
export function numberAsText(value: number): string {
  return withDigits(value, 4);
}

/** The size of a tensor: `‖0.31‖`. */
export function normAsText(norm: number): string {
  return `‖${withDigits(norm, 3)}‖`;
}

function withDigits(value: number, digitCount: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${minus}∞`;
  const size = Math.abs(value);
  const plain = Number.isInteger(value) && size < 1e6;
  const tooLongToWriteOut = size !== 0 && (size < 1e-3 || size >= 1e6);
  const digits = plain
    ? String(size)
    : tooLongToWriteOut
      ? size.toExponential(1).replace(".0e", "e")
      : String(Number(size.toPrecision(digitCount)));
  return (value < 0 ? minus : "") + digits.replace("e-", `e${minus}`).replace("e+", "e");
}

/** With its sign, as gradients are shown: `+70`, `−10`, `0`. */
export function signedAsText(value: number): string {
  return value > 0 ? `+${numberAsText(value)}` : numberAsText(value);
}

/** The one number of a tensor that holds one; null for all others. */
export function onlyValue(summary: TensorSummary): number | null {
  const [value] = summary.first;
  return summary.size === 1 && value !== undefined ? value : null;
}

/** `scalar`, or the lengths: `[64 × 3]`. The brackets tell them from values. */
export function shapeAsText(shape: Shape): string {
  return shape.length === 0 ? "scalar" : `[${shape.join(" × ")}]`;
}

/** A leaf's value or gradient as a row of a table shows it: a number, or the first few in brackets. */
export function nestedAsText(numbers: NestedNumbers): string {
  if (typeof numbers === "number") return numberAsText(numbers);
  const shown = numbers.slice(0, 4).map(nestedAsText);
  return `[${shown.join(", ")}${numbers.length > shown.length ? ", …" : ""}]`;
}

/** All numbers of a nest in row-major order. */
export function flattened(numbers: NestedNumbers): readonly number[] {
  return typeof numbers === "number" ? [numbers] : numbers.flatMap(flattened);
}

/** A tensor of a few numbers in full, a larger one by its first ones: `25`, `[1, 2, 3]`, `[0.1, 0.2, 0.3, … 61 more]`. */
export function valueAsText(summary: TensorSummary): string {
  const only = onlyValue(summary);
  if (only !== null) return numberAsText(only);
  const shown = summary.size <= 4 ? summary.first : summary.first.slice(0, 3);
  const rest = summary.size - shown.length;
  return `[${shown.map(numberAsText).join(", ")}${rest > 0 ? `, … ${rest} more` : ""}]`;
}

/** `91 %`, `0.3 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  return `${value >= 10 || value === 0 ? Math.round(value) : Number(value.toPrecision(1))} %`;
}

/** Where the entry at a row-major index stands: `2, 0` in a shape of two dimensions. */
export function placeInShape(index: number, shape: Shape): string {
  let rest = index;
  return shape
    .toReversed()
    .map((length) => {
      const place = rest % length;
      rest = Math.floor(rest / length);
      return place;
    })
    .toReversed()
    .join(", ");
}
