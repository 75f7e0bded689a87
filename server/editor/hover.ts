/**
 * What the hover says: what the analysis knows of a value, and below it what the last run saw of it. Values of a run
 * are shown only on lines that have not changed since.
 */
import type { LiveValue, Position, SourceSpan, TensorSummary } from "@gradlens/engine/graph";
import { MarkupKind, type Hover } from "vscode-languageserver";
import type { Explanation } from "../analysis.js";
import { contains, toRange } from "./convert.js";

/** Null where neither reading nor running has anything to say. */
export function toHover(explanation: Explanation | null, live: LiveValue | null, form: MarkupKind): Hover | null {
  const parts = [
    ...(explanation === null ? [] : [explanation.markdown.trim()]),
    ...(live === null ? [] : [liveText(live)]),
  ];
  if (parts.length === 0) return null;
  const markdown = parts.join("\n\n---\n\n");
  const span = explanation?.span ?? live?.span;
  return {
    contents: { kind: form, value: form === MarkupKind.Markdown ? markdown : withoutMarkdown(markdown) },
    ...(span === undefined ? {} : { range: toRange(span) }),
  };
}

/** The value that stands at a position: the innermost expression around it, or the one its variable takes. */
export function liveValueAt(
  values: readonly LiveValue[],
  uri: string,
  position: Position,
  hovered: SourceSpan | null,
  nameAt: string | null,
): LiveValue | null {
  const here = values.filter(({ span }) => span.uri === uri);
  const named = here.filter(({ name, span }) => name !== null && name === nameAt && span.start.line === position.line);
  const around = here.filter(({ span }) => contains(span, position)).sort((one, other) => size(one) - size(other));
  // On a name that the analysis explains, the expression around it is another value.
  return named.at(-1) ?? (hovered === null ? around[0] : undefined) ?? null;
}

function size({ span: { start, end } }: LiveValue): number {
  return (end.line - start.line) * 100_000 + end.character - start.character;
}

function liveText({ name, value, gradient, requiresGrad }: LiveValue): string {
  const what = name === null ? "Last run" : `Last run of \`${name}\``;
  const valueText = value === null ? [] : [`value ${summaryText(value)}`];
  const gradientText =
    gradient !== null ? [`gradient ${summaryText(gradient)}`] : requiresGrad ? ["received no gradient"] : [];
  const parts = [...valueText, ...gradientText];
  return `**${what}:** ${parts.length === 0 ? "no value" : parts.join(" · ")}`;
}

function summaryText({ first, size, norm, min, max, mean, nonFinite, exactZeros, histogram }: TensorSummary): string {
  const [only] = first;
  if (size === 1 && only !== undefined) return `\`${number(only)}\``;
  if (size === 0) return "empty";
  const bars = histogram === null ? "" : ` \`${barsOf(histogram.counts)}\``;
  const oddities = [
    ...(nonFinite > 0 ? [`${nonFinite} not finite`] : []),
    ...(exactZeros > 0 ? [`${exactZeros} of ${size} exactly zero`] : []),
  ];
  const range = `norm ${number(norm)}, from ${number(min)} to ${number(max)}, mean ${number(mean)}`;
  return `${range}${oddities.length === 0 ? "" : `, ${oddities.join(", ")}`}${bars}`;
}

function barsOf(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => "▁▂▃▄▅▆▇█".charAt(Math.min(7, Math.ceil((count / most) * 7)))).join("");
}

function number(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

function withoutMarkdown(text: string): string {
  return text.replace(/```\w*\n?|[`*]/g, "");
}
