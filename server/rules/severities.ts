/**
 * How severe each finding is: the rule's own word, unless the user has said otherwise in the settings or in a
 * `gradlens.json`. All rules are asked whatever their severity, so that a change of it needs no new analysis.
 */
import type { Finding, Severity, Statement } from "./rule.js";

export type Level = Severity | "off";

export const levels: readonly Level[] = ["off", "hint", "information", "warning", "error"];

/** What a user has said, by code; a code that is missing keeps its rule's level. */
export type Severities = Readonly<Record<string, Level>>;

/** A statement signed with its code and with the level that its rule gives it. */
export interface SignedStatement extends Omit<Statement, "level"> {
  readonly code: string;
  readonly level: Level;
}

/** What is left to report under these severities. */
export function rated(statements: readonly SignedStatement[], severities: Severities): readonly Finding[] {
  return statements.flatMap(({ level, ...statement }) => {
    const severity = Object.hasOwn(severities, statement.code) ? (severities[statement.code] ?? level) : level;
    return severity === "off" ? [] : [{ ...statement, severity }];
  });
}

export function isLevel(value: unknown): value is Level {
  return levels.some((level) => level === value);
}

/** The severities in a value that came from elsewhere: what is malformed counts as not said. */
export function severitiesIn(value: unknown): Severities {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([code, level]) => (isLevel(level) ? [[code, level]] : [])));
}

/** The code that was most likely meant: one that contains the word or is contained in it, else the nearest by letters. */
export function similarCode(wanted: string, codes: readonly string[]): string | null {
  const containing = wanted === "" ? undefined : codes.find((code) => code.includes(wanted) || wanted.includes(code));
  if (containing !== undefined) return containing;
  const nearest = codes
    .map((code) => ({ code, distance: editDistance(wanted, code) }))
    .reduce((best, each) => (each.distance < best.distance ? each : best), { code: "", distance: Infinity });
  return nearest.distance <= Math.max(2, wanted.length / 4) ? nearest.code : null;
}

/** How many letters must be inserted, deleted or replaced (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
