// Holds the engine to recorded answers of PyTorch: bundles test/golden/main.ts from the sources and runs it.
// `npm run golden -- [--dir DIR] [--family F] [--json]`; it ends with 1 when a case fails that test/golden/known.md does not name.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "gradlens-golden-"));
try {
  const outfile = join(folder, "main.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/golden/main.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    conditions: ["gradlens-source"],
    logLevel: "warning",
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = main(process.argv.slice(2), root);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
