/**
 * Which values are made anew in each iteration of which loops, and which of them outlive their iteration in a list.
 *
 *     const losses = [];
 *     for (const batch of batches) {         // the loop in which `loss` is made
 *       const loss = model(batch).mean();
 *       losses.push(loss);                   // kept: `loss`, in a list from outside the loop
 *     }
 */
import type { Site } from "./code.js";
import type { AbstractObject } from "./objects.js";
import type { Arguments, Place, Run } from "./run.js";
import type { Value } from "./value.js";

/** A tensor that is added to a list which was there before the loop; the list only grows. */
export interface Kept {
  readonly site: Site;
  readonly node: number;
  readonly loops: readonly object[];
}

export interface IterationFacts {
  /** The loops around the op that makes a tensor, outermost first. */
  readonly madeIn: ReadonlyMap<number, readonly object[]>;
  readonly kept: readonly Kept[];
  /** Tensors that were put into a list or a field at some time. */
  readonly stored: ReadonlySet<number>;
}

export class Iterations {
  /** The loops that are being walked. */
  readonly loops: object[] = [];
  /** Calls of `forEach`, by their keys, whose callback starts a backward pass: they are walked as loops. */
  readonly passing = new Set<string>();
  private readonly madeIn = new Map<number, readonly object[]>();
  private readonly pushes = new Map<Site, Kept & { readonly list: AbstractObject }>();
  private readonly unsure = new Set<Site>();
  private readonly shrinking = new Set<AbstractObject>();
  private readonly stored = new Set<number>();

  made(node: number): void {
    if (this.loops.length > 0 && !this.madeIn.has(node)) this.madeIn.set(node, [...this.loops]);
  }

  store({ tensors }: Value): void {
    for (const id of tensors) this.stored.add(id);
  }

  /** A method that changes a list is called on it. */
  changeList(list: AbstractObject, method: string, args: Arguments, { site }: Place): void {
    if (method !== "push") {
      this.shrinking.add(list);
      return;
    }
    const [value, ...others] = args.values;
    const [node, ...more] = value?.tensors ?? [];
    const isOne = node !== undefined && others.length + more.length === 0 && args.more === null;
    const known = this.pushes.get(site);
    const agrees = known === undefined || (known.list === list && known.node === node);
    if (!isOne || value?.unknown === true || !list.single || !agrees) this.unsure.add(site);
    else if (this.loops.length > 0) this.pushes.set(site, { site, node, list, loops: [...this.loops] });
  }

  finish(run: Run): IterationFacts {
    const kept = [...this.pushes.values()].filter(
      ({ site, list }) => !this.unsure.has(site) && !list.escaped && !this.shrinking.has(list),
    );
    const isThere = ({ node }: Kept): boolean => !run.graph.escaped.has(node);
    return { madeIn: this.madeIn, kept: kept.filter(isThere), stored: this.stored };
  }
}

export const noIterations: IterationFacts = { madeIn: new Map(), kept: [], stored: new Set() };
