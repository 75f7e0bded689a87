/**
 * What running shows: the panel with the graph, live values and gradients, sliders, the preview without a cut,
 * and that a run neither ends with a covered tab nor escapes its Stop.
 */
import { equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { lineOf, openProgram } from "./documents.js";
import { PanelPage } from "./panel-page.js";
import { until, Workbench } from "./workbench.js";

describe("the panel", () => {
  let workbench: Workbench;
  let panel: PanelPage;

  before(async () => {
    workbench = await Workbench.connect();
    panel = new PanelPage(workbench);
  });
  after(() => workbench.close());
  // A test that fails in the middle of an edit must not take the next ones along.
  afterEach(async function () {
    if (this.currentTest?.state === "failed")
      await workbench.screenshot(`failed-${this.currentTest.title.slice(0, 30)}`);
    await openProgram("one-cut.ts");
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("opens by its command, draws the graph without running anything, and leaves the focus to the editor", async () => {
    await openProgram("one-cut.ts");
    await vscode.commands.executeCommand("workbench.action.closeSidebar");
    await workbench.command("GradLens: Show Gradient Graph");
    await panel.frame.locator("g.node", { hasText: "detach" }).first().waitFor();
    equal(await panel.frame.getByTestId("leaves").count(), 0);
    equal(vscode.window.activeTextEditor?.document.uri.path.endsWith("one-cut.ts"), true);
    await workbench.screenshot("static-graph");
  });

  it("shows 50, 70 and −20 for the leaf x of the seed's example", async () => {
    await openProgram("selective-gradients.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "50", "70", "-20", "none", "none", "50");
    const labels = await panel.frame.getByTestId("loss-picker").locator("option").allInnerTexts();
    ok(labels.length >= 5, labels.join("; "));
    await workbench.screenshot("selective-gradients");
  });

  it("says in one sentence which leaf is cut off, by what, and on which line", async () => {
    const editor = await openProgram("one-cut.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("y1", "none");
    await panel.gradientsBecome("x", "70");
    await panel.gradientsBecome("y2", "10");
    const sentence = await panel.strip.innerText();
    match(sentence, /y1/);
    match(sentence, /detach\(\)/);
    match(sentence, new RegExp(`line ${lineOf(editor.document, "detach") + 1}\\b`));
    await workbench.screenshot("one-cut");
  });

  it("puts the values beside the code, dims them with the first key and brings them back with undo", async () => {
    const { document } = await openProgram("one-cut.ts");
    const decorated = workbench.line("const y1 = tensor(2");
    const shown = (): Promise<string> =>
      decorated.evaluate((line) =>
        [...line.querySelectorAll("span")].map((part) => getComputedStyle(part, "::after").content).join(" "),
      );
    const opacity = (): Promise<string> =>
      decorated.evaluate((line) => {
        const parts = [...line.querySelectorAll("span")].map((part) => getComputedStyle(part, "::after"));
        return parts.find(({ content }) => content.includes("∂"))?.opacity ?? "";
      });
    await until("the value of y1 at its line", async () => ((await shown()).includes("2 ∂ none") ? true : null));
    equal(await opacity(), "1");
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "\n");
    await vscode.workspace.applyEdit(edit);
    await until("the value to be dimmed", async () => ((await opacity()) === "0.5" ? true : null));
    await workbench.screenshot("stale-values");
    await vscode.commands.executeCommand("undo");
    await until("the value to be fresh", async () => ((await opacity()) === "1" ? true : null));
    const change = new vscode.WorkspaceEdit();
    const line = lineOf(document, "const y1");
    change.insert(document.uri, document.lineAt(line).range.end, " // touched");
    await vscode.workspace.applyEdit(change);
    await until("the value of the touched line to go", async () => ((await shown()).includes("∂") ? null : true));
    await vscode.commands.executeCommand("undo");
  });

  it("runs again with a leaf's value from the slider", async () => {
    await panel.choose("y2");
    await panel.slideTo(5);
    // d = 1·2 − 1·5 = −3, so ∂L/∂x = 2·d·(−y2) = 30 on the only road that is left.
    await panel.gradientsBecome("x", "30");
    await panel.frame.getByRole("button", { name: /back to the file/ }).click();
    await panel.gradientsBecome("x", "70");
  });

  it("writes a what-if value into the file, where the leaf is made", async () => {
    const { document } = await openProgram("one-cut.ts");
    await panel.choose("y2");
    await panel.slideTo(4);
    // d = 1·2 − 1·4 = −2, so ∂L/∂x = 2·d·(−y2) = 16.
    await panel.gradientsBecome("x", "16");
    await panel.frame.getByTestId("write-leaf").click();
    await until("the value in the file", () => (document.getText().includes("const y2 = tensor(4, {") ? true : null));
    await panel.frame.getByTestId("write-leaf").waitFor({ state: "hidden" });
    await panel.gradientsBecome("x", "16");
    await openProgram("one-cut.ts");
    await vscode.commands.executeCommand("undo");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
  });

  it("previews the gradients without the cut, and returns", async () => {
    await panel.choose("y1");
    await panel.frame.getByTestId("preview").click();
    await panel.gradientsBecome("x", "50");
    await panel.gradientsBecome("y1", "-10");
    await workbench.screenshot("preview");
    await panel.frame.getByTestId("preview").click();
    await panel.gradientsBecome("x", "70");
    await panel.gradientsBecome("y1", "none");
  });

  it("edits the file when its button is pressed, and runs again", async () => {
    const { document } = await openProgram("one-cut.ts");
    await panel.frame.getByRole("button", { name: "Remove detach()" }).first().click();
    await panel.gradientsBecome("x", "50");
    await panel.gradientsBecome("y1", "-10");
    equal(document.getText().includes("detach"), false);
    match(await panel.strip.innerText(), /all 3 leaves get a gradient/i);
    await workbench.page.locator(".statusbar-item", { hasText: "∂ L 25, no leaf cut off" }).waitFor();
    await workbench.screenshot("all-well");
    await openProgram("one-cut.ts");
    await vscode.commands.executeCommand("undo");
    equal(document.getText().includes("detach"), true);
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
  });

  it("shows the line of a node without taking the focus, and selects the node under the cursor", async () => {
    const editor = await openProgram("one-cut.ts");
    await panel.frame.getByTestId("go-to-line").click();
    const line = lineOf(editor.document, "detach");
    const visible = (): vscode.TextEditor | undefined =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.path.endsWith("one-cut.ts"));
    await until("the line of the cut", () => (visible()?.selection.start.line === line ? true : null));
    await workbench.line("const out2 = x.mul").locator("span", { hasText: "out2" }).last().click();
    await panel.frame.locator("g.node.selected", { hasText: "out2" }).waitFor();
  });

  it("stops an endless loop", async () => {
    await openProgram("endless.ts");
    await workbench.command("GradLens: Run File");
    const stop = panel.frame.getByTestId("stop");
    await stop.click();
    await stop.waitFor({ state: "detached" });
    await workbench.command("GradLens: Stop the Run");
    // The next run of the same panel is well.
    await openProgram("one-cut.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
  });

  it("ends a program that takes all memory, with its line, and the window stays", async () => {
    await openProgram("bomb.ts");
    await workbench.command("GradLens: Run File");
    await panel.frame.getByTestId("error").getByText("Look for a list that grows with every step").waitFor();
    match(await panel.strip.innerText(), /The program keeps about 1\.5 GB/);
    await panel.frame.getByText("Go to line 6").waitFor();
    await workbench.screenshot("memory");
    await openProgram("one-cut.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
  });

  it("goes on while another tab covers it", async () => {
    await openProgram("slow.ts");
    await workbench.command("GradLens: Run File");
    await panel.frame
      .getByText(/running/)
      .first()
      .waitFor();
    const column = vscode.window.tabGroups.all.find(({ tabs }) =>
      tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
    )?.viewColumn;
    ok(column !== undefined);
    const cover = await vscode.workspace.openTextDocument({ content: "covers the panel" });
    await vscode.window.showTextDocument(cover, { viewColumn: column });
    await until("the panel to be covered", async () => ((await panel.strip.isVisible()) ? null : true));
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await panel.strip.waitFor();
    match(await panel.frame.getByLabel("Console").innerText(), /all steps done/);
  });

  it("reads the files that lie beside the program", async () => {
    await openProgram("with-files.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("scale", "6");
  });

  it("tells an error of the program in one sentence with its line", async () => {
    const { document } = await openProgram("broken.ts");
    await workbench.command("GradLens: Run File");
    const line = lineOf(document, "a.mul(b)") + 1;
    await until("the error", async () => {
      const text = await panel.frame.locator("body").innerText();
      return /\[3\].*\[2\]/.test(text) && new RegExp(`(ln|line) ${line}\\b`).test(text) ? true : null;
    });
    await workbench.screenshot("error");
  });

  it("says why a file that does not parse cannot run", async () => {
    await openProgram("unfinished.ts");
    await workbench.command("GradLens: Run File");
    await until("the reason", async () => (/Nothing ran.*line 3/s.test(await panel.strip.innerText()) ? true : null));
    await workbench.screenshot("unfinished");
  });

  it("draws a training run, and moves picture and editor to the step under the scrubber", async () => {
    await openProgram("moons.ts");
    await workbench.command("GradLens: Run File");
    await panel.frame.getByTestId("step").getByText("200").waitFor();
    await panel.frame.getByRole("figure").filter({ hasText: "Gradient norm by layer" }).locator("canvas").waitFor();
    const line = workbench.line("const loss = binaryCross");
    const shown = (): Promise<string> =>
      line.evaluate((element) =>
        [...element.querySelectorAll("span")].map((part) => getComputedStyle(part, "::after").content).join(" "),
      );
    const last = await until("the loss beside its line", async () => ((await shown()).includes("∂") ? shown() : null));
    await panel.frame.getByTestId("scrubber").fill("5");
    // A run that took long is made again for one step only where somebody asks for it.
    const ask = panel.frame.getByTestId("run-to-step");
    const there = panel.frame.locator(".facts").getByText("step 5");
    await ask.or(there).first().waitFor();
    if (await ask.isVisible()) await ask.click();
    await there.waitFor();
    await until("the editor to show step 5", async () => ((await shown()) === last ? null : true));
    await workbench.screenshot("training");
  });

  it("tells in a training run which layer's gradient vanishes, why and since when, and goes to that step", async () => {
    await openProgram("vanishing.ts");
    await workbench.command("GradLens: Run File");
    await until("the sentence", async () => {
      const words = await panel.strip.innerText();
      return /Gradient vanishes at .*fc1.* on line \d+\..*tanh.*saturated.*began at step \d+/s.test(words)
        ? true
        : null;
    });
    await panel.frame.getByTestId("scrub-to").click();
    await workbench.screenshot("vanishing");
    const step = Number(await panel.frame.getByTestId("step").innerText());
    ok(step > 1 && step < 200, `step ${step}`);
  });

  it("takes the cut of a GAN for meant, since the other loss gives the gradient", async () => {
    await openProgram("gan.ts");
    await workbench.command("GradLens: Run File");
    await panel.frame.getByTestId("step").getByText("150").waitFor();
    await panel.frame.getByTestId("loss-picker").selectOption({ index: 0 });
    await until("the strip to speak of lossG", async () => {
      return (await panel.strip.innerText()).includes("get their gradients from lossG") ? true : null;
    });
    await workbench.screenshot("gan");
  });

  it("folds a transformer to a dozen cards, opens one, and follows the theme", async () => {
    await openProgram("transformer-block.ts");
    await workbench.command("GradLens: Run File");
    await panel.strip.getByText("yet their gradients are 0 up to rounding").waitFor();
    const card = (name: string) => panel.frame.locator("[data-group]", { hasText: name }).first();
    await card("block 1").press("Enter");
    await card("norm2").waitFor();
    await workbench.screenshot("transformer");
    const themes = vscode.workspace.getConfiguration("workbench");
    const dark = themes.get("colorTheme");
    await themes.update("colorTheme", "Visual Studio Light", vscode.ConfigurationTarget.Global);
    await panel.frame.locator("body.vscode-light").waitFor();
    await workbench.screenshot("transformer-light");
    await themes.update("colorTheme", dark, vscode.ConfigurationTarget.Global);
  });

  it("is readable in a light theme and in high contrast", async () => {
    const themes = vscode.workspace.getConfiguration("workbench");
    const dark = themes.get("colorTheme");
    await themes.update("colorTheme", "Visual Studio Light", vscode.ConfigurationTarget.Global);
    await openProgram("one-cut.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
    await panel.frame.locator("body.vscode-light").waitFor();
    await workbench.screenshot("one-cut-light");
    await themes.update("colorTheme", "Default High Contrast", vscode.ConfigurationTarget.Global);
    await panel.frame.locator("body.vscode-high-contrast").waitFor();
    await workbench.screenshot("one-cut-high-contrast");
    await themes.update("colorTheme", dark, vscode.ConfigurationTarget.Global);
  });
});
