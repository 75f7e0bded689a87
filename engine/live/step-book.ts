/**
 * The numbers of every pass: the loss, and of each leaf and each activation how it fares. This is what the training
 * view draws. It holds numbers and the last values of the leaves, never a tensor.
 *
 * Of a long run only every second, fourth … pass is told (`isKept`), so that nobody drowns; and where measuring would
 * take more than a tenth of a long run's time, passes are only counted.
 */
import type { Shape } from "../graph/gradient-graph.js";
import type { Origin } from "../graph/origin.js";
import type { LeafSeries, LeafStep, RunEvent, Site, SiteId, StepRecord, UnitSeries } from "../graph/run-report.js";
import type { TracedPass } from "../graph/trace.js";
import { flatUnits, shareOfFlat, type FlatUnits } from "../ops/flat-units.js";

export interface StepBookSetting {
  readonly sites: readonly Site[];
  now(): number;
  tell(event: RunEvent): void;
}

interface MetLeaf {
  readonly origin: Origin;
  /** What the leaf holds after the pass, and whether that is more than the pass has brought. */
  readonly gradient: ArrayLike<number>;
  readonly outlivedUpdates: number;
  readonly values: ArrayLike<number>;
}

/** What a pass deposits into a leaf, read only where it is measured. */
export interface Deposit {
  /** What the pass has brought. */
  readonly brought: () => ArrayLike<number>;
  /** What the leaf holds after it. */
  readonly held: () => ArrayLike<number>;
  readonly values: () => ArrayLike<number>;
}

interface Age {
  readonly updates: number;
  readonly values: ArrayLike<number>;
}

interface MetUnits {
  readonly key: string;
  readonly op: string;
  readonly site: SiteId | null;
  readonly place: number;
  share: number;
  count: number;
}

interface Leaf {
  origin: Origin;
  readonly key: string;
  readonly shape: Shape;
  values: ArrayLike<number>;
}

/** What is known of one loss. */
interface Chapter {
  readonly leaves: Leaf[];
  readonly units: MetUnits[];
  untold: StepRecord | null;
}

/** Of so many passes all are told; then every second, every fourth … */
const mostSteps = 1024;
/** What measuring may cost: so much in any case, since most runs are short, and then so large a part of the time. */
const freeMs = 300;
const shareOfTime = 0.1;
const flatOf: ReadonlyMap<string, FlatUnits> = new Map(Object.entries(flatUnits));

export class StepBook {
  private readonly chapters = new Map<SiteId | null, Chapter>();
  private leaves: MetLeaf[] = [];
  private units = new Map<string, MetUnits>();
  private call: { began: number; readonly seen: Map<string, number> } = { began: -1, seen: new Map() };
  /** Over all losses: how many updates the gradient that a leaf holds has outlived. */
  private readonly ages = new WeakMap<Origin, Age>();
  private readonly started: number;
  private spent = 0;
  private isMeasuring = true;

  constructor(private readonly setting: StepBookSetting) {
    this.started = setting.now();
  }

  deposited(origin: Origin, { brought, held, values: valuesOf }: Deposit): void {
    if (!this.isMeasuring) return;
    this.timed(() => {
      const [gradient, values] = [held(), valuesOf()];
      const last = this.ages.get(origin);
      const isCleared = last === undefined || isSame(gradient, brought());
      const updates = isCleared ? 0 : last.updates + (isSame(values, last.values) ? 0 : 1);
      this.ages.set(origin, { updates, values });
      this.leaves.push({ origin, gradient, outlivedUpdates: updates, values });
    });
  }

  /** An op that is on the tape; `began` tells one call of a site from the next. */
  applied(op: string, site: SiteId | null, began: number, values: () => ArrayLike<number>): void {
    const flat = this.isMeasuring ? flatOf.get(op) : undefined;
    if (flat === undefined) return;
    this.timed(() => {
      if (this.call.began !== began) this.call = { began, seen: new Map() };
      const place = (this.call.seen.get(op) ?? 0) + 1;
      this.call.seen.set(op, place);
      const key = `${String(site)} ${op} ${place}`;
      const met = this.units.get(key) ?? { key, op, site, place, share: 0, count: 0 };
      met.share = (met.share * met.count + shareOfFlat(values(), flat)) / ++met.count;
      this.units.set(key, met);
    });
  }

