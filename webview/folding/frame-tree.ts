/**
 * The calls and loops of a graph as a tree of groups that can be folded. A call that made one value is no group, and
 * one that only passes on to another call is not one of its own. A leaf belongs where it is used, not where it was made:
 * the weight of a layer stands in the layer's forward pass. Pure.
 */
import type { GradientGraph, GraphFrame, GraphNode, NodeId, SourceSpan } from "@gradlens/engine/graph";
import { isSameSpan } from "../spans.js";
import { walkOf } from "../walk.js";

export interface Group {
  /** Stays the same from run to run, as long as the calls around it do. */
  readonly key: string;
  readonly kind: "root" | GraphFrame["kind"];
  readonly name: string;
  readonly span: SourceSpan | null;
  readonly parent: Group | null;
  readonly depth: number;
  readonly children: Group[];
  /** The nodes that stand in it and in no group below it. */
  readonly nodes: GraphNode[];
}

export interface FrameTree {
  readonly root: Group;
  readonly groupOf: ReadonlyMap<NodeId, Group>;
}

interface Draft {
  readonly frame: GraphFrame | null;
  readonly children: Draft[];
  nodes: GraphNode[];
}

export function frameTreeOf(graph: GradientGraph): FrameTree {
  const draft = pruned(draftOf(graph));
  const groupOf = new Map<NodeId, Group>();
  const root = grown(draft, null, groupOf);
  placeLeaves(graph, root, groupOf);
  return { root, groupOf };
}

/** All nodes in a group and below it. */
export function membersOf(group: Group): readonly GraphNode[] {
  return [...group.nodes, ...group.children.flatMap(membersOf)];
}

/** One call into the library: what it is made of stands in no line of the user's. */
export function isAtom({ children, nodes, kind }: Group): boolean {
  const ops = nodes.filter(isMade);
  const [first] = ops;
  if (kind === "root" || children.length > 0 || first === undefined) return false;
  return ops.every(({ span }) => span !== null && first.span !== null && isSameSpan(span, first.span));
}

export function isMade({ kind }: GraphNode): boolean {
  return kind !== "leaf";
}

/** The frames with what was made in them; leaves come later. */
function draftOf({ frames, nodes }: GradientGraph): Draft {
  const root: Draft = { frame: null, children: [], nodes: [] };
  const drafts = frames.map((frame): Draft => ({ frame, children: [], nodes: [] }));
  frames.forEach(({ parent }, index) => {
    const own = drafts[index];
    const around = parent === null ? root : (drafts[parent] ?? root);
    if (own !== undefined && own !== around) around.children.push(own);
  });
  for (const node of nodes)
    if (isMade(node)) (node.frame === null ? root : (drafts[node.frame] ?? root)).nodes.push(node);
  return root;
}

/** Without empty frames, frames around a single value, and frames around a single other frame. */
function pruned(draft: Draft): Draft {
  const children: Draft[] = [];
  const nodes = [...draft.nodes];
  for (const child of draft.children.map(pruned)) {
    const isTrivial = child.children.length === 0 && child.nodes.length <= 1;
    if (isTrivial) nodes.push(...child.nodes);
    else children.push(child);
  }
  const [only] = children;
  const passesOn = draft.frame !== null && nodes.length === 0 && children.length === 1 && only !== undefined;
  return passesOn
    ? { frame: draft.frame, children: only.children, nodes: only.nodes }
    : { frame: draft.frame, children, nodes };
}

function grown({ frame, children, nodes }: Draft, parent: Group | null, groupOf: Map<NodeId, Group>): Group {
  const place = frame?.span === null || frame === null ? "" : `${frame.span.start.line}:${frame.span.start.character}`;
  const key = frame === null ? "" : `${parent?.key ?? ""}/${frame.name} ${place} ${frame.place}`;
  const depth = parent === null ? 0 : parent.depth + 1;
  const made: Group[] = [];
  const { kind, name, span } = frame ?? { kind: "root" as const, name: "", span: null };
  const group: Group = { key, kind, name, span, parent, depth, children: made, nodes: [...nodes] };
  for (const node of nodes) groupOf.set(node.id, group);
  for (const child of children) made.push(grown(child, group, groupOf));
  return group;
}

function placeLeaves(graph: GradientGraph, root: Group, groupOf: Map<NodeId, Group>): void {
  const { outgoing } = walkOf(graph);
  for (const leaf of graph.nodes) {
    if (isMade(leaf)) continue;
    const users = (outgoing.get(leaf.id) ?? []).flatMap(({ to }) => groupOf.get(to) ?? []);
    const group = users.reduce<Group | null>((common, user) => (common === null ? user : commonOf(common, user)), null);
    const place = group === null ? root : isInputOf(leaf, group) ? (group.parent ?? root) : group;
    place.nodes.push(leaf);
    groupOf.set(leaf.id, place);
  }
}

/** What goes into a call of the library stands before it; its parameters and its own constants are part of it. */
function isInputOf({ requiresGrad, gradient, name, span }: GraphNode, group: Group): boolean {
  const isParameter = requiresGrad !== "no" || (gradient.kind === "frozen" && name?.includes(".") === true);
  const isOwn = span !== null && group.span !== null && isSameSpan(span, group.span);
  return isAtom(group) && !isParameter && !isOwn;
}

function commonOf(a: Group, b: Group): Group {
  let [left, right] = [a, b];
  while (left !== right) {
    const next = left.depth >= right.depth ? left : right;
    if (next.parent === null) return next;
    if (next === left) left = next.parent;
    else right = next.parent;
  }
  return left;
}
