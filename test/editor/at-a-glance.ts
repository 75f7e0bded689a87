/**
 * What a person sees of a file at a glance: the line above a loss, the view of its leaves; and the first steps of a
 * newcomer, who has no project: the walkthrough and a playground.
 */
import { deepEqual, equal, match } from "node:assert/strict";
import * as vscode from "vscode";
import { findingsOf, gradlensFindings, lineOf, openProgram } from "./documents.js";
import { PanelPage } from "./panel-page.js";
import { until, Workbench } from "./workbench.js";

describe("at a glance", () => {
  let workbench: Workbench;
  let panel: PanelPage;

  before(async () => {
    workbench = await Workbench.connect();
    panel = new PanelPage(workbench);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeSidebar");
    await workbench.close();
  });

  const lensesOf = (uri: vscode.Uri): Thenable<vscode.CodeLens[]> =>
    vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri);

  it("tells above backward() how many leaves it reaches, and a click opens the graph", async () => {
    const { document } = await openProgram("one-cut.ts");
    const lens = await until("the line above backward()", async () => (await lensesOf(document.uri))[0] ?? null);
    const cut = lineOf(document, ".detach()") + 1;
    equal(lens.command?.title, `∂ 2 of 3 leaves get a gradient · y1 is cut off at line ${cut} · open graph`);
    equal(lens.range.start.line, lineOf(document, "L.backward()"));
    await workbench.page.locator(".codelens-decoration a", { hasText: "open graph" }).click();
    await panel.frame.locator("g.node", { hasText: "detach" }).first().waitFor();
    await workbench.screenshot("code-lens");
  });

  it("leaves that line out where the user does not want it", async () => {
    const { document } = await openProgram("one-cut.ts");
    const settings = vscode.workspace.getConfiguration("gradlens");
    await settings.update("codeLens", false, vscode.ConfigurationTarget.Global);
    try {
      await until("no line", async () => ((await lensesOf(document.uri)).length === 0 ? true : null));
      await workbench.page.locator(".codelens-decoration a").waitFor({ state: "hidden" });
    } finally {
      await settings.update("codeLens", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("lists the leaves with their states, and with their gradients after a run", async () => {
    await openProgram("one-cut.ts");
    await vscode.commands.executeCommand("gradlens.leaves.focus");
    const rows = workbench.page
      .locator('.pane [aria-label="Leaves"], .pane', { hasText: "Leaves" })
      .locator(".monaco-list-row");
    const y1 = rows.filter({ hasText: /^y1/ });
    await y1.filter({ hasText: "cut off" }).first().waitFor();
    await rows.filter({ hasText: /^x/ }).filter({ hasText: "receives a gradient" }).first().waitFor();
    await openProgram("one-cut.ts");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("x", "70");
    await y1.filter({ hasText: "∂ none" }).first().waitFor();
    await rows.filter({ hasText: /^x/ }).filter({ hasText: "∂ +70" }).first().waitFor();
    await workbench.screenshot("leaves");
    await y1.first().click();
    await until("the cursor at y1", () => {
      const editor = vscode.window.activeTextEditor;
      const isThere = editor !== undefined && editor.selection.active.line === lineOf(editor.document, "const y1");
      return isThere ? true : null;
    });
  });

  it("takes a newcomer from the walkthrough to a live gradient, with types and without an install", async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("workbench.action.closeSidebar");
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", "gradlens.gradlens#gradlens.start", false);
    await workbench.page.getByText("From a program to a live gradient in two minutes.").first().waitFor();
    await workbench.screenshot("walkthrough");
    await workbench.page
      .locator(".getting-started-step a, .getting-started-step .monaco-button", { hasText: "New Playground" })
      .first()
      .click();
    const editor = await until("the playground", () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.path.includes("/playground/playground") === true ? active : null;
    });
    await workbench.screenshot("playground");
    const { uri } = editor.document;
    const found = await findingsOf(uri);
    match(found.map(({ message }) => message).join("\n"), /`y1` never receives a gradient/);
    await vscode.commands.executeCommand("editor.action.marker.nextInFiles");
    await workbench.screenshot("playground-finding");
    await workbench.page.keyboard.press("Escape");
    await workbench.command("GradLens: Run File");
    await panel.gradientsBecome("y1", "none");
    await panel.gradientsBecome("x", "70");
    await workbench.screenshot("playground-run");
    const line = lineOf(editor.document, "const y1");
    const again = await vscode.window.showTextDocument(editor.document, { viewColumn: vscode.ViewColumn.One });
    again.selection = new vscode.Selection(line, 7, line, 7);
    void vscode.commands.executeCommand("gradlens.explain");
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "cut here" }).first().waitFor();
    await workbench.screenshot("playground-explained");
    await workbench.page.keyboard.press("Escape");
    // Whatever else complains, such as a compiler that does not know the engine, would be here by now.
    const others = vscode.languages.getDiagnostics(uri).filter((each) => !gradlensFindings(uri).includes(each));
    deepEqual(
      others.filter(({ source }) => source !== "gradlens").map(({ message }) => message),
      [],
    );
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });
});
