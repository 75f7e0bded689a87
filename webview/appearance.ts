/** The one table of encodings: flow → stroke, size → width, sign → color; and the words that repeat each of them. */
import type { Flow, GraphNode, NodeId, TensorSummary } from "@gradlens/engine/graph";
import { normAsText, onlyValue, signedAsText } from "./numbers-as-text.js";
import { unreachable } from "./unreachable.js";
import { isCutEdge, type Walk } from "./walk.js";

export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly border: string;
  readonly card: string;
  readonly accent: string;
  readonly positive: string;
  readonly negative: string;
  readonly none: string;
  readonly warning: string;
  readonly font: string;
}

export type Ink = Exclude<keyof Palette, "font">;

/** In the panel every color is the editor's own. */
export const editorPalette: Palette = {
  background: "var(--vscode-editor-background)",
  text: "var(--vscode-foreground)",
  dim: "var(--vscode-descriptionForeground)",
  border: "var(--gradlens-border)",
  card: "var(--gradlens-card)",
  accent: "var(--gradlens-accent)",
  positive: "var(--gradlens-positive)",
  negative: "var(--gradlens-negative)",
  none: "var(--gradlens-none)",
  warning: "var(--gradlens-warning)",
  font: "var(--vscode-font-family)",
};

/** A picture that leaves the editor takes concrete colors with it. */
export const exportPalettes: Readonly<Record<"dark" | "light", Palette>> = {
  dark: {
    background: "#1f1f1f",
    text: "#cccccc",
    dim: "#9a9a9a",
    border: "#3a3a3a",
    card: "#262627",
    accent: "#4daafc",
    positive: "#f0a35e",
    negative: "#5ab0f6",
    none: "#f2777a",
    warning: "#d9b44a",
    font: "system-ui, 'Segoe UI', 'Liberation Sans', sans-serif",
  },
  light: {
    background: "#ffffff",
    text: "#2b2b2b",
    dim: "#6b6b6b",
    border: "#d4d4d4",
    card: "#fafafa",
    accent: "#005fb8",
    positive: "#b35900",
    negative: "#0067b8",
    none: "#c22f38",
    warning: "#8a6500",
    font: "system-ui, 'Segoe UI', 'Liberation Sans', sans-serif",
  },
};

export interface Stroke {
  readonly ink: Ink;
  readonly width: number;
  readonly dashes: string | null;
  readonly opacity: number;
  readonly round: boolean;
}

/** What an edge carries, once the nodes at its ends are known. */
export type Carriage =
  | { readonly kind: "gradient"; readonly summary: TensorSummary }
  | { readonly kind: "zero" }
  | { readonly kind: "cut" }
  | { readonly kind: "stopped" }
  | { readonly kind: "wouldBe" }
  | { readonly kind: "part"; readonly summary: TensorSummary }
  | { readonly kind: "vanishes" }
  | { readonly kind: "unknown" }
  | { readonly kind: "flows" }
  | { readonly kind: "valueOnly" };

export function strokeOf(carriage: Carriage): Stroke {
  switch (carriage.kind) {
    case "gradient":
      return {
        ink: inkOfGradient(carriage.summary),
        width: widthOf(carriage.summary),
        dashes: null,
        opacity: 1,
        round: true,
      };
    case "part":
      // What each road contributes is not known, so many of them must not look like many times the whole.
      return { ...strokeOf({ kind: "gradient", summary: carriage.summary }), width: widthOfPart, opacity: 0.8 };
    case "zero":
      return { ink: "negative", width: 1.6, dashes: "1 5", opacity: 1, round: true };
    case "cut":
      return { ink: "none", width: 2, dashes: "5 4", opacity: 1, round: false };
    case "stopped":
      return { ink: "none", width: 3.2, dashes: "7 5", opacity: 1, round: false };
    case "wouldBe":
      return { ink: "dim", width: 1.6, dashes: "2 5", opacity: 0.9, round: true };
    case "vanishes":
      return { ink: "negative", width: 2.6, dashes: null, opacity: 1, round: true };
    case "unknown":
      return { ink: "warning", width: 1.8, dashes: "2 4", opacity: 0.9, round: true };
    case "flows":
      return { ink: "positive", width: 2.4, dashes: null, opacity: 0.85, round: true };
    case "valueOnly":
      return { ink: "dim", width: 1.3, dashes: null, opacity: 0.45, round: true };
    default:
      return unreachable(carriage);
  }
}

/** The legend's words for a flow; the same as in the op table. */
export function wordOf(flow: Flow): string {
  switch (flow.kind) {
    case "flows":
      return "flows";
    case "vanishes":
      return "vanishes";
    case "blocks":
      return "cut";
    case "unknown":
      return "unknown";
    default:
      return unreachable(flow);
  }
}

const widthOfPart = 2.6;

/** Width grows with the logarithm of the gradient's size: 10 → 3.7, 70 → 5.3. */
export function widthOf(summary: TensorSummary): number {
  const width = 2 + 0.78 * Math.log(1 + summary.norm);
  return Math.round(Math.min(9, Math.max(1.6, Number.isFinite(width) ? width : 9)) * 10) / 10;
}

/** How full the bar under a node's numbers is, from 0 to 1, on the same logarithmic scale. */
export function fillOf(summary: TensorSummary): number {
  const fill = Math.log(1 + summary.norm) / Math.log(1 + 100);
  return Number.isFinite(fill) ? Math.min(1, Math.max(summary.norm > 0 ? 0.04 : 0, fill)) : 1;
}

