/**
 * Inputs that nobody writes on purpose, on the command line and in the editor: broken, empty, binary, enormous,
 * circular, strangely named or strangely encoded. Nothing crashes, and what cannot be read is said in one clear line.
 */
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { analyze } from "@gradlens/server/analysis";
import { Random } from "../fuzz/random.js";
import { memorySources } from "../support/sources.js";
import { folderWith, gradlens, reportOf } from "./command.js";
import { Conversation } from "./conversation.js";

const program = [
  'import { tensor } from "@gradlens/engine";',
  "const x = tensor(1, { requiresGrad: true });",
  "x.mul(2).detach().backward();",
  "",
].join("\n");
const separators = program.replace("const x", "/* \u2028 \u2029 */ const x");
const found = "never-receives-gradient";

/** Texts that can be read, strange as they are. */
const readable: Readonly<Record<string, string>> = {
  "an empty file": "",
  "a file of white space": " \t\r\n\f\u00a0\ufeff\n",
  "a comment that never ends a line": "// nothing",
  "a hashbang": `#!/usr/bin/env node\n${program}`,
  "old Macintosh line ends": program.replaceAll("\n", "\r"),
  "mixed line ends": program.replace("\n", "\r\n").replace(";\nx", ";\rx"),
  "line separators of Unicode": separators,
  "a lone surrogate": `${program}const half = "\ud800";\n`,
  "control characters in a name's string": `${program}const red = "\u001b[31m\u202e";\n`,
  "a line of a million characters": `const long = "${"x".repeat(1_000_000)}"; ${program.replaceAll("\n", " ")}`,
  "a program on one line": `${program.replaceAll("\n", " ")}${"x.mul(2); ".repeat(5000)}`,
  "a hundred thousand lines": `${"\n".repeat(100_000)}${program}`,
  "names of Object's own": `${program}const o = { __proto__: x, constructor: x, toString: x, hasOwnProperty: x };\no.constructor.mul(o.toString);\n`,
  "leaves named like Object's own": program.replaceAll("x", "__proto__").replace("e__proto__port", "export"),
  "names written with escapes": program.replace("const x", "const \\u0078"),
  "imports of itself": `import "./main.js";\nimport * as me from "./main.js";\n${program}`,
  "imports of what is not there": `import a from "./gone.js";\nimport b from "gone";\nimport c from "";\nimport d from "/";\nimport e from "http://[";\n${program}`,
};

/** Texts that cannot be parsed. */
const broken: Readonly<Record<string, string>> = {
  "half a statement": `${program}const y = x.`,
  "a string without an end": `${program}const y = "`,
  "a comment without an end": `${program}/*`,
  "a template without an end": `${program}const y = \`\${x`,
  "closing braces": `${program}}}}}`,
  "opening brackets": `${program}${"[".repeat(500)}`,
  "merge markers": `<<<<<<< ours\n${program}=======\n>>>>>>> theirs\n`,
  "another language": 'from "@gradlens/engine" import tensor\ndef f(x):\n    return x.detach()\n',
};

