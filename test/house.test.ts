/**
 * The rules of the house, as a test: which room may import which, where Node, the editor's API and the compiler may
 * appear, and how long a file may be. `docs/architecture.md` explains the table; this file is the table.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { rules } from "../server/analysis.js";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const rooms = ["engine", "server", "webview", "extension"] as const;

/** One area of the house: the files it covers, and what they may import beyond relative paths. The first match counts. */
interface Area {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const graph = /^@gradlens\/engine\/graph$/;
const node = /^node:/;
const lsp = /^(vscode-languageserver(\/.*)?|vscode-languageserver-textdocument|vscode-uri)$/;
const preact = /^(preact(\/.*)?|@preact\/signals)$/;

const areas: readonly Area[] = [
  { files: /^engine\//, may: [] },
  { files: /^server\/source\/bundle\.ts$/, may: [graph, node, /^esbuild$/, /^vscode-uri$/] },
  { files: /^server\/source\/data-files\.ts$/, may: [node] },
  { files: /^server\/source\//, may: [graph, /^@gradlens\/engine\/ops$/, /^typescript$/] },
  { files: /^server\/(flow|activity|rules|libraries)\//, may: [graph, /^@gradlens\/engine\/ops$/] },
  { files: /^server\/(analysis|gradient-graph|overview|protocol)\.ts$/, may: [graph, /^@gradlens\/engine\/ops$/] },
  { files: /^server\/(disk|project-sources)\.ts$/, may: [node, /^ignore$/, /^vscode-uri$/] },
  {
    files: /^server\/(cli\.ts|cli\/|run\/)/,
    may: [
      graph,
      node,
      /^@gradlens\/engine\/(live|ops)$/,
      /^@gradlens\/webview\/picture$/,
      /^(commander|esbuild|vscode-uri)$/,
    ],
  },
  { files: /^server\/(main\.ts|editor\/)/, may: [graph, node, lsp, /^@gradlens\/engine\/ops$/, /^esbuild(-wasm)?$/] },
  { files: /^webview\/worker\//, may: [graph, /^@gradlens\/engine\/live$/] },
  {
    files: /^webview\//,
    may: [
      graph,
      preact,
      /^preact-render-to-string$/,
      /^uplot/,
      /^@vscode-elements\/elements/,
      /^inline-worker:\.\/worker\//,
    ],
  },
  {
    files: /^extension\//,
    may: [
      graph,
      node,
      /^vscode$/,
      /^vscode-languageclient(\/.*)?$/,
      /^vscode-uri$/,
      /^@gradlens\/server\/protocol$/,
      /^@gradlens\/webview\/messages$/,
    ],
  },
];

/** Codes of calls that no modelled library has; a test in test/server proves them with a small table. */
const withoutLibrary: ReadonlySet<string> = new Set(["cut-by-stop-gradient"]);

const sources = rooms.flatMap((room) => sourceFilesIn(room));

describe("the rooms", () => {
  it.each(sources.map((file) => [file]))("%s imports only what its area may", (file) => {
    const area = areas.find(({ files }) => files.test(file));
    const strangers = importsOf(file).filter(
      (specifier) => !specifier.startsWith(".") && area?.may.some((allowed) => allowed.test(specifier)) !== true,
    );
    expect(strangers).toEqual([]);
  });

  it("are left only through the doors", () => {
    const climbing = sources.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith(".") && roomOf(join(dirname(file), specifier)) !== roomOf(file))
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(climbing).toEqual([]);
  });

  it("name modules of Node with their prefix", () => {
    const bare = sources.flatMap((file) =>
      importsOf(file)
        .filter((specifier) => builtinModules.includes(specifier))
        .map((specifier) => `${file} imports ${specifier}`),
    );
    expect(bare).toEqual([]);
  });

  it("see the engine's graph as types only from the webview and the extension", () => {
    const running = sources
      .filter((file) => /^(webview|extension)\//.test(file) && !file.startsWith("webview/worker/"))
      .filter((file) => /^import (?!type\b).*@gradlens\/engine/m.test(textOf(file)));
    expect(running).toEqual([]);
  });
});

describe("the files", () => {
  it("stay under 400 lines", () => {
    const everything = [...sources, ...sourceFilesIn("test"), ...sourceFilesIn("scripts"), ...sourceFilesIn("bench")];
    const long = everything.filter((file) => textOf(file).split("\n").length > 400);
    expect(long).toEqual([]);
  });

  it("open with what they are for", () => {
    const silent = sources.filter((file) => !/^(#!.*\n)?\s*(\/\*\*|\/\/)/.test(textOf(file)));
    expect(silent).toEqual([]);
  });

  it("have names that say something", () => {
    const vague = sources.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.)/.test(file));
    expect(vague).toEqual([]);
  });

  it("say no `any`", () => {
    const loose = sources.filter((file) => anyIn(file));
    expect(loose).toEqual([]);
  });
});

describe("the rules", () => {
  const near = ["test/fixtures/clean", "test/tfjs-fixtures/clean"]
    .flatMap(filesBelow)
    .map((file) => textOf(file).split("\n")[0] ?? "");

  it.each(rules.map((rule) => [rule.code, rule] as const))("%s explains itself and has its fixtures", (code, rule) => {
    const examples = [...rule.explanation.matchAll(/^```ts$/gm)];
    expect(examples.length, "one bad and one good example").toBeGreaterThanOrEqual(2);
    if (!withoutLibrary.has(code))
      expect(fixturesOf(code).length, `fixtures in test/fixtures/${code}`).toBeGreaterThanOrEqual(3);
    const named = new RegExp(`(^|[^a-z-])${code}([^a-z-]|$)`);
    expect(
      near.some((line) => named.test(line)),
      `a program in test/fixtures/clean whose first line names ${code}`,
    ).toBe(true);
  });

  it("are all in the one list", () => {
    const listed = textOf("server/rules/index.ts");
    const files = sourceFilesIn("server/rules").filter((file) => /: Rule = \{$/m.test(textOf(file)));
    expect(files.filter((file) => !listed.includes(`"./${file.replace(/^.*\/|\.ts$/g, "")}.js"`))).toEqual([]);
  });

  function fixturesOf(code: string): readonly string[] {
    const folders = [`test/fixtures/${code}`, `test/tfjs-fixtures/${code}`];
    return folders.filter((folder) => existsSync(join(root, folder))).flatMap(filesBelow);
  }
});

describe("the manifest", () => {
  const manifest: unknown = JSON.parse(textOf("package.json"));
  const extension = sourceFilesIn("extension").map(textOf).join("\n");

  it("lists only commands and settings that the extension reads", () => {
    const { commands, settings } = contributionsOf(manifest);
    expect(commands.length).toBeGreaterThan(0);
    // A setting is read through its section, so its last name is what stands in the code.
    const unread = [
      ...commands.filter((command) => !extension.includes(`"${command}"`)),
      ...settings.filter((setting) => !extension.includes(`"${setting.replace(/^gradlens\./, "")}"`)),
    ];
    expect(unread).toEqual([]);
  });

  it("keeps registry hosts out of every lockfile", () => {
    const lockfiles = ["package-lock.json", ...filesBelow("test").filter((file) => file.endsWith("package-lock.json"))];
    expect(lockfiles.filter((file) => /"resolved": "https?:/.test(textOf(file)))).toEqual([]);
  });
});

function contributionsOf(manifest: unknown): { commands: readonly string[]; settings: readonly string[] } {
  const contributes = field(manifest, "contributes");
  const commands = field(contributes, "commands");
  const settings = field(field(contributes, "configuration"), "properties");
  return {
    commands: Array.isArray(commands) ? commands.map((command) => String(field(command, "command"))) : [],
    settings: typeof settings === "object" && settings !== null ? Object.keys(settings) : [],
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function sourceFilesIn(folder: string): readonly string[] {
  return filesBelow(folder).filter(
    (file) => /\.(ts|tsx|mjs)$/.test(file) && !/\.generated\.ts$|kernels\/assembly\/|fixtures\//.test(file),
  );
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

function roomOf(path: string): string {
  return relative(root, resolve(root, path)).split(/[\\/]/)[0] ?? "";
}

/** Everything a file imports, exports from, requires or imports at run time, as written. */
function importsOf(file: string): readonly string[] {
  if (/(^|\/)(build-kernels\.mjs|bin\/)/.test(file)) return [];
  const { importedFiles } = ts.preProcessFile(textOf(file), true, true);
  return importedFiles.map(({ fileName }) => fileName);
}

function anyIn(file: string): boolean {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest);
  let found = false;
  const visit = (syntax: ts.Node): void => {
    if (syntax.kind === ts.SyntaxKind.AnyKeyword) found = true;
    ts.forEachChild(syntax, visit);
  };
  visit(source);
  return found;
}
