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
  type Ink,
  type NodeRole,
  type Palette,
} from "../appearance.js";
import { cardTextOf, inner, inset } from "../card-text.js";
import { nodeHeight, nodeWidth, type PlacedNode } from "../layout/layered-layout.js";
import { shapeAsText, valueAsText } from "../numbers-as-text.js";
import { tintOf, type Mark } from "../overlay.js";
import { labelOf, originOf, visible } from "../words.js";

/** What a click, a key or the focus does; a picture without a screen has none. */
export interface NodeActions {
  readonly select: (id: NodeId) => void;
  readonly key: (id: NodeId, event: KeyboardEvent) => void;
}

/** What an overlay says of a card. */
export type Marking = Mark | "not marked" | "steps back";

interface NodeProps {
  readonly placed: PlacedNode;
  readonly role: NodeRole;
  readonly mark: Marking;
  readonly isSelected: "selected" | "not selected";
  readonly palette: Palette;
  readonly actions: NodeActions | null;
  readonly prefix: string;
}

export function NodeView({ placed: { node, x, y }, role, mark, isSelected, palette, actions, prefix }: NodeProps) {
  const look = lookOf(node, role);
  const words = gradientWords(node, role);
  const summary = node.gradient.kind === "received" ? node.gradient.summary : null;
  const selected = isSelected === "selected";
  return (
    <g
      class={selected ? "node selected" : "node"}
      transform={`translate(${x} ${y})`}
      opacity={mark === "steps back" ? 0.3 : undefined}
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
      <Tint mark={mark} ink={look.tint} palette={palette} />
      <g clip-path={`url(#${prefix}-card)`}>
        <CardTexts
          node={node}
          words={wordsOfMark(mark) ?? words.words}
          ink={palette[wordsOfMark(mark) === null || typeof mark === "string" ? words.ink : mark.ink]}
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

interface TintProps {
  readonly mark: Marking;
  /** The node's own tint. */
  readonly ink: Ink | null;
  readonly palette: Palette;
}

export function Tint({ mark, ink, palette }: TintProps) {
  const tint = tintOf(typeof mark === "string" ? null : mark, ink);
  if (tint === null) return null;
  return <rect width={nodeWidth} height={nodeHeight} rx="6" fill={palette[tint.ink]} fill-opacity={tint.alpha} />;
}

function wordsOfMark(mark: Marking): string | null {
  return typeof mark === "string" ? null : mark.words;
}

interface CardTextProps {
  readonly node: GraphNode;
  readonly words: string;
  readonly ink: string;
  readonly name: string;
  readonly palette: Palette;
}

function CardTexts({ node, words, ink, name: nameInk, palette }: CardTextProps) {
  const { name, origin, value, gradient } = cardTextOf(node, words);
  return (
    <>
      <text x={inset} y="20" font-size="13" font-weight="700" fill={nameInk}>
        {name}
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
