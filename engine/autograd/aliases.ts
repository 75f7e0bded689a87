/**
 * Views of one tensor share its values, so a change in place through any of them changes the history of all.
 * The family remembers who was changed last; the others take their history from it when they are next asked.
 */
import type { Tensor } from "../tensor.js";

export class Aliases {
  /** The tensor whose history is the newest. */
  latest: Tensor;
  changes = 0;

  constructor(readonly base: Tensor) {
    this.latest = base;
  }
}
