/**
 * Leaves that a function makes and gives back: the call that gives one its name is its declaration. So a helper that
 * makes all the weights of a program stands for as many leaves as it has calls with a name.
 *
 *     const weights = (shape) => tf.variable(tf.randomNormal(shape));
 *     const hidden = weights([4, 8]);    // one leaf
 *     const out = weights([8, 2]);       // another one
 */
import type { Site } from "./code.js";
import type { Frame } from "./frame.js";
import type { Place } from "./run.js";

export class HandedOver {
  /** The activation that has a leaf and has not named it. */
  private readonly holders = new Map<number, Frame>();
  private readonly takers = new Map<number, Site>();

  made(leaf: number, { frame, site }: Place): void {
    if (isNameless(site)) this.holders.set(leaf, frame);
  }

  /** A call ends and gives back these. */
  returned(tensors: readonly number[], callee: Frame, { frame, site }: Place): void {
    for (const id of tensors) {
      if (this.holders.get(id) !== callee) continue;
      if (isNameless(site)) this.holders.set(id, frame);
      else this.takers.set(id, site);
    }
  }

  /** Where it gets its name, if it is not where it is made. */
  takerOf(leaf: number): Site | null {
    return this.takers.get(leaf) ?? null;
  }
}

/** What a function returns is called after the function: `weights()`. */
function isNameless({ name }: Site): boolean {
  return name === null || name.endsWith("()");
}
