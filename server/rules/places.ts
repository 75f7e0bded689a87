/** Where places of the source lie to each other. */
import type { SourceSpan } from "@gradlens/engine/graph";

export function startsBefore(one: SourceSpan, other: SourceSpan): boolean {
  const { start: a } = one;
  const { start: b } = other;
  return one.uri === other.uri && (a.line < b.line || (a.line === b.line && a.character < b.character));
}

export function isSamePlace(one: SourceSpan, other: SourceSpan): boolean {
  return !startsBefore(one, other) && !startsBefore(other, one) && one.uri === other.uri;
}

/** The first of those at the same place. */
export function onePerPlace<T>(all: readonly T[], spanOf: (each: T) => SourceSpan): readonly T[] {
  return all.filter((each, index) => all.findIndex((other) => isSamePlace(spanOf(other), spanOf(each))) === index);
}
