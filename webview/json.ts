/** Graphs as JSON for files: what JSON has no word for, NaN and the infinities, is written as text. */
export function asJson(value: unknown): string {
  return `${JSON.stringify(value, nonFiniteAsText, 2)}\n`;
}

function nonFiniteAsText(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
