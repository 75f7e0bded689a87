// One suite in one VS Code of this folder: server and browser up, the suite started through the address, its end awaited.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "./chromium.mjs";
import { freePort } from "./free-port.mjs";
import { startServer } from "./server.mjs";
import { makeWorkspace } from "./workspace.mjs";

const limitMs = 300_000;

/** 0, or what went wrong: the suite itself tells its tests through the file `results`. */
export async function runInHost({ host, chromium, extension, suites, suite, results, shots, grep, verbose }) {
  const workspace = makeWorkspace();
  let server = null;
  let browser = null;
  try {
    mkdirSync(shots, { recursive: true });
    const debuggingPort = await freePort();
    const env = {
      GRADLENS_RESULTS: results,
      GRADLENS_SUITE: suite,
      GRADLENS_SHOTS: shots,
      GRADLENS_DEBUGGING_PORT: String(debuggingPort),
      GRADLENS_GREP: grep,
    };
    const trust = suite === "untrusted" ? "nothing yet" : "everything";
    // Without trust a dialog would stand before everything; the restricted window is what the suite is about.
    const settings = {
      "security.workspace.trust.startupPrompt": "never",
      "workbench.colorTheme": host.version === "1.100" ? "Default Dark Modern" : "Dark 2026",
    };
    const log = verbose ? join(shots, `${suite}-server.log`) : null;
    [server, browser] = await Promise.all([
      startServer(host, { env, trust, settings, log }),
      startBrowser(chromium, { debuggingPort }),
    ]);
    const { page } = browser;
    if (verbose) page.on("console", (message) => process.stdout.write(`   | ${plain(message.text()).slice(0, 300)}\n`));
    const ended = endOf(page);
    const payload = [
      ["extensionDevelopmentPath", server.remoteUri(extension)],
      ["extensionTestsPath", server.remoteUri(suites)],
    ];
    await page.goto(server.url(workspace.folder, payload));
    const end = await Promise.race([ended.reached, ended.limit(limitMs)]);
    if (end !== 0) await page.screenshot({ path: join(shots, `${suite}-failed.png`), timeout: 5_000 }).catch(() => {});
    return end;
  } finally {
    await browser?.close();
    await server?.stop();
    workspace.remove();
  }
}

/** The workbench calls `codeAutomationExit` with the suite's exit code. */
function endOf(page) {
  let timer;
  const reached = new Promise((resolve, reject) => {
    const end = (how) => {
      clearTimeout(timer);
      resolve(how);
    };
    page.once("crash", () => end("a crash of the window"));
    page.exposeFunction("codeAutomationExit", (code) => end(code === 0 ? 0 : `exit code ${code}`)).catch(reject);
  });
  const limit = (milliseconds) =>
    new Promise((resolve) => {
      timer = setTimeout(() => resolve(`no end after ${milliseconds / 1000} s`), milliseconds);
    });
  return { reached, limit };
}

/** VS Code's logger prints '%c INFO color: #33f text'. */
function plain(text) {
  return text.replace(/^%c\s*(\w+) color: #\w+ ?/, "[$1] ");
}