describe("the command line", () => {
  it.each(Object.entries(readable))("reads %s", async (_, text) => {
    const folder = folderWith({ "main.ts": text });
    const { code, stdout, stderr } = await gradlens(folder, "check", "main.ts");
    expect(stderr).toEqual([]);
    expect(code).toBe(text.includes("detach") ? 1 : 0);
    expect(stdout.split("\n").every((line) => line.length < 400)).toBe(true);
    expect(stdout).not.toMatch(/[\u0000\u001b\u202e]/);
    for (const format of ["json", "sarif"]) {
      const report: unknown = JSON.parse((await gradlens(folder, "check", "--format", format)).stdout);
      expect(report).toBeTypeOf("object");
    }
    const commands = (await gradlens(folder, "check", "--format", "github")).stdout;
    expect(commands).not.toMatch(/[\u0000\u001b\u202e]|^(?!::(warning|error|notice) |$)/m);
  });

  it.each(Object.entries(broken))("says in one line where %s breaks", async (_, text) => {
    const folder = folderWith({ "main.ts": text, "other/good.ts": program });
    const named = await gradlens(folder, "check", "main.ts");
    expect({ code: named.code, stdout: named.stdout, lines: named.stderr.length }).toEqual({
      code: 2,
      stdout: "",
      lines: 1,
    });
    expect(named.stderr[0]).toMatch(/^main\.ts:\d+:\d+: syntax error: [^\n]+$/);
    const { files } = await reportOf(folder);
    expect(files.map(({ findings }) => findings[0]?.code)).toEqual(["syntax", found]);
  });

  it.each([
    ["bytes that are no text", Buffer.from([0x47, 0x40, 0x11, 0x10, 0, 0xff, 0xd8]), /holds binary data/],
    ["a picture's beginning", Buffer.from("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR", "latin1"), /holds binary data/],
    ["text in big-endian UTF-16", Buffer.from([0xfe, 0xff, 0, 0x61]), /holds binary data/],
  ])("passes over %s in a folder, and says so where it is named", async (_, bytes, message) => {
    const folder = folderWith({ "film.ts": bytes, "good.ts": program });
    expect((await reportOf(folder)).files.map(({ path }) => path)).toEqual(["good.ts"]);
    const { code, stdout, stderr } = await gradlens(folder, "check", "film.ts");
    expect({ code, stdout, lines: stderr.length }).toEqual({ code: 2, stdout: "", lines: 1 });
    expect(stderr[0]).toMatch(message);
  });

  it("reads UTF-16 as editors on Windows write it, and bytes that are no UTF-8", async () => {
    const wide = Buffer.from(`\ufeff${program}`, "utf16le");
    const torn = Buffer.concat([Buffer.from(program), Buffer.from([0x2f, 0x2f, 0xff, 0xc0, 0x0a])]);
    const { files } = await reportOf(folderWith({ "torn.ts": torn, "wide.ts": wide }));
    for (const { findings } of files) expect(findings.map(({ code }) => code)).toContain(found);
  });

  it("follows links in circles, and says so where one is named", async () => {
    const folder = folderWith({ "good.ts": `import "./loop.js";\n${program}`, "inner/a.ts": program });
    symlinkSync(join(folder, "loop.ts"), join(folder, "loop.ts"));
    symlinkSync(folder, join(folder, "inner/up"));
    symlinkSync(join(folder, "nowhere.ts"), join(folder, "dangling.ts"));
    expect((await reportOf(folder)).files.map(({ path }) => path)).toEqual(["good.ts", "inner/a.ts"]);
    for (const name of ["loop.ts", "dangling.ts"]) {
      const { code, stderr } = await gradlens(folder, "check", name);
      expect({ code, stderr }).toEqual({ code: 2, stderr: [`there is no file or folder \`${name}\``] });
    }
  });

  it("reads files whose names are no words", async () => {
    const names = [
      "a b.ts",
      "a%20b.ts",
      "a#b.ts",
      "a?b.ts",
      "größe.ts",
      "日本.ts",
      "\u0065\u0301.ts",
      "[x].ts",
      "-f.ts",
    ];
    const folder = folderWith(Object.fromEntries(names.map((name) => [name, program])));
    const { files } = await reportOf(folder);
    expect(files.map(({ path }) => path).sort()).toEqual([...names].sort());
    for (const { findings } of files) expect(findings.map(({ code }) => code)).toContain(found);
  });

  it("takes a folder for what it is, whatever its name, and a gradlens.json that is none", async () => {
    const folder = folderWith({ "src.ts/a.ts": program, "gradlens.json/x.txt": "" });
    expect((await reportOf(folder)).files.map(({ path }) => path)).toEqual(["src.ts/a.ts"]);
    const strange = folderWith({ "a.ts": program, "gradlens.json": '{ "rules": { "__proto__": "off" } }' });
    const { code, stderr } = await gradlens(strange, "check");
    expect({ code, lines: stderr.length }).toEqual({ code: 2, lines: 1 });
    writeFileSync(join(strange, "gradlens.json"), Buffer.from([0, 1, 2]));
    expect((await gradlens(strange, "check")).code).toBe(1);
  });

  it("reads files that import each other in circles", async () => {
    const one = `import { b } from "./b.js";\nexport const a = () => b();\n${program}`;
    const two =
      'import { a } from "./a.js";\nexport const b = () => a();\nexport * from "./a.js";\nexport * from "./b.js";\n';
    const { files } = await reportOf(folderWith({ "a.ts": one, "b.ts": two }));
    expect(files[0]?.findings.map(({ code }) => code)).toContain(found);
  });
});

