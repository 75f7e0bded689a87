/**
 * The window of the VS Code that runs these tests, driven as a person would: keys, the command palette, the panel's own
 * page. The tests run in the extension host and reach the window over the browser's debugging port.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type FrameLocator, type Locator, type Page } from "playwright-core";
import { stated } from "./stated.js";

export class Workbench {
  private constructor(
    readonly page: Page,
    readonly close: () => Promise<void>,
  ) {}

  static async connect(): Promise<Workbench> {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${stated("GRADLENS_DEBUGGING_PORT")}`);
    const pages = browser.contexts().flatMap((context) => context.pages());
    for (const page of pages) {
      if ((await page.locator(".monaco-workbench").count()) === 0) continue;
      page.setDefaultTimeout(30_000);
      return new Workbench(page, () => browser.close());
    }
    throw new Error(`None of the ${pages.length} pages of the browser is a workbench.`);
  }

  /** Through the palette; Enter before the row is there would run whatever is on top. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor();
    await this.page.keyboard.press("Enter");
    await input.waitFor({ state: "hidden" });
  }

  /** What the palette offers for a text; it is closed again. */
  async offeredCommands(text: string): Promise<readonly string[]> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(`>${text}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row .label-name");
    await rows.first().waitFor();
    const names = await rows.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return names.map((name) => name.trim());
  }

  /** The panel's own document, inside VS Code's frames. */
  get panel(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  }

  /** The line of an editor that contains a text. */
  line(text: string): Locator {
    return this.page.locator(".monaco-editor .view-line", { hasText: text }).first();
  }

  async screenshot(name: string): Promise<void> {
    const folder = stated("GRADLENS_SHOTS");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

/** Asks again until there is an answer; what was waited for is the error. */
export async function until<Answer>(
  what: string,
  ask: () => Answer | null | Promise<Answer | null>,
  milliseconds = 30_000,
): Promise<Answer> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > end) throw new Error(`Waited ${milliseconds / 1000} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
