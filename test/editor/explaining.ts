/**
 * How a gradient is explained: the story under the cursor to walk through with the keys, the page of a finding's code,
 * and severities that the user chooses.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { codeOf, findingsOf, gradlensFindings, lineOf, openProgram } from "./documents.js";
import { until, Workbench } from "./workbench.js";

describe("explaining", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.connect();
  });
  after(() => workbench.close());

  const placeCursor = (editor: vscode.TextEditor, text: string): void => {
    const line = lineOf(editor.document, text);
    const character = editor.document.lineAt(line).text.indexOf(text) + "const ".length;
    editor.selection = new vscode.Selection(line, character, line, character);
  };

  it("tells the story of the variable under the cursor, and Enter goes to a step of it", async () => {
    const editor = await openProgram("one-cut.ts");
    await findingsOf(editor.document.uri);
    placeCursor(editor, "const y1");
    void vscode.commands.executeCommand("gradlens.explain");
    const rows = workbench.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: "cut here" }).first().waitFor();
    match((await rows.first().innerText()).replaceAll("\n", " "), /1\. the leaf y1/);
    await workbench.screenshot("explain");
    await workbench.page.keyboard.press("ArrowDown");
    await workbench.page.keyboard.press("ArrowDown");
    await rows.filter({ hasText: "cut here" }).and(workbench.page.locator(".focused")).waitFor();
    await workbench.page.keyboard.press("Enter");
    const cut = lineOf(editor.document, ".detach()");
    await until("the cursor at the cut", () =>
      vscode.window.activeTextEditor?.selection.active.line === cut ? "there" : null,
    );
  });

  it("tells of a gradient that arrives, and Escape leaves the cursor where it was", async () => {
    const editor = await openProgram("one-cut.ts");
    placeCursor(editor, "const y2");
    const { line } = editor.selection.active;
    void vscode.commands.executeCommand("gradlens.explain");
    const widget = workbench.page.locator(".quick-input-widget");
    // The list of the test before may still be on its way out.
    await widget.locator(".quick-input-title", { hasText: /^y2 is a leaf\. A gradient can arrive/ }).waitFor();
    await widget.locator(".monaco-list-row", { hasText: "backward()" }).first().waitFor();
    await workbench.page.keyboard.press("Escape");
    await widget.waitFor({ state: "hidden" });
    equal(editor.selection.active.line, line);
  });

  it("opens the page of a code", async () => {
    const [finding] = await findingsOf((await openProgram("one-cut.ts")).document.uri);
    const target = typeof finding?.code === "object" ? finding.code.target : null;
    match(String(target), /^[\w-]+:\/\/gradlens\.gradlens\/findings\/[a-z-]+$/);
    const page = vscode.Uri.parse("gradlens-explain:/cut-by-detach.md");
    const document = await vscode.workspace.openTextDocument(page);
    match(document.getText(), /^# cut-by-detach\n\nSeverity: information\n/);
    await vscode.commands.executeCommand("markdown.showPreview", page);
    await until("the preview", () =>
      vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes("cut-by-detach") === true ? "open" : null,
    );
    await workbench.panel.locator("h1", { hasText: "cut-by-detach" }).waitFor();
    await workbench.screenshot("page-of-a-code");
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  });

  it("shows findings as severe as the settings say", async () => {
    const { document } = await openProgram("one-cut.ts");
    const codes = (): readonly string[] => gradlensFindings(document.uri).map(codeOf);
    await findingsOf(document.uri);
    ok(codes().includes("cut-by-detach"));
    const configuration = vscode.workspace.getConfiguration("gradlens");
    await configuration.update("rules", { "cut-by-detach": "off" }, vscode.ConfigurationTarget.Workspace);
    await until("the information to go", () => (codes().includes("cut-by-detach") ? null : "gone"));
    deepEqual([...codes()], ["never-receives-gradient"]);
    await configuration.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
    await until("the information to come back", () => (codes().includes("cut-by-detach") ? "back" : null));
  });
});
