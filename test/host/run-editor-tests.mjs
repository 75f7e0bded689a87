// Runs the suites of test/editor in real VS Codes: a desktop one where it can be had, else the host of this folder.
// Green only where all agree: the exit code that VS Code reports, and a results file that is finished, has tests and no failure.
// Options: --version 1.139|1.100, --suite trusted|untrusted, --grep TITLE, --desktop, --host, --verbose.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/prepare.mjs";
import { buildEverything } from "./build-for-tests.mjs";
import { requireChromium } from "./chromium.mjs";
import { desktopIsPossible, runOnDesktop } from "./desktop.mjs";
import { installHost, versions } from "./installation.mjs";
import { readResults } from "./results.mjs";
import { runInHost } from "./session.mjs";

const suites = ["trusted", "untrusted"];
const { values: options } = parseArgs({
  options: {
    version: { type: "string", multiple: true, default: versions },
    suite: { type: "string", multiple: true, default: suites },
    desktop: { type: "boolean", default: false },
    host: { type: "boolean", default: false },
    grep: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
  },
});
const started = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

const onDesktop = options.desktop || (!options.host && desktopIsPossible());
try {
  const shots = join(root, "shots");
  rmSync(shots, { recursive: true, force: true });
  mkdirSync(shots, { recursive: true });
  // Installing waits for the network and building for the processor, so they go side by side.
  const installing = onDesktop ? [] : options.version.map((version) => installHost(version, say));
  const [{ remove, ...built }, ...hosts] = await Promise.all([buildEverything(say), ...installing]);
  process.once("exit", remove);
  const chromium = onDesktop ? null : requireChromium();
  for (const [index, version] of options.version.entries()) {
    for (const suite of options.suite) {
      const session = {
        ...built,
        suite,
        version,
        shots: join(shots, version),
        grep: options.grep,
        verbose: options.verbose,
      };
      await report(`VS Code ${version}, ${suite}`, (results) =>
        onDesktop
          ? runOnDesktop({ ...session, results })
          : runInHost({ ...session, results, host: hosts[index], chromium }),
      );
    }
  }
} catch (error) {
  count("the editor tests", { tests: [], problem: error instanceof Error ? error.message : String(error) });
}
say(`\n${summary.join("\n")}`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);

async function report(name, session) {
  say(`\n${name}`);
  const results = await readResults(session);
  for (const { title, state, milliseconds, error } of results.tests) {
    say(`  ${state === "passed" ? "ok    " : state.padEnd(6)} ${title} (${milliseconds} ms)`);
    if (error !== null) say(error.replace(/^/gm, "         "));
  }
  count(name, results);
}

function count(name, { tests, problem }) {
  const having = (state) => tests.filter((test) => test.state === state).length;
  const failed = problem === null ? having("failed") : Math.max(having("failed"), 1);
  if (problem !== null) say(`  FAILED ${problem}`);
  total.passed += having("passed");
  total.failed += failed;
  total.skipped += having("skipped");
  const seconds = Math.round((Date.now() - started) / 1000);
  const verdict = failed === 0 ? "ok    " : "FAILED";
  summary.push(`${verdict}  ${name}: ${having("passed")} passed, ${failed} failed (at ${seconds} s)`);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
