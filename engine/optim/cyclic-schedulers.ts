/** Schedulers that go up and down (Smith, 2017; Smith and Topin, 2018), and the momentum the other way. */
import type { Scheduled } from "./schedulers.js";

/** Groups whose momentum goes along: that of SGD, or the first β of Adam and its relatives. */
export interface CycledGroups {
  /** The groups of the optimizer, whose rates and momenta are changed. */
  readonly paramGroups: readonly { lr: number; momentum?: number; betas?: readonly [number, number] }[];
}

/** Between which rates `CyclicLR` goes, and how fast. */
export interface CyclicOptions {
  /** The lowest rate, where each cycle begins. */
  readonly baseLr: number;
  /** The highest rate of the first cycle. */
  readonly maxLr: number;
  /** Steps on the way up, 2000 unless given, and on the way down, as many unless given. */
  readonly stepSizeUp?: number;
  /** Steps on the way down, as many as on the way up unless given. */
  readonly stepSizeDown?: number;
  /** Whether each cycle is as high as the first, half as high as the one before, or lower by gamma in each step. */
  readonly mode?: "triangular" | "triangular2" | "exp_range";
  /** What the height is multiplied by in each step, in the mode "exp_range". */
  readonly gamma?: number;
  /** Whether the momentum goes the other way; it does unless told otherwise. */
  readonly cycleMomentum?: boolean;
  /** The momentum where the rate is highest, 0.8 unless given. */
  readonly baseMomentum?: number;
  /** The momentum where the rate is lowest, 0.9 unless given. */
  readonly maxMomentum?: number;
}

/** Between two rates along straight lines, again and again. */
export class CyclicLR {
  private count = 0;

  constructor(
    private readonly optimizer: CycledGroups,
    private readonly options: CyclicOptions,
  ) {
    this.apply();
  }

  /** The rates of the groups, as the last step has left them. */
  get lastRates(): readonly number[] {
    return ratesOf(this.optimizer);
  }

  /** Sets the next rate; call it after each `step()` of the optimizer. */
  step(): void {
    this.count++;
    this.apply();
  }

  private apply(): void {
    const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown = stepSizeUp, gamma = 1 } = this.options;
    const { mode = "triangular", cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = this.options;
    const length = stepSizeUp + stepSizeDown;
    const cycle = Math.floor(1 + this.count / length);
    const part = 1 + this.count / length - cycle;
    const up = stepSizeUp / length;
    const height = part <= up ? part / up : (part - 1) / (up - 1);
    const scale = { triangular: 1, triangular2: 1 / 2 ** (cycle - 1), exp_range: gamma ** this.count }[mode];
    set(
      this.optimizer,
      baseLr + (maxLr - baseLr) * height * scale,
      cycleMomentum ? maxMomentum - (maxMomentum - baseMomentum) * height * scale : null,
    );
  }
}

/** How high `OneCycleLR` goes, and over how many steps. */
export interface OneCycleOptions {
  /** The largest rate. */
  readonly maxLr: number;
  /** How many steps the cycle takes in all. */
  readonly totalSteps: number;
  /** The part of all steps that goes up, 0.3 unless given. */
  readonly pctStart?: number;
  /** Along half a cosine, unless given, or along straight lines. */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether the momentum goes the other way; it does unless told otherwise. */
  readonly cycleMomentum?: boolean;
  /** The momentum where the rate is highest, 0.85 unless given. */
  readonly baseMomentum?: number;
  /** The momentum where the rate is lowest, 0.95 unless given. */
  readonly maxMomentum?: number;
  /** What the largest rate is divided by at the start, and what that is divided by at the end. */
  readonly divFactor?: number;
  /** What the first rate is divided by to give the last one, 10,000 unless given. */
  readonly finalDivFactor?: number;
}

/** Up to a largest rate and down to almost nothing, once. */
export class OneCycleLR {
  private count = 0;

  constructor(
    private readonly optimizer: CycledGroups,
    private readonly options: OneCycleOptions,
  ) {
    this.apply();
  }

  /** The rates of the groups, as the last step has left them. */
  get lastRates(): readonly number[] {
    return ratesOf(this.optimizer);
  }

  /** Sets the next rate; call it after each `step()` of the optimizer. */
  step(): void {
    this.count = Math.min(this.count + 1, this.options.totalSteps - 1);
    this.apply();
  }

  private apply(): void {
    const {
      maxLr,
      totalSteps,
      pctStart = 0.3,
      annealStrategy = "cos",
      divFactor = 25,
      finalDivFactor = 1e4,
    } = this.options;
    const { cycleMomentum = true, baseMomentum = 0.85, maxMomentum = 0.95 } = this.options;
    const first = maxLr / divFactor;
    const top = pctStart * totalSteps - 1;
    const isUp = this.count <= top;
    const part = isUp ? this.count / top : (this.count - top) / (totalSteps - 1 - top);
    const between = (from: number, to: number): number =>
      annealStrategy === "linear" ? from + (to - from) * part : to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
    const rate = isUp ? between(first, maxLr) : between(maxLr, first / finalDivFactor);
    const momentum = isUp ? between(maxMomentum, baseMomentum) : between(baseMomentum, maxMomentum);
    set(this.optimizer, rate, cycleMomentum ? momentum : null);
  }
}

function ratesOf({ paramGroups }: Scheduled): readonly number[] {
  return paramGroups.map(({ lr }) => lr);
}

function set({ paramGroups }: CycledGroups, rate: number, momentum: number | null): void {
  for (const group of paramGroups) {
    group.lr = rate;
    if (momentum === null) continue;
    if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
    else if (group.momentum !== undefined) group.momentum = momentum;
  }
}
