/**
 * Programs in the style of what people write with tfjs and jax-js: no alarm in any of them, and one in each broken
 * twin. A twin is written at the end of its program:
 *
 *     // twin: "a" becomes "b" finds never-receives-gradient
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { analyze } from "@gradlens/server/analysis";
import { describe, expect, it } from "vitest";
import { memorySources } from "../support/sources.js";

const folder = join(import.meta.dirname, "programs");
const programs = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

interface Twin {
  readonly title: string;
  readonly name: string;
  readonly text: string;
  readonly code: string;
}

const twins: readonly Twin[] = programs.flatMap(({ name, text }) => {
  const lines = text.split("\n").filter((line) => line.startsWith("// twin: "));
  const program = text
    .split("\n")
    .filter((line) => !line.startsWith("// twin: "))
    .join("\n");
  return lines.map((line) => {
    const changes = [...line.matchAll(/"((?:[^"\\]|\\.)*)" becomes "((?:[^"\\]|\\.)*)"/g)];
    const changed = changes.reduce((before, [, from = "", to = ""]) => {
      if (!before.includes(from)) throw new Error(`${name} has no ${from}`);
      return before.replace(from, () => to);
    }, program);
    return { title: `${name}: ${line.slice(9)}`, name, text: changed, code: /finds ([a-z-]+)$/.exec(line)?.[1] ?? "" };
  });
});

function alarms(name: string, text: string): readonly string[] {
  const { files } = analyze(memorySources({ [name]: text }));
  return files.flatMap(({ findings }) =>
    findings
      .filter(({ severity, code }) => severity === "warning" || severity === "error" || code === "zero-gradient")
      .map(({ code, message }) => `${code}: ${message}`),
  );
}

describe("a realistic program", () => {
  it.each(programs)("$name has no alarm", ({ name, text }) => {
    expect(alarms(name, text)).toEqual([]);
  });

  it.each(twins)("$title", ({ name, text, code }) => {
    expect(alarms(name, text).map((alarm) => alarm.split(":")[0])).toContain(code);
  });
});
