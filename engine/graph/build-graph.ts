/**
 * One recorded pass as a GradientGraph: everything that the loss depends on through values, also behind cuts,
 * so that dead leaves appear with the reason. What was seen is handed in as plain data; nothing here listens.
 *
 *     const a = x.mul(w);           // x, w: leaves; w is frozen when it does not require grad
 *     const b = a.detach();         // a → b blocks; a, x and b: none, because `detach()` …
 *     b.mul(v).sum().backward();    // v: received
 *
 * A leaf that nothing leads to from the loss is not in the graph; the run's leaf reports name it.
 */
import { invariant } from "../errors.js";
import type { GradientGraph, GraphEdge, GraphNode, NodeGradient, NodeId, TensorSummary } from "./gradient-graph.js";
import { framesOf } from "./frames.js";
import { isCut, type Origin } from "./origin.js";
import type { Site, SiteId } from "./run-report.js";

/** What the trace saw of one backward pass. */
export interface Pass {
  readonly loss: Origin;
  /** The loss and all it depends on, in the order in which the values were made. */
  readonly origins: readonly Origin[];
  /** At least how many of them are left out of `origins`. */
  readonly leftOut: number;
  /** Counts the passes of its site, from 1. */
  readonly step: number;
  readonly cotangents: ReadonlyMap<Origin, TensorSummary>;
  /** What leaves held when their gradient was deposited. */
  readonly leafValues: ReadonlyMap<Origin, TensorSummary>;
  readonly fault: string | null;
}

export function buildGraph(pass: Pass, sites: readonly Site[]): GradientGraph {
  const { origins } = pass;
  const ids = identify(origins, sites.length);
  const idOf = (origin: Origin): NodeId => {
    const id = ids.get(origin);
    invariant(id !== undefined, "every value of a pass has an id");
    return id;
  };
  const gradientOf = judge(pass);
  const { frames, frameOf } = framesOf(origins, sites);
  const nodes = origins.map((origin): GraphNode => {
    const site = origin.site === null ? null : (sites[origin.site] ?? null);
    return {
      id: idOf(origin),
      kind: origin.kind,
      name: origin.name,
      op: origin.op,
      group: site?.group ?? [],
      frame: frameOf.get(origin) ?? null,
      shape: origin.shape,
      requiresGrad: origin.requiresGrad ? "yes" : "no",
      span: site?.span ?? null,
      value: pass.leafValues.get(origin) ?? origin.value,
      gradient: gradientOf(origin),
    };
  });
  const edges = origins.flatMap((origin) =>
    origin.inputs
      .filter(({ from }) => ids.has(from))
      .map((input): GraphEdge => ({
        from: idOf(input.from),
        to: idOf(origin),
        input: input.name,
        flow: input.flow,
        certainty: input.certainty,
      })),
  );
  const loss = idOf(pass.loss);
  const fault = pass.fault === null ? null : { node: loss, message: pass.fault };
  const { step, leftOut } = pass;
  return { origin: "live", library: "@gradlens/engine", loss, step, leftOut, fault, frames, nodes, edges };
}

/** What a program had made when it stopped: no loss, no gradients, and the op that threw, if it was one. */
export function buildUnfinished(
  { failure, last, origins, message }: Unfinished,
  sites: readonly Site[],
): GradientGraph {
  const nothing = new Map<Origin, TensorSummary>();
  const loss = failure ?? last;
  const pass: Pass = {
    loss,
    origins,
    leftOut: 0,
    step: 0,
    cotangents: nothing,
    leafValues: nothing,
    fault: message,
  };
  const graph = buildGraph(pass, sites);
  const node = failure === null ? null : graph.loss;
  return { ...graph, loss: null, step: null, fault: { node, message } };
}

export interface Unfinished {
  /** The op that threw, if it was one. */
  readonly failure: Origin | null;
  /** The value that was made last. */
  readonly last: Origin;
  readonly origins: readonly Origin[];
  readonly message: string;
}

/**
 * The same program gives the same ids in every run, also where a run ignores a cut: the first value of a site
 * has the site's own number, the next ones follow at the distance of the whole table.
 */
function identify(origins: readonly Origin[], siteCount: number): ReadonlyMap<Origin, NodeId> {
  const ids = new Map<Origin, NodeId>();
  const seen = new Map<SiteId, number>();
  for (const origin of origins) {
    const site = origin.site ?? siteCount;
    const count = seen.get(site) ?? 0;
    seen.set(site, count + 1);
    ids.set(origin, `n${site + count * (siteCount + 1)}`);
  }
  return ids;
}

/** What a value got in this pass, or why it got none. */
function judge(pass: Pass): (origin: Origin) => NodeGradient {
  const connected = connectedTo(pass);
  const onLeaves = dependingOnLeaves(pass.origins);
  const behind = cutsBehind(pass.origins, onLeaves);
  const ahead = cutsAhead(pass.origins, connected);
  return (origin) => {
    const summary = pass.cotangents.get(origin);
    if (summary !== undefined) return { kind: "received", summary };
    if (!onLeaves.has(origin)) return { kind: "frozen", wouldBe: null };
    const cut = connected.has(origin) ? undefined : (ahead.get(origin) ?? behind.get(origin));
    if (cut !== undefined) return { kind: "none", because: cut, wouldBe: null };
    if (pass.fault !== null) return { kind: "notComputed" };
    return { kind: "none", because: "this backward pass was not asked for it", wouldBe: null };
  };
}

/** The values that a gradient of the loss can reach. */
function connectedTo({ loss, origins }: Pass): ReadonlySet<Origin> {
  const connected = new Set(loss.requiresGrad ? [loss] : []);
  for (const origin of origins.toReversed()) {
    if (!connected.has(origin)) continue;
    for (const input of origin.inputs) if (!isCut(input) && input.from.requiresGrad) connected.add(input.from);
  }
  return connected;
}

/** Values that require grad, or were computed from one that does, whether or not a cut lies between. */
function dependingOnLeaves(origins: readonly Origin[]): ReadonlySet<Origin> {
  const found = new Set<Origin>();
  for (const origin of origins) {
    if (origin.requiresGrad || origin.inputs.some(({ from }) => found.has(from))) found.add(origin);
  }
  return found;
}

/** The reason of the nearest cut on the way from a value to the loss. */
function cutsAhead(origins: readonly Origin[], connected: ReadonlySet<Origin>): ReadonlyMap<Origin, string> {
  const reasons = new Map<Origin, string>();
  for (const origin of origins.toReversed()) {
    for (const { from, flow } of origin.inputs) {
      const further = connected.has(origin) ? undefined : reasons.get(origin);
      const because = flow.kind === "blocks" ? flow.because : further;
      if (because !== undefined && !reasons.has(from)) reasons.set(from, because);
    }
  }
  return reasons;
}

/** Why a value does not require grad although it was computed from one that does: the cut between them. */
function cutsBehind(origins: readonly Origin[], onLeaves: ReadonlySet<Origin>): ReadonlyMap<Origin, string> {
  const reasons = new Map<Origin, string>();
  for (const origin of origins) {
    if (origin.requiresGrad) continue;
    for (const { from, flow } of origin.inputs) {
      const because = flow.kind === "blocks" && onLeaves.has(from) ? flow.because : reasons.get(from);
      if (because !== undefined && !reasons.has(origin)) reasons.set(origin, because);
    }
  }
  return reasons;
}
