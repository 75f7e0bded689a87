/** Programs run under watch: what arrives at their leaves, what the graphs say of it, and how a run ends. */
import { describe, expect, it } from "vitest";
import type { GradientGraph } from "@gradlens/engine/graph";
import { arrivedAt, bundleOf, evaluate, nodeNamed, runBundle, runFileInProcess, siteOf } from "../support/live-run.js";

const detachBecause = "`detach()` returns the value without its history";

function edgesInto(graph: GradientGraph | undefined, op: string): readonly string[] {
  const nodes = new Map(graph?.nodes.map((node) => [node.id, node]));
  const targets = new Set(graph?.nodes.filter((node) => node.op === op).map(({ id }) => id));
  const name = (id: typeof targets extends Set<infer Id> ? Id : never): string =>
    nodes.get(id)?.name ?? nodes.get(id)?.op ?? "?";
  return (graph?.edges ?? []).filter(({ to }) => targets.has(to)).map(({ from, flow }) => `${name(from)} ${flow.kind}`);
}

describe("the seed's example", () => {
  it("gives each case its gradient, and the failing one a graph with its fault", async () => {
    const run = await runFileInProcess("examples/selective-gradients.ts");
    expect(run.outcome).toEqual({ kind: "finished" });
    expect(run.graphs.map((graph) => graph.nodes[0]?.group)).toEqual([
      ["allConnected"],
      ["firstDetached"],
      ["secondDetached"],
      ["bothDetached"],
      ["accumulated"],
      ["accumulated"],
      ["accumulated"],
    ]);
    const [connected, first, second, both] = run.graphs;
    expect([connected, first, second].map((graph) => arrivedAt(graph, "x"))).toEqual([50, 70, -20]);
    expect(arrivedAt(connected, "y1")).toBe("frozen");
    expect(arrivedAt(both, "x")).toEqual({ because: detachBecause, wouldBe: 50 });
    expect(both?.fault).toMatchObject({ node: both?.loss, message: expect.stringContaining("detach()") });
    expect(edgesInto(both, "detach")).toEqual(["mul blocks", "mul blocks"]);
    expect(run.leaves.map(({ name, received, grad }) => [name, received, grad])).toEqual([
      ["x", true, 50],
      ["x", true, 70],
      ["x", true, -20],
      ["x", false, null],
      ["x", false, null],
      ["x", true, 50],
    ]);
    expect(run.console.slice(0, 3)).toEqual(["1. all connected: 50", "2. out1 detached: 70", "3. out2 detached: -20"]);
  });
});

describe("one cut", () => {
  it("says what would be without it, and gives just that when it is ignored", async () => {
    const program = await bundleOf("examples/one-cut.ts");
    const evaluated = evaluate(program);
    const { graphs } = await runBundle(program, {}, evaluated);
    expect([arrivedAt(graphs[0], "x"), arrivedAt(graphs[0], "y2")]).toEqual([70, 10]);
    expect(arrivedAt(graphs[0], "y1")).toEqual({ because: detachBecause, wouldBe: -10 });
    expect(arrivedAt(graphs[0], "out1")).toEqual({ because: detachBecause, wouldBe: -10 });

    const cut = program.sites.findIndex(({ span }) => span.start.line === 9 && span.end.character === 23);
    const uncut = await runBundle(program, { ignoredCuts: [cut] }, evaluated);
    expect(["x", "y1", "y2"].map((name) => arrivedAt(uncut.graphs[0], name))).toEqual([50, -10, 10]);
    const ids = (graph: GradientGraph | undefined): unknown =>
      ["x", "y1", "L"].map((name) => nodeNamed(graph, name).id);
    expect(ids(uncut.graphs[0])).toEqual(ids(graphs[0]));

    const again = await runBundle(program, {}, evaluated);
    expect(again.graphs).toEqual(graphs);
  });

  it("takes another value for a leaf", async () => {
    const program = await bundleOf("examples/one-cut.ts");
    const site = siteOf(program, "x", 2);
    const { graphs, leaves } = await runBundle(program, { overrides: [{ site, values: [3] }] });
    expect(nodeNamed(graphs[0], "L").value?.first).toEqual([225]);
    expect(leaves[0]).toMatchObject({ name: "x", value: 3, grad: 210 });
  });
});
