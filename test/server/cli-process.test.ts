/** The built `gradlens` as a shell starts it: streams, colors, deep programs and runs. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtCommandLine, runBuilt, type Built } from "./built.js";

let built: Built;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gradlens-shell-"));
  copyFileSync("examples/selective-gradients.ts", join(folder, "example.ts"));
  built = await builtCommandLine();
});

afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true });
});

describe("gradlens in a shell", () => {
  it("checks the seed's example, with colors only where they are wanted", () => {
    const plain = runBuilt(built, ["check", "example.ts"], { cwd: folder });
    expect(plain).toMatchObject({ code: 1, stderr: "" });
    expect(plain.stdout).toContain("warning[never-receives-gradient]: ");
    expect(plain.stdout).not.toContain("\u001b");
    const colored = runBuilt(built, ["check", "example.ts"], { cwd: folder, env: { FORCE_COLOR: "1" } });
    expect(colored.stdout.replace(/\u001b\[[\d;]*m/g, "")).toBe(plain.stdout);
    const refused = runBuilt(built, ["check", "example.ts"], { cwd: folder, env: { FORCE_COLOR: "1", NO_COLOR: "1" } });
    expect(refused.stdout).toBe(plain.stdout);
  });

  it("runs it: 50, 70 and −20 arrive, and in case 4 nothing", () => {
    const { code, stdout } = runBuilt(built, ["run", "example.ts", "--format", "json"], { cwd: folder });
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(Object.keys(report)).toEqual(["version", "leaves", "graphs", "console", "error"]);
    const leaves: { name: string; received: boolean; grad: unknown }[] = report.leaves;
    const grads = leaves.filter(({ name }) => name === "x").map(({ grad }) => grad);
    expect(grads.slice(0, 4)).toEqual([50, 70, -20, null]);
    expect(leaves[3]?.received).toBe(false);
  });

  it("prints what a program writes as it goes, then its gradients, and its error at its place", () => {
    const program = [
      'import { tensor } from "@gradlens/engine";',
      "const x = tensor(3, { requiresGrad: true });",
      "x.mul(x).backward();",
      'console.log("the program speaks");',
      'throw new TypeError("and fails");',
    ].join("\n");
    writeFileSync(join(folder, "throws.ts"), program);
    const { code, stdout, stderr } = runBuilt(built, ["run", "throws.ts"], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(
      /^the program speaks\n\nGradients\n[^]*grad 6[^]*error: TypeError: and fails\n --> throws\.ts:5:7\n/,
    );
    expect(stdout.match(/the program speaks/g)).toHaveLength(1);
    const graphs = runBuilt(built, ["graph", "throws.ts", "--live", "--format", "dot"], { cwd: folder });
    expect(graphs.code).toBe(1);
    expect(graphs.stdout).toContain("gradient 6");
    expect(graphs.stderr).toBe("gradlens: the program ended early (throws.ts:5:7): TypeError: and fails\n");
  });

  it("says in one line why a program cannot start", () => {
    writeFileSync(join(folder, "imports.ts"), 'import "./missing.js";\n');
    const { code, stdout, stderr } = runBuilt(built, ["run", "imports.ts"], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^gradlens: imports\.ts:1:8: .*missing\.js.*\n$/);
  });

  it("reads a program that is nested too deep for an ordinary stack", () => {
    const depth = 3000;
    const deep = `import { tensor } from "@gradlens/engine";\nconst x = tensor(1, { requiresGrad: true });\nconst id = (t: typeof x) => t;\n${"id(".repeat(depth)}x.detach()${")".repeat(depth)}.backward();\n`;
    writeFileSync(join(folder, "deep.ts"), deep);
    const { code, stdout, stderr } = runBuilt(built, ["check", "deep.ts", "--format", "json"], { cwd: folder });
    expect(stderr).toBe("");
    expect(code).toBeLessThan(2);
    expect(JSON.parse(stdout).files).toMatchObject([{ path: "deep.ts" }]);
  });

  it("says that a program is nested too deep where even the deep stack is too small", () => {
    writeFileSync(join(folder, "abyss.ts"), `const x = ${"(".repeat(2_000_000)}1${")".repeat(2_000_000)};\n`);
    const { code, stdout, stderr } = runBuilt(built, ["check", "abyss.ts"], { cwd: folder });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: "gradlens: `abyss.ts` is not analyzed: nested too deep\n",
    });
    rmSync(join(folder, "abyss.ts"));
  });

  it("ends in silence when its reader has gone", async () => {
    for (let index = 0; index < 300; index++) copyFileSync("examples/one-cut.ts", join(folder, `many-${index}.ts`));
    const child = spawn(process.execPath, [built.file, "check", "--format", "json"], { cwd: folder });
    const complaints: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
    child.stdout.once("data", () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(Buffer.concat(complaints).toString()).toBe("");
    expect(code).toBe(0);
    for (let index = 0; index < 300; index++) rmSync(join(folder, `many-${index}.ts`));
  });
});
