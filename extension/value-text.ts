/**
 * Live values as the short text at the end of a line: `5`, `1 ∂ +70`, `2 ∂ none`, `‖x‖ 3.2 ∂ 0.21`.
 * One value per line, at most 24 characters; the hover and the panel have the rest.
 */
import type { LiveValue, TensorSummary } from "@gradlens/engine/graph";

export interface LineText {
  readonly line: number;
  readonly text: string;
  /** `none` is a leaf or a result that requires a gradient and has received none. */
  readonly tone: "plain" | "none";
}

const longest = 24;

/** Of several values on a line the named one is shown, and among those the one that ends last: the line's result. */
export function lineTexts(values: readonly LiveValue[]): readonly LineText[] {
  const shown = new Map<number, LiveValue>();
  for (const value of values) {
    const before = shown.get(value.span.end.line);
    if (before === undefined || rank(value) >= rank(before)) shown.set(value.span.end.line, value);
  }
  return [...shown]
    .sort(([a], [b]) => a - b)
    .flatMap(([line, value]) => {
      const text = valueText(value);
      return text === null ? [] : [{ line, text, tone: isNone(value) ? "none" : "plain" } as const];
    });
}

function rank({ name, span, value }: LiveValue): number {
  const named = name === null ? 0 : 1_000_000;
  const known = value === null ? 0 : 500_000;
  return named + known + span.end.character;
}

function valueText(live: LiveValue): string | null {
  const value = live.value === null ? null : summaryText(live.value);
  const gradient = gradientText(live);
  const parts = [value, gradient].filter((part) => part !== null);
  if (parts.length === 0) return null;
  const whole = parts.join(" ");
  return whole.length <= longest ? whole : `${whole.slice(0, longest - 1)}…`;
}

/** `∂ +70`, `∂ none`; null where it requires no gradient and has none. */
export function gradientText({ gradient, requiresGrad }: LiveValue): string | null {
  if (gradient !== null) return `∂ ${gradient.size === 1 ? signed(firstOf(gradient)) : summaryText(gradient)}`;
  return requiresGrad ? "∂ none" : null;
}

function isNone({ gradient, requiresGrad }: LiveValue): boolean {
  return requiresGrad && gradient === null;
}

/** A scalar is its number, anything larger its norm. */
function summaryText(summary: TensorSummary): string {
  return summary.size === 1 ? numberText(firstOf(summary)) : `‖·‖ ${numberText(summary.norm)}`;
}

function firstOf({ first, mean }: TensorSummary): number {
  return first[0] ?? mean;
}

function signed(value: number): string {
  return value > 0 ? `+${numberText(value)}` : numberText(value);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const plain = size === 0 || (size >= 1e-3 && size < 1e6);
  const text = plain ? String(Number(value.toPrecision(4))) : value.toExponential(1).replace("e+", "e");
  return text.replaceAll("-", "−");
}
