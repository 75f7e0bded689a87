/**
 * How findings speak: names in backticks, lists with "and", lines as a reader counts them. One place, so that the
 * same thing is called the same everywhere.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Cut, LeafSite, Loss } from "../flow/flow-graph.js";

export function leafName({ name, what }: LeafSite): string {
  if (name !== null) return `\`${name}\``;
  return what === "module" ? "this module" : "this tensor";
}

export function lossName({ name }: Loss): string {
  return name === null ? "the loss" : `\`${name}\``;
}

/** Why its call throws. */
export function deadLossInWords({ name, is, call }: Loss): string {
  const what = name === null ? (is === "receiver" ? "this value" : "what the function returns") : `\`${name}\``;
  switch (is) {
    case "receiver":
      return `${what} has no gradient history here, so \`${call}\` throws`;
    case "resultByVariables":
      return `${what} depends on no trainable variable, so \`${call}\` throws`;
    case "resultByArguments":
      return `${what} depends on nothing that \`${call}\` differentiates by, so it throws`;
  }
}

export function lineOf({ start }: SourceSpan): string {
  return String(start.line + 1);
}

/** "line 10", "line 4 of `model.ts`" for a reader of another file. */
export function placeInWords(span: SourceSpan, uri: string): string {
  return `line ${lineOf(span)}${span.uri === uri ? "" : ` of \`${fileName(span.uri)}\``}`;
}

export function listed(words: readonly string[]): string {
  const unique = [...new Set(words)];
  if (unique.length <= 1) return unique.join("");
  return `${unique.slice(0, -1).join(", ")} and ${unique.at(-1) ?? ""}`;
}

/** "`detach()` on line 10", "`detach()` on lines 10 and 12", "`detach()` on line 4 of `model.ts` and `item()` on line 9". */
export function cutsInWords(cuts: readonly Cut[], uri: string): string {
  const groups = [...new Set(cuts.map(({ label, span }) => `${label} ${span.uri}`))];
  return listed(
    groups.map((group) => {
      const members = cuts.filter(({ label, span }) => `${label} ${span.uri}` === group);
      const lines = [...new Set(members.map(({ span }) => lineOf(span)))];
      const [first] = members;
      const where = first === undefined || first.span.uri === uri ? "" : ` of \`${fileName(first.span.uri)}\``;
      return `\`${first?.label ?? ""}\` on ${lines.length === 1 ? "line" : "lines"} ${listed(lines)}${where}`;
    }),
  );
}

function fileName(uri: string): string {
  return decodeURIComponent(uri.split(/[\\/]/).at(-1) ?? uri);
}
