// Lays the extension out as it is packaged, in a folder of its own: what is not copied here is not shipped.
// vsce cannot package the root, since it has workspaces, so the manifest is made from the root's.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { root } from "./prepare.mjs";

const shipped = [
  "dist/extension.cjs",
  "dist/server.cjs",
  "dist/panel.js",
  "dist/panel.css",
  "dist/esbuild-wasm",
  "dist/engine-types",
  "media/walkthrough",
  "media/icon.png",
  "media/gradlens.schema.json",
  "media/library.schema.json",
  "media/panel-light.svg",
  "media/panel-dark.svg",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
];

const ofDevelopment = ["workspaces", "scripts", "devDependencies", "private", "type"];

/** Empties the folder first; the sentence of an error says which part is not there. */
export function stageExtension(folder) {
  const missing = shipped.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) {
    throw new Error(`The package lacks ${missing.join(", ")}. Run \`npm run build\`, and look at what it skipped.`);
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const path of shipped) cpSync(join(root, path), join(folder, path), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const field of ofDevelopment) delete manifest[field];
  manifest.engines = { vscode: manifest.engines.vscode };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Packages what is built now. */
export async function packageExtension(target) {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-vsix-"));
  try {
    stageExtension(folder);
    // Everything in the folder is meant to be shipped.
    writeFileSync(join(folder, ".vscodeignore"), ".vscodeignore\n");
    const options = { allowMissingRepository: true, rewriteRelativeLinks: false, dependencies: false };
    await createVSIX({ cwd: folder, packagePath: target, ...options });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