  passEnded({ site, step, loss }: TracedPass): void {
    this.timed(() => {
      const chapter = this.chapterOf(site);
      const measured = this.isMeasuring ? this.measured(chapter) : null;
      const record: StepRecord = { step, loss, measured };
      this.leaves = [];
      this.units = new Map();
      if (isKept(step)) this.tell(site, chapter, record);
      else chapter.untold = record;
    });
    this.isMeasuring = this.spent < freeMs + shareOfTime * (this.setting.now() - this.started);
  }

  /** Tells the last pass of each loss, where it was held back. */
  end(): void {
    for (const [site, chapter] of this.chapters) if (chapter.untold !== null) this.tell(site, chapter, chapter.untold);
  }

  private tell(site: SiteId | null, chapter: Chapter, record: StepRecord): void {
    chapter.untold = null;
    const leaves = chapter.leaves.map(({ origin, shape }): LeafSeries => {
      return { site: origin.site, name: origin.name, span: this.spanOf(origin.site), shape };
    });
    const units = chapter.units.map(({ site: made, op, place }): UnitSeries => {
      const known = made === null ? undefined : this.setting.sites[made];
      const word = flatOf.get(op)?.word ?? "saturated";
      return { site: made, op, name: known?.name ?? null, span: known?.span ?? null, place, word };
    });
    this.setting.tell({ kind: "steps", site, leaves, units, records: [record] });
  }

  private measured(chapter: Chapter): StepRecord["measured"] {
    const leaves: (LeafStep | null)[] = chapter.leaves.map(() => null);
    const taken = new Set<number>();
    for (const met of this.leaves) {
      const index = placeOf(met.origin, chapter, taken, this.setting.sites);
      taken.add(index);
      const leaf = chapter.leaves[index];
      leaves[index] = stepOf(met, leaf === undefined ? null : leaf.values);
      if (leaf === undefined) {
        chapter.leaves.push({
          origin: met.origin,
          key: keyOf(met.origin, this.setting.sites),
          shape: met.origin.shape,
          values: met.values,
        });
        continue;
      }
      leaf.values = met.values;
      leaf.origin = met.origin;
    }
    for (const met of this.units.values())
      if (!chapter.units.some(({ key }) => key === met.key)) chapter.units.push(met);
    return { leaves, units: chapter.units.map(({ key }) => this.units.get(key)?.share ?? null) };
  }

  private chapterOf(site: SiteId | null): Chapter {
    const known = this.chapters.get(site);
    if (known !== undefined) return known;
    const chapter: Chapter = { leaves: [], units: [], untold: null };
    this.chapters.set(site, chapter);
    return chapter;
  }

  private spanOf(site: SiteId | null): LeafSeries["span"] {
    return site === null ? null : (this.setting.sites[site]?.span ?? null);
  }

  private timed(act: () => void): void {
    const began = this.setting.now();
    act();
    this.spent += this.setting.now() - began;
  }
}

function isKept(step: number): boolean {
  let stride = 1;
  while (step / stride > mostSteps) stride *= 2;
  return (step - 1) % stride === 0;
}

/** The series of a leaf: its own; else that of a leaf of the same making which this pass has not met: it was made anew. */
function placeOf(origin: Origin, { leaves }: Chapter, taken: ReadonlySet<number>, sites: readonly Site[]): number {
  const own = leaves.findIndex((leaf) => leaf.origin === origin);
  if (own >= 0) return own;
  const key = keyOf(origin, sites);
  const earlier = leaves.findIndex((leaf, index) => leaf.key === key && !taken.has(index));
  return earlier >= 0 ? earlier : leaves.length;
}

/** The same variable of the same function, where there is one; else the same call. */
function keyOf({ name, site, shape }: Origin, sites: readonly Site[]): string {
  const group = site === null ? [] : (sites[site]?.group ?? []);
  return [name ?? String(site), ...group, shape.join()].join(" ");
}

function stepOf({ gradient, values, outlivedUpdates }: MetLeaf, before: ArrayLike<number> | null): LeafStep {
  let zeros = 0;
  let nonFinite = 0;
  for (let i = 0; i < gradient.length; i++) {
    const value = gradient[i] ?? NaN;
    if (value === 0) zeros++;
    else if (!Number.isFinite(value)) nonFinite++;
  }
  const updateNorm = before === null || before.length !== values.length ? null : distance(values, before);
  return { gradientNorm: norm(gradient), zeros, nonFinite, valueNorm: norm(values), updateNorm, outlivedUpdates };
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  // A gradient that was added to zeros may have lost the sign of its own.
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  return true;
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] ?? NaN) ** 2;
  return Math.sqrt(sum);
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? NaN) - (b[i] ?? NaN)) ** 2;
  return Math.sqrt(sum);
}
