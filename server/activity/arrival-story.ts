/**
 * The story of a gradient that arrives: from which losses, through which ops, past which names. Told on request only.
 */
import type { FlowGraph, LeafSite, Loss } from "../flow/flow-graph.js";
import type { Followed } from "../flow/follow.js";
import { leafName, lineOf, listed, lossName } from "../rules/words.js";
import { shortestPath } from "./arrival.js";
import { distancesTo, outputsOf, type Outputs } from "./reach.js";
import { leafStep, lossStep, type Story } from "./story.js";
import { namedAlong } from "./waypoints.js";

/** Through the nearest loss in detail; the others are named. */
export function arrivalStory(site: LeafSite, { flow, seen }: Followed): Story {
  const outputs = outputsOf(flow);
  const ways = flow.losses.flatMap((loss) => wayTo(loss, site, flow, outputs) ?? []);
  const name = leafName(site);
  const [first] = ways.toSorted((one, other) => one.path.length - other.path.length);
  if (first === undefined) return { sentence: `${name} is a leaf. A gradient can arrive.`, steps: [leafStep(site)] };
  const losses = listed(ways.map(({ loss }) => `${lossName(loss)} (line ${lineOf(loss.wordSpan)})`));
  const through = opsInWords(first.path, flow);
  const named = namedAlong(flow, first.path, seen, [site.span, first.loss.wordSpan]);
  const between = named.filter((variable) => variable.name !== first.loss.name);
  return {
    sentence: `${name} is a leaf. A gradient can arrive from ${losses}${through}.`,
    steps: [
      leafStep(site),
      ...folded(between).map((variable) => ({
        span: variable.span,
        message: `\`${variable.name}\` carries its gradient`,
      })),
      lossStep(first.loss),
    ],
  };
}

interface Way {
  readonly loss: Loss;
  readonly path: readonly number[];
}

/** A shortest way without a cut, or null. */
function wayTo(loss: Loss, { nodes }: LeafSite, flow: FlowGraph, outputs: Outputs): Way | null {
  const distances = distancesTo(loss.nodes, flow);
  const start = nodes.find((id) => distances.get(id) === 0);
  if (start === undefined) return null;
  return { loss, path: shortestPath(start, distances, outputs) };
}

/** "through `mul`, `add` and `sum`"; of a long way its beginning and its end. */
function opsInWords(path: readonly number[], flow: FlowGraph): string {
  const ops = path.slice(1).flatMap((id) => flow.nodes[id]?.op ?? []);
  const words = ops.filter((op, index) => op !== ops[index - 1]).map((op) => `\`${op}\``);
  if (words.length === 0) return "";
  if (words.length <= 6) return `, through ${listed(words)}`;
  return `, through ${[...words.slice(0, 3), "…", ...words.slice(-2, -1)].join(", ")} and ${words.at(-1) ?? ""} (${ops.length} ops)`;
}

/** The first and the last of many, so that a story stays short. */
function folded<Item>(items: readonly Item[]): readonly Item[] {
  return items.length <= 3 ? items : [...items.slice(0, 1), ...items.slice(-2)];
}
