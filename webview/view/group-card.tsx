/**
 * The card of a closed group: a call, a loop or an iteration. Its parameters are chips on it, since most of them are of
 * interest only when something is wrong with one; a loop is a stack of cards with the count of its rounds.
 */
import type { GraphNode, NodeId } from "@gradlens/engine/graph";
import {
  fillOf,
  gradientAsText,
  gradientAttribute,
  gradientWords,
  inkOfGradient,
  lookOf,
  type Ink,
  type NodeRole,
  type Palette,
} from "../appearance.js";
import { inner, inset } from "../card-text.js";
import { fitted, textWidth } from "../fit-text.js";
import { isAtom } from "../folding/frame-tree.js";
import type { Fold } from "../folding/fold.js";
import { nodeHeight, nodeWidth, type PlacedNode } from "../layout/layered-layout.js";
import { shapeAsText } from "../numbers-as-text.js";
import { counted, labelOf, lineAsText, visible } from "../words.js";
import { Tint, type Marking, type NodeActions } from "./node-view.js";

export interface GroupActions extends NodeActions {
  readonly open: (id: NodeId) => void;
}

interface GroupProps {
  readonly placed: PlacedNode;
  readonly fold: Fold;
  readonly role: NodeRole;
  readonly mark: Marking;
  /** The selected node, which may be the group's card or one of its chips. */
  readonly selected: NodeId | null;
  readonly palette: Palette;
  readonly actions: GroupActions | null;
}

export function GroupCard({ placed: { node, x, y }, fold, role, mark, selected, palette, actions }: GroupProps) {
  const look = lookOf(node, role);
  const isSelected = selected === node.id;
  const isInside = fold.members.some(({ id }) => id === selected);
  const summary = node.gradient.kind === "received" ? node.gradient.summary : null;
  const label = visible(node.name ?? "call");
  const about = aboutOf(fold, node);
  const shown = fitted(label, Math.max(62, inner - 8 - textWidth(about, 11)), 13, "bold");
  return (
    <g
      class={isSelected ? "node group selected" : "node group"}
      transform={`translate(${x} ${y})`}
      opacity={mark === "steps back" ? 0.3 : undefined}
      data-node={node.id}
      data-group={fold.group.key}
      data-gradient={gradientAttribute(node) ?? undefined}
      {...(actions === null ? {} : interactive(node.id, describe(fold, node, role), isSelected, actions))}
    >
      <title>{describe(fold, node, role)}</title>
      {fold.iterations !== null &&
        [8, 4].map((offset) => (
          <rect
            key={offset}
            x={offset}
            y={-offset}
            width={nodeWidth}
            height={nodeHeight}
            rx="6"
            fill={palette.card}
            stroke={palette.border}
            stroke-width="1.2"
          />
        ))}
      <rect
        class="card"
        width={nodeWidth}
        height={nodeHeight}
        rx="6"
        fill={palette.card}
        stroke={palette[isSelected || isInside ? "accent" : look.border]}
        stroke-width={isSelected ? 2.2 : look.borderWidth}
        stroke-dasharray={isSelected || isInside ? undefined : (look.dashes ?? undefined)}
      />
      <Tint mark={mark} ink={null} palette={palette} />
      <text x={inset} y="20" font-size="13" font-weight="700" fill={palette[look.name]}>
        {shown}
      </text>
      <text x={nodeWidth - inset} y="20" font-size="11" text-anchor="end" fill={palette.dim}>
        {fitted(about, inner - 8 - textWidth(shown, 13, "bold"), 11)}
      </text>
      {typeof mark !== "string" && mark.words !== null ? (
        <text x={nodeWidth - inset} y="40" font-size="12" font-weight="600" text-anchor="end" fill={palette[mark.ink]}>
          {mark.words}
        </text>
      ) : fold.parameters.length > 0 ? (
        <Chips fold={fold} selected={selected} palette={palette} actions={actions} />
      ) : (
        <Numbers node={node} role={role} palette={palette} />
      )}
      <rect x={inset} y="50" width={inner} height="3" rx="1.5" fill={palette.dim} fill-opacity="0.22" />
      {summary !== null && fillOf(summary) > 0 && (
        <rect
          x={inset}
          y="50"
          width={Math.round(inner * fillOf(summary) * 10) / 10}
          height="3"
          rx="1.5"
          fill={palette[role === "loss" ? "dim" : inkOfGradient(summary)]}
        />
      )}
    </g>
  );
}

