// Finds a Chromium on this machine, or installs Debian's where that is possible without asking anyone.
// The browser only shows the workbench; it reaches loopback and nothing else.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import { run } from "./installation.mjs";

const programNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium; the error says the one line that would mend its absence. */
export async function findChromium(tell) {
  const stated = process.env.GRADLENS_CHROMIUM;
  if (stated !== undefined) {
    if (existsSync(stated)) return stated;
    throw new Error(`GRADLENS_CHROMIUM names ${stated}, where there is no file.`);
  }
  const found = onPath();
  if (found !== null) return found;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error("There is no Chromium on this machine. Install it with: sudo apt-get install -y chromium");
  }
  tell("Installing Chromium from Debian (once).");
  await run("apt-get", ["update"], "/", 300_000);
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], "/", 600_000);
  const installed = onPath();
  if (installed === null) throw new Error("apt-get installed chromium, but there is no `chromium` on the PATH.");
  return installed;
}

function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of programNames) {
    const folder = folders.find((folder) => existsSync(join(folder, name)));
    if (folder !== undefined) return join(folder, name);
  }
  return null;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

/** A headless browser with one page, which a second program can reach at `debuggingPort`. */
export async function startBrowser(executablePath, { colorScheme = "dark", width = 1400, height = 900 } = {}) {
  const profile = mkdtempSync(join(tmpdir(), "gradlens-browser-"));
  const debuggingPort = await freePort();
  // The default context, since a second connection sees the pages of no other.
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...flags, `--remote-debugging-port=${debuggingPort}`],
    viewport: { width, height },
    colorScheme,
  });
  const onLoopback = (url) => ["127.0.0.1", "localhost"].includes(url.hostname);
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && !onLoopback(url),
    (route) => route.abort(),
  );
  return {
    debuggingPort,
    page: context.pages()[0] ?? (await context.newPage()),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
