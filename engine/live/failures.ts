/**
 * What ended a run, and where: an error belongs to the call that made it; of any other the stack knows the line, and
 * the innermost call of that line is the place. Only the first counts.
 */
import type { SourceSpan } from "../graph/gradient-graph.js";
import type { RunError, Site, SiteId } from "../graph/run-report.js";
import type { StackPlaces } from "./stack-places.js";

export class Failures {
  error: RunError | null = null;
  readonly first: Promise<void>;
  private resolve: () => void = () => undefined;
  private readonly sitesOf = new WeakMap<Error, SiteId>();

  constructor(
    private readonly sites: readonly Site[],
    private readonly places: StackPlaces,
  ) {
    this.first = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  madeAt(site: SiteId | null, error: Error): void {
    if (site !== null && !this.sitesOf.has(error)) this.sitesOf.set(error, site);
  }

  /** `site` is the innermost call when the error arrived; an error that was caught before may have left it behind. */
  add(thrown: unknown, site: SiteId | null): void {
    this.error ??=
      thrown instanceof Error
        ? { name: thrown.name, message: withAdvice(thrown.message), span: this.spanOf(thrown, site) }
        : { name: "Error", message: `The program threw ${textOf(thrown)}.`, span: this.spanOfSite(site) };
    this.resolve();
  }

  private spanOf(error: Error, site: SiteId | null): SourceSpan | null {
    const maker = this.sitesOf.get(error);
    if (maker !== undefined) return this.spanOfSite(maker);
    const call = this.spanOfSite(site);
    const line = this.places.placeOf(error);
    if (line === null || call === null) return line ?? call;
    const isOfLine = call.uri === line.uri && call.start.line === line.start.line;
    return isOfLine ? call : line;
  }

  private spanOfSite(site: SiteId | null): SourceSpan | null {
    return site === null ? null : (this.sites[site]?.span ?? null);
  }
}

/** Names of a host that a program may expect and no run has. */
function withAdvice(message: string): string {
  const isOfAHost = /^(process|Buffer|require|global|window|document) is not defined$/.test(message);
  return isOfAHost
    ? `${message}. A run has the language, timers, \`console\`, \`fetch\` and \`node:fs\` for reading.`
    : message;
}

function textOf(thrown: unknown): string {
  return typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown);
}