function Numbers({ node, role, palette }: Pick<GroupProps, "role" | "palette"> & { readonly node: GraphNode }) {
  const { words, ink } = gradientWords(node, role);
  const gradient = fitted(words, inner - 30, 12, "bold");
  const shape = node.shape === null || node.shape.length === 0 ? "" : shapeAsText(node.shape);
  return (
    <>
      <text x={inset} y="40" font-size="12" fill={palette.text}>
        {fitted(shape, inner - 8 - textWidth(gradient, 12, "bold"), 12)}
      </text>
      <text x={nodeWidth - inset} y="40" font-size="12" font-weight="600" text-anchor="end" fill={palette[ink]}>
        {gradient}
      </text>
    </>
  );
}

interface Chip {
  readonly leaf: GraphNode;
  readonly words: string;
  readonly ink: Ink;
  readonly x: number;
  readonly width: number;
}

function Chips({ fold, selected, palette, actions }: Pick<GroupProps, "fold" | "selected" | "palette" | "actions">) {
  const { chips, rest } = chipsOf(fold.parameters);
  return (
    <>
      {chips.map(({ leaf, words, ink, x, width }) => (
        <g
          key={leaf.id}
          class="chip"
          transform={`translate(${x} 28)`}
          data-leaf-name={labelOf(leaf)}
          data-node={leaf.id}
          data-gradient={gradientAttribute(leaf) ?? undefined}
          onClick={(event: MouseEvent) => {
            event.stopPropagation();
            actions?.select(leaf.id);
          }}
        >
          <title>{`${labelOf(leaf)}, ${gradientWords(leaf, "plain").words}`}</title>
          <rect
            width={width}
            height="17"
            rx="8.5"
            fill={palette.background}
            stroke={palette[leaf.id === selected ? "accent" : ink === "none" ? "none" : "border"]}
            stroke-width={leaf.id === selected ? 2 : 1}
          />
          <text x={width / 2} y="12.5" font-size="11" text-anchor="middle" fill={palette[ink]}>
            {words}
          </text>
        </g>
      ))}
      {rest > 0 && (
        <text x={nodeWidth - inset} y="40.5" font-size="11" text-anchor="end" fill={palette.dim}>
          +{rest}
        </text>
      )}
    </>
  );
}

/** As many chips as fit into one row, those in trouble first. */
function chipsOf(parameters: readonly GraphNode[]): { readonly chips: readonly Chip[]; readonly rest: number } {
  const isTroubled = ({ gradient }: GraphNode): boolean => gradient.kind === "none";
  const inTurn = [...parameters.filter(isTroubled), ...parameters.filter((leaf) => !isTroubled(leaf))];
  const chips: Chip[] = [];
  let x = inset;
  for (const leaf of inTurn) {
    const { words, ink } = wordsOf(leaf);
    const width = Math.round(textWidth(words, 11) + 14);
    const isLast = chips.length === inTurn.length - 1;
    if (x + width > nodeWidth - inset - (isLast ? 0 : 22)) break;
    chips.push({ leaf, words, ink, x, width });
    x += width + 5;
  }
  return { chips, rest: parameters.length - chips.length };
}

function wordsOf(leaf: GraphNode): { readonly words: string; readonly ink: Ink } {
  const name = fitted(visible(leaf.name ?? "leaf").replace(/^.*\./, ""), 62, 11);
  const { gradient } = leaf;
  switch (gradient.kind) {
    case "received":
      return {
        words: `${name} ${gradientAsText(gradient.summary).replaceAll("‖", "")}`,
        ink: inkOfGradient(gradient.summary),
      };
    case "none":
      return { words: `${name} none`, ink: "none" };
    case "frozen":
      return { words: `${name} frozen`, ink: "dim" };
    default:
      return { words: name, ink: "dim" };
  }
}

function aboutOf({ group, opCount, iterations }: Fold, { name }: GraphNode): string {
  const size = iterations !== null ? `× ${iterations}` : counted(opCount, "op");
  const maker = isAtom(group) && name !== group.name ? group.name : size;
  return [maker, lineAsText(group.span)].filter((part) => part !== "").join(" · ");
}

/** The whole card in words, for screen readers and the tooltip. */
function describe(fold: Fold, node: GraphNode, role: NodeRole): string {
  const { opCount, iterations, parameters, group } = fold;
  return [
    visible(node.name ?? "call"),
    iterations === null ? group.kind : `loop of ${counted(iterations, "iteration")}`,
    counted(opCount, "op"),
    parameters.length === 0 ? "" : counted(parameters.length, "parameter"),
    lineAsText(group.span),
    gradientWords(node, role).words,
    "double click opens it",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function interactive(id: NodeId, label: string, isSelected: boolean, { select, open, key }: GroupActions) {
  return {
    tabindex: 0,
    role: "button" as const,
    "aria-pressed": isSelected,
    "aria-expanded": false,
    "aria-label": label,
    onClick: () => select(id),
    onDblClick: () => open(id),
    onKeyDown: (event: KeyboardEvent) => (event.key === "Enter" ? open(id) : key(id, event)),
  };
}
