/**
 * The engine's random numbers: one seeded generator, so that every run can be repeated.
 * The numbers are sfc32 by Doty-Humphrey (PractRand); normals come from the Box–Muller transform.
 */

export class Generator {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;
  private spare: number | null = null;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** The same seed gives the same numbers from here on. */
  seed(seed: number): void {
    this.a = seed >>> 0;
    // The upper half too, so that seeds beyond 2^32 differ; a fraction is cut off.
    this.b = Math.floor(seed / 2 ** 32) >>> 0;
    this.c = 0x9e3779b9;
    this.counter = 1;
    this.spare = null;
    // The first numbers of neighboring seeds are alike; after a dozen they are not.
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** Where it stands, to come back here. */
  state(): readonly [number, number, number, number, number | null] {
    return [this.a, this.b, this.c, this.counter, this.spare];
  }

  restore(state: readonly [number, number, number, number, number | null]): void {
    [this.a, this.b, this.c, this.counter, this.spare] = state;
  }

  /** From 0 up to but not including 1, in steps of 2^−24, so that it is exact in float32. */
  uniform(): number {
    return (this.bits() >>> 8) / 2 ** 24;
  }

  /** Mean 0, standard deviation 1. */
  normal(): number {
    if (this.spare !== null) {
      const spare = this.spare;
      this.spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A whole number from `low` up to but not including `high`. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low));
  }

  private bits(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }
}

/** The generator behind `randn`, `rand`, initialization and dropout. */
export const generator = new Generator(0);

/** Seeds the engine's generator. Without it every run starts from seed 0. */
export function manualSeed(seed: number): void {
  generator.seed(seed);
}
