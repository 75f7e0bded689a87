// `npm start`: from a fresh checkout to the seed's example in one command. It installs, builds, checks and runs the
// example, and draws its gradients on a page that opens in any browser.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root, run, say } from "./prepare.mjs";

const example = "examples/selective-gradients.ts";
const commandLine = join(root, "server/bin/gradlens.mjs");
const page = join(root, "gradients.html");

prepare();
say("Building …");
const build = spawnSync(process.execPath, ["scripts/build.mjs", "--fast"], { cwd: root, encoding: "utf8" });
if (build.status !== 0) {
  process.stderr.write(`${build.stdout}${build.stderr}The build failed; its message stands above.\n`);
  process.exit(1);
}

say(`\n$ gradlens check ${example}\n`);
gradlens(["check", example, "--fail-on", "never"]);

say(`\n$ gradlens run ${example}\n`);
gradlens(["run", example]);

writeFileSync(page, gradlensOutput(["graph", example, "--live", "--format", "html"]));
say(`
The gradient graphs of this run:  ${pathToFileURL(page).href}

To see them in VS Code:
  npm run editor     opens VS Code on examples/ with the extension on
                     (then: open selective-gradients.ts, press F1, choose "GradLens: Run File")
  npm run vsix       makes gradlens-*.vsix; install it with "Extensions: Install from VSIX…"

To check a program of your own:  node server/bin/gradlens.mjs check path/to/program.ts`);

function gradlens(args) {
  const code = run(process.execPath, [commandLine, ...args]);
  if (code !== 0) process.exit(code);
}

function gradlensOutput(args) {
  const { status, stdout } = spawnSync(process.execPath, [commandLine, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
