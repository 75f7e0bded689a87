/**
 * The `cut-by-*` family: each place that cuts a reported leaf or loss, told once for all of them. The cut itself is
 * often right, so it is information and not a warning.
 */
import type { Activity } from "../activity/activity.js";
import type { Cut, LeafSite, Loss } from "../flow/flow-graph.js";
import { lossStep } from "../activity/story.js";
import { cutLeaves } from "./reported.js";
import { removals } from "./remedies.js";
import type { Rule, Statement } from "./rule.js";
import { leafName, listed, lossName } from "./words.js";

export const cutByDetach = cutRule("cut-by-detach", ["detach"], "`detach()` gives back the value without its history.");
export const cutByNoGrad = cutRule("cut-by-no-grad", ["noGrad"], "Ops inside `noGrad()` are not recorded.");
export const cutByItem = cutRule(
  "cut-by-item",
  ["item", "tolist"],
  "`item()` and `tolist()` give plain numbers, which carry no history.",
);
export const cutByData = cutRule(
  "cut-by-data",
  ["data", "grad", "copy"],
  "`data`, `grad` and `assign()` give or take values without their history.",
);

export interface CutStory {
  readonly cut: Cut;
  readonly leaves: readonly LeafSite[];
  readonly losses: readonly Loss[];
  readonly distance: number;
}

/** Every cut that is to blame, with what it cuts. */
export function blamedCuts(activity: Activity): readonly CutStory[] {
  const stories = new Map<Cut, { leaves: LeafSite[]; losses: Loss[]; distance: number }>();
  const storyOf = (cut: Cut): { leaves: LeafSite[]; losses: Loss[]; distance: number } => {
    const story = stories.get(cut) ?? { leaves: [], losses: [], distance: 1 };
    stories.set(cut, story);
    return story;
  };
  for (const { site, arrival } of cutLeaves(activity)) {
    for (const cut of arrival.cuts) {
      const story = storyOf(cut);
      story.leaves.push(site);
      story.distance = Math.max(story.distance, arrival.distance);
    }
  }
  for (const { loss, cuts } of activity.deadLosses)
    for (const cut of cuts) if (!cut.meant) storyOf(cut).losses.push(loss);
  return [...stories].map(([cut, story]) => ({ cut, ...story }));
}

function cutRule(code: string, kinds: readonly Cut["kind"][], what: string): Rule {
  return {
    code,
    severity: "information",
    explanation: `${what} It is named here because a leaf that requires a gradient, or a loss, is cut by it.

\`\`\`ts
const code = input.matmul(encoder).detach(); // this is why encoder receives no gradient
\`\`\`

If the value should not learn, leave it and mark the leaf with \`// gradlens-intended: reason\`. Otherwise remove it:

\`\`\`ts
const code = input.matmul(encoder);
\`\`\``,
    check: (_flow, activity) =>
      blamedCuts(activity)
        .filter(({ cut }) => kinds.includes(cut.kind))
        .map((story) => statement(story, activity)),
  };
}

function statement({ cut, leaves, losses, distance }: CutStory, activity: Activity): Statement {
  const names = leaves.map(leafName);
  const effect =
    names.length > 0
      ? `${listed(names)} ${new Set(names).size === 1 ? "receives" : "receive"} no gradient`
      : `${listed(losses.map(lossName))} has no gradient history`;
  return {
    message: `this \`${cut.label}\` is why ${effect}`,
    span: cut.span,
    path: [
      ...leaves.map((site) => ({ span: site.span, message: `${leafName(site)} receives no gradient` })),
      ...losses.map(lossStep),
    ],
    fixes: leaves.length === 0 ? [] : removals([cut], distance, activity),
  };
}
