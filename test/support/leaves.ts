/**
 * Short programs for tests of the analysis: with the library imported, or also with two leaves of which `u` receives
 * a gradient and `w` is the one in question.
 */
import { analyze } from "@gradlens/server/analysis";
import { memorySources } from "./sources.js";

export function importing(program: string): string {
  const names = "Tensor, enableGrad, grad, nn, noGrad, optim, randn, stack, tensor, where";
  return `import { ${names} } from "@gradlens/engine";\n${program}`;
}

export function withLeaves(program: string): string {
  return importing(`const w = tensor([1], { requiresGrad: true });
const u = tensor([2], { requiresGrad: true });
u.sum().backward();
${program}`);
}

/** The names of the leaves that are said never to receive a gradient. */
export function deadLeaves(program: string): readonly string[] {
  const [file] = analyze(memorySources({ "main.ts": program })).files;
  if (file === undefined || file.syntaxErrors.length > 0) throw new Error("the program cannot be read");
  const lines = program.split("\n");
  return file.findings
    .filter(({ code }) => code === "never-receives-gradient" || code === "unused-parameter")
    .map(({ span: { start, end } }) => (lines[start.line] ?? "").slice(start.character, end.character));
}

/** Which of these codes are found in a program that imports nothing itself. */
export function codesIn(program: string, codes: readonly string[]): readonly string[] {
  const [file] = analyze(memorySources({ "main.ts": importing(program) })).files;
  if (file === undefined || file.syntaxErrors.length > 0) throw new Error("the program cannot be read");
  return file.findings.map(({ code }) => code).filter((code) => codes.includes(code));
}
