/**
 * The story of a leaf, leaf → cut → loss, in at most five steps where one cut tells it: the declaration, the last
 * name before the cut, the cut, the first name after it, and the loss. Findings, hover, command line and editor all
 * tell this one.
 */
import type { Cut, LeafSite, Loss } from "../flow/flow-graph.js";
import type { PathStep } from "../rules/rule.js";
import type { CutLeaf } from "../rules/reported.js";
import { leafName, lossName, placeInWords } from "../rules/words.js";
import type { Waypoint } from "./waypoints.js";

/** One sentence, and the places that show it. */
export interface Story {
  readonly sentence: string;
  readonly steps: readonly PathStep[];
}

export function stepsOf({ site, arrival }: CutLeaf): readonly PathStep[] {
  const { before, after } = arrival.via;
  return [
    leafStep(site),
    ...(before === null ? [] : [{ span: before.span, message: inWords(before, site) }]),
    ...arrival.cuts.map(cutStep),
    ...(after === null || after.kind === "passed"
      ? []
      : [{ span: after.span, message: `\`${after.name}\` carries no gradient to ${leafName(site)}` }]),
    lossStep(arrival.loss),
  ];
}

export function leafStep(site: LeafSite): PathStep {
  return { span: site.span, message: `the leaf ${leafName(site)}` };
}

export function cutStep({ span, because }: Cut): PathStep {
  return { span, message: `cut here: ${because}` };
}

export function lossStep(loss: Loss): PathStep {
  const message =
    loss.is === "receiver"
      ? `\`${loss.call}\` is called here, on ${lossName(loss)}`
      : `\`${loss.call}\` differentiates ${lossName(loss)} here`;
  return { span: loss.wordSpan, message };
}

function inWords(waypoint: Waypoint, site: LeafSite): string {
  if (waypoint.kind === "computed") return `\`${waypoint.name}\` is computed from ${leafName(site)}`;
  const { what, name, callee, parameter } = waypoint;
  const unnamed = what === "the leaf" ? leafName(site) : `a value computed from ${leafName(site)}`;
  return `${name === null ? unnamed : `\`${name}\``} is passed${callee === null ? "" : ` to \`${callee}\``} as \`${parameter}\``;
}

/** As the hover shows it: each step with its line, and the file where it is another one than `uri`. */
export function markdownOf(stories: readonly Story[], uri: string): string {
  const pieces = stories.map(({ sentence, steps }) =>
    [
      sentence,
      ...(steps.length === 0 ? [] : [""]),
      ...steps.map((step, index) => `${index + 1}. ${placeInWords(step.span, uri)}: ${step.message}`),
    ].join("\n"),
  );
  return pieces.join("\n\n");
}
