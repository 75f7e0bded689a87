/**
 * What became of the leaves that require grad: one report for each place in the source that makes one, also when a
 * loop makes many there. A leaf has received when a pass deposited into it, whatever happens to `.grad` later.
 * Of each place it holds the last leaf, and no other tensor.
 */
import type { LeafReport, NestedNumbers, Site, SiteId } from "../graph/run-report.js";
import type { Shape } from "../graph/gradient-graph.js";
import type { Origin } from "../graph/origin.js";

export interface LeafBookSetting<T> {
  readonly sites: readonly Site[];
  valuesOf(tensor: T): ArrayLike<number>;
}

interface Entry<T> {
  readonly site: SiteId | null;
  leaf: T;
  origin: Origin;
  leafCount: number;
  received: boolean;
  allZero: boolean;
  grad: ArrayLike<number> | null;
}

export class LeafBook<T extends { readonly shape: Shape; readonly requiresGrad: boolean }> {
  private readonly entries = new Map<string, Entry<T>>();
  private readonly keys = new WeakMap<Origin, string>();

  constructor(private readonly setting: LeafBookSetting<T>) {}

  /** `place` counts the leaves of one call, as `nn.Linear` makes a weight and a bias. Seeing a leaf again changes nothing. */
  see(leaf: T, origin: Origin, place: number): void {
    const key = this.keys.get(origin) ?? `${String(origin.site)}/${place}`;
    const isNew = !this.keys.has(origin);
    this.keys.set(origin, key);
    if (!leaf.requiresGrad) return;
    const entry = this.entries.get(key);
    if (entry === undefined) {
      const { site } = origin;
      this.entries.set(key, { site, leaf, origin, leafCount: 1, received: false, allZero: false, grad: null });
      return;
    }
    if (isNew) entry.leafCount++;
    entry.leaf = leaf;
    entry.origin = origin;
  }

  /** `grad` is what the leaf holds after the pass. */
  deposit(origin: Origin, grad: ArrayLike<number>): void {
    const key = this.keys.get(origin);
    const entry = key === undefined ? undefined : this.entries.get(key);
    if (entry === undefined) return;
    entry.allZero = (entry.allZero || !entry.received) && isZero(grad);
    entry.received = true;
    entry.grad = grad;
  }

  /** In the order in which the leaves were first made. */
  reports(): readonly LeafReport[] {
    return [...this.entries.values()].map((entry) => {
      const { site, leaf, origin, received, allZero, grad } = entry;
      return {
        site,
        name: entry.leafCount > 1 ? nameOfAll(origin.name) : origin.name,
        span: site === null ? null : (this.setting.sites[site]?.span ?? null),
        shape: leaf.shape,
        value: nest(this.setting.valuesOf(leaf), leaf.shape),
        received,
        allZero,
        grad: grad === null ? null : nest(grad, leaf.shape),
      };
    });
  }
}

/** The list's name where each leaf is named as its element. */
function nameOfAll(name: string | null): string | null {
  return name?.replace(/\[\d+\]$/, "") ?? null;
}

function isZero(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
  return values.length > 0;
}

function nest(values: ArrayLike<number>, shape: Shape): NestedNumbers {
  let next = 0;
  const level = (dim: number): NestedNumbers => {
    const length = shape[dim];
    return length === undefined ? (values[next++] ?? NaN) : Array.from({ length }, () => level(dim + 1));
  };
  return level(0);
}
