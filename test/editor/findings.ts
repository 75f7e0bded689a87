/**
 * What reading the seed's example shows in the editor: the squiggle in case 4 with its story, and the fix that ends it.
 */
import { equal, match, ok } from "node:assert/strict";
import * as vscode from "vscode";
import { codeOf, findingsOf, gradlensFindings, lineOf, openProgram } from "./documents.js";
import { until, Workbench } from "./workbench.js";

describe("the findings", () => {
  let workbench: Workbench;
  let document: vscode.TextDocument;

  before(async () => {
    workbench = await Workbench.connect();
    ({ document } = await openProgram("selective-gradients.ts"));
  });
  after(() => workbench.close());

  it("are those of case 4, and no others", async () => {
    const findings = await findingsOf(document.uri);
    const start = lineOf(document, "function bothDetached");
    const end = lineOf(document, "function inference");
    equal(
      findings
        .map((finding) => codeOf(finding))
        .sort()
        .join(" "),
      "cut-by-detach cut-by-detach loss-has-no-grad never-receives-gradient",
    );
    for (const { range } of findings) ok(range.start.line > start && range.end.line < end, `line ${range.start.line}`);
  });

  it("mark x, and tell the way from x over the cuts to the loss", async () => {
    const findings = await findingsOf(document.uri);
    const lost = findings.find((finding) => codeOf(finding) === "never-receives-gradient");
    ok(lost !== undefined);
    equal(document.getText(lost.range), "x");
    const story = (lost.relatedInformation ?? []).map(
      ({ location }) => document.lineAt(location.range.start.line).text,
    );
    ok(
      story.some((line) => line.includes("out1 = x.mul(y1).detach()")),
      story.join("\n"),
    );
    ok(
      story.some((line) => line.includes("out2 = x.mul(y2).detach()")),
      story.join("\n"),
    );
  });

  it("are explained where the mouse rests", async () => {
    const findings = await findingsOf(document.uri);
    const lost = findings.find((finding) => codeOf(finding) === "never-receives-gradient");
    ok(lost !== undefined);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      lost.range.start,
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === "string" ? content : content.value))
      .join("\n");
    match(text, /gradient/);
  });

  it("are squiggles on the screen", async () => {
    const start = lineOf(document, "function bothDetached");
    vscode.window.activeTextEditor?.revealRange(new vscode.Range(start, 0, start + 14, 0));
    await workbench.page.locator(".monaco-editor .squiggly-warning").first().waitFor();
    await workbench.screenshot("findings");
  });

  it("vanish when a quick fix is applied, and come back when it is undone", async () => {
    const findings = await findingsOf(document.uri);
    const lost = findings.find((finding) => codeOf(finding) === "never-receives-gradient");
    ok(lost !== undefined);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      lost.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title, edit }) => edit !== undefined && /detach/i.test(title));
    ok(fix?.edit !== undefined, `offered: ${actions.map(({ title }) => title).join(", ")}`);
    ok(await vscode.workspace.applyEdit(fix.edit));
    const isLost = (): boolean =>
      gradlensFindings(document.uri).some((each) => codeOf(each) === "never-receives-gradient");
    await until("the finding to vanish", () => (isLost() ? null : "gone"));
    await vscode.commands.executeCommand("undo");
    await until("the finding to come back", () => (isLost() ? "back" : null));
  });
});
