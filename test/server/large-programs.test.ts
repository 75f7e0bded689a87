/** Programs that are too large to follow as a whole: what is found in each file alone, in bounded time. */
import { analyze } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { importing } from "../support/leaves.js";
import { memorySources } from "../support/sources.js";

const functionCount = 20_000;

/** So many functions, all of them called, that no walk through them ends within its budget. */
const large = [
  ...Array.from({ length: functionCount }, (_, i) => `function f${i}(x: unknown) { return [x, { x }, f${i + 1}]; }`),
  `function f${functionCount}(x: unknown) { return x; }`,
  ...Array.from({ length: functionCount }, (_, i) => `f${i}(f${i + 1})[0]; f${i}([f${i}, f0]); f0({ x: f${i} });`),
  "export function register(x: unknown) { f0(x); }",
].join("\n");

describe("a program that is too large", () => {
  const { files, programs } = analyze(
    memorySources({
      "main.ts": importing(`import { register } from "./large.js";
const x = tensor(1, { requiresGrad: true });
const y = tensor(1, { requiresGrad: true });
register(y);
x.detach().mul(2).add(y.detach()).add(tensor(1, { requiresGrad: true })).backward();`),
      "large.ts": large,
    }),
  );

  test("is read file by file, and what another file may do with a leaf is not known", () => {
    const [main] = files;
    const nevers = main?.findings.filter(({ code }) => code === "never-receives-gradient");
    expect(nevers?.map(({ message }) => message)).toEqual([expect.stringContaining("`x` never receives a gradient")]);
  });

  test("is no reason to call a file unread", () => {
    expect(programs).toHaveLength(1);
    expect(files.map(({ notAnalyzed }) => notAnalyzed)).toEqual([null, null]);
  });
});

describe("a chain of very many ops", () => {
  test("costs no more than its length, and the leaf at its end is found", () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => `h = h.mul(${i}).add(u);`);
    const text = importing(
      [
        "const w = tensor(1, { requiresGrad: true }); const u = tensor(1, { requiresGrad: true });",
        "let h = w.detach();",
        ...steps,
        "h.sum().backward();",
      ].join("\n"),
    );
    const [file] = analyze(memorySources({ "main.ts": text })).files;
    const nevers = file?.findings.filter(({ code }) => code === "never-receives-gradient");
    expect(nevers?.map(({ message }) => message)).toEqual([expect.stringContaining("`w` never receives a gradient")]);
  });
});
