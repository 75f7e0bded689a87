/**
 * What `gradlens run` learnt, as plain data: its JSON format is this. Places are source spans with a `file:`
 * address and zero-based positions, as in the graphs.
 */
import type { GradientGraph, NestedNumbers, RunError, Shape, SourceSpan } from "@gradlens/engine/graph";

export interface RunReport {
  readonly version: 1;
  readonly leaves: readonly ReportedLeaf[];
  /** The last recorded pass of each `backward()` call. */
  readonly graphs: readonly PlacedGraph[];
  /** The lines that the program wrote to its console. */
  readonly console: readonly string[];
  readonly error: RunError | null;
  /** The functions and classes around each leaf, outermost first; not part of the JSON. */
  readonly groups: readonly (readonly string[])[];
}

export interface ReportedLeaf {
  readonly name: string | null;
  readonly span: SourceSpan | null;
  readonly shape: Shape;
  readonly value: NestedNumbers;
  readonly received: boolean;
  readonly allZero: boolean;
  readonly grad: NestedNumbers | null;
}

export interface PlacedGraph {
  /** The call that started the pass. */
  readonly span: SourceSpan | null;
  readonly step: number | null;
  readonly graph: GradientGraph;
}

/** Text for a file: JSON has no word for numbers that are not finite, so they are text; lists of numbers stay on one line. */
export function formatRunJson(report: RunReport): string {
  const { version, leaves, graphs, console, error } = report;
  return `${jsonText({ version, leaves, graphs, console, error }, "")}\n`;
}

function jsonText(value: unknown, indentation: string): string {
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const inner = `${indentation}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((part: unknown) => jsonText(part, inner))
    : Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${jsonText(part, inner)}`);
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (parts.length === 0) return open + close;
  const isRow = isList && value.every((part: unknown) => typeof part === "number");
  if (isRow) return `${open}${parts.join(", ")}${close}`;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indentation}${close}`;
}
