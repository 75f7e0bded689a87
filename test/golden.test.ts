/**
 * A sample of what PyTorch answered, and all its recorded runs: the engine gives the same, but for what `known.md` names.
 * The whole collection is run by `npm run golden`.
 */
import { describe, expect, it } from "vitest";
import { allFamiliesIn, knownIds, outcomesOf } from "./golden/main.js";

const folder = "test/golden/sample";
const known = knownIds(".");

describe("what PyTorch answered", () => {
  it.each(allFamiliesIn(folder))("%s", (family) => {
    const outcomes = outcomesOf(folder, family);
    const missed = outcomes.flatMap(({ id, op, verdict }) =>
      "why" in verdict && !known.has(id) ? [`${id} ${op}: ${verdict.why}`] : [],
    );
    expect(outcomes.some(({ verdict }) => verdict.kind === "passed")).toBe(true);
    expect(missed).toEqual([]);
  });

  it("is a sample of at least 2,000 cases and every scenario", () => {
    const all = allFamiliesIn(folder).flatMap((family) => outcomesOf(folder, family));
    expect(all.filter(({ verdict }) => verdict.kind !== "excluded").length).toBeGreaterThanOrEqual(2000);
    expect(outcomesOf(folder, "scenarios")).toHaveLength(68);
  });
});