export function inkOfGradient(summary: TensorSummary): Ink {
  if (summary.nonFinite > 0) return "warning";
  if (isZero(summary)) return "negative";
  const value = onlyValue(summary) ?? summary.mean;
  return value < 0 ? "negative" : "positive";
}

export function isZero(summary: TensorSummary): boolean {
  return summary.exactZeros === summary.size && summary.nonFinite === 0;
}

/** `+70` for one number, `‖0.31‖` for more, `NaN` where a number is lost. */
export function gradientAsText(summary: TensorSummary): string {
  const value = onlyValue(summary);
  if (value !== null) return signedAsText(value);
  if (summary.nonFinite > 0) return `${summary.nonFinite} not finite`;
  return isZero(summary) ? "0" : normAsText(summary.norm);
}

/** What a node is for the gradient that comes from the loss. */
export type NodeRole = "loss" | "failed" | "dead" | "cut" | "blocked" | "left the tape" | "constant" | "open" | "plain";

export function roleOf(walk: Walk, dead: ReadonlySet<NodeId>, id: NodeId): NodeRole {
  const node = walk.node.get(id);
  if (node === undefined) return "plain";
  const isCut = (walk.incoming.get(id) ?? []).some((edge) => isCutEdge(walk, edge));
  if (id === walk.graph.loss) return "loss";
  if (walk.graph.loss === null && walk.graph.fault?.node === id) return "failed";
  if (isCut && node.op === "detach") return "cut";
  if (isCut && node.kind === "control") return "left the tape";
  if (isCut) return "blocked";
  if (dead.has(id)) return "dead";
  if (node.requiresGrad === "no" && node.gradient.kind !== "received") return "constant";
  return walk.graph.origin === "static" ? "open" : "plain";
}

export interface NodeLook {
  readonly border: Ink;
  readonly borderWidth: number;
  readonly dashes: string | null;
  readonly tint: Ink | null;
  readonly name: Ink;
}

export function lookOf(node: GraphNode, role: NodeRole): NodeLook {
  const plain: NodeLook = { border: "border", borderWidth: 1.2, dashes: null, tint: null, name: "text" };
  const hasLostNumbers =
    (node.value?.nonFinite ?? 0) > 0 || (node.gradient.kind === "received" && node.gradient.summary.nonFinite > 0);
  if (hasLostNumbers) return { ...plain, border: "warning", borderWidth: 1.8 };
  switch (role) {
    case "loss":
      return { ...plain, border: "text", borderWidth: 1.5 };
    case "dead":
      return { ...plain, border: "none", borderWidth: 1.4, dashes: "5 3" };
    case "failed":
    case "cut":
    case "blocked":
    case "left the tape":
      return { ...plain, border: "none", borderWidth: 1.8, tint: "none", name: "none" };
    case "constant":
      return { ...plain, name: "dim" };
    case "open":
    case "plain": {
      const isFlat = node.gradient.kind === "received" && isZero(node.gradient.summary);
      return isFlat ? { ...plain, border: "negative", borderWidth: 1.6, dashes: "1 3" } : plain;
    }
    default:
      return unreachable(role);
  }
}

/** The ink and the outline of an edge's words. */
export function labelLook(carriage: Carriage): { readonly ink: Ink; readonly outline: Ink } {
  const { ink } = strokeOf(carriage);
  return { ink, outline: carriage.kind === "stopped" ? "none" : "border" };
}

/** Words for a node's gradient; they say what color and stroke say. */
export function gradientWords(node: GraphNode, role: NodeRole): { readonly words: string; readonly ink: Ink } {
  const { gradient } = node;
  if (role === "cut") return { words: "gradient stops", ink: "none" };
  if (role === "left the tape") return { words: "leaves the tape", ink: "none" };
  if (role === "failed") return { words: "the program stops here", ink: "none" };
  switch (gradient.kind) {
    case "received":
      return role === "loss"
        ? { words: `grad ${gradientAsText(gradient.summary).replace("+", "")}`, ink: "text" }
        : { words: `grad ${gradientAsText(gradient.summary)}`, ink: inkOfGradient(gradient.summary) };
    case "none":
      if (role === "blocked") return { words: "gradient stops", ink: "none" };
      if (node.requiresGrad === "no") return { words: "no history", ink: "dim" };
      return { words: "grad none", ink: "none" };
    case "frozen":
      return { words: "frozen", ink: "dim" };
    case "notComputed":
      if (role === "blocked") return { words: "gradient stops", ink: "none" };
      if (role === "dead") return { words: "no gradient", ink: "none" };
      if (role === "loss" && node.requiresGrad !== "no") return { words: "loss", ink: "dim" };
      if (role === "open")
        return { words: node.requiresGrad === "maybe" ? "gradient may flow" : "gradient flows", ink: "positive" };
      if (node.requiresGrad !== "no") return { words: "", ink: "dim" };
      return { words: node.kind === "leaf" ? "constant" : "no history", ink: "dim" };
    default:
      return unreachable(gradient);
  }
}

/** The attribute that tests and screen readers find: a plain number, `none`, `frozen`, or nothing. */
export function gradientAttribute(node: GraphNode): string | null {
  const { gradient } = node;
  switch (gradient.kind) {
    case "received":
      return String(onlyValue(gradient.summary) ?? gradient.summary.norm);
    case "none":
      return "none";
    case "frozen":
      return "frozen";
    case "notComputed":
      return null;
    default:
      return unreachable(gradient);
  }
}
