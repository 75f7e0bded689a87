/** What is said to throw, throws: each fixture of these codes is run, and ends with that very error. */
import { describe, expect, it } from "vitest";
import { readFixtures } from "./support/fixture.js";
import { runFileInProcess } from "./support/live-run.js";

const errors: Readonly<Record<string, RegExp>> = {
  "all-parameters-frozen": /does not require grad/,
  "backward-twice": /going backward through this graph a second time/,
  "inplace-on-leaf": /a leaf that requires grad cannot be changed in place/,
  "inplace-on-saved": /saved for its gradient .* was overwritten in place/,
  "non-leaf-in-optimizer": /was computed by an op/,
  "leaf-overwritten": /properties of null|does not require grad/,
};

describe("what is said to throw", () => {
  const fixtures = readFixtures().filter(({ folder }) => folder in errors);

  it.each(fixtures.map(({ folder, name, path }) => [`${folder}/${name}`, path, folder] as const))(
    "%s",
    async (_name, path, code) => {
      const { outcome } = await runFileInProcess(path);
      if (outcome.kind !== "threw") throw new Error("the program came to its end");
      expect(outcome.error.message).toMatch(errors[code] ?? /never/);
    },
  );
});

describe("what nearly is", () => {
  const nearMisses = readFixtures().filter(({ title }) =>
    /^Near misses? of .*(backward-twice|inplace|leaf)/.test(title),
  );

  it.each(nearMisses.map(({ name, path }) => [name, path] as const))("%s comes to its end", async (_name, path) => {
    const { outcome } = await runFileInProcess(path);
    expect(outcome).toEqual({ kind: "finished" });
  });
});
