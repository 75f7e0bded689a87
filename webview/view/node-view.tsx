/**
 * One node of the picture as a card: name, where it comes from, value, gradient, and a bar for the gradient's size.
 * What a state looks like comes from `appearance.ts`; words repeat what color and stroke say.
 */
import type { GraphNode, NodeId } from "@gradlens/engine/graph";
import {
  fillOf,
  gradientAttribute,
  gradientAsText,
  gradientWords,
  inkOfGradient,
  lookOf,
  type NodeRole,
  type Palette,
} from "../appearance.js";
import { fitted, textWidth } from "../fit-text.js";
import { nodeHeight, nodeWidth, type PlacedNode } from "../layout/layered-layout.js";
import { shapeAsText, valueAsText } from "../numbers-as-text.js";
import { labelOf, lineAsText, originOf, visible } from "../words.js";

/** The room between a card's edge and its words, and what is left for them; closed groups keep to it as well. */
export const inset = 10;
export const inner = nodeWidth - 2 * inset;

/** What a click, a key or the focus does; a picture without a screen has none. */
export interface NodeActions {
  readonly select: (id: NodeId) => void;
  readonly key: (id: NodeId, event: KeyboardEvent) => void;
}

interface NodeProps {
  readonly placed: PlacedNode;
  readonly role: NodeRole;
  readonly isSelected: "selected" | "not selected";
  readonly palette: Palette;
  readonly actions: NodeActions | null;
  readonly prefix: string;
}

export function NodeView({ placed: { node, x, y }, role, isSelected, palette, actions, prefix }: NodeProps) {
  const look = lookOf(node, role);
  const words = gradientWords(node, role);
  const summary = node.gradient.kind === "received" ? node.gradient.summary : null;
  const selected = isSelected === "selected";
  return (
    <g
      class={selected ? "node selected" : "node"}
      transform={`translate(${x} ${y})`}
      data-node={node.id}
      data-leaf-name={node.kind === "leaf" ? labelOf(node) : undefined}
      data-gradient={gradientAttribute(node) ?? undefined}
      {...(actions === null ? {} : interactive(node, role, selected, actions))}
    >
      <title>{describe(node, role)}</title>
      <rect
        class="card"
        width={nodeWidth}
        height={nodeHeight}
        rx="6"
        fill={palette.card}
        stroke={palette[selected ? "accent" : look.border]}
        stroke-width={selected ? 2.2 : look.borderWidth}
        stroke-dasharray={selected ? undefined : (look.dashes ?? undefined)}
      />
      {look.tint !== null && (
        <rect width={nodeWidth} height={nodeHeight} rx="6" fill={palette[look.tint]} fill-opacity="0.12" />
      )}
      <g clip-path={`url(#${prefix}-card)`}>
        <CardText
          node={node}
          words={words.words}
          ink={palette[words.ink]}
          name={palette[look.name]}
          palette={palette}
        />
      </g>
      {node.value !== null && (
        <rect x={inset} y="48" width={inner} height="4" rx="2" fill={palette.dim} fill-opacity="0.22" />
      )}
      {summary !== null && fillOf(summary) > 0 && (
        <rect
          x={inset}
          y="48"
          width={Math.round(inner * fillOf(summary) * 10) / 10}
          height="4"
          rx="2"
          fill={palette[role === "loss" ? "dim" : inkOfGradient(summary)]}
        />
      )}
    </g>
  );
}

interface CardTextProps {
  readonly node: GraphNode;
  readonly words: string;
  readonly ink: string;
  readonly name: string;
  readonly palette: Palette;
}

function CardText({ node, words, ink, name, palette }: CardTextProps) {
  const label = labelOf(node);
  // A long name is worth more than its op, which the tooltip has as well; its line stays.
  const fits = textWidth(label, 13, "bold") + 8 + textWidth(originOf(node), 11) <= inner;
  const wanted = fits || node.span === null ? originOf(node) : lineAsText(node.span);
  const shown = fitted(label, Math.max(62, inner - 8 - textWidth(wanted, 11)), 13, "bold");
  const origin = fitted(wanted, inner - 8 - textWidth(shown, 13, "bold"), 11);
  const gradient = fitted(words, inner - 30, 12, "bold");
  const valueRoom = inner - 8 - textWidth(gradient, 12, "bold");
  const value = valueOf(node, valueRoom);
  return (
    <>
      <text x={inset} y="20" font-size="13" font-weight="700" fill={name}>
        {shown}
      </text>
      <text x={nodeWidth - inset} y="20" font-size="11" text-anchor="end" fill={palette.dim}>
        {origin}
      </text>
      <text x={inset} y="40" font-size="12" fill={palette.text}>
        {value}
      </text>
      <text x={nodeWidth - inset} y="40" font-size="12" font-weight="600" text-anchor="end" fill={ink}>
        {gradient}
      </text>
    </>
  );
}

/** All values where they fit; else the shape; a graph that was only read has shapes at most. */
function valueOf(node: GraphNode, room: number): string {
  const shape = node.shape === null || node.shape.length === 0 ? "" : shapeAsText(node.shape);
  if (node.value === null) return textWidth(shape, 12) <= room ? shape : "";
  const full = `= ${valueAsText(node.value)}`;
  if (textWidth(full, 12) <= room || shape === "") return fitted(full, room, 12);
  return textWidth(shape, 12) <= room ? shape : "";
}

function interactive(node: GraphNode, role: NodeRole, selected: boolean, { select, key }: NodeActions) {
  return {
    tabindex: 0,
    role: "button" as const,
    "aria-pressed": selected,
    "aria-label": describe(node, role),
    onClick: () => select(node.id),
    onKeyDown: (event: KeyboardEvent) => key(node.id, event),
  };
}

/** The whole card in words, for screen readers and the tooltip. */
export function describe(node: GraphNode, role: NodeRole): string {
  const { gradient } = node;
  const because = gradient.kind === "none" ? visible(gradient.because).replaceAll("`", "") : "";
  const size = gradient.kind === "received" && gradient.summary.size > 1 ? gradientAsText(gradient.summary) : "";
  return [
    labelOf(node),
    originOf(node),
    node.shape === null ? "" : shapeAsText(node.shape),
    node.value === null ? "" : `value ${valueAsText(node.value)}`,
    gradientWords(node, role).words,
    size === "" ? "" : `norm ${size}`,
    because,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
