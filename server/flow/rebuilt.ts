/**
 * Reads of a tensor's values that only become tensors again: `tensor(x.item())` has the value of `x` and none of its
 * history. Known only once the whole graph is there; where the read stands right inside the call, both can go.
 */
import type { SourceSpan } from "@gradlens/engine/graph";
import type { Site } from "./code.js";
import type { FlowNode } from "./flow-graph.js";
import type { GraphBuilder } from "./graph-builder.js";

export function markRebuilt(graph: GraphBuilder): void {
  const takers = takersOf(graph);
  for (const { site, cut } of graph.cutsOf(["item", "tolist", "data"])) {
    const made = takers.get(site) ?? [];
    cut.isRebuilt = made.length > 0 && made.every(({ kind }) => kind === "constant" || kind === "leaf");
    const places = new Set(made.map((node) => node.site));
    const [only] = places;
    const isOne = cut.isRebuilt && only !== undefined && places.size === 1;
    cut.findRemoval = () => (isOne ? around(site, only) : []);
  }
}

/** By the place that reads, who takes what was read. */
function takersOf({ nodes }: GraphBuilder): ReadonlyMap<Site, readonly FlowNode[]> {
  const takers = new Map<Site, FlowNode[]>();
  for (const node of nodes) {
    for (const { from } of node.inputs) {
      const read = nodes[from];
      if (read?.kind !== "host") continue;
      const known = takers.get(read.site);
      if (known === undefined) takers.set(read.site, [node]);
      else known.push(node);
    }
  }
  return takers;
}

/** Of `tensor(x.item())` everything but `x`; nothing where the call is given more, or another expression. */
function around(read: Site, creation: Site): readonly SourceSpan[] {
  const [only, ...others] = creation.operands;
  if (only === undefined || others.length > 0 || !isSame(only.span, read.span)) return [];
  const { uri, start, end } = creation.span;
  const before = { line: read.wordSpan.start.line, character: read.wordSpan.start.character - 1 };
  const isOnOneLine = read.span.start.line === before.line && before.line === end.line;
  if (!isOnOneLine) return [];
  return [
    { uri, start, end: only.span.start },
    { uri, start: before, end },
  ];
}

function isSame(a: SourceSpan, b: SourceSpan): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}
