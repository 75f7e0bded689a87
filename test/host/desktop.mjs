// The same suites in a desktop VS Code under @vscode/test-electron, for machines that have a screen.
// The window is reached over Electron's debugging port, as Chromium's is in the host.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { freePort } from "./free-port.mjs";
import { desktopReleases } from "./installation.mjs";
import { makeWorkspace } from "./workspace.mjs";

/** Electron needs a display; on Linux the environment says whether there is one. */
export function desktopIsPossible() {
  if (process.env.GRADLENS_VSCODE !== undefined) return true;
  if (process.platform !== "linux") return true;
  return process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
}

export async function runOnDesktop({ version, extension, suites, suite, results, shots, grep }) {
  const workspace = makeWorkspace();
  const profile = mkdtempSync(join(tmpdir(), "gradlens-desktop-"));
  try {
    mkdirSync(join(profile, "User"), { recursive: true });
    const settings = { "security.workspace.trust.startupPrompt": "never", "workbench.startupEditor": "none" };
    writeFileSync(join(profile, "User/settings.json"), JSON.stringify(settings));
    const debuggingPort = await freePort();
    const trust = suite === "untrusted" ? [] : ["--disable-workspace-trust"];
    // GRADLENS_VSCODE names an installed editor; without it the stated release is downloaded by test-electron.
    return await runTests({
      ...(process.env.GRADLENS_VSCODE === undefined
        ? { version: desktopReleases[version] }
        : { vscodeExecutablePath: process.env.GRADLENS_VSCODE }),
      extensionDevelopmentPath: extension,
      extensionTestsPath: suites,
      launchArgs: [
        workspace.folder,
        `--user-data-dir=${profile}`,
        `--remote-debugging-port=${debuggingPort}`,
        ...trust,
      ],
      extensionTestsEnv: {
        GRADLENS_RESULTS: results,
        GRADLENS_SUITE: suite,
        GRADLENS_SHOTS: shots,
        GRADLENS_DEBUGGING_PORT: String(debuggingPort),
        GRADLENS_GREP: grep,
      },
    });
  } finally {
    workspace.remove();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
