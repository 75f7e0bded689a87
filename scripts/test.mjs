// `npm test`: everything that continuous integration does. The last line counts all suites.
// The journeys in the editor mostly wait, so they run beside the other suites; what they print comes in one piece.
// A check without tests of its own (types, format, lint, build) counts as one test.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepare, prepareChromium, root, say } from "./prepare.mjs";

const started = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const summary = [];

prepare();
prepareChromium();
// The build keeps one core busy, and the format needs nothing of it.
const format = runNode(["node_modules/prettier/bin/prettier.cjs", "--check", ".", "--log-level", "warn"], "at the end");
await check("build", ["scripts/build.mjs", "--strict"]);
const journeys = runNode(["test/host/run-editor-tests.mjs"], "at the end");
await check("types", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"]);
await checked("format", format);
await check("lint", ["node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"]);
await unitTests();
await editorTests(journeys);

say(`\n${summary.join("\n")}\n`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(name, args) {
  heading(name);
  const { code } = await runNode(args);
  counted(name, code);
}

/** Of a check that was started before. */
async function checked(name, running) {
  const { code, output } = await running;
  heading(name);
  process.stdout.write(output);
  counted(name, code);
}

function counted(name, code) {
  count(name, { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 });
}

async function unitTests() {
  heading("tests");
  const report = join(root, ".cache/vitest.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await runNode(["node_modules/vitest/vitest.mjs", "run", ...reporters]);
  if (!existsSync(report)) return count("tests", { passed: 0, failed: 1, skipped: 0 });
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, "utf8"));
  // A file that does not load fails without a test of its own to say so.
  const failed = code !== 0 && numFailedTests === 0 ? 1 : numFailedTests;
  count("tests", { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests });
}

async function editorTests(running) {
  const { code, output } = await running;
  heading("editor");
  process.stdout.write(output);
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)];
  const last = lines.at(-1);
  if (last === undefined) return count("editor", { passed: 0, failed: 1, skipped: 0 });
  const failed = code !== 0 && last[2] === "0" ? 1 : Number(last[2]);
  count("editor", { passed: Number(last[1]), failed, skipped: Number(last[3] ?? 0) });
}

function count(name, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const seconds = Math.round((Date.now() - started) / 1000);
  summary.push(
    `${failed === 0 ? "ok    " : "FAILED"}  ${name.padEnd(8)} ${passed} passed, ${failed} failed (at ${seconds} s)`,
  );
}

/** Keeps what a script says, and shows it while it runs unless it is shown at the end. */
function runNode(args, shown = "while it runs") {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (text) => {
      output += text;
      if (shown === "while it runs") process.stdout.write(text);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function heading(name) {
  say(`\n── ${name} ${"─".repeat(Math.max(0, 76 - name.length))}`);
}
