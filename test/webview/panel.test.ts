/**
 * The panel as a person meets it: a real page in Chromium, the real worker, the real engine, the extension's policy.
 * With SCREENSHOTS set to a folder, what was seen is kept there.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arriveAt, exportsOf, runMessage, startPanelHost, type PanelHost, type PanelPage } from "./panel-page.js";

let host: PanelHost;
beforeAll(async () => {
  host = await startPanelHost();
});
afterAll(async () => {
  await host.close();
});

const wide = { width: 1280, height: 800 };
const narrow = { width: 480, height: 800 };

describe("the panel", () => {
  it.each([
    ["dark", wide],
    ["light", wide],
    ["high-contrast", wide],
    ["high-contrast-light", wide],
    ["dark", narrow],
    ["light", narrow],
  ] as const)("tells in %s at %o what is cut, where and why, without a click", async (theme, size) => {
    const panel = await host.open(theme, size);
    await panel.send(await runMessage("examples/one-cut.ts"));
    await leafWith(panel, "y1", "none");
    await panel.page.getByText("If the cut were removed").waitFor();
    const strip = await panel.page.getByTestId("strip").innerText();
    expect(strip).toContain("y1 received no gradient.");
    expect(strip).toContain("detach() on line 10 cuts its only path to L");
    for (const label of ["y1", "detach()"]) expect(await isInView(panel, label), label).toBe(true);
    await keep(panel, `one-cut-${theme}-${size.width}`);
    expect(panel.complaints).toEqual([]);
    await panel.page.close();
  });

  it("lists every leaf of every loss, and chooses the loss that is worst off", async () => {
    const panel = await host.open("dark", wide);
    await panel.send(await runMessage("examples/selective-gradients.ts"));
    for (const gradient of ["50", "70", "-20", "none"]) await leafWith(panel, "x", gradient);
    const strip = await panel.page.getByTestId("strip").innerText();
    expect(strip).toContain("x received no gradient.");
    expect(strip).toContain("detach() on lines");
    await panel.page.getByText("If the cuts were all removed").waitFor();
    await keep(panel, "selective-gradients");
    const picker = panel.page.getByTestId("loss-picker");
    const labels = await picker.locator("option").allInnerTexts();
    const first = labels.find((label) => label.includes("allConnected"));
    await picker.selectOption({ label: first ?? "there is none" });
    await panel.page.getByText("The one leaf, x, gets a gradient.").waitFor();
    await keep(panel, "selective-gradients-all-connected");
    await panel.page.close();
  });

  it("previews the run without the cut and goes back", async () => {
    const panel = await host.open("dark", wide);
    await panel.send(await runMessage("examples/one-cut.ts"));
    await leafWith(panel, "x", "70");
    await panel.page.getByTestId("preview").click();
    await leafWith(panel, "y1", "-10");
    await leafWith(panel, "x", "50");
    expect(await panel.page.getByTestId("strip").innerText()).toContain("all 3 leaves get a gradient");
    await keep(panel, "one-cut-preview");
    await panel.page.getByTestId("preview").click();
    await leafWith(panel, "y1", "none");
    const ignored = (await panel.posted()).filter(({ kind }) => kind === "ignoredCuts");
    expect(ignored).toMatchObject([{ sites: [expect.any(Number)] }, { sites: [] }]);
    await panel.page.close();
  });

  it("runs again with every move of a slider", async () => {
    const panel = await host.open("dark", wide);
    await panel.send(await runMessage("examples/one-cut.ts"));
    await leafWith(panel, "y2", "10");
    await panel.page.locator('[data-testid=graph] [data-leaf-name="y2"]').click();
    await panel.page.getByTestId("slider").fill("3");
    // x = 1, y1 = 2, y2 = 3: d = −1, so ∂L/∂out2 = 2 and ∂L/∂x = 2 · 3.
    await leafWith(panel, "y2", "2");
    await leafWith(panel, "x", "6");
    const posted = await panel.posted();
    expect(posted).toContainEqual(expect.objectContaining({ kind: "reveal" }));
    expect(posted).toContainEqual(expect.objectContaining({ kind: "status", text: "∂ L 1, 1 leaf cut off" }));
    await keep(panel, "one-cut-slider");
    await panel.page.close();
  });

  it("stops a program that never ends, and runs the next one", async () => {
    const panel = await host.open("dark", wide);
    const endless =
      'import { tensor } from "@gradlens/engine";\nconst x = tensor(2, { requiresGrad: true });\nx.mul(x).backward();\nfor (;;) console.log("again");\n';
    await panel.send(await runMessage("examples/endless.ts", endless));
    await panel.page.getByTestId("stop").click();
    await panel.page.getByTestId("stop").waitFor({ state: "detached" });
    await panel.page.getByText("stopped").first().waitFor();
    await keep(panel, "stopped");
    await panel.send(await runMessage("examples/one-cut.ts"));
    await leafWith(panel, "x", "70");
    await panel.page.close();
  });

  it("tells the error of a program that throws, with its line", async () => {
    const panel = await host.open("light", wide);
    const wrong =
      'import { tensor } from "@gradlens/engine";\nconst a = tensor([[1, 2, 3]]);\nconst b = tensor([[1, 2, 3]]);\na.matmul(b);\n';
    await panel.send(await runMessage("examples/wrong.ts", wrong));
    await panel.page.getByTestId("error").waitFor();
    expect(await panel.page.getByTestId("strip").innerText()).toContain("The program stopped with");
    expect(await panel.page.getByTestId("error").innerText()).toContain("ln 4");
    await keep(panel, "error");
    await panel.page.close();
  });
});

describe("the panel on other programs", () => {
  it("offers the fixes of the language server, and changes one entry of a tensor at a time", async () => {
    const panel = await host.open("dark", wide);
    const text = lines(
      'import { tensor } from "@gradlens/engine";',
      "const x = tensor([[1, 2], [3, 4]], { requiresGrad: true });",
      "const w = tensor([1, 1], { requiresGrad: true });",
      "const h = x.mul(2).detach();",
      "h.mul(w).sum().backward();",
    );
    const run = await runMessage("examples/fixes.ts", text);
    const span = { uri: run.uri, start: { line: 3, character: 19 }, end: { line: 3, character: 25 } };
    const fix = { code: "cut-by-detach", span, title: "Remove `detach()`" };
    await panel.send({ ...run, fixes: [fix] });
    await panel.page.getByRole("button", { name: "Remove detach()" }).click();
    expect(await panel.posted()).toContainEqual({ kind: "applyFix", ...fix });

    // ∂(Σ 2·x·w)/∂w is twice the sums of the columns: [8, 12]; with x[0, 1] = 6 it is [8, 20].
    await leafWith(panel, "w", String(Math.hypot(8, 12)));
    await panel.page.locator('[data-testid=leaves] [data-leaf-name="x"] button').click();
    await panel.page.getByRole("button", { name: "Entry after" }).click();
    await panel.page.getByTestId("slider").fill("6");
    await leafWith(panel, "w", String(Math.hypot(8, 20)));
    await keep(panel, "fixes");
    await panel.page.close();
  });

  it("previews the run without a noGrad block", async () => {
    const panel = await host.open("light", wide);
    const text = lines(
      'import { noGrad, tensor } from "@gradlens/engine";',
      "const x = tensor(3, { requiresGrad: true });",
      "const w = tensor(2, { requiresGrad: true });",
      "const h = noGrad(() => x.mul(x));",
      "const loss = h.mul(w);",
      "loss.backward();",
    );
    await panel.send(await runMessage("examples/paused.ts", text));
    await panel.page.getByText("noGrad() on line 4 cuts").waitFor();
    await panel.page.getByTestId("preview").click();
    await leafWith(panel, "x", "12");
    await keep(panel, "paused-preview");
    await panel.page.close();
  });

  it.each([
    ["dark", wide],
    ["light", wide],
    ["high-contrast", wide],
    ["high-contrast-light", wide],
    ["dark", narrow],
    ["light", narrow],
  ] as const)("tells in %s at %o where a training run went wrong, and since when", async (theme, size) => {
    const panel = await host.open(theme, size);
    await panel.send(await runMessage("test/webview/programs/vanishing.ts"));
    const strip = panel.page.getByTestId("strip");
    await strip.getByText("Gradient vanishes at net.fc1").waitFor();
    expect(await strip.innerText()).toMatch(/units of tanh on line 12 are saturated\. It began at step \d+\./);
    expect(await isInView(panel, "fc1")).toBe(true);
    expect(await isInView(panel, "tanh1")).toBe(true);
    await panel.page.locator("[data-testid=parameters] tr.troubled", { hasText: "net.fc1.weight" }).waitFor();
    for (const title of ["Loss", "Gradient norm by layer", "Saturated or zero units"])
      await panel.page.getByRole("figure").filter({ hasText: title }).locator("canvas").waitFor();
    await keep(panel, `vanishing-${theme}-${size.width}`);
    expect(panel.complaints).toEqual([]);
    await panel.page.close();
  });

  it("moves picture, table and editor to the step under the scrubber", async () => {
    const panel = await host.open("light", wide);
    await panel.send(await runMessage("test/webview/programs/vanishing.ts"));
    await panel.page.getByTestId("scrub-to").click();
    const step = await panel.page.getByTestId("step").innerText();
    await arriveAt(panel, step);
    const row = panel.page.locator("[data-testid=parameters] tr", { hasText: "net.fc1.weight" });
    const before = await row.innerText();
    await panel.page.getByTestId("scrubber").fill("10");
    await arriveAt(panel, "10");
    expect(await row.innerText()).not.toBe(before);
    const digests = (await panel.posted()).filter(({ kind }) => kind === "digest");
    expect(digests.length).toBeGreaterThan(2);
    await keep(panel, "vanishing-step-10");
    await panel.page.close();
  });

  it.each([
    ["dark", wide],
    ["light", wide],
    ["high-contrast", wide],
    ["high-contrast-light", wide],
    ["dark", narrow],
    ["light", narrow],
  ] as const)("folds a transformer in %s at %o, and tells which leaves get nothing", async (theme, size) => {
    const panel = await host.open(theme, size);
    await panel.send(await runMessage("examples/transformer-block.ts"));
    const strip = panel.page.getByTestId("strip");
    await strip.getByText("have a path, yet their gradients are 0 up to rounding.").waitFor();
    // The leaf, the op and the line, without a click.
    expect(await strip.innerText()).toMatch(/attention\.key\.bias.* at add\(\) on line 3\d cancel\./s);
    // The card on which the leaf is stands in the window.
    await panel.page.locator("[data-testid=graph] [data-group]", { hasText: "block" }).first().waitFor();
    expect(await isInView(panel, "block 0")).toBe(true);
    await keep(panel, `transformer-${theme}-${size.width}`);
    expect(panel.complaints).toEqual([]);
    await panel.page.close();
  });

  it("opens and folds groups by mouse and keyboard, changes the level, and finds what is folded", async () => {
    const panel = await host.open("dark", wide);
    const { page } = panel;
    await panel.send(await runMessage("examples/transformer-block.ts"));
    const card = (name: string) => page.locator("[data-testid=graph] [data-group]", { hasText: name }).first();
    await card("block 2").dblclick();
    await card("norm2").waitFor();
    await keep(panel, "transformer-opened");
    await card("attention").focus();
    await page.keyboard.press("Enter");
    await card("head").waitFor();
    await keep(panel, "transformer-attention");
    await page.keyboard.press("Escape");
    await page.getByTestId("level-function").click();
    await page.locator("[data-testid=graph] [data-group]", { hasText: "× 4" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("weights");
    await page.keyboard.press("Enter");
    await page.locator(".node.selected", { hasText: "weights" }).waitFor();
    await page.locator(".crumbs", { hasText: "attention" }).waitFor();
    await keep(panel, "transformer-found");
    await page.close();
  });

  it("has one picture for each loss of a GAN, and takes a cut for meant where another loss gives the gradient", async () => {
    const panel = await host.open("light", wide);
    const { page } = panel;
    await panel.send(await runMessage("examples/gan.ts"));
    await page.getByText("step 150").first().waitFor();
    const picker = page.getByTestId("loss-picker");
    expect((await picker.locator("option").allInnerTexts()).map((label) => label.replace(/^\S+ /, ""))).toEqual([
      "lossD · ln 38",
      "lossG · ln 43",
    ]);
    await picker.selectOption({ index: 0 });
    const strip = page.getByTestId("strip");
    await strip.getByText("get their gradients from lossG. detach() on line 37 keeps lossD from them.").waitFor();
    expect(await strip.getAttribute("class")).toContain("information");
    await keep(panel, "gan");
    await page.close();
  });

  it("is where it was after a reload of the window", async () => {
    const panel = await host.open("dark", wide);
    const { page } = panel;
    const run = await runMessage("examples/gan.ts");
    await panel.send(run);
    await page.getByText("step 150").first().waitFor();
    await page.getByTestId("level-all-ops").click();
    await page.getByRole("tab", { name: "Tensor" }).click();
    await page.getByTestId("loss-picker").selectOption({ index: 0 });
    await page.getByTestId("search").fill("onFake");
    await page.getByRole("option").getByText("onFake").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".node.selected", { hasText: "onFake" }).waitFor();
    await page.reload();
    await page
      .getByText(/gan.ts|No program/)
      .first()
      .waitFor();
    await panel.send(run);
    await page.locator(".node.selected", { hasText: "onFake" }).waitFor();
    expect(await page.getByTestId("level-all-ops").getAttribute("aria-checked")).toBe("true");
    expect(await page.getByRole("tab", { name: "Tensor" }).getAttribute("aria-selected")).toBe("true");
    await page.close();
  });

  it("pauses a long training run where it stands, shows it there, and goes on", async () => {
    const panel = await host.open("dark", wide);
    const { page } = panel;
    const text = lines(
      'import { nn, optim, randn } from "@gradlens/engine";',
      "const model = new nn.Linear(4, 4);",
      "const optimizer = new optim.SGD(model.parameters(), { lr: 0.001 });",
      "for (let step = 0; step < 1_000_000; step++) {",
      "  optimizer.zeroGrad();",
      "  model.forward(randn([8, 4])).square().mean().backward();",
      "  optimizer.step();",
      "}",
    );
    await panel.send(await runMessage("examples/long.ts", text));
    await page.getByTestId("pause").click();
    await page.locator(".facts").getByText("paused").waitFor();
    const step = Number(await page.getByTestId("step").innerText());
    expect(step).toBeGreaterThan(1);
    await page.getByTestId("scrubber").fill(String(Math.max(1, Math.floor(step / 2))));
    await keep(panel, "paused");
    expect(await page.getByTestId("pause").innerText()).toContain("Go on");
    await page.getByTestId("pause").click();
    await page.getByTestId("pause").getByText("Pause").waitFor();
    await expect.poll(async () => Number(await page.getByTestId("scrubber").getAttribute("max"))).toBeGreaterThan(step);
    await page.getByTestId("stop").click();
    await page.getByText("stopped").first().waitFor();
    expect(panel.complaints).toEqual([]);
    await page.close();
  });

  it("outlives a flood of lines, shows the error, and never takes text for markup", async () => {
    const panel = await host.open("dark", wide);
    const text = lines(
      "for (let line = 0; line < 100_000; line++) console.log(line);",
      'throw new TypeError("<b>the end</b>");',
    );
    await panel.send(await runMessage("examples/flood.ts", text));
    await panel.page.getByText("more lines were not kept").waitFor();
    expect(await panel.page.getByTestId("strip").innerText()).toContain("<b>the end</b>");
    await keep(panel, "flood");
    await panel.page.close();
  });

  it("is all there for the keyboard and for screen readers", async () => {
    const panel = await host.open("dark", wide);
    await panel.send(await runMessage("examples/one-cut.ts"));
    await leafWith(panel, "x", "70");
    const { page } = panel;
    await page.getByRole("button", { name: /^y2, leaf · ln 5, scalar, value 7, grad \+10$/ }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".node.selected", { hasText: "out2" }).waitFor();
    // With Shift along the gradient: from d, most of it goes to out2 and not over the cut.
    await page.getByRole("button", { name: /^L, pow/ }).focus();
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Shift+ArrowUp");
    await page.keyboard.press("Enter");
    await page.locator(".node.selected", { hasText: "out2" }).waitFor();
    expect(await page.locator("[data-testid=graph] .route").count()).toBe(2);
    await page.getByRole("button", { name: "Table" }).click();
    const row = page.getByRole("row", { name: /^detach/ });
    expect(await row.innerText()).toMatch(/out1 \(cut: detach\(\) returns the value without its history\)/);
    await keep(panel, "table");
    for (const format of ["svg", "png", "dot", "json"]) {
      await page.getByRole("button", { name: "Export" }).click();
      await page.getByTestId(`export-${format}`).click();
    }
    await expect.poll(async () => (await exportsOf(panel)).size).toBe(4);
    const texts = await exportsOf(panel);
    expect(
      Buffer.from(texts.get("png") ?? "", "base64")
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(texts.get("dot")).toMatch(/^digraph "one-cut.ts" \{/);
    expect(JSON.parse(texts.get("json") ?? "")).toMatchObject({ origin: "live", library: "@gradlens/engine" });
    expect(texts.get("svg")).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*would be −10.*<\/svg>$/s);
    await page.close();
  });
});

function lines(...text: readonly string[]): string {
  return `${text.join("\n")}\n`;
}

async function leafWith({ page }: PanelPage, name: string, gradient: string): Promise<void> {
  await page.locator(`[data-testid=leaves] [data-leaf-name="${name}"][data-gradient="${gradient}"]`).first().waitFor();
}

/** The card with this text lies wholly inside the window. */
async function isInView({ page }: PanelPage, label: string): Promise<boolean> {
  const box = await page.locator("[data-testid=graph] .node", { hasText: label }).first().boundingBox();
  const size = page.viewportSize();
  if (box === null || size === null) return false;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
}

async function keep({ page }: PanelPage, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
