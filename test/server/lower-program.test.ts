/**
 * What the analysis says about whole programs: several files, marks, fixes, broken and extreme text, the hover and
 * the static graph.
 */
import {
  analyze,
  createAnalyzer,
  explainAt,
  explainName,
  staticGraphs,
  type Finding,
  type Fix,
} from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { importing, withLeaves } from "../support/leaves.js";
import { memorySources } from "../support/sources.js";

const bothDetached = importing(`const x = tensor(1, { requiresGrad: true });
const out1 = x.mul(2).detach();
const out2 = x.mul(7).detach();
const L = out1.sub(out2).pow(2);
L.backward();`);

describe("several files", () => {
  const params = importing(`export const w = tensor([1], { requiresGrad: true });
export const b = tensor([2], { requiresGrad: true });`);
  const main = importing(`import { w, b } from "./params.js";
tensor([3]).mul(w).add(b.detach()).sum().backward();`);

  test("a leaf that another file imports is followed there", () => {
    const { files } = analyze(memorySources({ "main.ts": main, "params.ts": params }));
    expect(files.map(({ findings }) => codesOf(findings))).toEqual([["cut-by-detach"], ["never-receives-gradient"]]);
  });

  test("a leaf that nobody imports may be used by anyone", () => {
    const [file] = analyze(memorySources({ "params.ts": `${params}\nw.sum().backward();` })).files;
    expect(file?.findings).toEqual([]);
  });

  test("what a package gives to the world may be used by the world", () => {
    const shipped = {
      "lib/main.ts": main,
      "lib/params.ts": params,
      "lib/package.json": '{ "exports": { ".": "./params.js" } }',
    };
    const sources = memorySources(shipped);
    const { files } = analyze({ ...sources, roots: ["lib/main.ts", "lib/params.ts"] });
    expect(files.map(({ findings }) => codesOf(findings))).toEqual([[], []]);
  });

  test("an edit of one file is seen, and what did not change is the same", () => {
    const analyzer = createAnalyzer();
    const before = analyzer.analyze(memorySources({ "main.ts": main, "params.ts": params }));
    const same = analyzer.analyze(memorySources({ "main.ts": main, "params.ts": params }));
    expect(same.programs[0]).toBe(before.programs[0]);
    const edited = analyzer.analyze(memorySources({ "main.ts": main.replace(".detach()", ""), "params.ts": params }));
    expect(edited.files.flatMap(({ findings }) => findings)).toEqual([]);
  });

  test("re-exports, namespaces and circles are followed", () => {
    const files = {
      "main.ts": importing(`import * as all from "./index.js";\nall.leaves.w.mul(all.u.detach()).sum().backward();`),
      "index.ts": `export * as leaves from "./params.js";\nexport { b as u } from "./params.js";\nimport "./main.js";`,
      "params.ts": params,
    };
    const reported = analyze(memorySources(files)).files.flatMap(({ findings }) => findings);
    expect(reported.filter(({ severity }) => severity === "warning").map(({ message }) => message)).toEqual([
      "`b` never receives a gradient: `detach()` on line 3 of `main.ts` cuts its only path to the loss",
    ]);
  });

  test("a file with a syntax error says nothing and lets everything escape", () => {
    const broken = { "main.ts": `${main}\nconst =`, "params.ts": params };
    const { files } = analyze(memorySources(broken));
    expect(files.map(({ findings, syntaxErrors }) => [findings.length, syntaxErrors.length > 0])).toEqual([
      [0, true],
      [0, false],
    ]);
  });
});

describe("marks", () => {
  test("an intended leaf is silent; its cuts are still to blame where they leave a loss without history", () => {
    const mark = "// gradlens-intended: a demonstration\n";
    expect(codesIn(bothDetached.replace("const x", `${mark}const x`))).toEqual([
      "cut-by-detach",
      "cut-by-detach",
      "loss-has-no-grad",
    ]);
    const alive = withLeaves("u.mul(w.detach()).sum().backward();");
    expect(codesIn(alive.replace("const w", `${mark}const w`))).toEqual([]);
  });

  test("a mark beside the declaration counts too, and one in a string does not", () => {
    expect(
      codesIn(withLeaves("").replace("true });\nconst u", "true }); // gradlens-intended: later\nconst u")),
    ).toEqual([]);
    const inString = withLeaves("").replace("const w", 'const text = "// gradlens-intended: no";\nconst w');
    expect(codesIn(inString)).toEqual(["unused-parameter"]);
  });

  test("a code is ignored on its line", () => {
    const ignored = bothDetached.replace("L.backward()", "L.backward() // gradlens-ignore loss-has-no-grad\n");
    expect(codesIn(ignored)).not.toContain("loss-has-no-grad");
    expect(codesIn(ignored)).toContain("never-receives-gradient");
  });

  test("`@stopsGradient` says that a function's cuts are meant", () => {
    const stop = "/** @stopsGradient */\nfunction stop(x: Tensor) { return x.detach(); }\n";
    expect(codesIn(withLeaves(`${stop}u.mul(stop(w)).sum().backward();`))).toEqual([]);
  });

  test("switching `requiresGrad` off is an intent", () => {
    expect(codesIn(withLeaves("w.requiresGrad = false;\nu.mul(w.detach()).sum().backward();"))).toEqual([]);
  });
});

