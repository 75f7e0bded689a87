/**
 * Questions about the roads of a graph: what lies between a leaf and the loss, where it is cut, and by which way one
 * walks back from the loss. Pure, and without recursion, since a tape may be thousands of ops deep.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";

export interface Walk {
  readonly graph: GradientGraph;
  readonly node: ReadonlyMap<NodeId, GraphNode>;
  /** The edges that end at a node, and those that start there. */
  readonly incoming: ReadonlyMap<NodeId, readonly GraphEdge[]>;
  readonly outgoing: ReadonlyMap<NodeId, readonly GraphEdge[]>;
}

const walks = new WeakMap<GradientGraph, Walk>();

/** Edges that name a node which is not in the graph are left out. Made once for each graph. */
export function walkOf(graph: GradientGraph): Walk {
  const known = walks.get(graph);
  if (known !== undefined) return known;
  const walk = walkThrough(graph);
  walks.set(graph, walk);
  return walk;
}

function walkThrough(graph: GradientGraph): Walk {
  const node = new Map(graph.nodes.map((each) => [each.id, each]));
  const incoming = new Map<NodeId, GraphEdge[]>();
  const outgoing = new Map<NodeId, GraphEdge[]>();
  for (const edge of graph.edges) {
    if (!node.has(edge.from) || !node.has(edge.to)) continue;
    append(incoming, edge.to, edge);
    append(outgoing, edge.from, edge);
  }
  return { graph, node, incoming, outgoing };
}

/** An edge that stops a gradient somebody asked for. What is made of data alone has none to lose: a mask, an index. */
export function isCutEdge({ node }: Walk, { from, flow }: GraphEdge): boolean {
  return flow.kind === "blocks" && node.get(from)?.gradient.kind !== "frozen";
}

/** Everything that depends on a node, itself included. */
export function dependents({ outgoing }: Walk, start: NodeId): ReadonlySet<NodeId> {
  return reached([start], (id) => (outgoing.get(id) ?? []).map(({ to }) => to));
}

/** Everything that a node depends on, itself included. */
export function sources({ incoming }: Walk, start: NodeId): ReadonlySet<NodeId> {
  return reached([start], (id) => (incoming.get(id) ?? []).map(({ from }) => from));
}

/** Everything whose value reaches some cut; most graphs have none, and then no leaf needs a search. */
export function upstreamOfCuts(walk: Walk): ReadonlySet<NodeId> {
  const { graph, incoming } = walk;
  const ends = graph.edges.filter((edge) => isCutEdge(walk, edge)).map(({ from }) => from);
  return reached(ends, (id) => (incoming.get(id) ?? []).map(({ from }) => from));
}

/** Everything from which a gradient road without a cut leads to the loss; the loss itself included. */
export function reachedByGradient({ graph, incoming }: Walk): ReadonlySet<NodeId> {
  if (graph.loss === null) return new Set();
  return reached([graph.loss], (id) =>
    (incoming.get(id) ?? []).filter(({ flow }) => flow.kind !== "blocks").map(({ from }) => from),
  );
}

const dead = new WeakMap<Walk, ReadonlySet<NodeId>>();

/** The nodes that ask for a gradient and get none: because the run said so, or because no open road leads to them. */
export function withoutGradient(walk: Walk): ReadonlySet<NodeId> {
  const known = dead.get(walk);
  if (known !== undefined) return known;
  const found = findWithoutGradient(walk);
  dead.set(walk, found);
  return found;
}

function findWithoutGradient(walk: Walk): ReadonlySet<NodeId> {
  const { graph } = walk;
  const open = reachedByGradient(walk);
  const isDecided = graph.loss !== null && (graph.origin === "static" || graph.fault !== null);
  const lacks = ({ id, kind, requiresGrad, gradient }: GraphNode): boolean => {
    if (kind === "control" || requiresGrad === "no") return false;
    return gradient.kind === "none" || (gradient.kind === "notComputed" && isDecided && !open.has(id));
  };
  return new Set(graph.nodes.filter(lacks).map(({ id }) => id));
}

/** The edges between a leaf and the loss that let no gradient pass, in the order of the file. */
export function cutsBetween(walk: Walk, leaf: NodeId, loss: NodeId): readonly GraphEdge[] {
  return edgesBetween(walk, leaf, loss).filter(({ flow }) => flow.kind === "blocks");
}

/** The edges between a leaf and the loss. */
export function edgesBetween(walk: Walk, leaf: NodeId, loss: NodeId): readonly GraphEdge[] {
  const after = dependents(walk, leaf);
  const before = sources(walk, loss);
  return walk.graph.edges.filter(({ from, to }) => after.has(from) && before.has(to));
}

/** The edges from a node back from the loss, the one with the fewest cuts; empty where none leads there. */
export function routeFromLoss(walk: Walk, loss: NodeId, target: NodeId): readonly GraphEdge[] {
  // A search by cost (0 where a gradient passes, 1 where not) needs only two lists: this cost, and the next.
  const cameBy = new Map<NodeId, GraphEdge>();
  const settled = new Set<NodeId>();
  let now: { readonly id: NodeId; readonly by: GraphEdge | null }[] = [{ id: loss, by: null }];
  while (now.length > 0 && !settled.has(target)) {
    const next: typeof now = [];
    for (let index = 0; index < now.length; index++) {
      const entry = now[index];
      if (entry === undefined || settled.has(entry.id)) continue;
      settled.add(entry.id);
      if (entry.by !== null) cameBy.set(entry.id, entry.by);
      for (const edge of walk.incoming.get(entry.id) ?? [])
        (edge.flow.kind === "flows" ? now : next).push({ id: edge.from, by: edge });
    }
    now = next;
  }
  const route: GraphEdge[] = [];
  for (let edge = cameBy.get(target); edge !== undefined; edge = cameBy.get(edge.to)) route.push(edge);
  return route.reverse();
}

function reached(starts: readonly NodeId[], next: (id: NodeId) => readonly NodeId[]): ReadonlySet<NodeId> {
  const seen = new Set(starts);
  const pending = [...seen];
  for (let id = pending.pop(); id !== undefined; id = pending.pop())
    for (const neighbor of next(id)) {
      if (seen.has(neighbor)) continue;
      seen.add(neighbor);
      pending.push(neighbor);
    }
  return seen;
}

function append(edges: Map<NodeId, GraphEdge[]>, id: NodeId, edge: GraphEdge): void {
  const list = edges.get(id);
  if (list === undefined) edges.set(id, [edge]);
  else list.push(edge);
}
