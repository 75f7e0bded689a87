/**
 * A `gradlens.json`: what it says about the severities of findings, which files describe libraries, and what is wrong with
 * it, each with its place.
 *
 *     { "rules": { "cut-by-detach": "off", "unused-parameter": "error" }, "libraries": ["./tiny.gradlens.json"] }
 *
 * Comments and trailing commas are allowed, as in a `tsconfig.json`. Where the file lies is not its business.
 */
import ts from "typescript";
import { isLevel, levels, similarCode, type Level, type Severities } from "../rules/severities.js";
import { spanBetween, syntaxFaults, type SyntaxFault } from "./parse.js";

export interface SettingsFile {
  readonly uri: string;
  readonly severities: Severities;
  /** Files that describe libraries, as they are written: relative to this one. */
  readonly libraries: readonly NamedFile[];
  readonly faults: readonly SyntaxFault[];
}

export interface NamedFile {
  readonly path: string;
  readonly span: SyntaxFault["span"];
}

/** `codes` are those of all findings. */
export function readSettingsFile(uri: string, text: string, codes: readonly string[]): SettingsFile {
  const source = ts.parseJsonText(uri, text);
  const broken = syntaxFaults(source).slice(0, 1);
  const reading: Reading = { source, codes, severities: {}, libraries: [], faults: [...broken] };
  const [statement] = source.statements;
  if (broken.length === 0 && statement !== undefined) readRoot(statement.expression, reading);
  const { severities, libraries, faults } = reading;
  return { uri, severities, libraries, faults };
}

interface Reading {
  readonly source: ts.JsonSourceFile;
  readonly codes: readonly string[];
  readonly severities: Record<string, Level>;
  readonly libraries: NamedFile[];
  readonly faults: SyntaxFault[];
}

function readRoot(root: ts.Expression, reading: Reading): void {
  if (!ts.isObjectLiteralExpression(root)) {
    complain(root, 'this is no object, so it sets nothing. Write `{ "rules": { … } }`', reading);
    return;
  }
  for (const { key, name, value } of entriesOf(root)) {
    if (key === "rules") readRules(value, reading);
    else if (key === "libraries") readLibraries(value, reading);
    else if (key !== "$schema")
      complain(
        name,
        `\`${key}\` is no setting of GradLens, so it has no effect. The severities stand under \`rules\`, files that describe libraries under \`libraries\``,
        reading,
      );
  }
}

function readRules(value: ts.Expression, reading: Reading): void {
  if (!ts.isObjectLiteralExpression(value)) {
    complain(
      value,
      '`rules` is no object, so it sets nothing. Write `{ "cut-by-detach": "off" }`, one line for each code',
      reading,
    );
    return;
  }
  for (const { key, name, value: level } of entriesOf(value)) {
    if (!reading.codes.includes(key)) complain(name, unknownCode(key, reading.codes), reading);
    else if (ts.isStringLiteral(level) && isLevel(level.text)) reading.severities[key] = level.text;
    else complain(level, unknownLevel(level.getText(reading.source)), reading);
  }
}

function readLibraries(value: ts.Expression, reading: Reading): void {
  const paths = ts.isArrayLiteralExpression(value) ? value.elements : null;
  if (paths === null) complain(value, '`libraries` is no list. Write `["./my-library.gradlens.json"]`', reading);
  for (const path of paths ?? []) {
    if (ts.isStringLiteral(path)) reading.libraries.push({ path: path.text, span: spanIn(path, reading) });
    else complain(path, `\`${path.getText(reading.source)}\` is no path of a file. Write it in quotes`, reading);
  }
}

function unknownCode(key: string, codes: readonly string[]): string {
  const similar = similarCode(key, codes);
  const act = similar === null ? "`gradlens explain` lists all codes" : `Did you mean \`${similar}\`?`;
  return `\`${key}\` is no code of a finding, so it sets nothing. ${act}`;
}

function unknownLevel(written: string): string {
  const words = levels.map((level) => `"${level}"`);
  return `\`${written}\` is no severity, so the rule keeps its own. Write ${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}

function complain(node: ts.Node, message: string, reading: Reading): void {
  reading.faults.push({ span: spanIn(node, reading), message });
}

function spanIn(node: ts.Node, { source }: Reading): SyntaxFault["span"] {
  return spanBetween(source, node.getStart(source), node.getEnd());
}

interface Entry {
  readonly key: string;
  readonly name: ts.Node;
  readonly value: ts.Expression;
}

function entriesOf({ properties }: ts.ObjectLiteralExpression): readonly Entry[] {
  return properties.flatMap((property) =>
    ts.isPropertyAssignment(property) && (ts.isStringLiteral(property.name) || ts.isIdentifier(property.name))
      ? [{ key: property.name.text, name: property.name, value: property.initializer }]
      : [],
  );
}
