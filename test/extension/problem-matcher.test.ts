/** The problem matcher of the manifest reads what `gradlens check` prints: each finding with its place. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { folderWith, gradlens } from "../server/command.js";

interface Pattern {
  readonly regexp: string;
}

const manifest: {
  readonly contributes: { readonly problemMatchers: readonly { readonly pattern: readonly Pattern[] }[] };
} = JSON.parse(readFileSync("package.json", "utf8"));
const [first, second] = (manifest.contributes.problemMatchers[0]?.pattern ?? []).map(
  ({ regexp }) => new RegExp(regexp),
);

describe("the problem matcher", () => {
  it("finds code, severity, message and place", async () => {
    const text = readFileSync("examples/one-cut.ts", "utf8");
    const { stdout } = await gradlens(folderWith({ "src/my model.ts": text }), "check");
    const lines = stdout.split("\n");
    const found = lines.flatMap((line, index) => {
      const what = first?.exec(line);
      const where = second?.exec(lines[index + 1] ?? "");
      return what && where ? [[...what.slice(1, 3), ...where.slice(1)].join(" ")] : [];
    });
    expect(found).toEqual([
      "warning never-receives-gradient src/my model.ts 4 7",
      "info cut-by-detach src/my model.ts 10 16",
    ]);
  });
});
