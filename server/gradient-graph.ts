/**
 * The flow graph behind one loss as the picture that everyone draws: the same nodes and words as a live graph, without
 * numbers. A value that travels around a loop would make a circle; the edge that closes it is left out.
 */
import type { Flow, GradientGraph, GraphEdge, GraphFrame, GraphNode, NodeId } from "@gradlens/engine/graph";
import type { Activity } from "./activity/activity.js";
import { distancesTo } from "./activity/reach.js";
import type { EdgeKind, FlowGraph, FlowNode, Loss } from "./flow/flow-graph.js";
import { cutLeaves } from "./rules/reported.js";
import { reason } from "./rules/never-receives-gradient.js";

/** What the picture of a loss is made from. */
interface Pictured {
  readonly flow: FlowGraph;
  readonly activity: Activity;
}

export function gradientGraphs(programs: readonly Pictured[], uri: string): readonly GradientGraph[] {
  return programs
    .flatMap(({ flow, activity }) => flow.losses.map((loss) => ({ loss, flow, activity })))
    .filter(({ loss }) => loss.span.uri === uri)
    .toSorted(
      ({ loss: { wordSpan: a } }, { loss: { wordSpan: b } }) =>
        a.start.line - b.start.line || a.start.character - b.start.character,
    )
    .map(({ loss, flow, activity }) => graphOf(loss, flow, activity));
}

function graphOf(loss: Loss, flow: FlowGraph, activity: Activity): GradientGraph {
  const { order, edges } = walkBack(loss.nodes, flow);
  const ids = new Map(order.map((id, index) => [id, `n${index}`] as const satisfies readonly [number, NodeId]));
  const idOf = (id: number): NodeId => ids.get(id) ?? "n0";
  const root = loss.nodes.at(-1);
  const isDead = activity.deadLosses.some((dead) => dead.loss === loss);
  const rootId = root === undefined ? null : idOf(root);
  const reached = distancesTo(loss.nodes, flow);
  const { frames, frameOf } = framesOf(order.map((id) => flow.nodes[id]?.group ?? []));
  return {
    origin: "static",
    library: (root === undefined ? undefined : flow.nodes[root]?.library.name) ?? "@gradlens/engine",
    loss: rootId,
    step: null,
    leftOut: 0,
    fault: isDead
      ? { node: rootId, message: `${loss.name === null ? "this value" : `\`${loss.name}\``} has no gradient history` }
      : null,
    frames,
    nodes: order.flatMap((id) => {
      const node = flow.nodes[id];
      return node === undefined
        ? []
        : [nodeOf(node, idOf(id), frameOf(node.group), reached.get(id) ?? Infinity, activity)];
    }),
    edges: edges.map(({ from, to, input, kind }): GraphEdge => ({
      from: idOf(from),
      to: idOf(to),
      input,
      flow: flowOf(kind),
      certainty: "yes",
    })),
  };
}

interface Walked {
  readonly order: readonly number[];
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly input: string;
    readonly kind: EdgeKind;
  }[];
}

/** Inputs before what is made of them. */
function walkBack(roots: readonly number[], flow: FlowGraph): Walked {
  const order: number[] = [];
  const edges: { from: number; to: number; input: string; kind: EdgeKind }[] = [];
  const state = new Map<number, "open" | "done">();
  const stack = roots.map((id) => ({ id, next: 0 })).reverse();
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const { id } = top;
    if (top.next === 0 && state.get(id) === "done") {
      stack.pop();
      continue;
    }
    state.set(id, "open");
    const edge = flow.nodes[id]?.inputs[top.next++];
    if (edge === undefined) {
      state.set(id, "done");
      order.push(id);
      stack.pop();
    } else if (state.get(edge.from) !== "open") {
      edges.push({ from: edge.from, to: id, input: edge.input, kind: edge.kind });
      if (state.get(edge.from) === undefined) stack.push({ id: edge.from, next: 0 });
    }
  }
  return { order, edges };
}

/** The named functions as frames: what was only read has no calls, but its text has functions. */
function framesOf(groups: readonly (readonly string[])[]): {
  readonly frames: readonly GraphFrame[];
  readonly frameOf: (group: readonly string[]) => number | null;
} {
  const frames: GraphFrame[] = [];
  const known = new Map<string, number>();
  const frameOf = (group: readonly string[]): number | null => {
    const name = group.at(-1);
    if (name === undefined) return null;
    const key = JSON.stringify(group);
    const index = known.get(key);
    if (index !== undefined) return index;
    const parent = frameOf(group.slice(0, -1));
    const own = frames.push({ parent, kind: "call", name, span: null, place: 0 }) - 1;
    known.set(key, own);
    return own;
  };
  groups.forEach(frameOf);
  return { frames, frameOf };
}

function nodeOf(node: FlowNode, id: NodeId, frame: number | null, distance: number, activity: Activity): GraphNode {
  return {
    id,
    kind: kindOf(node),
    name: node.name,
    op: node.op,
    group: node.group,
    frame,
    shape: null,
    requiresGrad: activity.varied.has(node.id) ? "yes" : "no",
    span: node.span,
    value: null,
    gradient: gradientOf(node, distance, activity),
  };
}

function kindOf({ kind }: FlowNode): GraphNode["kind"] {
  switch (kind) {
    case "leaf":
    case "constant":
      return "leaf";
    case "op":
      return "op";
    case "control":
    case "host":
      return "control";
    case "outside":
      return "unknown";
  }
}

function gradientOf(node: FlowNode, distance: number, activity: Activity): GraphNode["gradient"] {
  const leaf = node.kind === "leaf" ? cutLeaves(activity).find(({ site }) => site.nodes.includes(node.id)) : undefined;
  if (leaf !== undefined) return { kind: "none", because: reason(leaf), wouldBe: null };
  return distance > 0 && node.kind === "leaf"
    ? { kind: "none", because: "every path to this loss is cut", wouldBe: null }
    : { kind: "notComputed" };
}

function flowOf(kind: EdgeKind): Flow {
  switch (kind.kind) {
    case "derive":
      return { kind: "flows" };
    case "vanish":
      return { kind: "vanishes", because: kind.because };
    case "cut":
      return { kind: "blocks", because: kind.cut.because };
  }
}
