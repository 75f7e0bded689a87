/**
 * Typing: after every one of many random edits, an analyzer that has seen all texts before says what an analysis from
 * nothing says about this one. The texts are cut and mixed at random, so most of them are half-typed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { random, trainingFile } from "../../bench/programs.js";
import { analyze, createAnalyzer, explainName, staticGraphs, type Analysis } from "../../server/analysis.js";
import { memorySources } from "../support/sources.js";

const pieces = [
  "x",
  "1",
  " ",
  "\n",
  "{",
  "}",
  "(",
  ")",
  ".detach()",
  "// note\n",
  "let ",
  "const y = ",
  "return ",
  ";",
];

test.each([...fixtures(), ["generated", trainingFile({ seed: 3, lines: 120, as: "program" })] as const])(
  "%s",
  (_, text) => {
    const analyzer = createAnalyzer();
    const next = random(text.length);
    let edited = text;
    for (let edit = 0; edit < 30; edit++) {
      // Most edits are taken back, as typing goes, so that whole texts come up again and again.
      edited = edit % 3 === 2 ? text : changed(edited, next);
      expect(answers(analyzer.analyze(sourcesOf(edited)))).toEqual(answers(analyze(sourcesOf(edited))));
    }
  },
);

test("a file that others import may change what is said about them", () => {
  const main = `import { cut } from "./cut.js";\nimport { tensor } from "@gradlens/engine";
const w = tensor(1, { requiresGrad: true });\ncut(w.mul(2)).add(1).backward();\n`;
  const analyzer = createAnalyzer();
  const findings = (cut: string) => {
    const { files } = analyzer.analyze(memorySources({ "main.ts": main, "cut.ts": cut }));
    return files.flatMap((file) => file.findings).map(({ code }) => code);
  };
  const live = `import type { Tensor } from "@gradlens/engine";\nexport function cut(x: Tensor) {\n  return x;\n}\n`;
  expect(findings(live)).toEqual([]);
  expect(findings(live.replace("return x", "return x.detach()"))).toContain("never-receives-gradient");
  expect(findings(`${live}export const other = 1;\n`)).toEqual([]);
});

test("what stands below a new line, or after something on its line, is found where it stands now", () => {
  const part = (name: string) =>
    `const ${name} = tensor(1, { requiresGrad: true }); ${name}.detach().add(1).backward();`;
  const text = `import { tensor } from "@gradlens/engine";\n${part("a")}\n${part("b")}\n`;
  const analyzer = createAnalyzer();
  for (const edited of [text, text.replace("const a", "\nconst a"), text.replace("const b", "1; const b"), text])
    expect(answers(analyzer.analyze(sourcesOf(edited)))).toEqual(answers(analyze(sourcesOf(edited))));
});

function changed(text: string, next: () => number): string {
  const at = Math.floor(next() * (text.length + 1));
  const removed = next() < 0.4 ? Math.floor(next() * 12) : 0;
  const added = next() < 0.8 ? (pieces[Math.floor(next() * pieces.length)] ?? "") : "";
  return text.slice(0, at) + added + text.slice(at + removed);
}

function sourcesOf(text: string) {
  return memorySources({ "main.ts": text, "user.ts": `export * from "./main.js";\n` });
}

/** Everything that the editor shows. */
function answers(analysis: Analysis): unknown {
  return {
    files: analysis.files,
    graphs: staticGraphs(analysis, "main.ts"),
    hovers: ["x", "w", "loss", "model", "L"].map((name) => explainName(analysis, "main.ts", name)),
  };
}

function fixtures(): readonly (readonly [string, string])[] {
  const folder = "test/fixtures";
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((_, index) => index % 6 === 0)
    .map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);
}
