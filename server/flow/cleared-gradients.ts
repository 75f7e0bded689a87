/**
 * Which gradients were cleared for certain and not given anew since: a pass, a value set by hand, or code that is not
 * known may have brought one.
 *
 *     optimizer.zeroGrad();
 *     console.log(w.grad);   // null, whatever happened before
 */
import type { Site } from "./code.js";
import type { CellId } from "./store.js";
import type { Run } from "./run.js";
import { literal, onlyLiteral } from "./value.js";

const open = literal("open");
const quiet = literal("quiet");

export class ClearedGradients {
  private readonly cells = new Map<number, CellId>();
  private readonly sites = new Map<string, Site>();
  /** Whether a pass came last; also tells of those that run beside the program. */
  private passes: CellId | null = null;

  constructor(private readonly run: Run) {}

  /** These leaves have no gradient now. */
  clear(leaves: Iterable<number>, site: Site): void {
    const { run } = this;
    const key = `cleared ${run.keyOf(site)}`;
    this.sites.set(key, site);
    run.write(this.passCell(), quiet);
    for (const leaf of leaves) {
      // Where a place makes many leaves, the one that is read may be another.
      if (run.graph.several.has(leaf)) continue;
      const cell = this.cells.get(leaf) ?? run.stateCell();
      this.cells.set(leaf, cell);
      run.write(cell, literal(key));
    }
  }

  /** These, or any, may have a gradient again. */
  reopen(leaves: Iterable<number> = this.cells.keys()): void {
    this.run.write(this.passCell(), open);
    for (const leaf of leaves) {
      const cell = this.cells.get(leaf);
      if (cell !== undefined) this.run.write(cell, open);
    }
  }

  /** Where all of these were cleared last; none unless that is certain. */
  clearedAt(leaves: readonly number[]): readonly Site[] {
    const last = this.run.read(this.passCell());
    if (last === undefined || onlyLiteral(last)?.value !== "quiet") return [];
    const found = leaves.map((leaf) => {
      const cell = this.cells.get(leaf);
      const states = cell === undefined ? undefined : this.run.read(cell)?.primitives;
      if (states === undefined || states === "any" || this.run.graph.several.has(leaf)) return [];
      const sites = states.map((key) => this.sites.get(String(key)));
      return sites.every((site) => site !== undefined) ? sites.flatMap((site) => site ?? []) : [];
    });
    return found.every((sites) => sites.length > 0) ? found.flat() : [];
  }

  private passCell(): CellId {
    this.passes ??= this.run.stateCell();
    return this.passes;
  }
}
