/**
 * The panel's own work, without a browser: laying out graphs, folding a large one, and the size of its script. Layouts
 * stand beside Graphviz' of a hundred ops, since that takes minutes for a thousand.
 */
import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { build, type PluginBuild } from "esbuild";
import { gzipSync } from "node:zlib";
import type { GradientGraph, GraphEdge, GraphNode, NodeId } from "@gradlens/engine/graph";
import { passOf } from "../test/webview/graphs.js";
import { foldedGraph } from "../webview/folding/fold.js";
import { layeredLayout } from "../webview/layout/layered-layout.js";
import { compare, type Comparison } from "./measure.js";
import { random } from "./programs.js";

export async function panelRows(): Promise<readonly Comparison[]> {
  const graphviz = await Graphviz.load();
  const [small, large] = [tape(1000, 5), tape(20_000, 5)];
  const dot = `digraph { ${tape(100, 5)
    .edges.map(({ from, to }) => `${from} -> ${to};`)
    .join("")} }`;
  const first = timed(() => layeredLayout(small));
  const beside = { name: "Graphviz (WASM) at 100 ops", run: () => graphviz.layout(dot, "json", "dot") };
  const cold = timed(beside.run);
  return [
    {
      what: "layout of 1,000 ops, the first of a process",
      ours: "",
      beside: beside.name,
      oursMs: first,
      besideMs: cold,
    },
    compare("layout of 1,000 ops", { name: "", run: () => layeredLayout(small) }, beside, 3),
    compare("layout of 20,000 ops", { name: "", run: () => layeredLayout(large) }, beside, 3),
    compare(
      "folding 20,000 ops in 2,000 calls",
      { name: "", run: () => foldedGraph(inCalls(large, 10), { level: "module", toggled: new Map() }) },
      { name: "their layout", run: () => layeredLayout(large) },
      3,
    ),
  ];
}

/** Kilobytes of the panel's script, minified and zipped, without the worker: that holds the engine. */
export async function scriptKilobytes(): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: ["webview/main.tsx"],
    bundle: true,
    minify: true,
    write: false,
    outdir: "panel",
    platform: "browser",
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    conditions: ["gradlens-source"],
    plugins: [{ name: "no-worker", setup: withoutWorker }],
  });
  const script = outputFiles.find(({ path }) => path.endsWith(".js"));
  return gzipSync(script?.contents ?? "").length / 1000;
}

function withoutWorker(bundler: PluginBuild): void {
  bundler.onResolve({ filter: /^inline-worker:/ }, ({ path }) => ({ path, namespace: "no-worker" }));
  bundler.onLoad({ filter: /.*/, namespace: "no-worker" }, () => ({ contents: "", loader: "text" }));
}

function timed(act: () => unknown): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}

/** As programs make them: each op reads the one before, half an earlier one as well, a third a shared parameter. */
export function tape(count: number, seed: number): GradientGraph {
  const next = random(seed);
  const ids = Array.from({ length: count + Math.ceil(count / 8) }, (_, index): NodeId => `n${index}`);
  const edges: GraphEdge[] = [];
  const link = (from: number, to: number): void => {
    const [start, end] = [ids[from], ids[to]];
    if (start !== undefined && end !== undefined && from !== to)
      edges.push({ from: start, to: end, input: `${from}`, flow: { kind: "flows" }, certainty: "yes" });
  };
  for (let to = 1; to < count; to++) {
    link(to - 1, to);
    if (next() < 0.5) link(Math.max(0, to - 2 - Math.floor(next() * 10)), to);
    if (next() < 0.33) link(count + Math.floor((next() * count) / 8), to);
  }
  const used = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const nodes = ids.filter((id) => used.has(id)).map((id, index) => nodeOf(id, index < count ? "op" : "leaf", index));
  return passOf({ loss: ids[count - 1] ?? null, nodes, edges });
}

function nodeOf(id: NodeId, kind: "op" | "leaf", line: number): GraphNode {
  const span = { uri: "file:///bench.ts", start: { line, character: 0 }, end: { line, character: 9 } };
  const gradient = { kind: "notComputed" } as const;
  const [name, group, shape] = [null, [], []];
  return { id, kind, name, op: "mul", group, frame: null, shape, requiresGrad: "yes", span, value: null, gradient };
}

function inCalls(graph: GradientGraph, size: number): GradientGraph {
  const count = Math.ceil(graph.nodes.length / size);
  const frames = Array.from({ length: count }, (_, place) => {
    return { parent: null, kind: "call" as const, name: "call", span: null, place };
  });
  return { ...graph, frames, nodes: graph.nodes.map((node, index) => ({ ...node, frame: Math.floor(index / size) })) };
}
