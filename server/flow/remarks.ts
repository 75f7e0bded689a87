/**
 * Remarks: what is noticed about single places of the program while it is walked, for rules that need more than the
 * graph. A place is walked in many contexts and rounds; a remark stays only if every one of them agrees.
 *
 *     function less(a, b) { return a - b; }
 *     less(x, y);     // the operator works on tensors: the remark holds
 *     less(3, 4);     // and here on numbers: it is gone for good
 *
 * A remark must be such that what holds of more values holds of fewer, because the first rounds have seen only some
 * of them. Who has seen nothing at all says nothing. The rules judge what is left, together with the finished graph.
 */
import type { Site } from "./code.js";
import type { CellId } from "./store.js";

/** What is noticed; the comment says what `nodes` and `detail` are. */
export type RemarkKind =
  /** A tensor as an operand of JavaScript's own operator: the operands; the operator, with "right" if only that one is. */
  | "tensorArithmetic"
  /** `x.detach();` as a statement: the results; the name of what it is called on, if that can be assigned to. */
  | "discardedDetach"
  /** `backward()` without a gradient on a value of several elements: the values; their shape. */
  | "nonScalar"
  /** A change in place as a statement, of a variable that can be assigned to: nothing; the variable's name. */
  | "changedVariable"
  /** `grad` read while it is certainly cleared: the leaves; nothing; `from` is what cleared it. */
  | "clearedGrad"
  /** `grad` read from what is certainly the result of an op: the results. */
  | "computedGrad"
  /** A callback of `noGrad()` and the like that gives back a promise: nothing; the name of the call. */
  | "asyncPause"
  /** A function given away to be differentiated that gives back a promise: nothing; the call. */
  | "asyncLoss"
  /** One that gives back nothing: nothing; the call. */
  | "emptyLoss"
  /** A field that a creation function does not read: nothing; its name. */
  | "unreadOption"
  /** An assignment to a property that tensors do not have: the tensors; its name. */
  | "unreadProperty"
  /** `x.requiresGrad = true`: the tensors; nothing. */
  | "turnedOn";

export interface Remark {
  readonly kind: RemarkKind;
  readonly site: Site;
  /** The tensors that it is about, in all contexts together; ascending. */
  readonly nodes: readonly number[];
  readonly detail: string;
  readonly from: Site | null;
}

export interface Noticed {
  readonly nodes: readonly number[];
  readonly detail: string;
  /** Another place that it is about. */
  readonly from?: Site;
}

export class Remarks {
  /** Where the source names the field that a cell is. */
  readonly keySites = new Map<CellId, Site>();
  private readonly bySite = new Map<Site, Map<RemarkKind, Noticed | "disagreed">>();

  /** In this context it holds. Contexts that differ in `detail` or `from` disagree. */
  holds(kind: RemarkKind, site: Site, { nodes, detail, from }: Noticed): void {
    const here = this.at(site);
    const known = here.get(kind);
    if (known === "disagreed") return;
    const all = known === undefined ? nodes : [...new Set([...known.nodes, ...nodes])].toSorted((a, b) => a - b);
    const agrees = known === undefined || (known.detail === detail && known.from === from);
    here.set(kind, agrees ? { nodes: all, detail, ...(from === undefined ? {} : { from }) } : "disagreed");
  }

  /** In this context it does not hold, so nothing is said about the place. */
  fails(kind: RemarkKind, site: Site): void {
    this.at(site).set(kind, "disagreed");
  }

  finished(): readonly Remark[] {
    return [...this.bySite].flatMap(([site, noticed]) =>
      [...noticed].flatMap(([kind, said]) => (said === "disagreed" ? [] : [{ kind, site, from: null, ...said }])),
    );
  }

  private at(site: Site): Map<RemarkKind, Noticed | "disagreed"> {
    const known = this.bySite.get(site);
    if (known !== undefined) return known;
    const made = new Map<RemarkKind, Noticed | "disagreed">();
    this.bySite.set(site, made);
    return made;
  }
}
