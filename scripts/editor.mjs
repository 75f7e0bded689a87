// `npm run editor`: a real VS Code on examples/ with the extension on. A desktop one where there is a `code` command,
// else the one of test/host, which runs in any browser on this machine until Ctrl-C.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, root, run, say } from "./prepare.mjs";

const examples = join(root, "examples");

prepare();
if (run(process.execPath, ["scripts/build.mjs"]) !== 0) process.exit(1);
if (hasDesktop()) openDesktop();
else await openInBrowser();

function hasDesktop() {
  return spawnSync("code", ["--version"], { stdio: "ignore", shell: process.platform === "win32" }).status === 0;
}

function openDesktop() {
  const args = [
    "--new-window",
    `--extensionDevelopmentPath=${root}`,
    examples,
    join(examples, "selective-gradients.ts"),
  ];
  process.exitCode = run("code", args, { shell: process.platform === "win32" });
  if (process.exitCode === 0) say('VS Code is open on examples/: press F1 and choose "GradLens: Run File".');
}

async function openInBrowser() {
  const { installHost } = await import("../test/host/installation.mjs");
  const { startServer } = await import("../test/host/server.mjs");
  const { packageExtension } = await import("./staging.mjs");
  const folder = mkdtempSync(join(tmpdir(), "gradlens-editor-"));
  let server = null;
  try {
    const vsix = join(folder, "gradlens.vsix");
    await packageExtension(vsix);
    const host = await installHost("1.139", say);
    server = await startServer(host, { vsix, driver: "off", builtIn: "all" });
    const payload = [["openFile", server.remoteUri(join(examples, "selective-gradients.ts"))]];
    say(`
VS Code is at  ${server.url(examples, payload)}

Press F1 there and choose "GradLens: Run File". Ctrl-C here ends it.`);
    await new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, resolve);
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  } finally {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
