/** The four texts on a node's card, cut to its size: name and origin above, value and gradient below. */
import type { GraphNode } from "@gradlens/engine/graph";
import { fitted, textWidth } from "./fit-text.js";
import { nodeWidth } from "./layout/placement.js";
import { shapeAsText, valueAsText } from "./numbers-as-text.js";
import { labelOf, lineAsText, originOf } from "./words.js";

/** The room between a card's edge and its words, and what is left for them; closed groups keep to it as well. */
export const inset = 10;
export const inner = nodeWidth - 2 * inset;

export interface CardText {
  readonly name: string;
  readonly origin: string;
  readonly value: string;
  readonly gradient: string;
}

/** `words` tell the gradient. */
export function cardTextOf(node: GraphNode, words: string): CardText {
  const label = labelOf(node);
  // A long name is worth more than its op, which the tooltip has as well; its line stays.
  const fits = textWidth(label, 13, "bold") + 8 + textWidth(originOf(node), 11) <= inner;
  const wanted = fits || node.span === null ? originOf(node) : lineAsText(node.span);
  const name = fitted(label, Math.max(62, inner - 8 - textWidth(wanted, 11)), 13, "bold");
  const gradient = fitted(words, inner - 30, 12, "bold");
  return {
    name,
    origin: fitted(wanted, inner - 8 - textWidth(name, 13, "bold"), 11),
    value: valueOf(node, inner - 8 - textWidth(gradient, 12, "bold")),
    gradient,
  };
}

/** All values where they fit; else the shape; a graph that was only read has shapes at most. */
function valueOf(node: GraphNode, room: number): string {
  const shape = node.shape === null || node.shape.length === 0 ? "" : shapeAsText(node.shape);
  if (node.value === null) return textWidth(shape, 12) <= room ? shape : "";
  const full = `= ${valueAsText(node.value)}`;
  if (textWidth(full, 12) <= room || shape === "") return fitted(full, room, 12);
  return textWidth(shape, 12) <= room ? shape : "";
}
