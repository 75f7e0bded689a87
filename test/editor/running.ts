/**
 * What running shows: the panel with the graph, live values and gradients, sliders, the preview without a cut,
 * and that a run neither ends with a covered tab nor escapes its Stop.
 */
import { ok } from "node:assert/strict";
import type { Locator } from "playwright-core";
import * as vscode from "vscode";
import { openProgram } from "./documents.js";
import { until, Workbench } from "./workbench.js";

describe("the panel", () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.connect();
  });
  after(() => workbench.close());

  const leafRows = (): Locator => workbench.panel.getByTestId("leaves").locator("[data-leaf-name]");
  const gradientsOf = async (name: string): Promise<readonly string[]> => {
    const rows = leafRows().and(workbench.panel.locator(`[data-leaf-name="${name}"]`));
    return rows.evaluateAll((elements) => elements.map((element) => element.getAttribute("data-gradient") ?? ""));
  };
  const gradientsBecome = (name: string, wanted: string): Promise<string> =>
    until(`${name} to receive ${wanted}`, async () => ((await gradientsOf(name)).join(" ") === wanted ? wanted : null));

  it("opens by its command and draws the graph without running anything", async () => {
    await openProgram("one-cut.ts");
    await workbench.command("GradLens: Show Gradient Graph");
    await workbench.panel.getByText("detach").first().waitFor();
    ok(vscode.window.activeTextEditor !== undefined, "the editor keeps the focus");
    await workbench.screenshot("static-graph");
  });

  it("shows the gradients 50, 70 and −20 of the example", async () => {
    await openProgram("selective-gradients.ts");
    await workbench.command("GradLens: Run File");
    const received = await until("the gradients of x", async () => {
      const gradients = await gradientsOf("x");
      return gradients.includes("50") ? gradients : null;
    });
    for (const gradient of ["50", "70", "-20"]) ok(received.includes(gradient), `x received ${received.join(", ")}`);
    await workbench.screenshot("seed-dark");
  });
});
