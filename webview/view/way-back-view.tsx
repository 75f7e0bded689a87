/**
 * The walk back from the loss to one node, one row per value: a tick where the gradient passes, scissors where it
 * stops, and "not reached" for what comes after.
 */
import type { GradientGraph, GraphEdge, GraphNode } from "@gradlens/engine/graph";
import { gradientAsText, inkOfGradient, type Ink } from "../appearance.js";
import type { PanelEvent } from "../state.js";
import { nodeKeys } from "../twins.js";
import { routeFromLoss, walkOf, type Walk } from "../walk.js";
import { labelOf } from "../words.js";
import { PlaceLink } from "./details-view.js";
import { Icon } from "./icons.js";

interface WayBackProps {
  readonly graph: GradientGraph;
  readonly node: GraphNode;
  readonly dispatch: (event: PanelEvent) => void;
}

type Passage = "passes" | "cut" | "vanishes" | "unknown" | "not reached";

interface Row {
  readonly node: GraphNode;
  readonly passage: Passage;
}

const mostRows = 14;

export function WayBackView({ graph, node, dispatch }: WayBackProps) {
  const walk = walkOf(graph);
  const loss = graph.loss === null ? undefined : walk.node.get(graph.loss);
  if (loss === undefined) return null;
  const rows = rowsOf(walk, loss, routeFromLoss(walk, loss.id, node.id));
  if (rows.length < 2) return null;
  const keys = nodeKeys(graph);
  const hidden = Math.max(0, rows.length - mostRows);
  const shown = hidden === 0 ? rows : [...rows.slice(0, 6), ...rows.slice(6 + hidden)];
  return (
    <>
      <h3>Why, walking back from {labelOf(loss)}</h3>
      <ol class="way-back">
        {shown.map(({ node: each, passage }, index) => (
          <>
            {hidden > 0 && index === 6 && <li class="hidden">{hidden} more in between</li>}
            <li key={each.id} class={passage.replace(" ", "-")}>
              <Mark passage={passage} />
              <button
                class="plain"
                onClick={() => dispatch({ kind: "select", node: keys.get(each.id) ?? null, span: null })}
              >
                {labelOf(each)}
              </button>
              {each.name !== null && each.op !== null && <span class="op">{each.op}</span>}
              {each.kind === "leaf" && <span class="op">leaf</span>}
              <PlaceLink node={each} dispatch={dispatch} />
              <em class={inkOf(each, passage)}>{wordsOf(each, passage, graph.origin)}</em>
            </li>
          </>
        ))}
      </ol>
    </>
  );
}

function Mark({ passage }: { readonly passage: Passage }) {
  if (passage === "passes") return <Icon name="tick" />;
  if (passage === "cut") return <Icon name="scissors" />;
  if (passage === "vanishes") return <Icon name="zero" />;
  return <span class="icon" />;
}

/** An edge that blocks is told at its op or control, which the gradient reaches and does not leave. */
function rowsOf(walk: Walk, loss: GraphNode, route: readonly GraphEdge[]): readonly Row[] {
  const rows: Row[] = [{ node: loss, passage: "passes" }];
  let isOpen = true;
  for (const edge of route) {
    const node = walk.node.get(edge.from);
    if (node === undefined) break;
    const last = rows.at(-1);
    if (isOpen && last !== undefined && edge.flow.kind !== "flows") {
      const passage = edge.flow.kind === "blocks" ? "cut" : edge.flow.kind;
      rows[rows.length - 1] = { ...last, passage };
    }
    isOpen &&= edge.flow.kind !== "blocks";
    rows.push({ node, passage: isOpen ? "passes" : "not reached" });
  }
  return rows;
}

function wordsOf({ gradient }: GraphNode, passage: Passage, origin: GradientGraph["origin"]): string {
  if (passage === "cut") return "stops";
  if (passage === "not reached" || passage === "vanishes" || passage === "unknown") return passage;
  if (gradient.kind === "received") return gradientAsText(gradient.summary);
  return origin === "static" ? "passes" : "";
}

function inkOf({ gradient }: GraphNode, passage: Passage): Ink {
  if (passage === "cut") return "none";
  if (passage === "vanishes") return "negative";
  return passage === "passes" && gradient.kind === "received" ? inkOfGradient(gradient.summary) : "dim";
}
