/**
 * Leaves that get nothing from one loss and something from another of the same run: a generator behind `detach()` in the
 * discriminator's loss. That is how such programs are meant, so it is told and not complained about. Pure.
 */
import type { GradientGraph, GraphNode } from "@gradlens/engine/graph";
import { namesOf } from "./cuts.js";
import type { Verdict } from "./verdicts.js";
import { labelOf, listed, strong, text } from "./words.js";

/** The verdicts on one graph in the light of the others. */
export function inTheLightOf(
  others: readonly GradientGraph[],
  graph: GradientGraph,
  verdicts: readonly Verdict[],
): readonly Verdict[] {
  const givers = new Map<string, string>();
  for (const other of others)
    for (const node of other.nodes)
      if (node.kind === "leaf" && node.gradient.kind === "received") givers.set(identityOf(node), lossName(other));
  return verdicts.map((verdict) => {
    if (verdict.kind !== "cut" && verdict.kind !== "none" && verdict.kind !== "unreached") return verdict;
    const leaves = graph.nodes.filter(({ id }) => verdict.nodes.includes(id));
    const from = leaves.map((leaf) => givers.get(identityOf(leaf)));
    if (leaves.length === 0 || from.some((giver) => giver === undefined)) return verdict;
    return elsewhere(verdict, leaves, {
      loss: lossName(graph),
      others: [...new Set(from.filter((each) => each !== undefined))],
    });
  });
}

interface Losses {
  readonly loss: string;
  readonly others: readonly string[];
}

function elsewhere(verdict: Verdict, leaves: readonly GraphNode[], { loss, others }: Losses): Verdict {
  const names = listed([...new Set(leaves.map(labelOf))]);
  const [get, their] = leaves.length === 1 ? ["gets", "its gradient"] : ["get", "their gradients"];
  const why =
    verdict.cuts.length === 0
      ? [text(` ${loss} does not depend on ${leaves.length === 1 ? "it" : "them"}.`)]
      : [
          text(" "),
          ...namesOf(verdict.cuts),
          text(` ${verdict.cuts.length === 1 ? "keeps" : "keep"} ${loss} from ${leaves.length === 1 ? "it" : "them"}.`),
        ];
  const sentence = [strong(`${names} ${get} ${their} from ${listed(others)}.`), ...why];
  return { ...verdict, kind: "elsewhere", tone: "information", sentence };
}

/** The same leaf has one place and one name in all graphs of a run. */
function identityOf({ name, span }: GraphNode): string {
  return `${name ?? ""} ${span === null ? "" : `${span.uri} ${span.start.line} ${span.start.character}`}`;
}

function lossName({ nodes, loss }: GradientGraph): string {
  const node = nodes.find(({ id }) => id === loss);
  return node === undefined ? "another loss" : labelOf(node);
}
