/**
 * A run as a person would like to read it: the program's own lines, then what arrived at each leaf and why nothing
 * did, then the error at its line of source. The JSON format stands beside the report's type.
 */
import { readFileSync } from "node:fs";
import type {
  GradientGraph,
  GraphNode,
  NestedNumbers,
  NodeId,
  RunError,
  SourceSpan,
  TensorSummary,
} from "@gradlens/engine/graph";
import { URI } from "vscode-uri";
import { pathOfUri } from "../cli/named-paths.js";
import { gutterFor, linesOf, snippet } from "../cli/snippet.js";
import { printable, styled, type Terminal } from "../cli/terminal.js";
import type { ReportedLeaf, RunReport } from "./run-report.js";

export { formatRunJson } from "./run-report.js";

export function formatRunPretty(report: RunReport, terminal: Terminal): string {
  const blocks = [
    report.console.map(printableLines).join("\n"),
    leafTable(report, terminal),
    report.error === null ? "" : errorText(report.error, terminal),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** An error with the line of source it was made at. */
export function errorText(error: RunError, terminal: Terminal): string {
  const head = `${styled("error", "red", terminal.color)}: ${styled(printable(`${error.name}: ${error.message}`), "bold", terminal.color)}`;
  const { span } = error;
  if (span === null) return head;
  const range = { start: span.start, end: span.end };
  const file = {
    path: pathOfUri(span.uri, terminal.cwd),
    lines: sourceLines(span),
    marks: [{ range, label: "", role: "primary" as const }],
  };
  return [head, ...snippet([file], gutterFor([span.start.line]), "red", terminal)].join("\n");
}

interface Row {
  readonly name: string;
  readonly place: string;
  readonly value: string;
  readonly gradient: string;
  readonly style: "green" | "red" | "yellow";
  readonly because: string;
}

function leafTable({ leaves, graphs, groups }: RunReport, terminal: Terminal): string {
  const { color } = terminal;
  if (leaves.length === 0) return "No leaf of this program requires a gradient.";
  const files = new Set(leaves.map(({ span }) => span?.uri));
  const pictures = graphs.map(({ graph }) => graph);
  const rows = leaves.map((leaf, index) => ({
    ...rowOf(leaf, pictures, files.size > 1 ? terminal.cwd : null),
    group: (groups[index] ?? []).join(" › "),
  }));
  const width = (part: "name" | "place" | "value" | "gradient"): number =>
    Math.max(...rows.map((row) => [...row[part]].length));
  const widths = { name: width("name"), place: width("place"), value: width("value"), gradient: width("gradient") };
  const lines: string[] = [];
  let group = "";
  for (const row of rows) {
    if (row.group !== group && row.group !== "") lines.push(`  ${styled(row.group, "bold", color)}`);
    group = row.group;
    const gradient = styled(row.gradient, row.style, color) + " ".repeat(widths.gradient - [...row.gradient].length);
    const indentation = row.group === "" ? "  " : "    ";
    const start = `${indentation}${row.name.padEnd(widths.name)}  ${row.place.padEnd(widths.place)}`;
    lines.push(`${start}  ${row.value.padEnd(widths.value)}  ${gradient}  ${row.because}`.trimEnd());
  }
  const receivedCount = leaves.filter(({ received }) => received).length;
  const summary =
    receivedCount === leaves.length
      ? `${leaves.length === 1 ? "The only leaf" : `All ${leaves.length} leaves`} received a gradient.`
      : `${receivedCount} of ${leaves.length} ${leaves.length === 1 ? "leaf" : "leaves"} received a gradient.`;
  return [styled("Gradients", "bold", color), ...lines, "", summary].join("\n");
}

function rowOf(leaf: ReportedLeaf, graphs: readonly GradientGraph[], cwd: string | null): Row {
  const { name, span, received, allZero, grad } = leaf;
  const inGraphs = graphs.flatMap((graph) =>
    graph.nodes.filter((node) => node.kind === "leaf" && isSamePlace(node.span, span)).map((node) => ({ graph, node })),
  );
  const line = span === null ? "" : `line ${span.start.line + 1}`;
  const file = span === null || cwd === null ? "" : `${pathOfUri(span.uri, cwd)} `;
  const common = {
    name: printable(name ?? "(no name)"),
    place: printable(file + line),
    value: `= ${valueText(leaf.value, leaf.shape)}`,
  };
  if (received && grad !== null) {
    if (allZero)
      return { ...common, gradient: "grad 0", style: "yellow", because: "every gradient was zero everywhere" };
    return { ...common, gradient: `grad ${gradientText(grad, leaf.shape)}`, style: "green", because: "" };
  }
  // One call may make several leaves, as a layer does; the name tells them apart.
  const first = inGraphs.find(({ node }) => node.name === name) ?? (inGraphs.length === 1 ? inGraphs[0] : undefined);
  const because =
    first === undefined ? "no backward pass of this run depends on it" : becauseOf(first.graph, first.node);
  return { ...common, gradient: "grad none", style: "red", because };
}

function becauseOf(graph: GradientGraph, leaf: GraphNode): string {
  switch (leaf.gradient.kind) {
    case "none": {
      const lines = linesOfCuts(graph, leaf.id);
      const place = lines.length === 0 ? "" : ` (${lines.length === 1 ? "line" : "lines"} ${listed(lines)})`;
      const { because, wouldBe } = leaf.gradient;
      const cuts = lines.length > 1 ? "these" : "that";
      const without = wouldBe === null ? "" : `; without ${cuts} it would be ${summaryText(wouldBe)}`;
      return `because ${because}${place}${without}`;
    }
    case "frozen":
      return "because it does not require grad";
    case "notComputed":
      return "because the backward pass failed";
    case "received":
      return "";
  }
}

/** The lines of the calls that stop the gradient on each way from the leaf to the loss: the first on every way. */
function linesOfCuts(graph: GradientGraph, leaf: NodeId): readonly number[] {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const reached = new Set([leaf]);
  const lines = new Set<number>();
  for (const id of reached) {
    for (const { from, to, flow } of graph.edges) {
      if (from !== id) continue;
      if (flow.kind !== "blocks") reached.add(to);
      const span = nodes.get(to)?.span ?? null;
      if (flow.kind === "blocks" && span !== null) lines.add(span.start.line + 1);
    }
  }
  return [...lines].sort((a, b) => a - b);
}

function listed(lines: readonly number[]): string {
  return lines.length < 2 ? lines.join() : `${lines.slice(0, -1).join(", ")} and ${lines.at(-1)}`;
}

function isSamePlace(a: SourceSpan | null, b: SourceSpan | null): boolean {
  return (
    a !== null &&
    b !== null &&
    a.uri === b.uri &&
    a.start.line === b.start.line &&
    a.start.character === b.start.character
  );
}

function summaryText({ size, first, norm }: TensorSummary): string {
  return size === 1 ? numberText(first[0] ?? NaN) : `of norm ${numberText(norm)}`;
}

/** A scalar as a number, a short list as it is, anything larger by its shape and norm. */
function valueText(value: NestedNumbers, shape: readonly number[]): string {
  if (typeof value === "number") return numberText(value);
  const numbers = flat(value);
  if (shape.length === 1 && numbers.length <= 4) return `[${numbers.map(numberText).join(", ")}]`;
  return `[${shape.join(" × ")}] of norm ${numberText(normOf(numbers))}`;
}

/** The shape is the value's own and need not be said again. */
function gradientText(grad: NestedNumbers, shape: readonly number[]): string {
  return valueText(grad, shape).replace(/^\[[^\]]*\] of norm/, "of norm");
}

function flat(value: NestedNumbers): readonly number[] {
  return typeof value === "number" ? [value] : value.flatMap(flat);
}

function normOf(numbers: readonly number[]): number {
  return Math.sqrt(numbers.reduce((sum, number) => sum + number * number, 0));
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(5)));
}

function sourceLines({ uri }: SourceSpan): readonly string[] | null {
  try {
    return linesOf(readFileSync(URI.parse(uri).fsPath, "utf8"));
  } catch {
    // It was there when the program was bundled; without it the place alone is named.
    return null;
  }
}

function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
