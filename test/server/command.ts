/** The `gradlens` command in this process, in folders of its own on a real disk, for the tests of what it prints. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { runCommandLine } from "../../server/cli/command-line.js";
import type { CheckReport } from "../../server/cli/check-report.js";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

export function folderWith(files: Readonly<Record<string, string | Buffer>>, examples: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "gradlens-command-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  for (const name of examples) copyFileSync(join("examples", name), join(folder, name));
  return folder;
}

export async function gradlens(cwd: string, ...words: readonly string[]) {
  let stdout = "";
  const stderr: string[] = [];
  const terminal = {
    cwd,
    print: (text: string) => void (stdout += text),
    complain: (line: string) => void stderr.push(line),
    color: "plain",
    columns: 100,
  } as const;
  const code = await runCommandLine(words, { terminal, workerFile: new URL("file:///not-built/cli.js") });
  return { code, stdout, stderr };
}

export async function reportOf(cwd: string, ...words: readonly string[]): Promise<CheckReport> {
  const report: CheckReport = JSON.parse((await gradlens(cwd, "check", "--format", "json", ...words)).stdout);
  return report;
}
