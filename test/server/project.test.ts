/**
 * What the whole program is: who uses an exported leaf decides what is said of it, also where that file was not asked
 * about, cannot be read, or is somebody else's who installs the package.
 */
import { analyze, type Sources } from "@gradlens/server/analysis";
import { describe, expect, test } from "vitest";
import { readProject } from "../../server/source/project.js";

type Files = Readonly<Record<string, string>>;

const leaf = `import { tensor } from "@gradlens/engine";
export const w = tensor([1], { requiresGrad: true });
export const loss = () => w.detach().mul(tensor([2], { requiresGrad: true })).sum();
`;
const trained = `import { loss } from "./src/params.js";\nloss().backward();\n`;
const files: Files = { "src/params.ts": leaf, "train.ts": trained };

describe("a file that was asked about alone", () => {
  test("is judged with the files that import it, and with those that stand beside them", () => {
    const project = projectOf({ ...files, "other.ts": `import "./train.js";`, "alone.ts": "export {};" });
    expect([...project.around([at("src/params.ts")])].sort()).toEqual([at("other.ts"), at("train.ts")]);
    expect(project.around([at("alone.ts")])).toEqual([]);
  });
});

describe("an exported leaf", () => {
  const cases: readonly (readonly [string, Files, "found" | "silent"])[] = [
    ["of files that import each other", {}, "found"],
    ["that a component imports", { "App.vue": `<script>import { w } from "./src/params";</script>` }, "silent"],
    [
      "of a script that a page names",
      { "index.html": `<script type="module" src="/src/params.ts"></script>` },
      "silent",
    ],
    ["that an import may name whose target is not fixed", { "load.ts": "await import(`./src/${name}.js`);" }, "silent"],
    ["beside what an open import may name", { "load.ts": "await import(`./plugins/${name}.js`);" }, "found"],
    ["when an import may name anything", { "load.ts": "await import(name);" }, "silent"],
    ["beside an import with a remark", { "load.ts": `await import(/* chunk */ "./train.js");` }, "found"],
    ["that a bundler's alias names", { "load.ts": `import { w } from "@/src/params";` }, "silent"],
    ["beside an alias of another file", { "load.ts": `import { w } from "@/src/others";` }, "found"],
    ["that the package is built from", { "package.json": `{ "main": "dist/params.js" }` }, "silent"],
    [
      "that the package names in a map",
      { "package.json": `{ "exports": { ".": { "import": "./lib/esm/params.js" } } }` },
      "silent",
    ],
    ["that a pattern of the package names", { "package.json": `{ "exports": { "./*": "./dist/*.js" } }` }, "silent"],
    ["of a package that names another file", { "package.json": `{ "main": "dist/index.js" }` }, "found"],
  ];
  test.each(cases)("%s", (_, more, expected) => {
    const all = { ...files, ...more };
    const { isNamedElsewhere } = projectOf(all);
    const analysis = analyze({ ...sourcesOf(all), isNamedElsewhere });
    const codes = analysis.files.flatMap(({ findings }) => findings.map(({ code }) => code));
    expect(codes.includes("never-receives-gradient") ? "found" : "silent").toBe(expected);
  });
});

const at = (path: string): string => `file:///app/${path}`;

function projectOf(all: Files) {
  const uris = Object.keys(all).map(at);
  const programs = uris.filter((uri) => uri.endsWith(".ts"));
  const others = uris.filter((uri) => /\.(?:vue|html)$/.test(uri));
  return readProject({ programs, others }, sourcesOf(all));
}

function sourcesOf(all: Files): Sources {
  const texts = new Map(Object.entries(all).map(([path, text]) => [at(path), text]));
  const resolve = (specifier: string, from: string): string | null => {
    if (!specifier.startsWith(".")) return null;
    const { href } = new URL(specifier, from);
    return [href.replace(/\.js$/, ".ts"), `${href}.ts`].find((uri) => texts.has(uri)) ?? null;
  };
  return {
    roots: [...texts.keys()].filter((uri) => uri.endsWith(".ts")),
    read: (uri) => texts.get(uri) ?? null,
    resolve,
  };
}
