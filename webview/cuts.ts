/**
 * The places where the gradient between a leaf and the loss ends, and what they are called: controls such as
 * `detach()`, blocks of `noGrad()`, and ops that have no derivative.
 */
import type { GraphEdge, GraphNode, NodeId, SourceSpan } from "@gradlens/engine/graph";
import { cutsBetween, type Walk } from "./walk.js";
import { code, listed, text, type Phrase } from "./words.js";

export interface Cut {
  readonly edge: GraphEdge;
  /** The control or op at which the gradient ends. */
  readonly at: GraphNode;
  /** A run can ignore `detach()` and `noGrad()`; a value that left the tape cannot be brought back. */
  readonly ignorable: "yes" | "no";
}

export function cutsOf(walk: Walk, leaf: NodeId, loss: NodeId): readonly Cut[] {
  return cutsBetween(walk, leaf, loss).flatMap((edge): readonly Cut[] => {
    const at = walk.node.get(edge.to);
    if (at === undefined || edge.flow.kind !== "blocks") return [];
    const isIgnorable = at.op === "detach" || /noGrad/.test(`${at.op ?? ""} ${edge.flow.because}`);
    return [{ edge, at, ignorable: isIgnorable ? "yes" : "no" }];
  });
}

/** What stands at the cut, in the user's words: a block of `noGrad()` cuts at ops that say nothing of it. */
export function nameOfCut({ at, edge }: Cut): string {
  const inNoGrad = at.op !== "noGrad" && edge.flow.kind === "blocks" && /noGrad/.test(edge.flow.because);
  return inNoGrad ? "noGrad()" : callOf(at);
}

/** `detach()` on lines 46 and 47. */
export function namesOf(cuts: readonly Cut[]): readonly Phrase[] {
  const lines = new Map<string, Set<number>>();
  for (const cut of cuts) {
    const name = nameOfCut(cut);
    const known = lines.get(name) ?? new Set();
    lines.set(name, known);
    if (cut.at.span !== null) known.add(cut.at.span.start.line + 1);
  }
  return [...lines].flatMap(([name, numbers], index): readonly Phrase[] => {
    const inOrder = [...numbers].sort((a, b) => a - b).map(String);
    const where = inOrder.length === 0 ? "" : ` on ${inOrder.length === 1 ? "line" : "lines"} ${listed(inOrder)}`;
    return [...(index === 0 ? [] : [text(" and ")]), code(name), text(where)];
  });
}

/** One kind of call cuts, several cut. */
export function verbOf(cuts: readonly Cut[]): "cuts" | "cut" {
  return new Set(cuts.map(nameOfCut)).size === 1 ? "cuts" : "cut";
}

export function callOf({ op, name }: GraphNode): string {
  return op === null ? (name ?? "value") : `${op}()`;
}

export function onLine(span: SourceSpan | null): string {
  return span === null ? "" : ` on line ${span.start.line + 1}`;
}
