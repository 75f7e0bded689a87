// Makes what a session needs: the extension as it would be packaged, the suites as one file, a workspace to open.
// What is already newer than all sources is not built again.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../scripts/prepare.mjs";
import { stageExtension } from "../../scripts/staging.mjs";
import { run } from "./installation.mjs";

const rooms = ["engine", "server", "webview", "extension"];
const outputs = ["dist/extension.cjs", "dist/server.cjs", "dist/panel.js"].map((file) => join(root, file));

/** The folders of the extension and of the suites. */
export async function buildEverything(tell) {
  const oldest = Math.min(...outputs.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
  if (oldest < Math.max(...[...rooms, "scripts"].map((room) => newestIn(join(root, room))))) {
    tell("Building the extension.");
    await run(process.execPath, ["scripts/build.mjs", "--fast"], root, 300_000);
  }
  const suites = join(root, "test/editor/dist/index.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/editor/index.ts"],
    outfile: suites,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    sourcemap: "inline",
    external: ["vscode", "mocha", "playwright-core"],
    logLevel: "warning",
  });
  // Outside the checkout, so that nothing of its node_modules can stand in for what the package lacks.
  const extension = mkdtempSync(join(tmpdir(), "gradlens-extension-"));
  stageExtension(extension);
  return { extension, suites, remove: () => rmSync(extension, { recursive: true, force: true }) };
}

function newestIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((newest, entry) => {
    if (entry.name === "node_modules" || entry.name === "dist" || entry.name.includes(".generated.")) return newest;
    const path = join(folder, entry.name);
    return Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }, 0);
}
