/**
 * The entry that VS Code calls inside its extension host, in the shape that @vscode/test-electron takes.
 * It runs one suite, and after every test writes what is known to a file: an extension host that crashes
 * or hangs must not look like one in which all is well.
 */
import { renameSync, writeFileSync } from "node:fs";
import Mocha from "mocha";
import { stated } from "./stated.js";

/** The console of an extension host ends in a log that nobody reads, so the file is the only report. */
class SilentReporter extends Mocha.reporters.Base {
  override epilogue(): void {
    return;
  }
}

interface Report {
  finished: boolean;
  failures: number;
  readonly tests: {
    title: string;
    state: "passed" | "failed" | "skipped";
    milliseconds: number;
    error: string | null;
  }[];
}

const suites: Readonly<Record<string, () => Promise<unknown>>> = {
  trusted: () => import("./trusted.js"),
  untrusted: () => import("./untrusted.js"),
};

export async function run(): Promise<void> {
  const file = stated("GRADLENS_RESULTS");
  const report: Report = { finished: false, failures: 0, tests: [] };
  const save = (): void => {
    writeFileSync(`${file}.partial`, JSON.stringify(report));
    renameSync(`${file}.partial`, file);
  };
  save();
  const mocha = new Mocha({
    ui: "bdd",
    timeout: 60_000,
    reporter: SilentReporter,
    grep: process.env["GRADLENS_GREP"] ?? "",
  });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  const suite = suites[stated("GRADLENS_SUITE")];
  if (suite === undefined) throw new Error(`There is no suite ${stated("GRADLENS_SUITE")}.`);
  await suite();
  report.failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const note = (test: Mocha.Test, state: Report["tests"][number]["state"], error: string | null): void => {
      report.tests.push({ title: test.fullTitle(), state, milliseconds: test.duration ?? 0, error });
      save();
    };
    runner.on("pass", (test) => note(test, "passed", null));
    runner.on("fail", (test, error: Error) => note(test, "failed", error.stack ?? String(error)));
    runner.on("pending", (test) => note(test, "skipped", null));
  });
  report.finished = true;
  save();
  if (report.failures > 0) throw new Error(`${report.failures} tests failed.`);
}
