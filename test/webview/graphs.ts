/** Graphs for the tests: those of `test/pictures`, and small ones made from a line of text. */
import { readFileSync } from "node:fs";
import type { Flow, GradientGraph, GraphEdge, GraphNode, NodeId, TensorSummary } from "@gradlens/engine/graph";

export function pictured(name: string): GradientGraph {
  return JSON.parse(readFileSync(`test/pictures/${name}.json`, "utf8"));
}

export function scalar(value: number): TensorSummary {
  const exactZeros = value === 0 ? 1 : 0;
  const nonFinite = Number.isFinite(value) ? 0 : 1;
  const norm = Math.abs(value);
  return { first: [value], norm, min: value, max: value, mean: value, exactZeros, nonFinite, size: 1, histogram: null };
}

const flows: Readonly<Record<string, Flow>> = {
  "->": { kind: "flows" },
  "~>": { kind: "vanishes", because: "floor is constant between integers" },
  "|>": { kind: "blocks", because: "`detach()` returns the value without its history" },
  "?>": { kind: "unknown", because: "this call leaves the library" },
};

/**
 * `graphOf("w -> h, h |> d, d -> L", { w: null, L: 1 })`: nodes in the order of their names, the last one the loss; a
 * number is a gradient that was received, null is none, and what is not named was not computed.
 */
export function graphOf(edges: string, gradients: Readonly<Record<string, number | null>>): GradientGraph {
  const parts = edges.split(", ").map((edge) => edge.split(" "));
  const names = [...new Set([...parts.flatMap(([from = "", , to = ""]) => [from, to]), ...Object.keys(gradients)])];
  const ids = new Map(names.map((name, index): [string, NodeId] => [name, `n${index}`]));
  const id = (name: string): NodeId => ids.get(name) ?? "n0";
  const ends = new Set(parts.map(([, , to]) => to));
  const cut = new Set(parts.filter(([, arrow]) => arrow === "|>").map(([, , to]) => to));
  const nodes = names.map((name, line): GraphNode => {
    const gradient = gradients[name];
    return {
      id: id(name),
      kind: cut.has(name) ? "control" : ends.has(name) ? "op" : "leaf",
      name,
      op: cut.has(name) ? "detach" : ends.has(name) ? "mul" : null,
      group: [],
      frame: null,
      shape: [],
      requiresGrad: cut.has(name) ? "no" : "yes",
      span: { uri: "file:///a.ts", start: { line, character: 10 }, end: { line, character: 20 } },
      value: scalar(line),
      gradient:
        gradient === undefined
          ? { kind: "notComputed" }
          : gradient === null
            ? { kind: "none", because: "nothing came", wouldBe: null }
            : { kind: "received", summary: scalar(gradient) },
    };
  });
  const links = parts.map(([from = "", arrow = "->", to = ""], index): GraphEdge => {
    const flow = flows[arrow] ?? { kind: "flows" };
    return { from: id(from), to: id(to), input: `i${index}`, flow, certainty: "yes" };
  });
  return passOf({ loss: ids.get("L") ?? null, nodes, edges: links });
}

/** The graph of a first pass that a run has told. */
export function passOf(parts: Pick<GradientGraph, "loss" | "nodes" | "edges">): GradientGraph {
  return { origin: "live", library: "@gradlens/engine", step: 1, leftOut: 0, fault: null, frames: [], ...parts };
}
