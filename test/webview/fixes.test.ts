/** Which of the offered fixes the strip shows as buttons, and in which words. */
import type { SourceSpan } from "@gradlens/engine/graph";
import { describe, expect, it } from "vitest";
import { fixesFor, shortTitle } from "../../webview/fixes.js";
import { verdictsOf } from "../../webview/verdicts.js";
import { pictured } from "./graphs.js";

describe("the fixes of a verdict", () => {
  it("name the line where several cuts can be removed, and say nothing twice", () => {
    const graph = pictured("both-detached");
    const verdict = verdictsOf(graph).find(({ kind }) => kind === "cut");
    const place = verdict?.place;
    const cuts = (verdict?.cuts ?? []).flatMap(({ at }) => (at.span === null ? [] : [at.span]));
    if (verdict === undefined || place === null || place === undefined) throw new Error("There is no cut to mend.");
    // The server offers a leaf's fixes at its name, which ends before the call that the graph knows.
    const name: SourceSpan = {
      ...place,
      start: { ...place.start, character: 0 },
      end: { ...place.start, character: 1 },
    };
    const offered = [
      ...cuts.map((span) => ({ code: "cut-by-detach", span, title: "Remove `detach()`" })),
      { code: "never-receives-gradient", span: name, title: "Remove `detach()` on line 46" },
      { code: "never-receives-gradient", span: name, title: "Remove `detach()` on line 47" },
      { code: "never-receives-gradient", span: name, title: "It is intended" },
    ];
    expect(cuts).toHaveLength(2);
    expect(fixesFor(verdict, offered).map(({ title }) => shortTitle(title))).toEqual([
      "Remove detach() on line 46",
      "Remove detach() on line 47",
      "It is intended",
    ]);
  });
});
