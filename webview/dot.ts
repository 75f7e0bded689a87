/**
 * Gradient graphs in the language of Graphviz, for the panel's export and the command line: one cluster per loss where
 * there are several. The strokes say what the legend of the panel says: solid flows, dashed vanishes, red blocks, dotted unknown.
 */
import type { Flow, GradientGraph, GraphEdge, GraphNode, TensorSummary } from "@gradlens/engine/graph";

export function formatDot(title: string, graphs: readonly GradientGraph[]): string {
  const [only] = graphs;
  const body =
    graphs.length === 1 && only !== undefined
      ? graphLines(only, "")
      : graphs.flatMap((graph, index) => [
          `subgraph ${quoted(`cluster_${index + 1}`)} {`,
          ...[`label=${quoted(titleOf(graph, index))};`, "color=gray;", ...graphLines(graph, `${index + 1}.`)].map(
            indented,
          ),
          "}",
        ]);
  return [
    `digraph ${quoted(title)} {`,
    ...["rankdir=TB;", 'node [fontname="Helvetica"];', 'edge [fontname="Helvetica", fontsize=10];', ...body].map(
      indented,
    ),
    "}",
    "",
  ].join("\n");
}

/** Ids are unique within one graph only, so each graph brings its own prefix. */
function graphLines(graph: GradientGraph, prefix: string): readonly string[] {
  return [
    ...graph.nodes.map((node) => nodeLine(node, prefix, node.id === graph.loss)),
    ...graph.edges.map((edge) => edgeLine(edge, prefix)),
  ];
}

function nodeLine(node: GraphNode, prefix: string, isLoss: boolean): string {
  const dead = node.gradient.kind === "none" && node.kind === "leaf";
  const attributes = [
    `label=${quoted(labelOf(node).join("\n"))}`,
    `shape=${shapes[node.kind]}`,
    ...(isLoss ? ["penwidth=2"] : []),
    ...(dead || node.kind === "control" ? ["color=red"] : []),
    ...(node.gradient.kind === "none" ? [`tooltip=${quoted(node.gradient.because)}`] : []),
  ];
  return `${quoted(prefix + node.id)} [${attributes.join(", ")}];`;
}

const shapes: Readonly<Record<GraphNode["kind"], string>> = {
  leaf: "box",
  op: "ellipse",
  control: "octagon",
  unknown: "plaintext",
};

function labelOf({ name, op, shape, value, gradient }: GraphNode): readonly string[] {
  const what = [name, op].filter((part) => part !== null).join(" = ");
  return [
    what === "" ? "?" : what,
    ...(shape === null || shape.length === 0 ? [] : [`[${shape.join(", ")}]`]),
    ...(value === null ? [] : [`value ${summaryText(value)}`]),
    ...gradientText(gradient),
  ];
}

function gradientText(gradient: GraphNode["gradient"]): readonly string[] {
  switch (gradient.kind) {
    case "received":
      return [`gradient ${summaryText(gradient.summary)}`];
    case "none":
      return ["no gradient"];
    case "frozen":
      return ["frozen"];
    case "notComputed":
      return [];
  }
}

function summaryText({ first, size, norm }: TensorSummary): string {
  const [value] = first;
  return size === 1 && value !== undefined ? number(value) : `norm ${number(norm)}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function edgeLine({ from, to, input, flow, certainty }: GraphEdge, prefix: string): string {
  const because = flow.kind === "flows" ? [] : [`tooltip=${quoted(flow.because)}`];
  const label = [input, ...(flow.kind === "flows" ? [] : [flow.kind]), ...(certainty === "maybe" ? ["maybe"] : [])];
  const attributes = [
    `label=${quoted(label.filter((part) => part !== "").join(": "))}`,
    ...strokes[flow.kind],
    ...because,
  ];
  return `${quoted(prefix + from)} -> ${quoted(prefix + to)} [${attributes.join(", ")}];`;
}

const strokes: Readonly<Record<Flow["kind"], readonly string[]>> = {
  flows: ["style=solid"],
  vanishes: ["style=dashed", "color=gray"],
  blocks: ["style=bold", "color=red", "fontcolor=red", "arrowhead=tee"],
  unknown: ["style=dotted"],
};

function titleOf(graph: GradientGraph, index: number): string {
  const loss = graph.nodes.find(({ id }) => id === graph.loss);
  const place = loss === undefined || loss.span === null ? "" : `, line ${loss.span.start.line + 1}`;
  return `${loss?.name ?? `loss ${index + 1}`}${place}`;
}

/** In a quoted string only the quote ends it; a backslash would start one of Graphviz' own escapes. */
function quoted(text: string): string {
  return `"${text
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replace(/\r\n|\r|\n/g, "\\n")}"`;
}

function indented(line: string): string {
  return `  ${line}`;
}
