/**
 * The analysis of whole texts: one file from nothing, and a workspace of many, beside what the bare parser needs for
 * the same texts and, for one edit, beside typed lint.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import ts from "typescript";
import { analyze, createAnalyzer, findingsIn } from "../server/analysis.js";
import { compare, medianOf, type Comparison } from "./measure.js";
import { ordinaryFile, trainingFile } from "./programs.js";

export function* readingRows(): Iterable<Comparison> {
  const seed = readFileSync("examples/selective-gradients.ts", "utf8");
  yield fileRow("findings of the seed's example (91 lines), from nothing", seed);
  yield fileRow("findings of 1,000 lines, from nothing", trainingFile({ seed: 1, lines: 1000, as: "program" }));
  yield workspaceRow("findings of 100,000 lines in 500 files, 10 % of them with tensors", 10);
  yield workspaceRow("findings of 100,000 lines in 500 files, all of them with tensors", 1);
}

function fileRow(what: string, text: string): Comparison {
  const uri = "file:///bench/program.ts";
  const read = (): unknown =>
    analyze({ roots: [uri], read: (asked) => (asked === uri ? text : null), resolve: () => null });
  const parse = (): unknown => ts.createSourceFile(uri, text, ts.ScriptTarget.Latest, true);
  return compare(what, { name: "analyze", run: read }, { name: "parse alone", run: parse });
}

function workspaceRow(what: string, oneIn: number): Comparison {
  const files = workspace(oneIn);
  const read = (): unknown =>
    findingsIn({ roots: [...files.keys()], read: (uri) => files.get(uri) ?? null, resolve: () => null });
  const parse = (): unknown =>
    [...files].map(([uri, text]) => ts.createSourceFile(uri, text, ts.ScriptTarget.Latest, true).statements.length);
  return compare(what, { name: "analyze", run: read }, { name: "parse alone", run: parse }, 1);
}

/** 500 files of 200 lines, one in so many of them with tensors. */
export function workspace(oneIn: number): ReadonlyMap<string, string> {
  return new Map(
    Array.from({ length: 500 }, (_, index): readonly [string, string] => [
      `file:///bench/file${index}.ts`,
      index % oneIn === 0 ? trainingFile({ seed: index, lines: 200, as: "program" }) : ordinaryFile(index, 200),
    ]),
  );
}

/** One edit of 1,000 lines under typescript-eslint's typed rules, beside ours. */
export async function lintRow(): Promise<Comparison> {
  // Loaded here alone, so that it does not count where memory is measured.
  const { ESLint } = await import("eslint");
  const folder = join(process.cwd(), ".cache/lint");
  const path = join(folder, "program.ts");
  mkdirSync(folder, { recursive: true });
  const text = trainingFile({ seed: 1, lines: 1000, as: "program" });
  writeFileSync(path, text);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(lintedProject));
  writeFileSync(join(folder, "eslint.config.mjs"), lintConfig);
  const lint = new ESLint({ cwd: folder });
  const analyzer = createAnalyzer();
  const uri = "file:///bench/program.ts";
  const times = { ours: Array<number>(), theirs: Array<number>() };
  for (let edit = 0; edit < 12; edit++) {
    const edited = text.replace("const inputs = ", `const inputs${edit} = 1;\n  const inputs = `);
    const start = performance.now();
    analyzer.analyze({ roots: [uri], read: (asked) => (asked === uri ? edited : null), resolve: () => null });
    const between = performance.now();
    await lint.lintText(edited, { filePath: path });
    if (edit < 2) continue;
    times.ours.push(between - start);
    times.theirs.push(performance.now() - between);
  }
  rmSync(folder, { recursive: true });
  return {
    what: "one edit of 1,000 lines",
    ours: "analyze",
    beside: "typescript-eslint, typed",
    oursMs: medianOf(times.ours),
    besideMs: medianOf(times.theirs),
  };
}

const lintedProject = {
  compilerOptions: {
    strict: true,
    target: "es2022",
    module: "nodenext",
    skipLibCheck: true,
    customConditions: ["gradlens-source"],
  },
  include: ["program.ts"],
};
const lintConfig = `import tseslint from "typescript-eslint";
export default tseslint.config({ files: ["**/*.ts"], extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } });
`;

/** Megabytes that a process takes in all after it has analyzed the workspace whose files all have tensors. */
export function memoryOfWorkspace(program: string): number {
  return Number(execFileSync(process.execPath, [program, "--memory"], { encoding: "utf8" }));
}

export function analyzeWorkspaceOnce(): number {
  const files = workspace(1);
  const found = findingsIn({ roots: [...files.keys()], read: (uri) => files.get(uri) ?? null, resolve: () => null });
  if (found.length !== files.size) throw new Error("a file is missing");
  return process.resourceUsage().maxRSS / 1024;
}
