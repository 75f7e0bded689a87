// Brings together what VS Code says about a session and what the suite wrote down, and believes the worse of the two.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `session` starts a VS Code whose suite writes to the file it is given, and says its end: 0 or a reason. */
export async function readResults(session) {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-results-"));
  const file = join(folder, "results.json");
  try {
    const end = await session(file).catch((error) => (error instanceof Error ? error.message : String(error)));
    const report = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
    return { tests: report?.tests ?? [], problem: problemOf(end, report) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** VS Code reports 0 also where its extension host crashed, so the suite's own word is needed. */
function problemOf(end, report) {
  if (report === null) return `The suite never started: ${end}.`;
  if (!report.finished) return `The suite did not finish: ${end}.`;
  if (report.failures > 0) return `${report.failures} failed.`;
  if (report.tests.length === 0) return "The suite has no tests.";
  return end === 0 ? null : `VS Code ended with ${end}.`;
}
