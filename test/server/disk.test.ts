/** What a folder holds, what a file says, and what an import means on the disk. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { URI } from "vscode-uri";
import { importResolver, kindOfPath, readText, sourceFilesIn } from "../../server/disk.js";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-disk-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

function found(folder: string): readonly string[] {
  return sourceFilesIn(folder).files.map((file) => relative(folder, file));
}

describe("the source files in a folder", () => {
  it("are TypeScript and JavaScript, in no hidden folder and in no package", () => {
    const names = [
      "a.ts",
      "b.tsx",
      "c.mts",
      "d.cts",
      "e.js",
      "f.jsx",
      "g.mjs",
      "h.cjs",
      "deep/er/i.ts",
      ".eslintrc.js",
    ];
    const others = ["x.d.ts", "x.d.mts", "x.css.d.ts", "x.txt", "x.json", "node_modules/p/x.ts", ".git/x.ts", "ts"];
    const folder = folderWith(Object.fromEntries([...names, ...others].map((name) => [name, ""])));
    expect(found(folder)).toEqual([...names].sort());
  });

  it("are not those that a .gitignore at any depth names, unless a deeper one takes them back", () => {
    const folder = folderWith({
      ".git/HEAD": "",
      ".gitignore": "dist/\n*.gen.ts\n/only-here.ts\n",
      "dist/a.ts": "",
      "src/a.gen.ts": "",
      "src/.gitignore": "!kept.gen.ts\nprivate/\n",
      "src/kept.gen.ts": "",
      "src/private/a.ts": "",
      "src/only-here.ts": "",
      "only-here.ts": "",
    });
    expect(found(folder)).toEqual(["src/kept.gen.ts", "src/only-here.ts"]);
    expect(found(join(folder, "src"))).toEqual(["kept.gen.ts", "only-here.ts"]);
  });

  it("are found in an ignored folder that was named itself", () => {
    const folder = folderWith({ ".git/HEAD": "", ".gitignore": "build/", "build/a.ts": "" });
    expect(found(folder)).toEqual([]);
    expect(found(join(folder, "build"))).toEqual(["a.ts"]);
  });

  it("are found once where links lead in circles", () => {
    const folder = folderWith({ "src/a.ts": "" });
    symlinkSync(folder, join(folder, "src/up"));
    symlinkSync(join(folder, "loop.ts"), join(folder, "loop.ts"));
    symlinkSync(join(folder, "src/a.ts"), join(folder, "linked.ts"));
    symlinkSync(join(folder, "nowhere.ts"), join(folder, "dangling.ts"));
    expect(found(folder)).toEqual(["linked.ts", "src/a.ts"]);
    expect(kindOfPath(join(folder, "loop.ts"))).toBe("missing");
  });
});

describe("a file's text", () => {
  const folder = folderWith({
    "bom.ts": "\ufeffconst x = 1;",
    "utf16.ts": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("const x = 1;", "utf16le")]),
    "video.ts": Buffer.from([0x47, 0x40, 0x00, 0x10, 0x00]),
  });

  it("has no byte order mark", () => {
    const plain = { kind: "text", text: "const x = 1;" };
    expect(readText(join(folder, "bom.ts"))).toEqual(plain);
    expect(readText(join(folder, "utf16.ts"))).toEqual(plain);
  });

  it("is no text in a video, and absent with the system's reason", () => {
    expect(readText(join(folder, "video.ts"))).toEqual({ kind: "binary" });
    expect(readText(join(folder, "none.ts"))).toEqual({ kind: "unreadable", because: "no such file or directory" });
  });
});

describe("an import", () => {
  const folder = folderWith({
    "main.ts": "",
    "a.ts": "",
    "b/index.tsx": "",
    "c.js": "",
    "d.json": "",
    "e.mts": "",
    "b.ts/index.ts": "",
    "app/tsconfig.json": '{ "extends": "../tsconfig.base.json", /* none of its own */ }',
    "app/main.ts": "",
    "tsconfig.base.json": `{
      // what all share
      "compilerOptions": { "baseUrl": ".", "paths": { "@model/*": ["lib/model/*"], "@model/exact": ["a"], }, },
    }`,
    "lib/model/layers.ts": "",
    "odd name#1/m.ts": "",
  });
  const meaning = (specifier: string, from = "main.ts"): string | null => {
    const uri = importResolver()(specifier, URI.file(join(folder, from)).toString());
    return uri === null ? null : relative(folder, URI.parse(uri).fsPath);
  };

  it.each([
    ["./a", "a.ts"],
    ["./a.js", "a.ts"],
    ["./a.ts", "a.ts"],
    ["./b", "b/index.tsx"],
    ["./b/", "b/index.tsx"],
    ["./c", "c.js"],
    ["./c.js", "c.js"],
    ["./e.mjs", "e.mts"],
    ["./d.json", null],
    ["./none", null],
    ["@gradlens/engine", null],
    ["./odd name#1/m", "odd name#1/m.ts"],
  ])("of %s is %s", (specifier, expected) => {
    expect(meaning(specifier)).toBe(expected);
  });

  it("goes through the paths of a tsconfig that is extended, the longest pattern first", () => {
    expect(meaning("@model/layers", "app/main.ts")).toBe("lib/model/layers.ts");
    expect(meaning("@model/exact", "app/main.ts")).toBe("a.ts");
    expect(meaning("@model/layers", "main.ts")).toBeNull();
    expect(meaning("lib/model/layers", "app/main.ts")).toBe("lib/model/layers.ts");
  });
});
