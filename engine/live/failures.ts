/**
 * What ended a run, and where: an error belongs to the call that made it, any other to the innermost call when it
 * arrived. Only the first counts.
 */
import type { RunError, Site, SiteId } from "../graph/run-report.js";

export class Failures {
  error: RunError | null = null;
  readonly first: Promise<void>;
  private resolve: () => void = () => undefined;
  private readonly sitesOf = new WeakMap<Error, SiteId>();

  constructor(private readonly sites: readonly Site[]) {
    this.first = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  madeAt(site: SiteId | null, error: Error): void {
    if (site !== null && !this.sitesOf.has(error)) this.sitesOf.set(error, site);
  }

  add(thrown: unknown, site: SiteId | null): void {
    const known = thrown instanceof Error ? (this.sitesOf.get(thrown) ?? site) : site;
    const span = known === null ? null : (this.sites[known]?.span ?? null);
    this.error ??=
      thrown instanceof Error
        ? { name: thrown.name, message: thrown.message, span }
        : { name: "Error", message: `The program threw ${textOf(thrown)}.`, span };
    this.resolve();
  }
}

function textOf(thrown: unknown): string {
  return typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown);
}
