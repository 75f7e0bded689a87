/**
 * The user's program and all it imports as one text, ready to run: the user's own files are instrumented, packages
 * are bundled as they are, `@gradlens/engine` and the file system come from the runner through `$libs`.
 * esbuild is handed in, native on the command line and as WASM in the extension.
 */
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, extname, isAbsolute, join, posix, resolve } from "node:path";
import type { SourceSpan } from "@gradlens/engine/graph";
import type * as Esbuild from "esbuild";
import { URI } from "vscode-uri";
import { libraryOf } from "../libraries/index.js";
import type { BundleResult } from "../protocol.js";
import { mentionedFiles, nameWithin, projectFolder } from "./data-files.js";
import { instrument } from "./instrument.js";
import { lineTable } from "./line-table.js";

export interface BundleSources {
  /** The file the program starts at, as an absolute path. */
  readonly entryPath: string;
  /** The text of a document open in the editor, which wins over the disk; null where none is open. */
  readonly readOpenDocument: (path: string) => string | null;
  readonly esbuild: Pick<typeof Esbuild, "build">;
}

export async function bundleProgram(sources: BundleSources): Promise<BundleResult> {
  const { entryPath, esbuild } = sources;
  const readText = (path: string): string => sources.readOpenDocument(path) ?? readFileSync(path, "utf8");
  if (sources.readOpenDocument(entryPath) === null && !existsSync(entryPath)) {
    return { kind: "failed", message: `There is no file ${entryPath}.`, span: null };
  }
  const program: UserProgram = { folder: projectFolder(entryPath), sites: [], texts: new Map() };
  try {
    const result = await esbuild.build({
      stdin: {
        contents: `import ${JSON.stringify(entryPath)};`,
        resolveDir: dirname(entryPath),
        sourcefile: entryName,
      },
      bundle: true,
      write: false,
      // Nothing is written; the name is the folder that the source map's paths are relative to.
      outfile: join(dirname(entryPath), "gradlens-program.js"),
      sourcemap: "external",
      sourcesContent: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      mainFields: ["module", "main"],
      conditions: ["import", "module"],
      charset: "utf8",
      logLevel: "silent",
      supported: { "top-level-await": true, using: false },
      define: {
        "process.env.NODE_ENV": '"development"',
        "import.meta.url": "$url",
        "import.meta.dirname": "$folder",
        "import.meta.filename": "$file",
        __dirname: "$folder",
        __filename: "$file",
      },
      loader: { ".txt": "text", ".csv": "text" },
      plugins: [fromTheRunner, assets, userFiles(program, entryPath, readText)],
    });
    const code = programText(textOf(result, ".js"), textOf(result, ".map"), program, entryPath);
    const files = mentionedFiles(program.folder, entryPath, program.texts);
    return { kind: "bundled", program: { code, sites: program.sites, files } };
  } catch (error) {
    const [first] = isBuildFailure(error) ? error.errors : [];
    if (first === undefined) throw error;
    return { kind: "failed", message: sentenceOf(first.text), span: spanOfMessage(first, program, entryPath) };
  }
}

/** One function around the whole; its first line tells the runner where it stands, for errors that name a line. */
function programText(body: string, sourceMap: string, program: UserProgram, entryPath: string): string {
  const table = lineTable(sourceMap, (source) => {
    const path = resolve(dirname(entryPath), source);
    const text = program.texts.get(path);
    return text === undefined ? null : { uri: URI.file(path).toString(), lines: text.split(/\r?\n/) };
  });
  const standing = { lines: table, folder: nameWithin(program.folder, dirname(entryPath)) };
  // The bundle's lines are counted from this first one.
  const begin = `${placeOf(program, entryPath)} globalThis.$begin?.(new Error(), ${JSON.stringify(standing)});`;
  return `async function program() { ${begin}\n${body}}\n`;
}

/** Declares where a module believes it stands; packages share the entry's place, so esbuild keeps the names apart. */
function placeOf({ folder }: UserProgram, path: string): string {
  const file = `${programFolder}/${nameWithin(folder, path)}`;
  const declared = { $url: `file://${encodeURI(file)}`, $file: file, $folder: posix.dirname(file) };
  return Object.entries(declared)
    .map(([name, text]) => `var ${name} = ${JSON.stringify(text)};`)
    .join(" ");
}

function textOf(result: Esbuild.BuildResult, extension: string): string {
  return result.outputFiles?.find(({ path }) => path.endsWith(extension))?.text ?? "";
}

/** What the build has read of the user's own files; filled while esbuild runs. */
interface UserProgram {
  /** The folder whose files the program may read. */
  readonly folder: string;
  readonly sites: Parameters<typeof instrument>[2];
  readonly texts: Map<string, string>;
}

const entryName = "gradlens-entry.js";
/** Where the program believes its project stands; the runner's files are found below it. */
const programFolder = "/program";
const engineName = "@gradlens/engine";
const fileModules = new Set(["fs", "fs/promises", "node:fs", "node:fs/promises"]);

