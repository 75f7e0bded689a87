/** The layout: no card over another, values go down, few crossings, and the same graph always gives the same places. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { foldedGraph } from "../../webview/folding/fold.js";
import {
  drawingOf,
  layeredLayout,
  layoutOf,
  nodeHeight,
  nodeWidth,
  type Layout,
} from "../../webview/layout/layered-layout.js";
import { drawnAfter, type Placed } from "../../webview/layout/placed.js";
import { placementOf } from "../../webview/layout/placement.js";
import { allCrossings } from "../../webview/layout/order.js";
import { rowsOf } from "../../webview/layout/rows.js";
import { graphOf, pictured } from "./graphs.js";

const cases: readonly [string, GradientGraph][] = [
  ["one cut", pictured("one-cut")],
  ["every kind", pictured("every-kind")],
  ["a value used twice by one op", graphOf("x -> L, x -> L", { x: 1, L: 1 })],
  ["a leaf without edges", graphOf("x -> L", { x: 1, L: 1, u: null })],
  ["a shared leaf far above", graphOf("w -> a, a -> b, w -> b, b -> c, w -> c, c -> L, w -> L", { w: 1, L: 1 })],
  ["a random graph", randomGraph(60, 7)],
];

describe("layeredLayout", () => {
  it.each(cases)("keeps cards apart and values going down: %s", (_case, graph) => {
    const layout = layeredLayout(graph);
    expect(layout.nodes).toHaveLength(graph.nodes.length);
    expect(overlaps(layout)).toEqual([]);
    const top = new Map(layout.nodes.map(({ node, y }) => [node.id, y]));
    for (const { edge, points } of layout.edges) {
      expect(top.get(edge.from)).toBeLessThan(top.get(edge.to) ?? 0);
      expect(points[0]?.y).toBe((top.get(edge.from) ?? 0) + nodeHeight);
      expect(points.at(-1)?.y).toBe(top.get(edge.to));
    }
  });

  it("gives the same places again, whatever the values are", () => {
    const graph = pictured("one-cut");
    const without = { ...graph, nodes: graph.nodes.map((node) => ({ ...node, value: null })) };
    const places = (layout: Layout) => layout.nodes.map(({ node, x, y }) => [node.id, x, y]);
    expect(places(layeredLayout(without))).toEqual(places(layeredLayout(graph)));
  });

  it("draws an empty graph", () => {
    expect(layeredLayout({ ...graphOf("a -> L", {}), nodes: [], edges: [] })).toMatchObject({ nodes: [], edges: [] });
  });

  it("lays out a graph with a cycle, which no tape has, without hanging", () => {
    expect(layeredLayout(graphOf("a -> b, b -> a, b -> L", {})).nodes).toHaveLength(3);
  });

  it("leaves the bends out of a deep graph whose leaf is used by every op", () => {
    const edges = Array.from({ length: 400 }, (_, index) => `h${index} -> h${index + 1}, w -> h${index + 1}`);
    const layout = layeredLayout(graphOf(`${edges.join(", ")}, h400 -> L`, { L: 1 }));
    expect(Math.max(...layout.edges.map(({ points }) => points.length))).toBeLessThan(20);
  });
});

describe("a picture after another", () => {
  it("keeps on its side what both have, where one node more came in", () => {
    const flips = { remembered: 0, forgotten: 0, pairs: 0 };
    for (let seed = 1; seed <= 25; seed++) {
      const before = randomGraph(40, seed);
      const after = randomGraph(41, seed);
      const drawing = drawingOf(before);
      const folded = foldedGraph(before, { level: "all ops", toggled: new Map() });
      const last: Placed = { folded, uncut: null, drawing, placement: placementOf(drawing.skeleton) };
      const anew = drawingOf(after);
      const remembering = drawnAfter(anew, last);
      const [a, pairs] = flipped(
        layoutOf(drawing, last.placement),
        layoutOf(remembering, placementOf(remembering.skeleton)),
      );
      const [b] = flipped(layoutOf(drawing, last.placement), layoutOf(anew, placementOf(anew.skeleton)));
      flips.remembered += a;
      flips.forgotten += b;
      flips.pairs += pairs;
    }
    expect(flips.pairs).toBeGreaterThan(1000);
    expect(flips.remembered).toBeLessThan(0.1 * flips.pairs);
    expect(flips.remembered).toBeLessThan(0.5 * flips.forgotten);
  });
});

/** Of the pairs that share a row in both pictures: how many have changed sides, and how many there are. */
function flipped(one: Layout, other: Layout): readonly [flipped: number, pairs: number] {
  const there = new Map(other.nodes.map(({ node, x, y }) => [node.name, { x, y }]));
  let flips = 0;
  let pairs = 0;
  for (const [index, a] of one.nodes.entries())
    for (const b of one.nodes.slice(index + 1)) {
      const [otherA, otherB] = [there.get(a.node.name), there.get(b.node.name)];
      if (a.y !== b.y || otherA === undefined || otherB === undefined || otherA.y !== otherB.y) continue;
      pairs++;
      if (a.x < b.x !== otherA.x < otherB.x) flips++;
    }
  return [flips, pairs];
}

describe("allCrossings", () => {
  it("counts what counting every pair counts", () => {
    const random = seeded(3);
    for (let round = 0; round < 20; round++) {
      const upper = [0, 1, 2, 3, 4];
      const lower = [5, 6, 7, 8, 9];
      const below = upper.map(() => lower.filter(() => random() < 0.4));
      const links = upper.flatMap((from) => (below[from] ?? []).map((to) => [from, to] as const));
      const pairs = links.flatMap(([a, b]) => links.filter(([c, d]) => a < c && b > d));
      const rowOf = Int32Array.from([...upper.map(() => 0), ...lower.map(() => 1)]);
      expect(allCrossings(rowsOf(rowOf, 2, Int32Array.from(links.flat())))).toBe(pairs.length);
    }
  });
});

function overlaps({ nodes }: Layout): readonly string[] {
  return nodes.flatMap((a, index) =>
    nodes
      .slice(index + 1)
      .filter((b) => Math.abs(a.x - b.x) < nodeWidth && Math.abs(a.y - b.y) < nodeHeight)
      .map((b) => `${a.node.name} and ${b.node.name}`),
  );
}

function randomGraph(count: number, seed: number): GradientGraph {
  const random = seeded(seed);
  const edges = Array.from({ length: count }, (_, to) => to + 1).flatMap((to) => {
    const from = [Math.floor(random() * to), Math.floor(random() * to)];
    return from.map((each) => `v${each} -> v${to}`);
  });
  return graphOf(edges.join(", "), {});
}

/** Park and Miller's generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
