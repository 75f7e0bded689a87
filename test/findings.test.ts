/** Every fixture: the findings that are written under its lines are the findings that the analysis gives. */
import { writeFileSync } from "node:fs";
import { analyze, type Finding } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { readFixtures, withMarks } from "./support/fixture.js";
import { memorySources } from "./support/sources.js";

describe("fixtures", () => {
  for (const { path, folder, name, title, text } of readFixtures()) {
    test(`${folder}/${name}: ${title}`, () => {
      const findings = findingsOf(path, text);
      const marked = withMarks(text, findings);
      // New marks move the lines that messages name, so they are written twice.
      if (process.env["UPDATE"] === "1") writeFileSync(path, withMarks(marked, findingsOf(path, marked)));
      else expect(text).toBe(marked);
      if (folder === "clean") expect(findings).toEqual([]);
      else expect(findings.map(({ code }) => code)).toContain(folder);
    });
  }
});

function findingsOf(path: string, text: string): readonly Finding[] {
  const [file] = analyze(memorySources({ [path]: text })).files;
  expect(file?.syntaxErrors).toEqual([]);
  expect(file?.notAnalyzed).toBeNull();
  return file?.findings ?? [];
}
