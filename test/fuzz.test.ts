/**
 * Random programs, read and run: what is said of a leaf must be true of every run, and most of what no run reaches must
 * be said. `npm run fuzz` does the same for as many programs as there is time for.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { defects } from "./fuzz/defects.js";
import { generateProgram } from "./fuzz/generate.js";
import { hunt } from "./fuzz/hunt.js";
import { addTally, newTally, recallOf } from "./fuzz/tally.js";
import { typeErrorsOf } from "./fuzz/well-typed.js";

const parts = [1, 501, 1001, 1501];
const total = newTally();

describe("random programs", () => {
  it("are the same for the same seed", () => {
    expect(generateProgram(7)).toEqual(generateProgram(7));
  });

  it("are well typed", { timeout: 300_000 }, () => {
    const faults = Array.from({ length: 60 }, (_, index) => typeErrorsOf(generateProgram(index + 1).files));
    expect(faults.flat()).toEqual([]);
  });

  it.each(parts)("from seed %i on are read as they run", { timeout: 300_000 }, async (first) => {
    const tally = await hunt({ first, programs: 500, stride: 1, until: "the end" });
    addTally(total, tally);
    expect(tally.broken).toEqual([]);
    expect(tally.wrong).toEqual([]);
  });

  it("hold each construct in about a tenth of them, and leave many leaves without a gradient", () => {
    const rare = [...total.constructs].filter(([, { programs }]) => programs < 0.08 * total.all.programs);
    expect(rare.map(([name]) => name)).toEqual([]);
    expect(total.all.never / total.all.leaves).toBeGreaterThan(0.3);
  });

  it("are mostly read to the end", () => {
    expect(recallOf(total.all)).toBeGreaterThan(0.88);
  });

  it.each(defects.map((defect) => [defect.name, defect] as const))("can be broken: %s", (_, { file, find }) => {
    const text = readFileSync(`server/flow/${file}`, "utf8");
    expect(text.split(find).length - 1, "how often the text stands in its file").toBe(1);
  });

  afterAll(() => {
    const { never, found, programs } = total.all;
    process.stdout.write(
      `fuzz: ${found} of ${never} leaves without a gradient were reported in ${programs} programs\n`,
    );
  });
});
