// Builds everything that runs: the engine's library, the command line, and the extension's dist/.
// `--release` minifies, `--fast` skips the type declarations, `--strict` makes a missing entry an error.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const options = new Set(process.argv.slice(2));
const release = options.has("--release");
const missing = [];

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: release,
  sourcemap: release ? false : "linked",
  conditions: ["gradlens-source"],
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
};
const node = { ...shared, platform: "node", target: "node20" };
const page = { ...shared, platform: "browser", target: "es2022", format: "esm" };
// A bundled CommonJS package (typescript) looks for what an ES module does not have: require and its own place.
const requireBanner = {
  js: [
    'import { createRequire as $createRequire } from "node:module";',
    'import { fileURLToPath as $fileURLToPath } from "node:url";',
    "const require = $createRequire(import.meta.url);",
    "const __filename = $fileURLToPath(import.meta.url);",
    'const __dirname = $fileURLToPath(new URL(".", import.meta.url));',
  ].join(" "),
};

buildKernels();
await buildEngine();
await buildServer();
await buildExtension();
if (missing.length > 0 && (release || options.has("--strict"))) {
  process.stderr.write(`build: missing ${missing.join(", ")}\n`);
  process.exitCode = 1;
}

function buildKernels() {
  if (isThere("engine/build-kernels.mjs")) {
    execFileSync(process.execPath, ["engine/build-kernels.mjs"], { cwd: root, stdio: "inherit" });
  }
}

async function buildEngine() {
  const engine = { ...shared, platform: "neutral", target: "es2022" };
  await emit("engine/index.ts", "engine/dist/index.js", { ...engine, format: "esm" });
  await emit("engine/index-sync.ts", "engine/dist/index.cjs", { ...engine, format: "cjs" });
  await emit("engine/ops/table.ts", "engine/dist/ops.js", { ...engine, format: "esm" });
  for (const door of ["graph", "live"]) {
    await emit(`engine/${door}/index.ts`, `engine/dist/${door}.js`, { ...engine, format: "esm" });
  }
  declareTypes("engine");
  if (!options.has("--fast")) declareForCommonJs();
}

/** The engine and our other rooms go into the bundles; npm packages stay outside, since who installs the server installs them. */
async function buildServer() {
  const { dependencies } = JSON.parse(readFileSync(join(root, "server/package.json"), "utf8"));
  const packages = Object.keys(dependencies).filter((name) => !name.startsWith("@gradlens/"));
  const external = [...packages, "esbuild-wasm"];
  const esm = { ...node, format: "esm", banner: requireBanner, external, plugins: [requiredTypeScript()] };
  await emit("server/cli.ts", "server/dist/cli.js", esm);
  await emit("server/analysis.ts", "server/dist/analysis.js", esm);
  await emit("server/run/child.ts", "server/dist/run-child.js", esm);
  declareTypes("server");
}

function declareTypes(room) {
  // The extension brings the engine's types along, so it needs some.
  if (options.has("--fast") && (room !== "engine" || existsSync(join(root, "engine/dist/types")))) return;
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", `${room}/tsconfig.build.json`], { cwd: root, stdio: "inherit" });
}

/** `require` wants declarations of its own: TypeScript reads those beside the package's `"type": "module"` as an ES module's. */
function declareForCommonJs() {
  const to = join(root, "engine/dist/types-cjs");
  rmSync(to, { recursive: true, force: true });
  cpSync(join(root, "engine/dist/types"), to, { recursive: true });
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
}

async function buildExtension() {
  const cjs = { ...node, format: "cjs" };
  await emit("extension/main.ts", "dist/extension.cjs", { ...cjs, external: ["vscode"] });
  await emit("server/main.ts", "dist/server.cjs", { ...cjs, external: ["esbuild", "esbuild-wasm"] });
  await emit("webview/main.tsx", "dist/panel.js", { ...page, plugins: [inlineWorker()] });
  copyWasmBundler();
  copyEngineTypes();
}

/** Builds one entry and prints its size; an entry that does not exist yet is named and passed over. */
async function emit(entry, outfile, settings) {
  if (!isThere(entry)) return;
  await build({ ...settings, entryPoints: [entry], outfile });
  const css = outfile.replace(/\.js$/, ".css");
  for (const file of new Set([outfile, css])) {
    if (existsSync(join(root, file))) print(file);
  }
}

function isThere(entry) {
  const there = existsSync(join(root, entry));
  if (!there) {
    missing.push(entry);
    process.stdout.write(`skipped   ${entry} (not there yet)\n`);
  }
  return there;
}

/** `import source from "inline-worker:./worker/run.ts"` gives the bundled worker as one string; its own names stay inside it. */
function inlineWorker() {
  const prefix = "inline-worker:";
  return {
    name: "inline-worker",
    setup(bundler) {
      bundler.onResolve({ filter: /^inline-worker:/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice(prefix.length)),
        namespace: "inline-worker",
      }));
      bundler.onLoad({ filter: /.*/, namespace: "inline-worker" }, async ({ path }) => {
        const result = await build({ ...page, format: "iife", sourcemap: false, entryPoints: [path], write: false });
        return { contents: result.outputFiles[0].text, loader: "text" };
      });
    },
  };
}

/** Node takes 0.2 s to look for the names in TypeScript's 9 MB before it can import them; `require` does not look. */
function requiredTypeScript() {
  return {
    name: "required-typescript",
    setup(bundler) {
      bundler.onResolve({ filter: /^typescript$/ }, ({ kind }) =>
        kind === "require-call"
          ? { path: "typescript", external: true }
          : { path: "typescript", namespace: "required-typescript" },
      );
      bundler.onLoad({ filter: /.*/, namespace: "required-typescript" }, () => ({
        contents: 'module.exports = require("typescript");',
      }));
    },
  };
}

/** As a package of types alone: a playground lies in no project, and TypeScript looks for the engine beside it. */
function copyEngineTypes() {
  const from = join(root, "engine/dist/types");
  const to = join(root, "dist/engine-types");
  if (!existsSync(from)) return;
  rmSync(to, { recursive: true, force: true });
  cpSync(from, join(to, "types"), { recursive: true });
  const { name, version } = JSON.parse(readFileSync(join(root, "engine/package.json"), "utf8"));
  const manifest = { name, version, type: "module", types: "./types/index.d.ts" };
  writeFileSync(join(to, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The VSIX has no node_modules: `require("./esbuild-wasm")` finds the WASM twin beside the server. */
function copyWasmBundler() {
  const from = join(root, "node_modules/esbuild-wasm");
  const to = join(root, "dist/esbuild-wasm");
  mkdirSync(to, { recursive: true });
  for (const part of ["package.json", "lib/main.js", "bin", "esbuild.wasm", "wasm_exec.js", "wasm_exec_node.js"]) {
    if (existsSync(join(from, part))) cpSync(join(from, part), join(to, part), { recursive: true });
  }
  print("dist/esbuild-wasm/esbuild.wasm");
}

function print(file) {
  const kilobytes = (statSync(join(root, file)).size / 1024).toFixed(1);
  process.stdout.write(`${kilobytes.padStart(9)} kB  ${relative(root, join(root, file))}\n`);
}
