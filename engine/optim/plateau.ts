/** A scheduler that looks at how training goes: the rate falls once a measure has not become better for a while. */
import type { Scheduled } from "./schedulers.js";

/** When `ReduceLROnPlateau` lowers the rate, and by how much. */
export interface PlateauOptions {
  /** Whether smaller or larger is better. */
  readonly mode?: "min" | "max";
  /** What the rate is multiplied by, 0.1 unless given. */
  readonly factor?: number;
  /** How many calls without improvement are waited for, 10 unless given. */
  readonly patience?: number;
  /** By how much the measure must be better, as a part of the best or as a difference. */
  readonly threshold?: number;
  /** "rel", unless given, takes the threshold as a part of the best, "abs" as a difference. */
  readonly thresholdMode?: "rel" | "abs";
  /** How many calls after a change do not count. */
  readonly cooldown?: number;
  /** The rate is never lowered below this, 0 unless given. */
  readonly minLr?: number;
  /** Smaller changes of the rate are left out. */
  readonly eps?: number;
}

/** Lowers the rate when a measure no longer improves: call `step(measure)` after each epoch. */
export class ReduceLROnPlateau {
  private best: number;
  private waited = 0;
  private cooling = 0;

  constructor(
    private readonly optimizer: Scheduled,
    private readonly options: PlateauOptions = {},
  ) {
    this.best = options.mode === "max" ? -Infinity : Infinity;
  }

  /** The rates of the groups, as the last call has left them. */
  get lastRates(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Called after each epoch with what was measured. */
  step(measure: number): void {
    const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0, eps = 1e-8 } = this.options;
    if (this.isBetter(measure)) {
      this.best = measure;
      this.waited = 0;
    } else this.waited++;
    if (this.cooling > 0) {
      this.cooling--;
      this.waited = 0;
    }
    if (this.waited <= patience) return;
    for (const group of this.optimizer.paramGroups) {
      const rate = Math.max(group.lr * factor, minLr);
      if (group.lr - rate > eps) group.lr = rate;
    }
    this.cooling = cooldown;
    this.waited = 0;
  }

  private isBetter(measure: number): boolean {
    const { mode = "min", threshold = 1e-4, thresholdMode = "rel" } = this.options;
    const sign = mode === "min" ? -1 : 1;
    const least = thresholdMode === "rel" ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === "min" ? measure < least : measure > least;
  }
}
