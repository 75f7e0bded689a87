/**
 * What is certain of a place in the source: something that was concluded each time the walk came by, in every calling
 * context and every round. Once it was not, it is certain no more; unless it holds in every later iteration of a loop.
 */
import type { Site } from "./code.js";

export interface Certain<Fact> {
  readonly site: Site;
  /** Each time, or from the second iteration of a loop on. */
  readonly when: "always" | "later";
  readonly facts: readonly Fact[];
}

interface Heard<Fact> {
  readonly facts: Set<Fact>;
  isRefuted: boolean;
}

export class Verdicts<Fact> {
  private readonly always = new Map<Site, Heard<Fact>>();
  private readonly later = new Map<Site, Map<object, Heard<Fact>>>();

  /** Null refutes. `loops` are those that are just being walked as they go on after their first iteration. */
  say(site: Site, fact: Fact | null, loops: readonly object[] = []): void {
    hear(heardAt(this.always, site), fact);
    if (loops.length === 0) return;
    const inLoops = this.later.get(site) ?? new Map<object, Heard<Fact>>();
    this.later.set(site, inLoops);
    for (const loop of loops) hear(heardAt(inLoops, loop), fact);
  }

  certain(): readonly Certain<Fact>[] {
    return [...this.always].flatMap(([site, heard]): Certain<Fact>[] => {
      if (!heard.isRefuted) return [{ site, when: "always", facts: [...heard.facts] }];
      const loop = [...(this.later.get(site)?.values() ?? [])].find(({ isRefuted }) => !isRefuted);
      return loop === undefined ? [] : [{ site, when: "later", facts: [...loop.facts] }];
    });
  }
}

function hear<Fact>(heard: Heard<Fact>, fact: Fact | null): void {
  if (fact === null) heard.isRefuted = true;
  else heard.facts.add(fact);
}

function heardAt<Key, Fact>(heard: Map<Key, Heard<Fact>>, key: Key): Heard<Fact> {
  const known = heard.get(key);
  if (known !== undefined) return known;
  const made = { facts: new Set<Fact>(), isRefuted: false };
  heard.set(key, made);
  return made;
}
