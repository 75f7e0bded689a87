/**
 * `gradlens graph`: the gradient graphs of one file, one per loss, in a format for programs, for Graphviz or to look
 * at. Without `--live` they come from reading the file, with it from running it.
 */
import { asJson, formatDot, renderSvg } from "@gradlens/webview/picture";
import { whyUnread } from "./check.js";
import type { PlacedGraph } from "../run/run-report.js";
import { graphPage } from "./graph-page.js";
import { sourceFileAt, uriOfPath } from "./named-paths.js";
import { ask } from "./reading.js";
import { stackedPictures } from "./stacked-pictures.js";
import { CommandFault, type Terminal } from "./terminal.js";

export type GraphFormat = "json" | "dot" | "svg" | "html";

/** The graphs that reading a file gives. */
export async function graphsByReading(
  file: string,
  workerFile: URL,
  terminal: Terminal,
): Promise<readonly PlacedGraph[]> {
  const uri = uriOfPath(sourceFileAt(file, terminal.cwd));
  const { files, graphs } = await ask({ kind: "graphs", uri }, workerFile);
  const because = files.map((read) => whyUnread(read, terminal.cwd)).find((reason) => reason !== null);
  if (because !== undefined && because !== null) throw new CommandFault(because);
  return graphs.map((graph) => ({
    span: graph.nodes.find(({ id }) => id === graph.loss)?.span ?? null,
    step: graph.step,
    graph,
  }));
}

export function printGraphs(
  file: string,
  placed: readonly PlacedGraph[],
  format: GraphFormat,
  terminal: Terminal,
): void {
  const graphs = placed.map(({ graph }) => graph);
  switch (format) {
    case "json":
      terminal.print(asJson({ version: 1, graphs: placed }));
      return;
    case "dot":
      terminal.print(formatDot(file, graphs));
      return;
    case "html":
      terminal.print(graphPage(file, graphs));
      return;
    case "svg":
      if (graphs.length === 0) throw new CommandFault(`there is nothing to draw: \`${file}\` calls no \`backward()\``);
      terminal.print(`${stackedPictures(graphs.map((graph) => renderSvg(graph, "light")))}\n`);
      return;
  }
}
