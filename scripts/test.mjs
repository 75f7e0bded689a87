// `npm test`: everything that continuous integration does, in order of how soon it can fail. The last line counts all suites.
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
await check("build", ["scripts/build.mjs", "--strict"]);
await check("types", ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json"]);
await check("format", ["node_modules/prettier/bin/prettier.cjs", "--check", ".", "--log-level", "warn"]);
await check("lint", ["node_modules/eslint/bin/eslint.js", ".", "--max-warnings", "0"]);
await unitTests();
await editorTests();

say(`\n${summary.join("\n")}\n`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function check(name, args) {
  heading(name);
  const { code } = await runNode(args);
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

async function editorTests() {
  heading("editor");
  const { code, output } = await runNode(["test/host/run-editor-tests.mjs"]);
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

/** Shows what a script says while it runs, and keeps it. */
function runNode(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

function heading(name) {
  say(`\n── ${name} ${"─".repeat(Math.max(0, 76 - name.length))}`);
}