describe("the editor", () => {
  const uri = "file:///project/main.ts";
  const logged = (conversation: Conversation): string[] => {
    const lines: string[] = [];
    conversation.client.onNotification("window/logMessage", ({ message }: { readonly message: string }) => {
      lines.push(message);
    });
    return lines;
  };

  it.each([...Object.entries(readable), ...Object.entries(broken)])("takes %s", async (_, text) => {
    const conversation = await Conversation.withSession({});
    const log = logged(conversation);
    await conversation.open(uri, text);
    for (const line of [0, 2, 1_000_000]) {
      const position = { line, character: line };
      const textDocument = { uri };
      await conversation.client.sendRequest("textDocument/hover", { textDocument, position });
      await conversation.client.sendRequest("gradlens/explain", { uri, position });
    }
    await conversation.client.sendRequest("gradlens/gradientGraph", { uri });
    await conversation.open("file:///project/good.ts", program);
    expect((await conversation.diagnostics("file:///project/good.ts", 1)).length).toBeGreaterThan(0);
    expect(log).toEqual([]);
  });

  it.each([
    "untitled:Untitled-1",
    "file:///c%3A/a%20b/%23.ts",
    "file:///project/gr%C3%B6%C3%9Fe.ts",
    "vscode-vfs://github/owner/repository/main.ts",
  ])("takes a document that is called %s", async (name) => {
    const conversation = await Conversation.withSession({});
    const log = logged(conversation);
    await conversation.open(name, program);
    expect((await conversation.diagnostics(name, 1)).length).toBeGreaterThan(0);
    expect(log).toEqual([]);
  });
});

describe("a soup of tokens", () => {
  const words =
    "const let function class extends return if else for of while try catch finally switch case break yield await async new this super => ( ) { } [ ] ; , . = ?? ?. ... : x y w h backward detach noGrad tensor requiresGrad true null 1 'a' `b` import export default from get set static # @ < > ! - ++ /r/ //c\n \n".split(
      " ",
    );
  const lines = [
    "const w = tensor(1, { requiresGrad: true });",
    "function f(x) { return x.mul(2); }",
    "let h = f(w);",
    "h.backward();",
    "class A { b = w; c() { return this.b; } }",
    "for (const v of [w, h]) { h = v; }",
    "try { f(h); } catch { h = w.detach(); } finally { h = h.mul(2); }",
    "const { a, ...b } = { a: w, c: h };",
    "noGrad(() => { h = w; });",
    "label: while (h) { break label; }",
    "switch (h) { case w: h = f(w); default: }",
    "async function* g() { yield* [w]; await w; }",
    "delete h.x, void w, typeof q;",
    "export { h as default };",
    "new A().c().add(w);",
    "Object.assign(h, w); Reflect.get(h, 'x'); new Proxy(h, {}); eval('w');",
    "var { [w]: k = h } = w, [, ...z] = h;",
    "with (w) { h; }",
    "h = w = h ??= w;",
    "w.prototype.mul = f; Array.prototype.map = f;",
  ];

  it.each([
    ["random words", words, " ", 60],
    ["random statements", lines, "\n", 14],
  ] as const)("of %s is analyzed without an accident", (_, pieces, glue, most) => {
    const failures: string[] = [];
    for (let seed = 0; seed < 300; seed++) {
      const random = new Random(seed);
      const soup = Array.from({ length: 1 + random.below(most) }, () => pieces[random.below(pieces.length)] ?? "");
      const text = `import { tensor, noGrad } from "@gradlens/engine";\n${soup.join(glue)}`;
      const [file] = analyze(memorySources({ "main.js": text })).files;
      if (file?.notAnalyzed?.startsWith("the analysis failed") === true) failures.push(`${file.notAnalyzed}\n${text}`);
      if ((file?.syntaxErrors.length ?? 0) > 0 && file?.findings.length !== 0) failures.push(`findings in\n${text}`);
    }
    expect(failures.slice(0, 2).join("\n\n")).toBe("");
  });
});
