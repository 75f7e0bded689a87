// Brings a fresh checkout to the point where it can be built: the right Node, and the packages of the lockfile.
// Used by `npm start` and `npm test`, so it imports nothing that would have to be installed first.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const oldestNode = 20;

/** Installs the packages when there are none or the lockfile has changed since; ends the process with one line if it cannot. */
export function prepare() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    end(`GradLens needs Node ${oldestNode} or newer; this is ${process.version}. Install a newer Node and try again.`);
  }
  const stamp = join(root, "node_modules/.gradlens-lockfile");
  const lockfile = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockfile) return;
  say("Installing packages (npm ci) …");
  const install = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (install.status !== 0) {
    process.stderr.write(install.stderr ?? "");
    end("`npm ci` failed; its message stands above. Check the network and the npm registry, then try again.");
  }
  writeFileSync(stamp, lockfile);
}

/** Runs one of the project's own scripts and shows what it says. Returns its exit code. */
export function run(command, args, options = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  return status ?? 1;
}

/** Chromium shows the panel and the editor in the tests; Debian has it as a package. */
export function findChromium() {
  const named = process.env.GRADLENS_CHROMIUM;
  const places = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
  ];
  return [named, ...places].find((path) => path !== undefined && existsSync(path) && statSync(path).isFile()) ?? null;
}

/** Installs Chromium where it is missing and may be installed: as root on Debian. */
export function prepareChromium() {
  if (findChromium() !== null) return;
  const mayInstall = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (mayInstall) {
    say("Installing Chromium (apt-get) …");
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const packages = ["chromium", "fonts-liberation", "fonts-dejavu-core"];
    spawnSync("apt-get", ["update"], { stdio: "ignore", env: environment });
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
      stdio: "ignore",
      env: environment,
    });
  }
  if (findChromium() === null) {
    say("There is no Chromium: install it (Debian: `apt-get install chromium`) or name it in GRADLENS_CHROMIUM.");
  }
}

export function say(text) {
  process.stdout.write(`${text}\n`);
}

function end(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
