/**
 * Two pages of the documentation are printed from the tables: what each finding means, and what each op does to a
 * gradient. `UPDATE=1 npm run test:unit` writes them anew.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { controls, opTable, type GradientEffect, type OpSpec } from "@gradlens/engine/ops";
import { levels, rules, type Rule } from "../server/analysis.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const docs = join(root, "docs");

describe("the printed pages", () => {
  it.each([
    ["findings.md", findingsPage(rules)],
    ["ops.md", opsPage(opTable)],
  ])("docs/%s says what the table says", (name, printed) => {
    const path = join(docs, name);
    if (process.env["UPDATE"] === "1") writeFileSync(path, printed);
    expect(existsSync(path) ? readFileSync(path, "utf8") : "").toBe(printed);
  });
});

describe("the schemas", () => {
  it.each([
    ["package.json", manifest],
    ["media/gradlens.schema.json", settingsSchema],
  ])("%s offers the code of every finding", (name, printed) => {
    const path = join(root, name);
    if (process.env["UPDATE"] === "1") writeFileSync(path, printed());
    expect(readFileSync(path, "utf8")).toBe(printed());
  });
});

/** The manifest as it is, with the codes and levels of the setting `gradlens.rules`. */
function manifest(): string {
  const written = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const setting = written.contributes.configuration.properties["gradlens.rules"];
  setting.propertyNames.enum = rules.map(({ code }) => code);
  setting.additionalProperties.enum = levels;
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** It completes and explains; what is wrong in a `gradlens.json` says the language server, once and with a remedy. */
function settingsSchema(): string {
  const codes = rules.map(({ code, severity, explanation }) => {
    const markdownDescription = `${explanation.trim()}\n\nWithout a word here: \`${severity}\`.`;
    return [code, { $ref: "#/definitions/level", markdownDescription }] as const;
  });
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "GradLens in this project",
    type: "object",
    properties: {
      rules: {
        type: "object",
        markdownDescription: "How severe each finding is, by its code.",
        properties: Object.fromEntries(codes),
      },
      libraries: {
        type: "array",
        items: { type: "string" },
        markdownDescription:
          'Files that describe a library which GradLens does not know, relative to this one: `["./tiny.gradlens.json"]`. `docs/libraries.md` shows how to write one.',
      },
    },
    definitions: { level: { anyOf: [{ enum: levels }, { type: "string" }] } },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function findingsPage(all: readonly Rule[]): string {
  const sections = all.map(
    ({ code, severity, explanation }) => `## \`${code}\`\n\nSeverity: ${severity}.\n\n${explanation.trim()}\n`,
  );
  return `# Findings\n\nEvery finding has a code. \`gradlens explain CODE\` prints its section.\n\n${sections.join("\n")}`;
}

function opsPage(table: Readonly<Record<string, OpSpec>>): string {
  const rows = Object.entries(table).map(([name, { summary, inputs }]) => {
    const effects = Object.entries(inputs).map(([input, effect]) => `${input} ${inWords(effect)}`);
    return `| \`${name}\` | ${cell(summary)} | ${cell(effects.join("; "))} |`;
  });
  const acts = Object.entries(controls).map(
    ([name, { effect, because }]) => `| \`${name}\` | ${effect} | ${cell(because)} |`,
  );
  return `# Ops

What each op does to a gradient at each of its inputs: it *flows* by a formula, *vanishes* (it is zero almost everywhere), or is *blocked* (there is none).

| op | what it is | gradient |
|---|---|---|
${rows.join("\n")}

## Controls

Calls that act on the tape instead of computing.

| call | effect | because |
|---|---|---|
${acts.join("\n")}
`;
}

function inWords(effect: GradientEffect): string {
  switch (effect.kind) {
    case "flows":
      return "flows";
    case "vanishes":
      return `vanishes: ${effect.because}`;
    case "blocks":
      return `is blocked: ${effect.because}`;
  }
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
