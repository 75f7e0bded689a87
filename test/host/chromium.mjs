// Finds a Chromium on this machine, or installs Debian's where that is possible without asking anyone.
// The browser only shows the workbench; it reaches loopback and nothing else.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findChromium, prepareChromium } from "../../scripts/prepare.mjs";

/** The path of a Chromium; the error says the one line that would mend its absence. */
export function requireChromium() {
  prepareChromium();
  const found = findChromium();
  if (found === null) {
    throw new Error("There is no Chromium to show VS Code in. Install it: sudo apt-get install -y chromium");
  }
  return found;
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
export async function startBrowser(executablePath, { debuggingPort, width = 1400, height = 900 }) {
  const profile = mkdtempSync(join(tmpdir(), "gradlens-browser-"));
  // The default context, since a second connection sees the pages of no other.
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...flags, `--remote-debugging-port=${debuggingPort}`],
    viewport: { width, height },
  });
  const onLoopback = (url) => ["127.0.0.1", "localhost"].includes(url.hostname);
  await context.route(
    (url) => /^https?:$/.test(url.protocol) && !onLoopback(url),
    (route) => route.abort(),
  );
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
