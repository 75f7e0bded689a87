/**
 * The door `@gradlens/webview/picture`: one gradient graph as a picture that stands alone, for the panel's export, the
 * command line and the tests; and the same for Graphviz and as JSON. Pure, and without a DOM.
 */
import type { GradientGraph } from "@gradlens/engine/graph";
import { renderToString } from "preact-render-to-string";
import { exportPalettes } from "./appearance.js";
import { foldedGraph, type FoldedGraph, type Folding } from "./folding/fold.js";
import { layeredLayout } from "./layout/layered-layout.js";
import { GraphPicture } from "./view/graph-picture.js";
import { leafCounts } from "./verdicts.js";
import { counted } from "./words.js";

export { formatDot } from "./dot.js";
export { asJson } from "./json.js";

/** The whole graph, folded as the panel folds it at first. */
export function renderSvg(graph: GradientGraph, theme: "dark" | "light", uncut: GradientGraph | null = null): string {
  const folding: Folding = { level: "module", toggled: new Map() };
  const folded = foldedGraph(graph, folding);
  return renderFolded(folded, theme, uncut === null ? null : foldedGraph(uncut, folding));
}

/** A graph as it is folded. */
export function renderFolded(
  { graph, folds }: FoldedGraph,
  theme: "dark" | "light",
  uncut: FoldedGraph | null,
): string {
  const palette = exportPalettes[theme];
  const layout = layeredLayout(graph);
  const { cutOff } = leafCounts(graph);
  const title = `Gradient graph, ${counted(graph.nodes.length, "node")}, ${counted(cutOff, "leaf", "leaves")} cut off`;
  return renderToString(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={layout.width}
      height={layout.height}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      font-family={palette.font}
      role="img"
      aria-label={title}
    >
      <title>{title}</title>
      <rect width={layout.width} height={layout.height} fill={palette.background} />
      <GraphPicture
        graph={graph}
        uncut={uncut?.graph ?? null}
        layout={layout}
        palette={palette}
        selected={null}
        card={null}
        folds={folds}
        meant={new Set()}
        marks={null}
        actions={null}
        prefix={`${prefixOf(graph)}-${theme}`}
      />
    </svg>,
  );
}

/** Different graphs get different ids (FNV-1a over their text), and the same graph always the same. */
function prefixOf(graph: GradientGraph): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify(graph)) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `gradlens-${(hash >>> 0).toString(36)}`;
}
