/**
 * Random edits, as fingers make them: letters, lines, undo. After each the incremental analysis equals the one from
 * scratch, and while a text is half typed nothing is reported that was not reported of the last whole one.
 */
import { describe, expect, it } from "vitest";
import { analyze, createAnalyzer, explainAt, staticGraphs, type Analysis } from "@gradlens/server/analysis";
import { generateProgram } from "./fuzz/generate.js";
import { Random } from "./fuzz/random.js";
import { proofDepth, proofSeeds } from "./support/proofs.js";
import { readFixtures } from "./support/fixture.js";
import { memorySources } from "./support/sources.js";

type Files = Readonly<Record<string, string>>;

const fixtures = readFixtures().map(({ folder, name, text }) => [`${folder}/${name}`, { "main.ts": text }] as const);
const generated = proofSeeds(80).map((seed) => [`seed ${seed}`, generateProgram(seed).files] as const);
const twoFiles = generated.filter(([, files]) => Object.keys(files).length > 1);
const editsPerProgram = 8;

// The rounds of a deeper proof take their time.
const timeout = 120_000 * proofDepth;

describe("after random edits the analysis is the one from scratch", () => {
  it.each([
    ["fixtures", fixtures],
    ["generated programs", generated.slice(0, 24 * proofDepth)],
    ["programs of two files", twoFiles],
  ] as const)("of %s", { timeout }, (_, programs) => {
    const wrong: string[] = [];
    for (const [index, [name, files]] of programs.entries())
      for (let round = 0; round < proofDepth; round++)
        wrong.push(...differences(name, files, new Random(index + 1000 * round)));
    expect(wrong.slice(0, 3).join("\n\n")).toBe("");
  });
});

describe("while a line is typed", () => {
  it.each([
    ["fixtures", fixtures],
    ["programs of two files", twoFiles],
  ] as const)("nothing new is said of %s until it parses", { timeout }, (_, programs) => {
    const wrong: string[] = [];
    for (const [index, [name, files]] of programs.entries())
      for (let round = 0; round < proofDepth; round++)
        wrong.push(...newReports(name, files, new Random(index + 1000 * round)));
    expect(wrong.slice(0, 3).join("\n\n")).toBe("");
  });
});

function differences(name: string, start: Files, random: Random): readonly string[] {
  const analyzer = createAnalyzer();
  const history = [start];
  const wrong: string[] = [];
  analyzer.analyze(memorySources(start));
  for (let count = 0; count < editsPerProgram; count++) {
    const files = nextTexts(history, random);
    history.push(files);
    const place = { line: random.below(30), character: random.below(40) };
    const analysis = analyzer.analyze(memorySources(files));
    const accident = analysis.files.find(({ notAnalyzed }) => notAnalyzed?.startsWith("the analysis failed") === true);
    if (accident !== undefined) wrong.push(`${name}, edit ${count}: ${accident.notAnalyzed}\n${shown(files)}`);
    const incremental = told(analysis, place);
    const fresh = told(analyze(memorySources(files)), place);
    if (incremental !== fresh) wrong.push(`${name}, edit ${count}:\n${incremental}\nis not\n${fresh}\n${shown(files)}`);
  }
  return wrong;
}

/** Everything that an editor shows: findings, faults, pictures, and the story at a place. */
function told(analysis: Analysis, place: { readonly line: number; readonly character: number }): string {
  const files = analysis.files.map((file) => ({
    file,
    graphs: staticGraphs(analysis, file.uri),
    story: explainAt(analysis, file.uri, place),
  }));
  return JSON.stringify(files);
}

/** A line goes, and comes back letter by letter, with pauses at random places. */
function newReports(name: string, files: Files, random: Random): readonly string[] {
  const analyzer = createAnalyzer();
  const names = Object.keys(files);
  const edited = names[random.below(names.length)] ?? "main.ts";
  const lines = (files[edited] ?? "").split("\n");
  const line = random.below(lines.length);
  const typed = lines[line] ?? "";
  let known = reports(analyzer.analyze(memorySources(files)), files);
  const wrong: string[] = [];
  for (let length = 0; length <= typed.length; length += 1 + random.below(4)) {
    const texts = { ...files, [edited]: lines.toSpliced(line, 1, typed.slice(0, length)).join("\n") };
    const analysis = analyzer.analyze(memorySources(texts));
    const now = reports(analysis, texts);
    const isWhole = analysis.files.every(({ syntaxErrors }) => syntaxErrors.length === 0);
    const added = [...now].filter((report) => !known.has(report));
    if (isWhole) known = new Set([...known, ...now]);
    else if (added.length > 0) wrong.push(`${name}, line ${line + 1}: ${added.join("; ")}\n${shown(texts)}`);
  }
  return wrong;
}

/** Lines move while one types, and a loss may be another one: a report is known by its code and what it stands at. */
function reports(analysis: Analysis, files: Files): ReadonlySet<string> {
  return new Set(
    analysis.files.flatMap(({ uri, findings }) =>
      findings.map(({ code, span: { start, end } }) => {
        const line = (files[uri] ?? "").split("\n")[start.line] ?? "";
        return `${uri} ${code}: ${line.slice(start.character, end.line === start.line ? end.character : undefined)}`;
      }),
    ),
  );
}

function nextTexts(history: readonly Files[], random: Random): Files {
  const last = history.at(-1) ?? {};
  if (random.chance(0.2)) return history[random.below(history.length)] ?? last;
  const names = Object.keys(last);
  const name = names[random.below(names.length)] ?? "main.ts";
  return { ...last, [name]: editedText(last[name] ?? "", random) };
}

const pieces = [
  " ",
  "\n",
  ";",
  ")",
  "{",
  "}",
  "x",
  ".detach()",
  "// ",
  "\n\n",
  "/*",
  "`",
  "const extra = 1;\n",
  "await ",
  '"',
  "é",
] as const;

function editedText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const lines = text.split("\n");
  const line = random.below(lines.length);
  switch (random.below(6)) {
    case 0:
    case 1:
      return text.slice(0, at) + random.pick(pieces) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(6));
    case 3:
      return lines.toSpliced(line, 1).join("\n");
    case 4:
      return lines.toSpliced(random.below(lines.length), 0, lines[line] ?? "").join("\n");
    default:
      return text.replace(/\.detach\(\)|requiresGrad: true|\.mul\(/, "");
  }
}

function shown(files: Files): string {
  return Object.entries(files)
    .map(([name, text]) => `── ${name}\n${text}`)
    .join("\n");
}
