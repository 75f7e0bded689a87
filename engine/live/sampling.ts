/**
 * Which passes are recorded whole, and when their graphs are told. Of a long run a sample is enough: every pass of its
 * first moments, then one of each loss every so often; the last recorded graph of each loss is told in any case.
 */
import type { GradientGraph } from "../graph/gradient-graph.js";
import type { RunEvent, RunRequest, SiteId } from "../graph/run-report.js";
import type { TracedPass } from "../graph/trace.js";

type Recording = RunRequest["recording"];

/** Says before each pass whether its values are to be copied. */
export class Sampler {
  private readonly sites = new Set<SiteId | null>();
  /** Of a run that is asked for one pass: how many passes of its loss have been. */
  private passCount = 0;
  private nextAt: number;
  private remaining = 0;

  constructor(
    private readonly recording: Recording,
    private readonly now: () => number,
  ) {
    this.nextAt = recording.kind === "sampled" ? now() + recording.everyMs : 0;
    if (recording.kind === "sampled") this.remaining = Infinity;
  }

  detail(): "values" | "ids" {
    if (this.recording.kind === "every pass") return "values";
    if (this.recording.kind === "step") return this.passCount === this.recording.step - 1 ? "values" : "ids";
    const isDue = this.now() >= this.nextAt;
    if (isDue && (this.remaining === 0 || this.remaining === Infinity)) {
      // One pass of each loss that has been at work since the last sample.
      this.remaining = Math.max(1, this.sites.size);
      this.sites.clear();
      this.nextAt = this.now() + this.recording.everyMs;
    }
    return this.remaining > 0 ? "values" : "ids";
  }

  passEnded(site: SiteId | null): void {
    this.sites.add(site);
    if (this.recording.kind === "step" && site === this.recording.site) this.passCount++;
    if (this.remaining > 0) this.remaining--;
  }
}

export interface RecordedPass {
  readonly site: SiteId | null;
  readonly step: number;
  readonly graph: GradientGraph;
}

/** Tells graphs and progress no faster than anyone can look, and keeps the last graph of each loss. */
export class PassTeller {
  private readonly latest = new Map<SiteId | null, TracedPass>();
  private readonly untold = new Set<SiteId | null>();
  private readonly nextAt = new Map<SiteId | null, number>();
  private untoldProgress: TracedPass | null = null;
  private nextProgressAt = 0;

  constructor(
    private readonly everyMs: number,
    private readonly now: () => number,
    private readonly tell: (event: RunEvent) => void,
  ) {}

  passEnded(pass: TracedPass): void {
    const started = this.now();
    this.untoldProgress = pass;
    if (started >= this.nextProgressAt) this.tellProgress(started);
    if (pass.graph === null) return;
    this.latest.set(pass.site, pass);
    this.untold.add(pass.site);
    if (started < (this.nextAt.get(pass.site) ?? 0)) return;
    this.tellGraph(pass.site);
    const cost = this.now() - started;
    this.nextAt.set(pass.site, started + Math.max(this.everyMs, 10 * cost));
  }

  /** Tells what the pace has held back, and gives the last graph of each loss. */
  end(): readonly RecordedPass[] {
    this.tellProgress(this.now());
    return [...this.latest.keys()].flatMap((site) => {
      const graph = this.untold.has(site) ? this.tellGraph(site) : this.latest.get(site)?.graph?.();
      return graph === undefined ? [] : [{ site, step: graph.step ?? 0, graph }];
    });
  }

  private tellGraph(site: SiteId | null): GradientGraph | undefined {
    const pass = this.latest.get(site);
    const graph = pass?.graph?.();
    if (pass === undefined || graph === undefined) return undefined;
    this.untold.delete(site);
    this.tell({ kind: "graph", site, step: pass.step, graph });
    return graph;
  }

  private tellProgress(at: number): void {
    if (this.untoldProgress === null) return;
    const { site, step, loss } = this.untoldProgress;
    this.untoldProgress = null;
    this.nextProgressAt = at + 50;
    this.tell({ kind: "progress", site, step, loss });
  }
}
