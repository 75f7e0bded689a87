/**
 * Schedulers change the step size of an optimizer while it trains: make one after the optimizer, and call `step()` after
 * each epoch or step of it. Names and formulas are PyTorch's; each writes the rate as a function of the number of calls.
 */
import { EngineError } from "../errors.js";

/** What a scheduler needs of an optimizer: groups with a step size. */
export interface Scheduled {
  /** The groups of the optimizer, whose rates are changed. */
  readonly paramGroups: readonly { lr: number }[];
}

/** The base of the schedulers whose rate is a function of how often `step()` was called. */
export abstract class Scheduler {
  /** The step sizes that the groups had when the scheduler was made. */
  readonly baseRates: readonly number[];
  /** How often `step()` was called. */
  protected count = 0;

  constructor(protected readonly optimizer: Scheduled) {
    this.baseRates = optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** The step size of each group. */
  get lastRates(): readonly number[] {
    return this.optimizer.paramGroups.map(({ lr }) => lr);
  }

  /** Sets the next rate; call it after each epoch. */
  step(): void {
    this.count++;
    this.apply();
  }

  /** As if it had just been made. */
  begin(): void {
    this.count = 0;
    this.apply();
  }

  /** Sets the rates of this moment; a subclass calls it once when it is made. */
  protected apply(): void {
    this.optimizer.paramGroups.forEach((group, at) => {
      group.lr = this.rateAt(this.count, this.baseRates[at]);
    });
  }

  protected abstract rateAt(count: number, base: number): number;
}

/** Multiplies the rate by gamma every so many steps. */
export class StepLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly stepSize: number; readonly gamma?: number },
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { stepSize, gamma = 0.1 } = this.options;
    return base * gamma ** Math.floor(count / stepSize);
  }
}

/** Multiplies the rate by gamma at each milestone. */
export class MultiStepLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly milestones: readonly number[]; readonly gamma?: number },
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { milestones, gamma = 0.1 } = this.options;
    return base * gamma ** milestones.filter((milestone) => milestone <= count).length;
  }
}

/** Multiplies the rate by gamma in each step. */
export class ExponentialLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly gamma: number },
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    return base * this.options.gamma ** count;
  }
}

/** The base rate times what a function says. */
export class LambdaLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly factor: (count: number) => number,
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    return base * this.factor(count);
  }
}

/** A constant part of the rate for some steps, then all of it. */
export class ConstantLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly factor?: number; readonly totalIters?: number } = {},
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { factor = 1 / 3, totalIters = 5 } = this.options;
    return count < totalIters ? base * factor : base;
  }
}

/** From one part of the rate to another along a line. */
export class LinearLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: {
      readonly startFactor?: number;
      readonly endFactor?: number;
      readonly totalIters?: number;
    } = {},
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = this.options;
    return base * (startFactor + ((endFactor - startFactor) * Math.min(count, totalIters)) / totalIters);
  }
}

/** Down to zero as a power of the steps that are left. */
export class PolynomialLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly totalIters?: number; readonly power?: number } = {},
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { totalIters = 5, power = 1 } = this.options;
    return base * (1 - Math.min(count, totalIters) / totalIters) ** power;
  }
}

/** Down to a smallest rate along half a cosine, and up again (Loshchilov and Hutter, 2017). */
export class CosineAnnealingLR extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly tMax: number; readonly etaMin?: number },
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { tMax, etaMin = 0 } = this.options;
    return cosine(base, etaMin, count / tMax);
  }
}

/** The same, begun anew after t0 steps, and then each time after tMult times as many. */
export class CosineAnnealingWarmRestarts extends Scheduler {
  constructor(
    optimizer: Scheduled,
    private readonly options: { readonly t0: number; readonly tMult?: number; readonly etaMin?: number },
  ) {
    super(optimizer);
    this.apply();
  }

  protected override rateAt(count: number, base: number): number {
    const { t0, tMult = 1, etaMin = 0 } = this.options;
    let [start, length] = [0, t0];
    while (count - start >= length) [start, length] = [start + length, length * tMult];
    return cosine(base, etaMin, (count - start) / length);
  }
}

/** One scheduler after the other, each begun anew at its milestone. */
export class SequentialLR {
  private count = 0;

  constructor(
    private readonly schedulers: readonly Scheduler[],
    private readonly milestones: readonly number[],
  ) {
    if (schedulers.length === 0 || milestones.length !== schedulers.length - 1) {
      throw new EngineError(
        `SequentialLR: ${schedulers.length} schedulers and ${milestones.length} milestones`,
        "between two schedulers there is one milestone",
        "Pass one milestone less than schedulers.",
        "ValueError",
      );
    }
    schedulers[0].begin();
  }

  /** Sets the next rate by the scheduler whose turn it is. */
  step(): void {
    this.count++;
    const at = this.milestones.filter((milestone) => milestone <= this.count).length;
    if (this.milestones[at - 1] === this.count) this.schedulers[at].begin();
    else this.schedulers[at].step();
  }
}

function cosine(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * part))) / 2;
}
