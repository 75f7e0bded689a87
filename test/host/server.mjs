// Starts a throw-away VS Code server on loopback: its own settings, home and extensions folder, its own process group.
// What is inside the workbench is not its business; `workbench.mjs` opens a page on it.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { run } from "./installation.mjs";

// The workbench reads them from <user-data-dir>/User/settings.json.
const quietSettings = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  // In a browser the default is to save after a second, whatever a test is about to undo.
  "files.autoSave": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
  "chat.disableAIFeatures": true,
};

// Built-in extensions that cost time at the start and have nothing to do with ours; TypeScript's stays.
const skippedExtensions = [
  "GitHub.copilot-chat",
  "ms-vscode.js-debug",
  "ms-vscode.js-debug-companion",
  "ms-vscode.vscode-js-profile-table",
  ...["github", "github-authentication", "microsoft-authentication", "git", "git-base", "debug-auto-launch", "emmet"],
  ...["npm", "terminal-suggest", "merge-conflict", "mermaid-markdown-features", "tunnel-forwarding"],
].map((name) => (name.includes(".") ? name : `vscode.${name}`));

/**
 * `trust` is "everything" (no question is ever asked) or "nothing yet" (a workspace starts restricted);
 * `env` reaches the extension host, and so the extension and its tests; `vsix` is installed first, where given;
 * `driver` "on" lets an address name an extension's folder and a suite of tests, and holds back toasts;
 * `builtIn` "all" starts also the built-in extensions that no test needs.
 */
export async function startServer(
  host,
  { settings = {}, env = {}, vsix = null, trust = "everything", driver = "on", builtIn = "needed", log = null } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-host-"));
  mkdirSync(join(folder, "data/User"), { recursive: true });
  writeFileSync(join(folder, "data/User/settings.json"), JSON.stringify({ ...quietSettings, ...settings }));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  const childEnv = {
    ...Object.fromEntries(inherited),
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    TMPDIR: folder,
    ...(builtIn === "needed" ? { VSCODE_SKIP_BUILTIN_EXTENSIONS: skippedExtensions.join(",") } : {}),
    ...env,
  };
  const places = ["--server-data-dir", folder, "--user-data-dir", join(folder, "data")];
  const base = [
    host.serverMain,
    ...places,
    "--extensions-dir",
    join(folder, "extensions"),
    "--accept-server-license-terms",
  ];
  if (vsix !== null) {
    await run(host.node, [...base, "--install-extension", resolve(vsix), "--force"], folder, 60_000, childEnv);
  }

  const flags = ["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--disable-telemetry"];
  flags.push("--disable-experiments", "--telemetry-level", "off");
  if (driver === "on") flags.push("--enable-smoke-test-driver");
  if (trust === "everything") flags.push("--disable-workspace-trust");
  // Its own process group: one signal takes the extension host, tsserver and our language server along.
  const child = spawn(host.node, [...base, ...flags], {
    env: childEnv,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const signalGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  const lastResort = () => signalGroup("SIGKILL");
  process.once("exit", lastResort);

  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      signalGroup("SIGTERM");
      const timer = setTimeout(() => signalGroup("SIGKILL"), 3_000);
      await gone;
      clearTimeout(timer);
    }
    signalGroup("SIGKILL");
    process.removeListener("exit", lastResort);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const port = await listeningPort(child, log);
    const authority = `127.0.0.1:${port}`;
    return {
      stop,
      remoteUri: (path) => `vscode-remote://${authority}${resolve(path)}`,
      /** `payload` is a list of pairs; paths in it are remote URIs. */
      url: (workspace, payload = []) => {
        const parameters = new URLSearchParams({ folder: resolve(workspace) });
        if (payload.length > 0) parameters.set("payload", JSON.stringify(payload));
        return `http://${authority}/?${parameters}`;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listeningPort(child, log) {
  const sink = log === null ? null : createWriteStream(log);
  let text = "";
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`The VS Code server did not start in 60 s:\n${text}`)), 60_000);
    const take = (chunk) => {
      sink?.write(chunk);
      if (text.length > 100_000) return;
      text += chunk;
      const [, port] = /Extension host agent listening on (\d+)/.exec(text) ?? [];
      if (port !== undefined) {
        clearTimeout(timer);
        resolve(Number(port));
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      sink?.end();
      reject(new Error(`The VS Code server ended with ${code ?? signal}:\n${text}`));
    });
    child.once("error", reject);
  });
}
