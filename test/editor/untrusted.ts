/**
 * A workspace that nobody has trusted yet: reading works as everywhere, running is refused with one message.
 */
import { ok } from "node:assert/strict";
import * as vscode from "vscode";
import { codeOf, findingsOf, openProgram } from "./documents.js";
import { Workbench } from "./workbench.js";

describe("a workspace without trust", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.connect();
  });
  after(() => workbench.close());

  it("has the findings", async () => {
    ok(!vscode.workspace.isTrusted, "this suite must start in a restricted window");
    const { document } = await openProgram("selective-gradients.ts");
    const codes = (await findingsOf(document.uri)).map(codeOf);
    ok(codes.includes("never-receives-gradient"), codes.join(" "));
  });

  it("refuses to run and says why", async () => {
    await openProgram("selective-gradients.ts");
    await workbench.command("GradLens: Run File");
    await workbench.command("Notifications: Show Notifications");
    await workbench.page.getByText("only in a workspace that you trust").first().waitFor();
    await workbench.screenshot("untrusted");
    ok(
      !vscode.window.tabGroups.all.some(({ tabs }) =>
        tabs.some(({ input }) => input instanceof vscode.TabInputWebview),
      ),
    );
  });
});
