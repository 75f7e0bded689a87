/**
 * How many edges cross, against Graphviz on the same graphs: sixty tapes of a stated generator, and those of the
 * examples. Crossings are counted on the drawn lines of both, so that different rows make no difference.
 */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import type { GradientGraph } from "@gradlens/engine/graph";
import { beforeAll, describe, expect, it } from "vitest";
import { foldedGraph } from "../../webview/folding/fold.js";
import { layeredLayout, nodeHeight, nodeWidth, type Point } from "../../webview/layout/layered-layout.js";
import { runFileInProcess } from "../support/live-run.js";
import { graphOf } from "./graphs.js";

interface Line {
  readonly from: string;
  readonly to: string;
  readonly points: readonly Point[];
}

let graphviz: Graphviz;
beforeAll(async () => {
  graphviz = await Graphviz.load();
});

/**
 * A tape of `count` ops as programs make them: each reads the value before it, half of them an earlier one within a
 * dozen steps as well, a third of them a parameter that others read too.
 */
function tape(count: number, seed: number): GradientGraph {
  const random = seeded(seed);
  const edges: string[] = [];
  for (let to = 1; to < count; to++) {
    const parameter = Math.floor((random() * count) / 3);
    const earlier = Math.max(0, to - 2 - Math.floor(random() * 10));
    edges.push(`v${to - 1} -> v${to}`);
    if (random() < 0.5 && earlier < to - 1) edges.push(`v${earlier} -> v${to}`);
    if (random() < 0.33) edges.push(`p${parameter} -> v${to}`);
  }
  return graphOf(edges.join(", "), {});
}

function ourLines(graph: GradientGraph): readonly Line[] {
  return layeredLayout(graph).edges.map(({ edge: { from, to }, points }) => ({ from, to, points }));
}

function graphvizLines(graph: GradientGraph): readonly Line[] {
  const edges = graph.edges.map(({ from, to }) => `${from} -> ${to};`).join("");
  const size = `width=${nodeWidth / 72} height=${nodeHeight / 72}`;
  const dot = `digraph { node [shape=box fixedsize=true ${size}]; ${edges} }`;
  const drawn: { objects: { name: string }[]; edges: { tail: number; head: number; pos: string }[] } = JSON.parse(
    graphviz.layout(dot, "json", "dot"),
  );
  return drawn.edges.map(({ tail, head, pos }) => {
    const from = drawn.objects[tail]?.name ?? "";
    return { from, to: drawn.objects[head]?.name ?? "", points: sampled(pos) };
  });
}

/** Graphviz writes the end of the arrow, then the control points of cubic curves. */
function sampled(pos: string): readonly Point[] {
  const points = pos
    .split(" ")
    .filter((part) => !part.startsWith("e,") && !part.startsWith("s,"))
    .map((part): Point => {
      const [x = 0, y = 0] = part.split(",").map(Number);
      return { x, y };
    });
  const line: Point[] = points.slice(0, 1);
  for (let first = 0; first + 3 < points.length; first += 3) {
    const [a, b, c, d] = points.slice(first, first + 4);
    if (a === undefined || b === undefined || c === undefined || d === undefined) continue;
    for (let step = 1; step <= 6; step++) {
      const t = step / 6;
      const mix = (of: (point: Point) => number): number =>
        (1 - t) ** 3 * of(a) + 3 * t * (1 - t) ** 2 * of(b) + 3 * t ** 2 * (1 - t) * of(c) + t ** 3 * of(d);
      line.push({ x: mix(({ x }) => x), y: mix(({ y }) => y) });
    }
  }
  return line;
}

/** Pairs of lines that meet, without those that have an end in common. */
function crossings(lines: readonly Line[]): number {
  let count = 0;
  lines.forEach((a, index) => {
    for (const b of lines.slice(index + 1)) {
      const isJoined = a.from === b.from || a.to === b.to || a.from === b.to || a.to === b.from;
      if (!isJoined && meet(a.points, b.points)) count++;
    }
  });
  return count;
}

function meet(a: readonly Point[], b: readonly Point[]): boolean {
  return a.some((start, i) => {
    const end = a[i + 1];
    return (
      end !== undefined &&
      b.some((other, j) => {
        const otherEnd = b[j + 1];
        return otherEnd !== undefined && segmentsMeet(start, end, other, otherEnd);
      })
    );
  });
}

function segmentsMeet(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** Park and Miller's generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

describe("crossings", () => {
  it("are not many more than Graphviz leaves: on sixty tapes in the middle at most a tenth, never three tenths", () => {
    const ratios = Array.from({ length: 60 }, (_, index) => {
      const graph = tape(12 + (index % 6) * 12, index + 1);
      const [ours, theirs] = [crossings(ourLines(graph)), crossings(graphvizLines(graph))];
      // One crossing more in a picture that has hardly any is no three tenths to anybody.
      return { ratio: (ours + 2) / (theirs + 2), ours, theirs, index };
    });
    const sorted = [...ratios].sort((a, b) => a.ratio - b.ratio);
    const total = ratios.reduce((sum, { ours, theirs }) => [sum[0] + ours, sum[1] + theirs] as [number, number], [
      0, 0,
    ] as [number, number]);
    console.log(
      `crossings: ours ${total[0]}, Graphviz ${total[1]}; median ratio ${sorted[30]?.ratio.toFixed(2)}, worst ${sorted.at(-1)?.ratio.toFixed(2)}`,
    );
    expect(sorted[30]?.ratio).toBeLessThanOrEqual(1.1);
    expect(sorted.at(-1)?.ratio).toBeLessThanOrEqual(1.3);
  });

  it.each(["examples/one-cut.ts", "examples/moons.ts", "examples/gan.ts", "examples/transformer-block.ts"])(
    "of the tapes and the folded pictures of %s",
    async (file) => {
      const { graphs } = await runFileInProcess(file);
      for (const whole of graphs) {
        const { graph: folded } = foldedGraph(whole, { level: "module", toggled: new Map() });
        for (const graph of whole.nodes.length < 150 ? [whole, folded] : [folded]) {
          const [ours, theirs] = [crossings(ourLines(graph)), crossings(graphvizLines(graph))];
          expect(ours, `${ours} against ${theirs}`).toBeLessThanOrEqual(1.3 * theirs + 2);
        }
      }
    },
  );
});
