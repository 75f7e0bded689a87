/** The `gradlens` command from its words to its exit code, in this process and on a real disk. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, gradlens, reportOf } from "./command.js";

const cut = 'import { tensor } from "@gradlens/engine";\nconst x = tensor(1, { requiresGrad: true });\n';
const always = `${cut}x.mul(2).detach().backward();\n`;
const never = `${cut}x.mul(2).backward();\n`;

describe("bad input", () => {
  const folder = folderWith({
    "a.ts": never,
    "types.d.ts": "",
    "notes.txt": "",
    "broken.ts": "const = ;",
    "dir/b.ts": "",
  });

  it.each([
    [[], /^name a command/],
    [["chek"], /^unknown command 'chek' \(Did you mean check\?\)$/],
    [["check", "--fromat", "json"], /^unknown option '--fromat' \(Did you mean --format\?\)$/],
    [["check", "--format", "xml"], /'xml' is invalid\. Allowed choices are pretty, json, sarif, github\.$/],
    [["check", "--format"], /^option '--format <format>' argument missing$/],
    [["check", "--fail-on", "fatal"], /Allowed choices are error, warning, information, hint, never\.$/],
    [["check", "none.ts"], /^there is no file or folder `none\.ts`$/],
    [["check", "a.ts", ""], /^there is no file or folder ``$/],
    [["check", "types.d.ts"], /^`types\.d\.ts` is a declaration file/],
    [["check", "notes.txt"], /^`notes\.txt` is not TypeScript or JavaScript/],
    [["check", "broken.ts"], /^broken\.ts:1:7: syntax error: /],
    [["check", "--explain", "x", "--format", "json"], /^--explain prints text/],
    [["explain", "cut-by"], /^there is no finding with the code `cut-by`; did you mean `cut-by-/],
    [["explain", "zzz"], /`gradlens explain` lists all codes$/],
    [["graph"], /^missing required argument 'file'$/],
    [["graph", "dir"], /^`dir` is a folder; name one file$/],
    [["graph", "a.ts", "dir"], /^too many arguments/],
    [["graph", "broken.ts"], /^broken\.ts:1:7: syntax error: /],
    [["graph", "a.ts", "--format", "png"], /Allowed choices are json, dot, svg, html\.$/],
    [["run", "none.ts"], /^there is no file or folder `none\.ts`$/],
    [["run", "a.ts", "--timeout", "0"], /It must be a number of seconds above 0\.$/],
    [["run", "a.ts", "--timeout", "soon"], /It must be a number of seconds above 0\.$/],
    [["run", "a.ts", "--seed", "1.5"], /It must be a whole number\.$/],
  ])("%j gives one clear line and exit code 2", async (words, message) => {
    const { code, stdout, stderr } = await gradlens(folder, ...words);
    expect(stderr).toHaveLength(1);
    expect(stderr[0]).toMatch(message);
    expect(stderr[0]).not.toContain("\n");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});

describe("help and version", () => {
  it.each([["--help"], ["-h"], ["help"]])("%s says what there is", async (word) => {
    const { code, stdout, stderr } = await gradlens(".", word);
    expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
    for (const command of ["check", "run", "graph", "explain", "lsp"]) expect(stdout).toContain(`\n  ${command} `);
  });

  it("are there for each command", async () => {
    const { code, stdout } = await gradlens(".", "check", "--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Exit codes:");
  });

  it("name the version", async () => {
    expect(await gradlens(".", "--version")).toEqual({ code: 0, stdout: "0.1.0\n", stderr: [] });
  });
});

describe("gradlens check", () => {
  it("finds exactly case 4 of the seed's example", async () => {
    const folder = folderWith({}, ["selective-gradients.ts"]);
    const report = await reportOf(folder, "selective-gradients.ts");
    expect(Object.keys(report)).toEqual(["version", "files"]);
    const [file] = report.files;
    expect(file?.path).toBe("selective-gradients.ts");
    const codes = file?.findings.map(({ code, severity }) => `${severity} ${code}`).sort();
    expect(codes).toEqual([
      "error loss-has-no-grad",
      "information cut-by-detach",
      "information cut-by-detach",
      "warning never-receives-gradient",
    ]);
    const never = file?.findings.find(({ code }) => code === "never-receives-gradient");
    expect(Object.keys(never ?? {})).toEqual(["code", "severity", "message", "range", "related", "fixes"]);
    expect(never?.range.end.character).toBe((never?.range.start.character ?? 0) + 1);
    expect(never?.related.every(({ path, message }) => path === file?.path && message !== "")).toBe(true);
  });

  it("prints like rustc", async () => {
    const folder = folderWith({ "src/a.ts": always });
    const { stdout } = await gradlens(folder, "check");
    expect(stdout).toMatch(/^(error|warning)\[[a-z-]+\]: .+\n --> src\/a\.ts:\d+:\d+\n  \|\n\d \| .+\n  \| *\^+/);
    expect(stdout).toContain("warning[never-receives-gradient]");
    expect(stdout).toMatch(/\n\n.* in 1 file\n$/);
    expect(stdout).not.toContain("\u001b");
  });

  it.each([
    ["error", 1],
    ["warning", 1],
    ["never", 0],
  ])("with --fail-on %s ends with %i where there is an error", async (limit, expected) => {
    const folder = folderWith({ "a.ts": always });
    expect((await gradlens(folder, "check", "--fail-on", limit)).code).toBe(expected);
  });

  it("ends with 0 where nothing is found, and says so", async () => {
    const folder = folderWith({ "a.ts": never, "b.tsx": "export {};" });
    expect(await gradlens(folder, "check")).toEqual({ code: 0, stdout: "No findings in 2 files.\n", stderr: [] });
  });

  it("notes that there is nothing to check", async () => {
    const folder = folderWith({ "notes.txt": "" });
    const stderr = ["note: there is no TypeScript or JavaScript file there"];
    expect(await gradlens(folder, "check")).toEqual({ code: 0, stdout: "No findings in 0 files.\n", stderr });
    expect(await reportOf(folder)).toEqual({ version: 1, files: [] });
  });

  it("claims nothing about a program that it does not follow, and notes it", async () => {
    const folder = folderWith({ "a.ts": `Array.prototype.push = () => 0;\n${always}` });
    const { code, stdout, stderr } = await gradlens(folder, "check", "a.ts");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "No findings in 1 file.\n" });
    expect(stderr).toEqual([expect.stringMatching(/^note: nothing is claimed about `a\.ts`: /)]);
  });

  it("lists every file once, sorted, relative to the working folder", async () => {
    const folder = folderWith({ "b.ts": never, "a/z.js": "", "a/b.mts": "", "node_modules/x.ts": "", "c/d.cts": "" });
    const everything = await reportOf(folder, "c", ".", "b.ts", "./a/../b.ts");
    expect(everything.files.map(({ path }) => path)).toEqual(["a/b.mts", "a/z.js", "b.ts", "c/d.cts"]);
    const fromBelow = await reportOf(join(folder, "a"), "..");
    expect(fromBelow.files.map(({ path }) => path)).toEqual(["../b.ts", "../c/d.cts", "b.mts", "z.js"]);
  });

  it("reports a text that does not parse in a folder, and checks the rest", async () => {
    const folder = folderWith({
      "broken.ts": 'import { tensor } from "@gradlens/engine";\nconst = ;',
      "good.ts": always,
      "other.ts": "const = ;",
    });
    const { files } = await reportOf(folder);
    // What has nothing to do with gradients is not even parsed.
    expect(files[2]).toEqual({ path: "other.ts", findings: [] });
    expect(files[0]).toMatchObject({ path: "broken.ts", findings: [{ code: "syntax", severity: "error" }] });
    expect(files[1]?.findings.map(({ code }) => code)).toContain("never-receives-gradient");
    expect((await gradlens(folder, "check")).code).toBe(1);
  });

  it("reads files with a byte order mark and Windows line ends as any other", async () => {
    const folder = folderWith({ "a.ts": always, "windows.ts": `\ufeff${always.replaceAll("\n", "\r\n")}` });
    const [plain, windows] = (await reportOf(folder)).files;
    expect(windows?.findings.map(({ code, range }) => ({ code, range }))).toEqual(
      plain?.findings.map(({ code, range }) => ({ code, range })),
    );
    expect(plain?.findings.length).toBeGreaterThan(0);
  });

  it("follows imports into other files and through the paths of a tsconfig", async () => {
    const main = (from: string) =>
      `import { tensor } from "@gradlens/engine";\nimport { f } from "${from}";\nconst x = tensor(1, { requiresGrad: true });\nf(x).backward();\n`;
    const helper = 'import type { Tensor } from "@gradlens/engine";\nexport const f = (t: Tensor) => t.detach();\n';
    const folder = folderWith({
      "relative.ts": main("./lib/f.js"),
      "alias.ts": main("@lib/f"),
      "lib/f.ts": helper,
      "tsconfig.json": '{ "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
    });
    const { files } = await reportOf(folder, "relative.ts", "alias.ts");
    expect(files.map(({ findings }) => findings.map(({ code }) => code).includes("never-receives-gradient"))).toEqual([
      true,
      true,
    ]);
  });

  it("gives SARIF with the explanation of each code", async () => {
    const folder = folderWith({ "a.ts": always });
    const log = JSON.parse((await gradlens(folder, "check", "--format", "sarif")).stdout);
    const [run] = log.runs;
    expect(log.version).toBe("2.1.0");
    expect(run.results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, locations } of run.results) {
      expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
      expect(run.tool.driver.rules[ruleIndex].help.markdown.length).toBeGreaterThan(50);
      expect(locations[0].physicalLocation.artifactLocation.uri).toBe("a.ts");
    }
  });

  it("explains a variable by its name", async () => {
    const folder = folderWith({ "a.ts": always });
    const { code, stdout } = await gradlens(folder, "check", "--explain", "x");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note: `x` never receives a gradient: .+\n --> a\.ts:2:7\n/);
    expect(stdout).toMatch(/\n.*\^ 1: the leaf `x`\n.*\n.*- 2: cut here: .*\n.*- 3: `backward\(\)` is called here/);
    expect((await gradlens(folder, "check", "--explain", "nobody")).code).toBe(2);
  });
});

describe("gradlens explain", () => {
  it("lists the codes, and prints the page of each", async () => {
    const { code, stdout } = await gradlens(".", "explain");
    expect(code).toBe(0);
    const codes = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "");
    for (const expected of [
      "never-receives-gradient",
      "cut-by-detach",
      "loss-has-no-grad",
      "unused-parameter",
      "syntax",
    ]) {
      expect(codes).toContain(expected);
    }
    for (const each of codes) expect((await gradlens(".", "explain", each)).stdout).toContain(`# ${each}\n`);
  });
});

describe("gradlens graph", () => {
  const folder = folderWith({ "none.ts": "export {};" }, ["one-cut.ts", "selective-gradients.ts"]);

  it("gives one static graph per loss as JSON", async () => {
    const { code, stdout } = await gradlens(folder, "graph", "one-cut.ts");
    expect(code).toBe(0);
    const { version, graphs } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(graphs).toHaveLength(1);
    expect(graphs[0].graph.origin).toBe("static");
    const names = graphs[0].graph.nodes.map(({ name }: { name: string | null }) => name);
    for (const name of ["x", "y1", "y2", "out1", "out2", "d", "L"]) expect(names).toContain(name);
    const blocking = graphs[0].graph.edges.filter(({ flow }: { flow: { kind: string } }) => flow.kind === "blocks");
    expect(blocking.length).toBeGreaterThan(0);
  });

  it("draws them for Graphviz, as a picture and as a page", async () => {
    expect((await gradlens(folder, "graph", "one-cut.ts", "--format", "dot")).stdout).toMatch(
      /^digraph "one-cut\.ts" \{\n/,
    );
    const picture = (await gradlens(folder, "graph", "selective-gradients.ts", "--format", "svg")).stdout;
    expect(picture).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect((await gradlens(folder, "graph", "one-cut.ts", "--format", "html")).stdout).toMatch(/^<!doctype html>/);
  });

  it("says where there is nothing to draw", async () => {
    const { code, stderr } = await gradlens(folder, "graph", "none.ts", "--format", "svg");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: ["there is nothing to draw: `none.ts` calls no `backward()`"],
    });
    expect(JSON.parse((await gradlens(folder, "graph", "none.ts")).stdout)).toEqual({ version: 1, graphs: [] });
  });
});
