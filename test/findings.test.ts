/** Every fixture: the findings that are written under its lines are the findings that the analysis gives. */
import { writeFileSync } from "node:fs";
import { analyze } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { readFixtures, withMarks } from "./support/fixture.js";
import { diskSources } from "./support/sources.js";

describe("fixtures", () => {
  for (const { path, folder, name, title, text } of readFixtures()) {
    test(`${folder}/${name}: ${title}`, () => {
      const [file] = analyze(diskSources([path])).files;
      expect(file?.syntaxErrors).toEqual([]);
      expect(file?.notAnalyzed).toBeNull();
      const findings = file?.findings ?? [];
      const marked = withMarks(text, findings);
      if (process.env["UPDATE"] === "1") writeFileSync(path, marked);
      else expect(text).toBe(marked);
      if (folder === "clean") expect(findings).toEqual([]);
      else expect(findings.map(({ code }) => code)).toContain(folder);
    });
  }
});
