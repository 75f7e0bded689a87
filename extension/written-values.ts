/**
 * A leaf's values in the text of the call that makes it: `tensor(2, { requiresGrad: true })`. New values take the place
 * of the old ones number by number, so that line breaks and the user's way of nesting stay. Pure.
 */

/** How a number is written in TypeScript. */
const number = String.raw`[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?`;
const opening = /^(?:new\s+)?[\w$.\s]*(?:<[^<>()]*>)?\(\s*/;
const literal = new RegExp(String.raw`^(?:${number}|\[(?:${number}|[\s,[\]])*\])(?=\s*[,)])`);

/**
 * The same call with other values; null where the values are not written there as plain numbers, or not as many as
 * there are.
 */
export function callWithValues(call: string, values: readonly number[]): string | null {
  const start = opening.exec(call)?.[0].length;
  if (start === undefined) return null;
  const old = literal.exec(call.slice(start))?.[0];
  if (old === undefined) return null;
  const written = [...old.matchAll(new RegExp(number, "g"))].length;
  if (written !== values.length || !values.every(Number.isFinite)) return null;
  const next = values.values();
  const text = old.replace(new RegExp(number, "g"), (before) => {
    const { value = NaN } = next.next();
    return Number(before.replaceAll("_", "")) === value ? before : asLiteral(value);
  });
  return call.slice(0, start) + text + call.slice(start + old.length);
}

/** As many digits as a float32 holds; a slider gives more. */
function asLiteral(value: number): string {
  return String(Number(value.toPrecision(7)));
}
