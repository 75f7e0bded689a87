/**
 * Where a library throws as soon as an op without a gradient lies on any path between a leaf and the loss, other paths
 * do not help. Paths of the flow graph show what may be; here only those count that every run takes: each input on
 * the way is one tensor, always the same.
 *
 *     const v = variable(1);
 *     variableGrads(() => where(v.greater(0), v, zero).sum());   // greater: throws, though v has another path
 */
import { spanKey } from "../flow/graph-builder.js";
import type { Cut, FlowEdge, FlowGraph, FlowNode, LeafSite, Loss } from "../flow/flow-graph.js";

export interface CertainThrow {
  readonly cut: Cut;
  readonly leaf: LeafSite;
  readonly loss: Loss;
}

export function certainThrows(flow: FlowGraph): readonly CertainThrow[] {
  if (flow.gaveUp !== null) return [];
  const leafOf = new Map(flow.leafSites.flatMap((site) => site.nodes.map((id) => [id, site] as const)));
  return flow.losses.flatMap((loss) => {
    const [root, ...others] = loss.nodes;
    const asksForAll = loss.is === "resultByArguments" || (loss.is === "resultByVariables" && !loss.isListed);
    if (root === undefined || others.length > 0 || loss.unknown || !asksForAll) return [];
    return throwsBehind(root, flow).flatMap(({ cut, from }): CertainThrow[] => {
      const leaf = [...certainlyBehind(from, flow)].map((id) => leafOf.get(id)).find((site) => isAskedFor(site, loss));
      return leaf === undefined ? [] : [{ cut, leaf, loss }];
    });
  });
}

/** A variable that every call differentiates by, or what this very call is given. */
function isAskedFor(site: LeafSite | undefined, { is, wordSpan }: Loss): boolean {
  if (site === undefined || site.silenced) return false;
  if (is === "resultByVariables") return site.named === null;
  return site.named !== null && spanKey(site.named.span) === spanKey(wordSpan);
}

function throwsBehind(root: number, flow: FlowGraph): readonly { readonly cut: Cut; readonly from: number }[] {
  return [...certainlyBehind(root, flow)].flatMap((id) =>
    certainEdges(flow.nodes[id], flow).flatMap(({ from, kind }) =>
      kind.kind === "cut" && kind.cut.kind === "throwingOp" ? [{ cut: kind.cut, from }] : [],
    ),
  );
}

/** Everything that is recorded on the way to this node whenever it is. */
function certainlyBehind(start: number, flow: FlowGraph): ReadonlySet<number> {
  const found = new Set([start]);
  // The set grows while it is walked.
  for (const id of found)
    for (const { from, kind } of certainEdges(flow.nodes[id], flow)) if (kind.kind !== "cut") found.add(from);
  return found;
}

function certainEdges(node: FlowNode | undefined, { recorded, unsure }: FlowGraph): readonly FlowEdge[] {
  if (node === undefined || recorded.get(node.id) !== "yes" || unsure.has(`${node.id}/*`)) return [];
  return node.inputs.filter(
    ({ input }) =>
      !unsure.has(`${node.id}/${input}`) && node.inputs.filter((other) => other.input === input).length === 1,
  );
}
