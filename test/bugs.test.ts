/**
 * Pairs of real bugs from `../shared`: the buggy program gets the findings that are marked in it and no other alarm, the
 * fixed one gets none. Without that folder there is nothing to check, and the test says so.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyze, rules, type FileAnalysis } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { libraries } from "../server/libraries/index.js";
import { diskSources } from "./support/sources.js";

const bugs = join(import.meta.dirname, "..", "..", "shared", "bugs");
const cases = existsSync(bugs) ? readdirSync(bugs).filter((name) => existsSync(join(bugs, name, "case.json"))) : [];

describe.runIf(cases.length > 0)("pairs of real bugs", () => {
  test.each(cases)("%s: what is expected is found, and nothing else", (name) => {
    const path = join(bugs, name, "buggy.ts");
    const text = readFileSync(path, "utf8");
    const { mayAlso } = caseFile(name);
    const wanted = expectations(text);
    const files = analyze(diskSources([path])).files;
    const found = placesOf(files);
    expect(wanted.filter((place) => !found.some((other) => isMet(place, other)))).toEqual([]);
    const unwanted = alarmsIn(files).filter(
      (alarm) => !wanted.some((place) => isMet(place, alarm)) && !mayAlso.some((code) => alarm.endsWith(` ${code}`)),
    );
    expect(unwanted).toEqual([]);
  });

  test.each(cases)("%s: the fixed program has no alarm", (name) => {
    expect(alarmsIn(analyze(diskSources([join(bugs, name, "fixed.ts")])).files)).toEqual([]);
  });
});

test("where the pairs are, they are read; where they are not, it is said", () => {
  if (!existsSync(bugs)) console.log("../shared is not there: the pairs of real bugs were not checked.");
  expect(cases.length > 0).toBe(existsSync(bugs));
});

/** "10 missing-zero-grad", of the codes that have a rule in programs whose library has a table. */
function expectations(text: string): readonly string[] {
  const isKnown = libraries().some(({ specifiers }) =>
    specifiers.some((specifier) => new RegExp(`from ['"]${specifier}['"]`).test(text)),
  );
  if (!isKnown) return [];
  return text.split("\n").flatMap((line, index) =>
    (/\/\/ expect: ([a-z, -]+)/.exec(line)?.[1] ?? "")
      .split(/,\s*/)
      .filter((code) => rules.some((rule) => rule.code === code.trim()))
      .map((code) => `${index + 1} ${code.trim()}`),
  );
}

function placesOf(files: readonly FileAnalysis[]): readonly string[] {
  return files.flatMap(({ findings }) => findings.map(({ span, code }) => `${span.start.line + 1} ${code}`));
}

function alarmsIn(files: readonly FileAnalysis[]): readonly string[] {
  return files.flatMap(({ findings }) =>
    findings
      .filter(({ severity }) => severity === "warning" || severity === "error")
      .map(({ span, code }) => `${span.start.line + 1} ${code}`),
  );
}

/** A leaf without a path and a leaf whose every path is cut meet each other's expectation. */
function isMet(wanted: string, found: string): boolean {
  const same = (place: string): string => place.replace("unused-parameter", "never-receives-gradient");
  return same(wanted) === same(found);
}

function caseFile(name: string): { readonly mayAlso: readonly string[] } {
  const read: unknown = JSON.parse(readFileSync(join(bugs, name, "case.json"), "utf8"));
  const mayAlso: unknown = typeof read === "object" && read !== null ? Reflect.get(read, "mayAlso") : [];
  return { mayAlso: Array.isArray(mayAlso) ? mayAlso.map(String) : [] };
}
