/**
 * A graph with its closed groups drawn as one card each: what a person can take in of a graph of five hundred nodes.
 * The result is a graph again, so all that draws graphs draws it; what is behind a card is told beside it. Pure.
 */
import type { GradientGraph, GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";
import { walkOf, withoutGradient, type Walk } from "../walk.js";
import { frameTreeOf, isAtom, isMade, membersOf, type FrameTree, type Group } from "./frame-tree.js";

/** What stands on one card: a part of the program as wide as a module, a function, an iteration, or a single op. */
export type Level = "module" | "function" | "loop" | "all ops";

export const levels: readonly Level[] = ["module", "function", "loop", "all ops"];

export interface Folding {
  readonly level: Level;
  /** The groups that the user has opened and closed, by key. */
  readonly toggled: ReadonlyMap<string, "open" | "closed">;
}

export interface Fold {
  readonly group: Group;
  readonly members: readonly GraphNode[];
  /** Values that the ops in it made. */
  readonly opCount: number;
  /** The parameters in it, in the order of their use. */
  readonly parameters: readonly GraphNode[];
  /** Of a loop: how often it ran. */
  readonly iterations: number | null;
}

export interface FoldedGraph {
  readonly graph: GradientGraph;
  /** What is behind the cards of closed groups. */
  readonly folds: ReadonlyMap<NodeId, Fold>;
  /** The card on which each node of the whole graph is seen. */
  readonly cardOf: ReadonlyMap<NodeId, NodeId>;
  readonly tree: FrameTree;
}

/** As many cards are opened by themselves. */
const mostCards = 36;
/** Leaves without a gradient for whose sake groups are opened. */
const mostTroubled = 24;

export function foldedGraph(graph: GradientGraph, folding: Folding): FoldedGraph {
  const tree = frameTreeOf(graph);
  const open = openGroups(graph, tree, folding);
  const cardOf = new Map<NodeId, NodeId>();
  const folds = new Map<NodeId, Fold>();
  const cards: GraphNode[] = [];
  const order = new Map(graph.nodes.map(({ id }, index) => [id, index]));
  const walk = walkOf(graph);
  const show = (group: Group): void => {
    if (!open.has(group)) {
      const members = inOrder(membersOf(group), order);
      const id: NodeId = `n${-(folds.size + 1)}`;
      folds.set(id, foldOf(group, members));
      for (const member of members) cardOf.set(member.id, id);
      cards.push(cardFor(walk, group, members, id));
      return;
    }
    for (const node of group.nodes) {
      cardOf.set(node.id, node.id);
      cards.push(node);
    }
    group.children.forEach(show);
  };
  show(tree.root);
  // A card stands where the first of its values was made, so that a graph without groups stays as it is.
  const place = new Map<NodeId, number>();
  graph.nodes.forEach(({ id }, index) => {
    const card = cardOf.get(id);
    if (card !== undefined && !place.has(card)) place.set(card, index);
  });
  cards.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
  const loss = graph.loss === null ? null : (cardOf.get(graph.loss) ?? null);
  const fault =
    graph.fault === null || graph.fault.node === null
      ? graph.fault
      : { ...graph.fault, node: cardOf.get(graph.fault.node) ?? null };
  return {
    graph: { ...graph, loss, fault, nodes: cards, edges: edgesBetweenCards(graph, cardOf) },
    folds,
    cardOf,
    tree,
  };
}

const folded = new WeakMap<GradientGraph, { readonly folding: Folding; readonly result: FoldedGraph }>();

/** The same, kept while neither the graph nor the folding changes. */
export function foldedOnce(graph: GradientGraph, folding: Folding): FoldedGraph {
  const known = folded.get(graph);
  if (known?.folding === folding) return known.result;
  const result = foldedGraph(graph, folding);
  folded.set(graph, { folding, result });
  return result;
}

/** The groups that are open: those that the level opens, those that hold what must be seen, and what the user has opened. */
function openGroups(graph: GradientGraph, tree: FrameTree, { level, toggled }: Folding): ReadonlySet<Group> {
  const open = new Set<Group>([tree.root]);
  for (const group of opened(tree.root, level)) open.add(group);
  for (const group of mustBeOpen(graph, tree)) open.add(group);
  const visit = (group: Group): void => {
    const wanted = toggled.get(group.key);
    if (wanted === "open") open.add(group);
    if (wanted === "closed") open.delete(group);
    group.children.forEach(visit);
  };
  tree.root.children.forEach(visit);
  return open;
}

function opened(root: Group, level: Level): readonly Group[] {
  switch (level) {
    case "module":
      return openedByRoom(root);
    case "function":
      return below(root).filter((group) => group.kind !== "loop" && group.children.length > 0);
    case "loop":
      return below(root).filter((group) => group.children.length > 0);
    case "all ops":
      return below(root);
  }
}

/** Level after level, each as a whole, as long as all cards can be taken in; calls into the library stay closed. */
function openedByRoom(root: Group): readonly Group[] {
  const result: Group[] = [];
  let cardCount = root.nodes.length + root.children.length;
  let level: readonly Group[] = root.children;
  while (level.length > 0) {
    const next: Group[] = [];
    // What repeats is opened alike: all iterations of a loop or none.
    for (const siblings of familiesOf(level)) {
      const openable = siblings.filter((group) => !isAtom(group));
      const growth = openable.reduce((sum, { nodes, children }) => sum + nodes.length + children.length - 1, 0);
      if (openable.length === 0 || cardCount + growth > mostCards) continue;
      cardCount += growth;
      result.push(...openable);
      next.push(...openable.flatMap(({ children }) => children));
    }
    level = next;
  }
  return result;
}

function familiesOf(groups: readonly Group[]): readonly (readonly Group[])[] {
  const families = new Map<string, Group[]>();
  for (const group of groups) {
    const place = group.kind === "iteration" ? "iteration" : group.key.replace(/\d+$/, "");
    const key = `${group.parent?.kind === "iteration" ? (group.parent.parent?.key ?? "") : (group.parent?.key ?? "")} ${place}`;
    const family = families.get(key);
    if (family === undefined) families.set(key, [group]);
    else family.push(group);
  }
  return [...families.values()];
}

function below(group: Group): readonly Group[] {
  return group.children.flatMap((child) => [child, ...below(child)]);
}

/** Cuts are always in sight, and so are leaves that a gradient should have reached and the first lost numbers. */
function mustBeOpen(graph: GradientGraph, { groupOf }: FrameTree): readonly Group[] {
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const onLeaves = new Set(graph.nodes.filter(({ requiresGrad }) => requiresGrad !== "no").map(({ id }) => id));
  const cuts = graph.edges.filter(({ from, to, flow }) => {
    return (
      flow.kind === "blocks" && onLeaves.has(from) && groupOf.get(from) !== undefined && groupOf.get(to) !== undefined
    );
  });
  const lost = graph.nodes.find(({ value }) => (value?.nonFinite ?? 0) > 0);
  const ofCuts = cuts.slice(0, mostTroubled).flatMap(({ to }) => pathTo(groupOf.get(to)));
  const ofLost = lost === undefined ? [] : pathTo(groupOf.get(lost.id));
  // A leaf is seen on the card of a closed call, so that only what is around it must be open.
  const ofDead = graph.nodes
    .filter(({ id, kind }) => kind === "leaf" && dead.has(id))
    .slice(0, mostTroubled)
    .flatMap(({ id }) => pathTo(groupOf.get(id)?.parent ?? undefined));
  return [...ofCuts, ...ofLost, ...ofDead];
}

function pathTo(group: Group | undefined): readonly Group[] {
  const path: Group[] = [];
  for (let each: Group | null = group ?? null; each !== null; each = each.parent) path.push(each);
  return path;
}

function foldOf(group: Group, members: readonly GraphNode[]): Fold {
  const parameters = members.filter(({ kind, requiresGrad, gradient }) => {
    return kind === "leaf" && (requiresGrad !== "no" || gradient.kind === "frozen");
  });
  const iterations = group.kind === "loop" ? group.children.length : null;
  return { group, members, opCount: members.filter(isMade).length, parameters: parameters.filter(hasName), iterations };
}

/** A constant is no parameter, even where it says that it is frozen. */
function hasName({ name, requiresGrad }: GraphNode): boolean {
  return requiresGrad !== "no" || (name?.includes(".") ?? false);
}

/** The card shows what comes out of the group: its last value that is used outside, or the loss. */
function cardFor({ graph, outgoing }: Walk, group: Group, members: readonly GraphNode[], id: NodeId): GraphNode {
  const inside = new Set(members.map((member) => member.id));
  const isOutput = (member: GraphNode): boolean =>
    member.id === graph.loss || (outgoing.get(member.id) ?? []).some(({ to }) => !inside.has(to));
  const output = members.findLast(isOutput) ?? members.findLast(isMade) ?? members[0];
  const name =
    group.kind === "call" && isAtom(group) && output !== undefined && isVariable(output.name)
      ? output.name
      : group.name;
  return {
    id,
    kind: "op",
    name,
    op: null,
    group: output?.group ?? [],
    frame: null,
    shape: output?.shape ?? null,
    requiresGrad: output?.requiresGrad ?? "no",
    span: group.span,
    value: output?.value ?? null,
    gradient: output?.gradient ?? { kind: "notComputed" },
  };
}

/** `forward()` is what a function returned, and no variable. */
function isVariable(name: string | null): name is string {
  return name !== null && name !== "" && !name.endsWith("()");
}

/** One edge for all between two cards. A gradient passes where one of them lets it pass. */
function edgesBetweenCards(graph: GradientGraph, cardOf: ReadonlyMap<NodeId, NodeId>): readonly GraphEdge[] {
  const edges = new Map<string, GraphEdge>();
  for (const edge of graph.edges) {
    const from = cardOf.get(edge.from);
    const to = cardOf.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const isWhole = from === edge.from && to === edge.to;
    const key = isWhole ? `${from} ${to} ${edge.input}` : `${from} ${to}`;
    const known = edges.get(key);
    if (known === undefined) edges.set(key, isWhole ? edge : { ...edge, from, to, input: edge.input });
    else if (rankOf(edge) < rankOf(known)) edges.set(key, { ...edge, from, to });
  }
  return [...edges.values()];
}

function rankOf({ flow }: GraphEdge): number {
  return ["flows", "unknown", "vanishes", "blocks"].indexOf(flow.kind);
}

function inOrder(members: readonly GraphNode[], order: ReadonlyMap<NodeId, number>): readonly GraphNode[] {
  return [...members].sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
}
