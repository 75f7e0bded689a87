// Compiles the AssemblyScript kernels and embeds them as text in engine/kernels/module.generated.ts.
// Nothing is done when that file is newer than every source, so it may run before each build and each test.
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "kernels/assembly");
const target = join(here, "kernels/module.generated.ts");

if (isStale()) await compile();

function isStale() {
  if (!existsSync(target)) return true;
  const built = statSync(target).mtimeMs;
  const inputs = [fileURLToPath(import.meta.url), ...readdirSync(sources).map((name) => join(sources, name))];
  return inputs.some((path) => statSync(path).mtimeMs > built);
}

async function compile() {
  const { default: asc } = await import("assemblyscript/asc");
  const folder = mkdtempSync(join(tmpdir(), "gradlens-kernels-"));
  const outFile = join(folder, "kernels.wasm");
  try {
    const { error, stderr } = await asc.main([
      join(sources, "index.ts"),
      "--outFile",
      outFile,
      "--baseDir",
      "/",
      "--runtime",
      "stub",
      "--noAssert",
      "--enable",
      "simd",
      "--enable",
      "bulk-memory",
      "--optimizeLevel",
      "3",
      "--shrinkLevel",
      "0",
      "--converge",
    ]);
    if (error) throw new Error(`The kernels do not compile.\n${stderr.toString()}`);
    writeModule(readFileSync(outFile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Written aside and renamed, so that a reader never sees half of it. */
function writeModule(bytes) {
  const text = [
    "/** Made by `node engine/build-kernels.mjs` from `engine/kernels/assembly`; not to be edited or committed. */",
    `export const moduleText = "${bytes.toString("base64")}";`,
    "",
  ].join("\n");
  const aside = `${target}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, target);
  process.stdout.write(
    `${(bytes.length / 1024).toFixed(1).padStart(9)} kB  engine/kernels/module.generated.ts (as WASM)\n`,
  );
}
