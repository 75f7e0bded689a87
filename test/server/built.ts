/**
 * Programs of the server, built as the release builds them but into a folder of their own, so that a test can start
 * them as a shell or an editor would. `scripts/build.mjs` holds the original of these settings.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type BuildOptions } from "esbuild";

export interface Built {
  readonly file: string;
  readonly remove: () => void;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const settings: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node20",
  conditions: ["gradlens-source"],
  jsx: "automatic",
  jsxImportSource: "preact",
  external: ["esbuild", "esbuild-wasm"],
  logLevel: "error",
};

const requireBanner = [
  'import { createRequire as $createRequire } from "node:module";',
  'import { fileURLToPath as $fileURLToPath } from "node:url";',
  "const require = $createRequire(import.meta.url);",
  "const __filename = $fileURLToPath(import.meta.url);",
  'const __dirname = $fileURLToPath(new URL(".", import.meta.url));',
].join(" ");

export async function builtCommandLine(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-cli-"));
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const program = (entry: string, name: string) =>
    build({
      ...settings,
      format: "esm",
      banner: { js: requireBanner },
      entryPoints: [entry],
      outfile: join(folder, "dist", name),
    });
  await Promise.all([program("server/cli.ts", "cli.js"), program("server/run/child.ts", "run-child.js")]);
  return { file: join(folder, "dist/cli.js"), remove: () => rmSync(folder, { recursive: true }) };
}

/** As the extension carries it: no packages around it, the bundler's WASM twin beside it. */
export async function builtServer(): Promise<Built> {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-server-"));
  symlinkSync(resolve("node_modules/esbuild-wasm"), join(folder, "esbuild-wasm"));
  await build({ ...settings, format: "cjs", entryPoints: ["server/main.ts"], outfile: join(folder, "server.cjs") });
  return { file: join(folder, "server.cjs"), remove: () => rmSync(folder, { recursive: true }) };
}

export function runBuilt(
  { file }: Built,
  words: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...words], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout, stderr };
}
