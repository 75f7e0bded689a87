/**
 * Which of the fixes that the language server offered belong to what the strip says. The panel shows their titles and
 * asks for them by name; it never edits a file itself.
 */
import type { GraphNode, SourceSpan } from "@gradlens/engine/graph";
import type { OfferedFix } from "./messages.js";
import { isOnSameLine, isWithin } from "./spans.js";
import type { Verdict } from "./verdicts.js";
import { visible } from "./words.js";

const mostFixes = 3;

/** Those of the leaf, which say the line where there are several alike, then those that stand at one of the cuts. */
export function fixesFor(verdict: Verdict, offered: readonly OfferedFix[]): readonly OfferedFix[] {
  const { place } = verdict;
  const atLeaf = offered.filter(({ span }) => place !== null && isOnSameLine(span, place) && !isWithin(span, place));
  const atCut = offered.filter(({ span }) => verdict.cuts.some(({ at }) => isAt(span, at)));
  const titles = new Set<string>();
  const saysTheLine = (title: string): boolean => atLeaf.some((fix) => fix.title.startsWith(`${title} on line `));
  return [...atLeaf, ...atCut]
    .filter(({ title }) => !saysTheLine(title) && !titles.has(title) && titles.add(title))
    .slice(0, mostFixes);
}

/** Button texts are short; the whole title is the tooltip. */
export function shortTitle(title: string): string {
  const words = visible(title).replaceAll("`", "");
  const [opening = words] = words.split(/[:(,;]\s/);
  return opening.length > 34 ? `${opening.slice(0, 32)}…` : opening;
}

function isAt(span: SourceSpan, { span: of }: GraphNode): boolean {
  return of !== null && isWithin(span, of);
}
