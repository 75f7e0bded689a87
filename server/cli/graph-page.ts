/**
 * `gradlens graph --format html`: the pictures of a program as one page that opens anywhere, without a script and
 * without anything from outside. It follows the reader's dark or light mode by carrying every picture twice.
 */
import type { GradientGraph, GraphNode } from "@gradlens/engine/graph";
import { renderSvg } from "@gradlens/webview/picture";

/** `graphs` in the order of the page; `title` is the file's name as the user wrote it. */
export function graphPage(title: string, graphs: readonly GradientGraph[]): string {
  const name = escapeHtml(title);
  const sections = graphs.map(graphSection).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${name} – GradLens</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${name}</h1>
<p>Values flow down, gradients flow up. Each picture is one loss of the program.</p>
</header>
<main>
${graphs.length === 0 ? "<p>This program has no loss: it calls no <code>backward()</code>.</p>" : sections}
</main>
<footer>Made by GradLens.</footer>
</body>
</html>
`;
}

function graphSection(graph: GradientGraph): string {
  const loss = graph.nodes.find(({ id }) => id === graph.loss);
  return `<section>
<h2>${headingOf(loss)}</h2>
<p>${escapeHtml(sentenceOf(graph))}</p>
<figure class="dark">${renderSvg(graph, "dark")}</figure>
<figure class="light">${renderSvg(graph, "light")}</figure>
</section>`;
}

function headingOf(loss: GraphNode | undefined): string {
  if (loss === undefined) return "A loss";
  const place = [...loss.group.slice(-1), ...(loss.span === null ? [] : [`line ${loss.span.start.line + 1}`])].join(
    ", ",
  );
  const name = escapeHtml(loss.name ?? loss.op ?? "loss");
  return place === "" ? name : `${name} <small>${escapeHtml(place)}</small>`;
}

/** What the picture says, in words, for readers who cannot see it or have just opened it. */
function sentenceOf(graph: GradientGraph): string {
  if (graph.fault !== null) return graph.fault.message;
  const leaves = graph.nodes.filter(({ kind, requiresGrad }) => kind === "leaf" && requiresGrad === "yes");
  const dead = leaves.filter(({ gradient }) => gradient.kind === "none");
  if (leaves.length === 0) return "No leaf of this loss requires a gradient.";
  if (dead.length === 0)
    return leaves.length === 1 ? "Its leaf gets a gradient." : `All ${leaves.length} leaves get a gradient.`;
  const names = dead.map(({ name }) => name ?? "a leaf without a name").join(", ");
  return `${leaves.length - dead.length} of ${leaves.length} leaves get a gradient; none reaches ${names}.`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

const style = `
:root { color-scheme: dark light; --page: #1b1b1c; --card: #1f1f1f; --text: #d4d4d4; --dim: #9a9a9a; --line: #333; }
body { margin: 0 auto; padding: 2rem 1rem; max-width: 72rem; background: var(--page); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 0; }
h2 small { color: var(--dim); font-weight: normal; }
p { margin: .25rem 0 1rem; }
header p, footer { color: var(--dim); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; margin: 1.25rem 0; }
figure { margin: 0; overflow-x: auto; }
figure svg { display: block; margin: 0 auto; max-width: none; }
figure.light { display: none; }
@media (prefers-color-scheme: light) {
  :root { --page: #f4f4f5; --card: #fff; --text: #2b2b2b; --dim: #6b6b6b; --line: #d8d8d8; }
  figure.light { display: block; }
  figure.dark { display: none; }
}
`;
