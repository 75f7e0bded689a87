/**
 * The real panel on a plain page in Chromium: the built script and style sheet under the extension's content security
 * policy, with an editor that only writes down what the panel posts. What a test needs of the editor is here.
 */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BundledProgram } from "@gradlens/engine/graph";
import type { FromView, ToView } from "@gradlens/webview/messages";
import * as esbuild from "esbuild";
import { chromium, type Browser, type Page } from "playwright-core";
import { bundleProgram } from "../../server/source/bundle.js";
import { bodyClass, themeVariables, type Theme } from "./themes.js";

/** Tests and benchmarks are started at the project's root. */
const root = process.cwd();
const nonce = "0123456789abcdef";

export interface PanelPage {
  readonly page: Page;
  /** Everything the panel has posted to the editor so far. */
  readonly posted: () => Promise<readonly FromView[]>;
  readonly send: (message: ToView) => Promise<void>;
  /** What the page or its worker complained about, such as a violated policy. */
  readonly complaints: readonly string[];
}

export interface PanelHost {
  readonly open: (theme: Theme, size: { readonly width: number; readonly height: number }) => Promise<PanelPage>;
  readonly close: () => Promise<void>;
}

export async function startPanelHost(): Promise<PanelHost> {
  const { script, style } = await buildPanel();
  let theme: Theme = "dark";
  const server = createServer(({ url }, response) => {
    const isScript = url === "/panel.js";
    const isStyle = url === "/panel.css";
    const type = isScript ? "text/javascript" : isStyle ? "text/css" : "text/html";
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` });
    response.end(isScript ? script : isStyle ? style : pageText(theme));
  });
  const address = await listen(server);
  const browser = await launch();
  return {
    open: async (wanted, size) => {
      theme = wanted;
      return openPage(browser, address, size);
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** On a slow machine the panel asks before it makes a long run again for one step. */
export async function arriveAt({ page }: PanelPage, step: string): Promise<void> {
  const there = page.locator(".facts").getByText(`step ${step}`);
  const offer = page.getByTestId("run-to-step");
  await offer.or(there).first().waitFor();
  if (await offer.isVisible()) await offer.click();
  await there.waitFor();
}

/** What the panel has exported so far, by format. */
export async function exportsOf(panel: PanelPage): Promise<ReadonlyMap<string, string>> {
  const exports = (await panel.posted()).flatMap((posted) => (posted.kind === "export" ? [posted] : []));
  return new Map(exports.map(({ format, text }) => [format, text]));
}

/** A program as the extension sends it, bundled from a file of the project or from a text that stands for one. */
export async function runMessage(file: string, text: string | null = null): Promise<Extract<ToView, { kind: "run" }>> {
  const entryPath = resolve(root, file);
  const result = await bundleProgram({
    entryPath,
    readOpenDocument: (path: string) => (path === entryPath ? text : null),
    esbuild,
  });
  const program: BundledProgram | null = "program" in result ? result.program : null;
  if (program === null) throw new Error(`${file} could not be bundled: ${JSON.stringify(result)}`);
  return { kind: "run", title: basename(file), uri: pathToFileURL(entryPath).href, program, seed: 0, fixes: [] };
}

async function buildPanel(): Promise<{ readonly script: string; readonly style: string }> {
  const options = {
    absWorkingDir: root,
    bundle: true,
    write: false as const,
    conditions: ["gradlens-source"],
    jsx: "automatic" as const,
    jsxImportSource: "preact",
    platform: "browser" as const,
    target: "es2022",
    minify: process.env.NOMIN === undefined,
    outdir: "panel",
  } satisfies esbuild.BuildOptions;
  const inlineWorker: esbuild.Plugin = {
    name: "inline-worker",
    setup: (bundler) => {
      bundler.onResolve({ filter: /^inline-worker:/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice("inline-worker:".length)),
        namespace: "inline-worker",
      }));
      bundler.onLoad({ filter: /.*/, namespace: "inline-worker" }, async ({ path }) => {
        const worker = await esbuild.build({ ...options, format: "iife", entryPoints: [path] });
        return { contents: textOf(worker.outputFiles, ".js"), loader: "text" };
      });
    },
  };
  const panel = await esbuild.build({
    ...options,
    format: "esm",
    entryPoints: ["webview/main.tsx"],
    plugins: [inlineWorker],
  });
  return { script: textOf(panel.outputFiles, ".js"), style: textOf(panel.outputFiles, ".css") };
}

function textOf(files: readonly esbuild.OutputFile[], ending: string): string {
  const file = files.find(({ path }) => path.endsWith(ending));
  if (file === undefined) throw new Error(`The build of the panel gave no ${ending} file.`);
  return file.text;
}

function pageText(theme: Theme): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval' 'strict-dynamic'`,
    "worker-src blob:",
    "style-src 'self'",
    "connect-src 'none'",
    "img-src blob:",
  ].join("; ");
  const variables = Object.entries(themeVariables[theme])
    .map(([name, value]) => `document.documentElement.style.setProperty("--vscode-${name}", ${JSON.stringify(value)});`)
    .join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="/panel.css">
<title>GradLens</title>
<script nonce="${nonce}">
${variables}
window.posted = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.posted.push(structuredClone(message)),
  getState: () => JSON.parse(sessionStorage.getItem("kept") ?? "null") ?? undefined,
  setState: (kept) => sessionStorage.setItem("kept", JSON.stringify(kept)),
});
</script>
</head>
<body class="${bodyClass[theme]}"><div id="root"></div><script type="module" nonce="${nonce}" src="/panel.js"></script></body>
</html>`;
}

async function openPage(
  browser: Browser,
  address: string,
  viewport: { width: number; height: number },
): Promise<PanelPage> {
  const page = await browser.newPage({ viewport });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("favicon")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  return {
    page,
    complaints,
    posted: () => page.evaluate<FromView[]>("window.posted"),
    send: (message) => page.evaluate((sent) => window.postMessage(sent, "*"), message),
  };
}

async function launch(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  await readFile(executablePath).catch(() => {
    throw new Error(
      `The panel is tested in Chromium, and ${executablePath} is not there. Run: sudo apt-get install chromium (or set CHROMIUM to its path)`,
    );
  });
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

function listen(server: Server): Promise<string> {
  return new Promise((done) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("The server of the page has no port.");
      done(`http://127.0.0.1:${address.port}/`);
    });
  });
}
