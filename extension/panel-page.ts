/**
 * The panel's HTML: an empty root, one script and one style sheet from dist/, and the policy under which they run.
 * The user's program runs in a worker of this page, so the policy gives it no network and no script of its own.
 */
import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";

export function panelPage(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    // What the page's own script has made, its worker may load; markup still brings no script in.
    `script-src 'nonce-${nonce}' 'wasm-unsafe-eval' 'strict-dynamic'`,
    "worker-src blob:",
    "connect-src 'none'",
    // The exported picture becomes a PNG by way of an image of the page's own.
    "img-src blob:",
    `style-src ${webview.cspSource}`,
  ].join("; ");
  const source = (file: string): string => webview.asWebviewUri(Uri.joinPath(dist, file)).toString();
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="${source("panel.css")}">
  <title>GradLens</title>
</head>
<body>
  <div id="root"></div>
  <script type="module" nonce="${nonce}" src="${source("panel.js")}"></script>
</body>
</html>`;
}
