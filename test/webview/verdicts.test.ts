/** What the strip says: one sentence per cause, with the tensor, the cause and the line, the most severe first. */
import type { GradientGraph } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { leafCounts, statusOf, verdictsOf } from "../../webview/verdicts.js";
import { plain } from "../../webview/words.js";
import { graphOf, pictured } from "./graphs.js";

const said = (graph: GradientGraph): readonly string[] => verdictsOf(graph).map(({ sentence }) => plain(sentence));

describe("verdicts", () => {
  it.each<[string, GradientGraph, readonly string[]]>([
    [
      "one cut",
      pictured("one-cut"),
      [
        "y1 received no gradient. detach() on line 10 cuts its only path to L.",
        "x gets only part of its gradient. detach() on line 10 cuts one of the paths to L.",
      ],
    ],
    [
      "one cut, by reading",
      pictured("one-cut-by-reading"),
      [
        "y1 can never receive a gradient. detach() on line 10 cuts its only path to L.",
        "x gets only part of its gradient. detach() on line 10 cuts one of the paths to L.",
      ],
    ],
    ["no cut left", pictured("one-cut-without-the-cut"), ["All 3 leaves get a gradient."]],
    [
      "both cut",
      pictured("both-detached"),
      ["x received no gradient. detach() on lines 46 and 47 cuts every path to L, so backward() failed."],
    ],
    ["one leaf", graphOf("w -> L", { w: 2, L: 1 }), ["The one leaf, w, gets a gradient."]],
    [
      "leaves with one cause share a sentence",
      graphOf("w -> h, b -> h, c -> h, h |> d, d -> L, v -> L", { w: null, b: null, c: null, h: null, v: 1, L: 1 }),
      ["w, b and 1 more received no gradient. detach() on line 5 cuts every path to L."],
    ],
    ["not used", graphOf("w -> L", { w: 2, L: 1, u: null }), ["u received no gradient. L does not depend on it."]],
    [
      "vanishes",
      graphOf("w ~> f, f -> L", { w: 0, f: 0, L: 1 }),
      ["w has a path to L, yet its gradient is 0. mul() on line 2 vanishes: floor is constant between integers."],
    ],
    [
      "cancels",
      graphOf("w -> a, w -> b, a -> L, b -> L", { w: 0, a: 1, b: -1, L: 1 }),
      ["w has a path to L, yet its gradient is 0. The terms cancel, or a factor on the way is 0."],
    ],
    [
      "not finite",
      graphOf("w -> L", { w: NaN, L: 1 }),
      ["w on line 1 is the first that is not finite. Its gradient is NaN."],
    ],
    [
      "unknown claims nothing",
      { ...graphOf("w ?> q, q -> L", { L: 1 }), origin: "static" },
      ["The one leaf, w, can get a gradient."],
    ],
  ])("%s", (_case, graph, sentences) => {
    expect(said(graph)).toEqual(sentences);
  });

  it("counts for the status bar", () => {
    expect(leafCounts(pictured("one-cut"))).toEqual({ reached: 2, cutOff: 1, elsewhere: 0 });
    expect(statusOf(pictured("one-cut"), new Set(), "L 25")).toBe("∂ L 25, 1 leaf cut off");
    expect(statusOf(pictured("all-connected"), new Set(), "L 25")).toBe("∂ L 25, no leaf cut off");
  });

  it("walks a tape of 50,000 ops without recursion", () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => `h${index} -> h${index + 1}`).join(", ");
    const graph = graphOf(`${chain}, h50000 |> d, d -> L, v -> L`, { h0: null, v: 1, L: 1 });
    expect(said(graph)).toEqual(["h0 received no gradient. detach() on line 50002 cuts its only path to L."]);
  });
});
