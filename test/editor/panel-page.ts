/**
 * What the journeys read from and do to the panel's page: leaves with their gradients, nodes, the strip.
 * The page is found by its test ids; what it looks like is not this file's business.
 */
import type { FrameLocator, Locator } from "playwright-core";
import { until, type Workbench } from "./workbench.js";

export class PanelPage {
  constructor(readonly workbench: Workbench) {}

  get frame(): FrameLocator {
    return this.workbench.panel;
  }

  get strip(): Locator {
    return this.frame.getByTestId("strip");
  }

  /** The row of a leaf in the table of leaves. */
  leaf(name: string): Locator {
    return this.frame.getByTestId("leaves").locator(`[data-leaf-name="${name}"]`);
  }

  /** One text per leaf of that name, in the order of the source. */
  async gradientsOf(name: string): Promise<readonly string[]> {
    return this.leaf(name).evaluateAll((rows) => rows.map((row) => row.getAttribute("data-gradient") ?? ""));
  }

  /** `wanted` names one gradient for each leaf of that name. */
  async gradientsBecome(name: string, ...wanted: readonly string[]): Promise<void> {
    let last: readonly string[] = [];
    const arrived = async (): Promise<true | null> => {
      last = await this.gradientsOf(name);
      return last.join(" ") === wanted.join(" ") ? true : null;
    };
    try {
      await until(`${name} to receive ${wanted.join(", ")}`, arrived, 15_000);
    } catch (error) {
      throw new Error(`The gradients of ${name} are ${last.join(", ") || "not there"}.`, { cause: error });
    }
  }

  async choose(leaf: string): Promise<void> {
    await this.leaf(leaf).first().getByRole("button").click();
  }

  /** Moves the slider of the chosen leaf as a hand would: through its own input event. */
  async slideTo(value: number): Promise<void> {
    await this.frame.getByTestId("slider").fill(String(value));
  }
}
