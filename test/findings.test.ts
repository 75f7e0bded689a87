/** Every fixture: the findings that are written under its lines are the findings that the analysis gives. */
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findingsIn, readFixtures, tfjsFolder, withMarks } from "./support/fixture.js";

describe("fixtures", () => {
  for (const fixture of [...readFixtures(), ...readFixtures(tfjsFolder)]) {
    const { path, folder, name, title, text } = fixture;
    test(`${folder}/${name}: ${title}`, () => {
      const findings = findingsIn(fixture, text);
      const marked = withMarks(text, findings);
      // New marks move the lines that messages name, so they are written twice.
      if (process.env["UPDATE"] === "1") writeFileSync(path, withMarks(marked, findingsIn(fixture, marked)));
      else expect(text).toBe(marked);
      if (folder === "clean") expect(findings).toEqual([]);
      else expect(findings.map(({ code }) => code)).toContain(folder);
    });
  }
});