describe("fixes", () => {
  test("each of them makes the finding go away and brings no other", () => {
    const [never] = findingsIn(bothDetached);
    expect(never?.fixes.map(({ title }) => title)).toEqual([
      "Remove `detach()` on line 3",
      "Remove `detach()` on line 4",
      "It is intended",
    ]);
    const after = never?.fixes.map((fix) => codesIn(applied(fix, bothDetached)));
    expect(after).toEqual([[], [], ["cut-by-detach", "cut-by-detach", "loss-has-no-grad"]]);
  });

  test("`noGrad` around one expression can be taken away", () => {
    const program = withLeaves("const h = noGrad(() => w.mul(2));\nu.mul(h).sum().backward();");
    const [fix] = findingsIn(program)[0]?.fixes ?? [];
    expect(fix === undefined ? "" : applied(fix, program)).toContain("const h = w.mul(2);");
  });

  test("two cuts in a row are not offered for removal", () => {
    const [never] = findingsIn(withLeaves("u.mul(w.detach().detach()).sum().backward();"));
    expect(never?.fixes.map(({ title }) => title)).toEqual(["It is intended"]);
  });

  test("nor is a cut that another leaf wants", () => {
    const program = withLeaves("const h = w.mul(kept).detach();\nu.mul(h).sum().backward();");
    const kept = "// gradlens-intended: a target\nconst kept = tensor([1], { requiresGrad: true });\nconst u";
    const [never] = findingsIn(program.replace("const u", kept));
    expect(never?.fixes.map(({ title }) => title)).toEqual(["It is intended"]);
  });
});

describe("extreme text", () => {
  test("what is nested too deep is not analyzed", () => {
    const deep = `${importing("")}const x = ${"(".repeat(20_000)}1${")".repeat(20_000)};`;
    expect(analyze(memorySources({ "main.ts": deep })).files[0]?.notAnalyzed).toBe("nested too deep");
  });

  test.each([
    ["`eval`", 'eval("w.sum().backward()");'],
    ["a changed prototype", "(Tensor.prototype as any).detach = function () { return this; };"],
  ])("nothing is claimed under %s", (_title, line) => {
    const [file] = analyze(memorySources({ "main.ts": withLeaves(line) })).files;
    expect(file?.findings).toEqual([]);
    expect(file?.notAnalyzed).not.toBeNull();
  });
});

describe("hover", () => {
  const analysis = analyze(memorySources({ "main.ts": bothDetached }));

  test("on a leaf it tells the way to the cuts", () => {
    const markdown = explainAt(analysis, "main.ts", { line: 1, character: 6 })?.markdown ?? "";
    expect(markdown).toContain("`x` never receives a gradient: both operands of `sub()` on line 5 are detached.");
    expect(markdown).toContain("2. line 3: cut here: `detach()` returns the value without its history");
  });

  test("on a computed value it names the leaves that are cut off", () => {
    const markdown = explainAt(analysis, "main.ts", { line: 4, character: 6 })?.markdown ?? "";
    expect(markdown).toContain("`L` is the result of `pow`. It has no gradient history.");
    expect(markdown).toContain("It is cut off from `x`.");
  });

  test("on a call it says what the call does", () => {
    const markdown = explainAt(analysis, "main.ts", { line: 2, character: 24 })?.markdown ?? "";
    expect(markdown).toContain("`detach()` returns the value without its history");
    expect(explainAt(analysis, "main.ts", { line: 4, character: 25 })?.markdown).toContain("`pow`");
  });

  test("by name, and nowhere else", () => {
    expect(explainName(analysis, "main.ts", "out1").map(({ span }) => span.start.line)).toEqual([2]);
    expect(explainAt(analysis, "main.ts", { line: 0, character: 0 })).toBeNull();
  });
});

test("the static graph has the program's names, its cuts and its dead leaves", () => {
  const [graph, ...others] = staticGraphs(analyze(memorySources({ "main.ts": bothDetached })), "main.ts");
  expect(others).toEqual([]);
  const edges = graph?.edges.map(({ from, to, flow }) => [name(from), name(to), flow.kind]);
  expect(edges).toHaveLength(7);
  expect(edges).toContainEqual(["mul", "out1", "blocks"]);
  expect(edges).toContainEqual(["x", "mul", "flows"]);
  expect(graph?.nodes.find((node) => node.name === "x")?.gradient.kind).toBe("none");
  expect(graph?.fault?.message).toBe("`L` has no gradient history");
  expect(graph?.loss).toBe(graph?.nodes.find((node) => node.name === "L")?.id);

  function name(id: string): string | null {
    const node = graph?.nodes.find((each) => each.id === id);
    return node?.name ?? node?.op ?? null;
  }
});

function findingsIn(program: string): readonly Finding[] {
  return analyze(memorySources({ "main.ts": program })).files[0]?.findings ?? [];
}

function codesIn(program: string): readonly string[] {
  return codesOf(findingsIn(program));
}

function codesOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code }) => code);
}

/** The program after a fix; edits are applied from the end, so that the places before them stay. */
function applied({ edits }: Fix, program: string): string {
  const lines = program.split("\n");
  const offset = ({ line, character }: Finding["span"]["start"]): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return edits
    .toSorted((a, b) => offset(b.span.start) - offset(a.span.start))
    .reduce(
      (text, { span, text: inserted }) => text.slice(0, offset(span.start)) + inserted + text.slice(offset(span.end)),
      program,
    );
}

describe("places", () => {
  test("count lines as the editor does, also where a text holds line separators of Unicode", () => {
    const text = importing(`const title = "one\u2028two";\n${bothDetached.replace(/^import.*\n/, "")}`);
    const [file] = analyze(memorySources({ "main.ts": text })).files;
    const leaf = file?.findings.find(({ code }) => code === "never-receives-gradient");
    const line = text.split("\n").findIndex((each) => each.startsWith("const x"));
    expect(leaf?.span.start).toEqual({ line, character: "const ".length });
  });
});
