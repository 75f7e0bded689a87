/** Folding: which calls and loops a program's values were made in, and what stands on one card at each level. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { foldedGraph, levels, type Folding } from "../../webview/folding/fold.js";
import { frameTreeOf, type Group } from "../../webview/folding/frame-tree.js";
import { layeredLayout } from "../../webview/layout/layered-layout.js";
import { runFileInProcess, runText } from "../support/live-run.js";

const atFirst: Folding = { level: "module", toggled: new Map() };

async function graphOf(text: string): Promise<GradientGraph> {
  const { graphs } = await runText(text);
  const [graph] = graphs;
  if (graph === undefined) throw new Error("The program had no backward pass.");
  return graph;
}

/** The tree of calls in words: `name(children)`, with the count of its own values. */
function inWords({ name, kind, nodes, children }: Group): string {
  const inside = children.map(inWords).join(" ");
  const label = kind === "root" ? "" : `${kind === "loop" ? "loop " : ""}${name}:`;
  return `${label}${nodes.length}${inside === "" ? "" : `(${inside})`}`;
}

const cards = (graph: GradientGraph, folding: Folding = atFirst) =>
  foldedGraph(graph, folding).graph.nodes.map(({ name, op }) => name ?? op);

const network = `
import { nn, randn, tensor, type Tensor } from "@gradlens/engine";
class Layer extends nn.Module {
  readonly inner = new nn.Linear(3, 3);
  override forward(x: Tensor): Tensor { return this.inner.forward(x).tanh().mul(2); }
}
const first = new Layer();
const others = [new Layer(), new Layer(), new Layer()];
let x = first.forward(randn([2, 3]));
for (const other of others) x = other.forward(x);
const loss = others.reduce((h, other) => other.forward(h), x).sum();
loss.backward();
`;

describe("the calls of a graph", () => {
  it("stand as the program makes them: arguments beside their call, rounds in their loop, parameters where they are used", async () => {
    const { root } = frameTreeOf(await graphOf(network));
    // The input stands before `inner`; the weights of `others` are used by the loop and by the callback, so they belong to neither.
    expect(inWords(root)).toBe(
      "7(first:3(inner:4) loop other:0(other 0:2(inner:2) other 1:2(inner:2) other 2:2(inner:2))" +
        " loop other:0(other 0:2(inner:2) other 1:2(inner:2) other 2:2(inner:2)))",
    );
  });

  it("keep the rounds of a recurrent cell apart, and share its weights", async () => {
    const graph = await graphOf(`
      import { concat, nn, randn, zeros, type Tensor } from "@gradlens/engine";
      const cell = new nn.Linear(4, 2);
      const step = (h: Tensor, x: Tensor): Tensor => cell.forward(h.mul(x)).tanh();
      let h = zeros([1, 4]);
      for (let t = 0; t < 5; t++) h = concat([step(h, randn([1, 4])), h], 1).slice(1, 0, 4);
      h.sum().backward();`);
    const { root } = frameTreeOf(graph);
    const [loop] = root.children.filter(({ kind }) => kind === "loop");
    expect(loop?.name).toBe("t");
    expect(loop?.children.map(({ name }) => name)).toEqual(["t 0", "t 1", "t 2", "t 3", "t 4"]);
    // The weight and the bias are used in all rounds.
    expect(loop?.nodes.map(({ name }) => name).sort()).toEqual(["cell.bias", "cell.weight"]);
  });
});

describe("folding", () => {
  it("shows calls into the library as one card with its parameters", async () => {
    const graph = await graphOf(network);
    const { folds, graph: folded } = foldedGraph(graph, atFirst);
    const inner = [...folds.values()].find(({ group }) => group.name === "inner");
    expect(inner?.opCount).toBe(2);
    expect(inner?.parameters.map(({ name }) => name)).toEqual(["first.inner.weight", "first.inner.bias"]);
    expect(folded.loss === null ? null : folded.nodes.find(({ id }) => id === folded.loss)?.name).toBe("loss");
  });

  it.each(levels)("loses no node and no road at the level %s", async (level) => {
    const graph = await graphOf(network);
    const { graph: folded, cardOf, folds } = foldedGraph(graph, { level, toggled: new Map() });
    const shown = new Set(folded.nodes.map(({ id }) => id));
    for (const { id } of graph.nodes) expect(shown.has(cardOf.get(id) ?? "n0"), id).toBe(true);
    const roads = new Set(folded.edges.map(({ from, to }) => `${from} ${to}`));
    for (const { from, to } of graph.edges) {
      const [start, end] = [cardOf.get(from), cardOf.get(to)];
      expect(start === end || roads.has(`${start} ${end}`)).toBe(true);
    }
    const folded0 = [...folds.values()].reduce((sum, { members }) => sum + members.length, 0);
    expect(folded0 + folded.nodes.length - folds.size).toBe(graph.nodes.length);
    if (level === "all ops") expect(folded.nodes).toHaveLength(graph.nodes.length);
  });

  it("folds a transformer of five hundred nodes to a dozen cards, and opens one of its blocks", async () => {
    const { graphs } = await runFileInProcess("examples/transformer-block.ts");
    const graph = graphs[0];
    if (graph === undefined) throw new Error("The example has no graph.");
    expect(graph.nodes.length).toBeGreaterThan(500);
    const folded = foldedGraph(graph, atFirst);
    expect(folded.graph.nodes.length).toBeLessThan(16);
    expect(cards(graph)).toEqual(expect.arrayContaining(["letters", "block 0", "block 3", "norm", "head", "loss"]));
    const block = [...folded.folds.values()].find(({ group }) => group.name === "block 2");
    const key = block?.group.key ?? "";
    const opened = cards(graph, { level: "module", toggled: new Map([[key, "open"]]) });
    expect(opened).toEqual(expect.arrayContaining(["norm1", "attention", "attended", "norm2", "wide", "narrow"]));
    expect(opened).not.toContain("block 2");
  });

  it("hides no cut, no leaf without a gradient, and what is closed by hand stays closed", async () => {
    const graph = await graphOf(`
      import { randn, type Tensor } from "@gradlens/engine";
      const w = randn([3], { requiresGrad: true });
      const v = randn([3], { requiresGrad: true });
      const lost = (x: Tensor): Tensor => { const y = x.mul(2).exp(); const z = y.detach(); return z.add(1).mul(3); };
      const kept = (x: Tensor): Tensor => { const y = x.mul(2).exp(); return y.add(1).mul(3); };
      lost(w).add(kept(v)).sum().backward();`);
    expect(cards(graph)).toEqual(expect.arrayContaining(["z", "w"]));
    const lost = frameTreeOf(graph).root.children.find(({ name }) => name === "lost");
    expect(cards(graph, { level: "module", toggled: new Map([[lost?.key ?? "", "closed"]]) })).not.toContain("z");
  });

  it("gives every card a row, also where two cards lead to each other", async () => {
    const graph = await graphOf(`
      import { randn, type Tensor } from "@gradlens/engine";
      const w = randn([3], { requiresGrad: true });
      const both = (x: Tensor, use: (y: Tensor) => Tensor): Tensor => { const y = x.mul(2).exp(); return use(y).add(1).mul(y); };
      both(w, (y) => { const z = y.sin(); return z.mul(z).cos(); }).sum().backward();`);
    const { graph: folded } = foldedGraph(graph, atFirst);
    const { nodes } = layeredLayout(folded);
    expect(nodes.map(({ y }) => Number.isFinite(y))).toEqual(folded.nodes.map(() => true));
  });
});
