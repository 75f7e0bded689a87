/**
 * What things are called on the screen: a node, its place, and sentences in which code stands out.
 * Names come from the user's program and may hold anything, so what cannot be shown is taken out here.
 */
import type { GraphNode, SourceSpan } from "@gradlens/engine/graph";

export interface Phrase {
  readonly kind: "text" | "strong" | "code";
  readonly text: string;
}
export type Sentence = readonly Phrase[];

export const text = (words: string): Phrase => ({ kind: "text", text: words });
export const strong = (words: string): Phrase => ({ kind: "strong", text: words });
export const code = (words: string): Phrase => ({ kind: "code", text: words });

/** The user's variable; else the call that made the value. */
export function labelOf(node: GraphNode): string {
  if (node.name !== null && node.name !== "") return visible(node.name);
  if (node.kind === "leaf") return "leaf";
  return node.op === null ? "value" : `${visible(node.op)}()`;
}

/** `leaf · ln 4`, `mul · ln 7`; the op only where the label does not say it already. */
export function originOf(node: GraphNode): string {
  const isNamed = node.name !== null && node.name !== "";
  const maker = node.kind === "leaf" ? "leaf" : isNamed ? visible(node.op ?? "") : "";
  return [maker, lineAsText(node.span)].filter((part) => part !== "").join(" · ");
}

/** Lines count from 1 where people read them. */
export function lineAsText(span: SourceSpan | null): string {
  return span === null ? "" : `ln ${span.start.line + 1}`;
}

/** The words inside backticks become code. */
export function sentenceOf(words: string): Sentence {
  return visible(words)
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : text(part)))
    .filter((phrase) => phrase.text !== "");
}

/** The same sentence for screen readers, titles and the status bar. */
export function plain(sentence: Sentence): string {
  return sentence.map((phrase) => phrase.text).join("");
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function listed(items: readonly string[]): string {
  const [first = "", second = ""] = items;
  if (items.length <= 1) return first;
  if (items.length === 2) return `${first} and ${second}`;
  return `${first}, ${second} and ${items.length - 2} more`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Without control characters, changes of direction and halves of surrogate pairs: none of them can be drawn. */
export function visible(words: string): string {
  return words
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g,
      "",
    )
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
}
