/**
 * The packages as a newcomer gets them: packed with npm and installed into empty projects, where they must type-check,
 * run in Node and in Chromium, and check a program.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commonJs, cutProgram, esModule, page, type Project } from "./packages/projects.js";

interface Prepare {
  findChromium(): string | null;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const place = mkdtempSync(join(tmpdir(), "gradlens-packages-"));
const learned = "2.00 1.00";
let packed: readonly string[] = [];

beforeAll(() => {
  if (!isBuilt()) execFileSync(process.execPath, ["scripts/build.mjs"], { cwd: root });
  packed = ["engine", "server"].map(pack);
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe("the packages", () => {
  it("work in an ES module project: types under node16, the engine, the analysis, the command", () => {
    const folder = install(esModule, packed, { "readme.ts": firstProgram(), "cut.ts": cutProgram });
    typeCheck(folder);
    expect(node(folder, "out/readme.js").trim()).toBe("true");
    expect(node(folder, "out/main.js").trim().split("\n")).toEqual([
      learned,
      "never-receives-gradient at line 2",
      "cut-by-detach at line 3",
      "loss-has-no-grad at line 3",
      "true",
    ]);
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["node_modules/@gradlens/server/bin/gradlens.mjs", "check", "cut.ts"],
      { cwd: folder, encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(stdout).toContain("`w` never receives a gradient: `detach()` on line 3 cuts its only path to the loss");
    expect(stdout).toMatch(/1 error, 1 warning, 1 information in 1 file\s*$/);
    expect(status).toBe(1);
  });

  it("work in a CommonJS project: types under node16, and require()", () => {
    const folder = install(commonJs, packed.slice(0, 1));
    typeCheck(folder);
    expect(readFileSync(join(folder, "out/main.js"), "utf8")).toContain('require("@gradlens/engine")');
    expect(node(folder, "out/main.js").trim()).toBe(learned);
  });

  it("work in a Vite project: types under bundler, and the page trains in Chromium", async () => {
    const folder = install(page, packed.slice(0, 1));
    typeCheck(folder);
    execFileSync(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build"], { cwd: folder });
    expect(await titleOfPage(join(folder, "dist"))).toBe(learned);
  });
});

/** `npm test` has built before; beside other suites that use what was built, nothing is built twice. */
function isBuilt(): boolean {
  const built = timeOf("server/dist/types/analysis.d.ts");
  return ["engine", "server"].every((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("dist") && !file.includes("node_modules"))
      .every((file) => timeOf(join(room, file)) <= built),
  );
}

function timeOf(file: string): number {
  return statSync(join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function pack(room: string): string {
  const told = npm(["pack", "--json", "--pack-destination", place], join(root, room));
  const [{ filename }]: { filename: string }[] = JSON.parse(told);
  return join(place, filename);
}

/** The first program of the engine's README. */
function firstProgram(): string {
  const program = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "engine/README.md"), "utf8"))?.[1];
  if (program === undefined) throw new Error("The README has no program.");
  return program;
}

function install(project: Project, packages: readonly string[], more: Project["files"] = {}): string {
  const folder = join(place, project.name);
  mkdirSync(folder);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const { moduleResolution, type } = project;
  write("package.json", JSON.stringify({ name: project.name, private: true, type }));
  const module = moduleResolution === "bundler" ? "es2022" : "node16";
  const compilerOptions = { strict: true, target: "es2022", module, moduleResolution, outDir: "out", types: [] };
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  for (const [name, text] of Object.entries({ ...project.files, ...more })) write(name, text);
  npm(["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", ...packages], folder);
  return folder;
}

/** With the libraries' own declarations checked too. */
function typeCheck(folder: string): void {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.json", "--skipLibCheck", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(stdout).toBe("");
}

function node(folder: string, file: string): string {
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
}

/** What the built page has written into its title once the model is trained. */
async function titleOfPage(folder: string): Promise<string> {
  const prepare: Prepare = await import(new URL("../scripts/prepare.mjs", import.meta.url).href);
  const executablePath = prepare.findChromium();
  if (executablePath === null) throw new Error("There is no Chromium: install it, or name it in GRADLENS_CHROMIUM.");
  const server = await serve(folder);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const address = server.address();
    const port = typeof address === "object" ? address?.port : address;
    const tab = await browser.newPage();
    const failures: string[] = [];
    tab.on("pageerror", ({ message }) => failures.push(message));
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction('document.title !== "…"', undefined, { timeout: 30_000 });
    expect(failures).toEqual([]);
    return await tab.title();
  } finally {
    await browser.close();
    server.close();
  }
}

function serve(folder: string): Promise<Server> {
  const kinds: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };
  const server = createServer(({ url = "/" }, response) => {
    const path = url === "/" ? "/index.html" : url;
    response.setHeader("content-type", kinds[extname(path)] ?? "application/octet-stream");
    try {
      response.end(readFileSync(join(folder, path)));
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