/** `@gradlens/engine` and the file system are the runner's; no other part of Node exists where the program runs. */
const fromTheRunner: Esbuild.Plugin = {
  name: "gradlens-libraries",
  setup(build) {
    const namespace = "gradlens-library";
    build.onResolve({ filter: /^@?[\w-]+(\/[\w-]+)*$/ }, ({ path }) => {
      const library = libraryOf(path);
      if (library === null || library.runs) return null;
      const text = `A program on \`${path}\` is read and not run: a run computes with \`${engineName}\` alone. Its findings and its graph are there without a run`;
      return { errors: [{ text }] };
    });
    build.onResolve({ filter: /^@gradlens\/engine$/ }, () => ({ path: engineName, namespace }));
    build.onResolve(
      { filter: /^(node:)?[a-z_]+(\/[a-z_]+)*$/ },
      async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === namespace) return null;
        if (fileModules.has(path))
          return { path: path.includes("promises") ? "node:fs/promises" : "node:fs", namespace };
        if (!path.startsWith("node:") && !builtinModules.includes(path)) return null;
        // An npm package may have the name of a module of Node: `events`, `buffer`.
        if (!path.startsWith("node:")) {
          const installed = await build.resolve(path, { importer, resolveDir, kind, pluginData: namespace });
          if (installed.errors.length === 0) return { path: installed.path, namespace: installed.namespace };
        }
        const text = `\`${path}\` is a module of Node.js, which a run does not have: of Node it offers only \`node:fs\` for reading data files`;
        if (/[\\/]node_modules[\\/]/.test(importer)) return { path: text, namespace: "gradlens-absent" };
        return { errors: [{ text }] };
      },
    );
    build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = globalThis.$libs[${JSON.stringify(path)}];`,
      loader: "js",
    }));
    // A package may import what it never uses in a browser; it learns of the absence when it evaluates the module.
    build.onLoad({ filter: /.*/, namespace: "gradlens-absent" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path}.`)}); module.exports = {};`,
      loader: "js",
    }));
  },
};

/** `./x.csv?text` and `./x.bin?bytes`. */
const assets: Esbuild.Plugin = {
  name: "gradlens-assets",
  setup(build) {
    build.onResolve({ filter: /\?(text|bytes)$/ }, ({ path, resolveDir }) => {
      const [file = "", form] = path.split("?");
      const found = resolve(resolveDir, file);
      if (!existsSync(found)) return { errors: [{ text: `Could not resolve "${path}"` }] };
      return { path: found, namespace: form === "text" ? "gradlens-text" : "gradlens-bytes" };
    });
    build.onLoad({ filter: /.*/, namespace: "gradlens-text" }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "text",
    }));
    build.onLoad({ filter: /.*/, namespace: "gradlens-bytes" }, ({ path }) => ({
      contents: readFileSync(path),
      loader: "binary",
    }));
  },
};

/** Instruments what stands outside `node_modules`. */
function userFiles(program: UserProgram, entryPath: string, readText: (path: string) => string): Esbuild.Plugin {
  return {
    name: "gradlens-sites",
    setup(build) {
      // The import of the entry is for its effects, also where a package.json promises that there are none.
      build.onResolve({ filter: /.*/ }, ({ path, kind }) =>
        path === entryPath && kind === "import-statement" ? { path, sideEffects: true } : null,
      );
      build.onLoad({ filter: /\.[cm]?[jt]sx?$/, namespace: "file" }, ({ path }) => {
        if (/[\\/]node_modules[\\/]/.test(path)) return null;
        const text = readText(path);
        program.texts.set(path, text);
        return {
          contents: placed(program, path, instrument(URI.file(path).toString(), text, program.sites)),
          loader: loaderOf(path),
          resolveDir: dirname(path),
        };
      });
    },
  };
}

/** A module's text that knows where it stands, if it asks; on its first line, so that lines keep their numbers. */
function placed(program: UserProgram, path: string, text: string): string {
  const asks = /\bimport\.meta\b|\b__(dirname|filename)\b/.test(text);
  return asks ? `${placeOf(program, path)} ${text.replace(/^#!/, "//")}` : text;
}

function loaderOf(path: string): Esbuild.Loader {
  const extension = extname(path).toLowerCase();
  if (extension === ".tsx") return "tsx";
  return /^\.[cm]?ts$/.test(extension) ? "ts" : "jsx";
}

function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

function sentenceOf(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** esbuild counts columns in bytes of the text it was given, which has marks in it unless the text did not parse. */
function spanOfMessage(message: Esbuild.Message, program: UserProgram, entryPath: string): SourceSpan | null {
  const { location } = message;
  if (location === null || location.file.endsWith(entryName)) return null;
  const path = [...program.texts.keys()].find((known) => isSameFile(known, location.file, entryPath));
  if (path === undefined) return null;
  const line = location.line - 1;
  const original = program.texts.get(path)?.split(/\r?\n/)[line] ?? "";
  const given = Buffer.from(location.lineText, "utf8");
  const marked = given.subarray(location.column, location.column + location.length).toString("utf8");
  const column = given.subarray(0, location.column).toString("utf8").length;
  const found = location.lineText === original || marked === "" ? column : original.indexOf(marked);
  const character = found === -1 ? 0 : found;
  return {
    uri: URI.file(path).toString(),
    start: { line, character },
    end: { line, character: found === -1 ? original.length : character + marked.length },
  };
}

/** esbuild names files relative to the working directory. */
function isSameFile(path: string, reported: string, entryPath: string): boolean {
  if (isAbsolute(reported)) return path === reported;
  return path === resolve(reported) || path === join(dirname(entryPath), reported);
}
