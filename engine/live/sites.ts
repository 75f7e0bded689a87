/**
 * Where the program stands: the stack of calls being evaluated, kept by the marks `$enter` and `$leave` around every
 * call of the user's code, about 50 ns a pair. Leaving a call cuts the stack back to where the call began, so that
 * exceptions and interleaved awaits repair themselves.
 */
import type { CallFrame } from "../graph/origin.js";
import type { Place } from "../graph/trace.js";
import type { SiteId } from "../graph/run-report.js";

export class SiteStack implements Place {
  private readonly sites: SiteId[] = [];
  private readonly begins: number[] = [];
  private readonly leafCounts: number[] = [];
  /** Made when they are asked for: most calls make no tensor. */
  private readonly frames: (CallFrame | null)[] = [];
  /** The sites of `noGrad()` calls met so far. */
  private readonly pausing = new Set<SiteId>();
  private depth = 0;
  /** Grows with every call. */
  now = 0;

  /** `left` is told every result, with the call that gave it, innermost first. */
  constructor(private readonly left: (site: SiteId, value: object) => void) {}

  readonly enter = (site: SiteId): number => {
    const { depth } = this;
    this.sites[depth] = site;
    this.begins[depth] = ++this.now;
    this.leafCounts[depth] = 0;
    this.frames[depth] = null;
    this.depth = depth + 1;
    return depth;
  };

  readonly leave = (site: SiteId, depth: number, value: unknown): unknown => {
    if (this.depth > depth) this.depth = depth;
    if (typeof value === "object" && value !== null) this.left(site, value);
    return value;
  };

  get site(): SiteId | null {
    return this.sites[this.depth - 1] ?? null;
  }

  get began(): number {
    return this.begins[this.depth - 1] ?? 0;
  }

  get frame(): CallFrame | null {
    const known = this.frames[this.depth - 1] ?? null;
    if (known !== null) return known;
    let parent: CallFrame | null = null;
    for (let depth = 0; depth < this.depth; depth++) {
      parent = this.frames[depth] ?? { site: this.sites[depth] ?? 0, parent };
      this.frames[depth] = parent;
    }
    return parent;
  }

  get noGradSite(): SiteId | null {
    for (let depth = this.depth - 1; depth >= 0; depth--) {
      const site = this.sites[depth];
      if (site !== undefined && this.pausing.has(site)) return site;
    }
    return null;
  }

  /** Notes that the innermost call pauses recording. */
  pause(): void {
    if (this.site !== null) this.pausing.add(this.site);
  }

  /** The place of a new leaf among those that the innermost call has made. */
  countLeaf(): number {
    const top = this.depth - 1;
    if (top < 0) return 0;
    const count = this.leafCounts[top] ?? 0;
    this.leafCounts[top] = count + 1;
    return count;
  }
}
