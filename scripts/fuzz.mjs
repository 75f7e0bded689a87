// Random programs, read and run: bundles test/fuzz/main.ts from the sources and runs it.
// `npm run fuzz -- --programs N --seed S [--jobs J] [--missed K] [--json] [--show] [--defects]`; it ends with 1 when
// what was read is not what was run.
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
// Inside the project, so that the bundle finds the packages that it leaves outside.
const folder = join(root, ".cache/fuzz", String(process.pid));
mkdirSync(folder, { recursive: true });
try {
  const outfile = join(folder, "main.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/fuzz/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    conditions: ["gradlens-source"],
    external: ["typescript", "esbuild"],
    logLevel: "warning",
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(process.argv.slice(2), outfile);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
