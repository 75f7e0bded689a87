/** How runs go: seeds, what-ifs, samples, files, floods, and where they throw. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  arrivedAt,
  bundleOf,
  edgesOf,
  engine,
  finished,
  folderOf,
  leavesOf,
  runBundle,
  runFileInProcess,
  runText,
  siteOf,
} from "../support/live-run.js";

describe("runs", () => {
  it("are the same for the same seed, and others for another", async () => {
    const text = `${engine}console.log(randn([2]).tolist(), Math.random(), [3, 1, 2].sort(() => Math.random() - 0.5));`;
    const [one, same, other] = [await runText(text), await runText(text), await runText(text, { seed: 7 })];
    expect(same.console).toEqual(one.console);
    expect(other.console).not.toEqual(one.console);
  });

  it("ignore a noGrad where they are asked to", async () => {
    const program = await bundleOf(
      join(
        folderOf({
          "main.ts": `${engine}const w = tensor([1, 2], { requiresGrad: true });
const v = tensor([3, 4], { requiresGrad: true });
const h = noGrad(() => w.mul(w));
h.mul(v).sum().backward();`,
        }),
        "main.ts",
      ),
    );
    const cut = siteOf(program, "h", 3);
    const { graphs } = await runBundle(program, { ignoredCuts: [cut] });
    expect(arrivedAt(graphs[0], "w")).toEqual([6, 16]);
    expect(edgesOf(graphs[0])).toEqual([
      "w → h flows",
      "w → h flows",
      "h → mul flows",
      "v → mul flows",
      "mul → sum flows",
    ]);
  });

  it("tell of leaves that a checkpoint reaches, and of no others", async () => {
    const run = await runText(
      `import { checkpoint, tensor } from "@gradlens/engine";
      const w = tensor([2], { requiresGrad: true });
      const v = tensor([3], { requiresGrad: true });
      checkpoint((x) => x.mul(v), w).sum().backward();`,
    );
    expect(leavesOf(run)).toEqual(["w received", "v received"]);
  });

  it("name the user's line where a gradient became NaN", async () => {
    const run = await runText(
      `import { detectAnomaly, tensor } from "@gradlens/engine";
const w = tensor([0], { requiresGrad: true });
detectAnomaly(() => {
  const root = w.sqrt();
  root.mul(0).backward();
});`,
    );
    expect(run.outcome).toMatchObject({
      kind: "threw",
      error: { message: expect.stringContaining("on line 4 of `main.ts`") },
    });
  });

  it("tell a sample of many passes, and the last recorded one in any case", async () => {
    const run = await runText(
      `${engine}
      const w = tensor(0.5, { requiresGrad: true });
      for (let i = 0; i < 4000; i++) w.mul(1.5).pow(2).backward();`,
      { recording: { kind: "sampled", everyMs: 20 } },
    );
    const steps = run.events.flatMap((event) => (event.kind === "graph" ? [event.step] : []));
    expect(steps[0]).toBe(1);
    expect(steps.length).toBeGreaterThan(1);
    expect(steps.length).toBeLessThan(400);
    expect(run.leaves[0]).toMatchObject({ received: true });
    expect(run.events.flatMap((event) => (event.kind === "progress" ? [event.step] : [])).at(-1)).toBe(4000);
  });

  it("go on after the last line until nothing is left to do", async () => {
    const run = await finished(`
      async function main() {
        await new Promise((resolve) => setTimeout(resolve, 10));
        const x = tensor(2, { requiresGrad: true });
        x.pow(2).backward();
        let ticks = 0;
        const timer = setInterval(() => { if (++ticks === 3) clearInterval(timer); }, 1);
        console.log("late", x.grad);
      }
      main();`);
    expect(run.console).toEqual(["late tensor(4)"]);
    expect(leavesOf(run)).toEqual(["x received"]);
  });

  it("read the files that travel with them, and nothing else", async () => {
    const folder = folderOf({
      "main.ts": `
        import { readFileSync, existsSync, writeFileSync } from "node:fs";
        const text = readFileSync(new URL("./data/x.csv", import.meta.url), "utf8");
        const fetched = await (await fetch("data/x.csv")).text();
        console.log(text, fetched, readFileSync("data/raw.bin").readUInt16BE(0), existsSync("nowhere.csv"));
        for (const attempt of [
          () => readFileSync("nowhere.csv"), () => writeFileSync("a.txt", ""), () => readFileSync("../secret.txt"),
          () => fetch("https://example.org/x"),
        ]) try { await attempt(); } catch (error) { console.log(error.message.split(",")[0]); }
        console.log(typeof process);`,
      "data/x.csv": "1,2",
      "data/raw.bin": "AB",
    });
    const run = await runFileInProcess(`${folder}/main.ts`);
    expect(run.console.slice(0, -1)).toEqual([
      "1,2 1,2 16706 false",
      expect.stringMatching(/^readFileSync: there is no file "nowhere.csv" among those that travel with the run/),
      "writeFileSync: a run offers of `node:fs` only reading files that travel with it: `readFile`",
      expect.stringMatching(/^readFileSync: "..\/secret.txt" lies outside the program's project/),
      expect.stringMatching(/^fetch: "https:\/\/example.org\/x" is not a file of the program/),
    ]);
  });

  it("find files from each module's own place and from the folders above the entry", async () => {
    const folder = folderOf({
      "package.json": "{}",
      "src/main.ts": `
        import { readFileSync } from "node:fs";
        import { near } from "./lib/near";
        console.log(near(), readFileSync("data/a.txt", "utf8"), readFileSync("../data/b.txt", "utf8"));
        console.log(import.meta.url, readFileSync(\`\${import.meta.dirname}/c.txt\`, "utf8"));
        try { readFileSync("../../d.txt"); } catch (error) { console.log(error.message.slice(0, 50)); }`,
      "src/lib/near.ts": `
        import { readFileSync } from "node:fs";
        export const near = () => readFileSync(new URL("./near.txt", import.meta.url), "utf8");`,
      "src/lib/near.txt": "near",
      "src/c.txt": "c",
      "data/a.txt": "a",
      "data/b.txt": "b",
    });
    const run = await runFileInProcess(join(folder, "src/main.ts"));
    expect(run.console).toEqual(
      ["near a b", "file:///program/src/main.ts c", 'readFileSync: "../../d.txt" lies outside the program'].map(
        (line) => line.slice(0, 50),
      ),
    );
  });

  it("bound a flood of lines", async () => {
    const run = await finished(`for (let i = 0; i < 20_000; i++) console.log(i);`);
    expect(run.console.length).toBe(10_001);
    expect(run.console.at(-1)).toBe("… 10000 more lines are not shown.");
  });

  it.each([
    ["const o = {};\nlet y = 1;\n\n  y = o.a.b;", { line: 4, character: 2 }],
    ["try { tensor(1).backward(); } catch {}\n\n const s = 1 + nothing;", { line: 3, character: 1 }],
    ["function f() {\n  throw new RangeError('x');\n}\nf();", { line: 2, character: 8 }],
    ["const x = tensor([1]);\nx.reshape([\n 5,\n]);", { line: 2, character: 0 }],
    ["[1].map(() => {\n  const q = undefined;\n  return q.x;\n});", { line: 3, character: 2 }],
    ["const l = tensor(1).mul(2);\nl.backward();", { line: 2, character: 0 }],
  ])("say where %j threw", async (text, start) => {
    const run = await runText(engine + text);
    expect(run.outcome).toMatchObject({ kind: "threw", error: { span: { start } } });
  });

  it("say what a run has where the program asks for its host", async () => {
    const run = await runText("\nrequestIdle;\n");
    expect(run.outcome).toMatchObject({
      error: { message: "requestIdle is not defined", span: { start: { line: 1 } } },
    });
    const host = await runText("window.alert(1);");
    expect(host.outcome).toMatchObject({
      error: { message: expect.stringMatching(/^window is not defined\. A run has/) },
    });
  });

  it("say what was thrown when it was no error", async () => {
    const { outcome } = await runText('await null;\nthrow "text";');
    expect(outcome).toMatchObject({ error: { name: "Error", message: 'The program threw "text".' } });
  });
});

describe("a program that stops before its backward pass", () => {
  it("shows what it had made, up to the op that threw", async () => {
    const run = await runText(`${engine}
      const w = tensor([1, 2], { requiresGrad: true });
      const h = w.mul(3);
      const lost = h.detach();
      const y = lost.sub(tensor([1, 2, 3]));
      y.sum().backward();`);
    const [graph] = run.graphs;
    expect(run.outcome).toMatchObject({ kind: "threw" });
    expect(graph).toMatchObject({ loss: null, step: null, fault: { message: expect.stringContaining("do not fit") } });
    const named = graph?.nodes.map(({ id, name, op }) => [name ?? op, id === graph.fault?.node ? "threw" : "made"]);
    expect(named).toEqual([
      ["w", "made"],
      ["h", "made"],
      ["lost", "made"],
      [null, "made"],
      ["sub", "threw"],
    ]);
    const gradients = graph?.nodes.map(({ gradient }) => gradient.kind);
    expect(gradients).not.toContain("received");
  });

  it("shows the values of the pass that was begun, and not those of the passes before", async () => {
    const run = await runText(`${engine}
      const w = tensor([1, 2], { requiresGrad: true });
      for (let i = 0; i < 3; i++) {
        const h = w.mul(i);
        if (i === 2) throw new TypeError("enough");
        h.sum().backward();
      }`);
    const unfinished = run.graphs.find(({ loss }) => loss === null);
    expect(unfinished?.nodes.map(({ name }) => name)).toEqual(["w", "h"]);
    expect(unfinished?.fault).toEqual({ node: null, message: "enough" });
  });

  it("shows nothing where nothing was made", async () => {
    const run = await runText(`throw new Error("at once");`);
    expect(run.graphs).toEqual([]);
  });
});
