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

export const cutByDetach = cutRule("cut-by-detach", ({ kind }) => kind === "detach", {
  what: "`detach()` gives back the value without its history.",
  bad: "const code = input.matmul(encoder).detach(); // this is why encoder receives no gradient",
  good: "const code = input.matmul(encoder);",
});

export const cutByStopGradient = cutRule("cut-by-stop-gradient", ({ kind }) => kind === "stopGradient", {
  what: "`stopGradient()` gives back the value as a constant.",
  bad: "const error = lax.stopGradient(predict(w, x)).sub(y); // this is why w receives no gradient",
  good: "const error = predict(w, x).sub(lax.stopGradient(y));",
});

export const cutByNoGrad = cutRule("cut-by-no-grad", ({ kind }) => kind === "noGrad", {
  what: "Ops inside `noGrad()` are not recorded.",
  bad: "const code = noGrad(() => input.matmul(encoder)); // this is why encoder receives no gradient",
  good: "const code = input.matmul(encoder);",
});

export const cutByItem = cutRule("cut-by-item", isRead("item", "tolist"), {
  what: "`item()` and `tolist()` give plain numbers, which carry no history.",
  bad: "const loss = error.mul(weight.item()); // this is why weight receives no gradient",
  good: "const loss = error.mul(weight);",
});

export const cutByData = cutRule("cut-by-data", isRead("data", "grad", "copy"), {
  what: "`data`, `grad` and `assign()` give or take values without their history.",
  bad: "const loss = error.mul(weight.data[0]); // this is why weight receives no gradient",
  good: "const loss = error.mul(weight.at(0));",
});

export const cutByRewrap = cutRule("cut-by-rewrap", ({ isRebuilt }) => isRebuilt, {
  what: "A tensor that is made of another one's value has the value and not the history.",
  bad: "const loss = tensor(mse(output, y).item()); // this is why the model receives no gradient",
  good: "const loss = mse(output, y);",
});

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

/** A value that is read and used as a number; what only becomes a tensor again has a code of its own. */
function isRead(...kinds: readonly Cut["kind"][]): (cut: Cut) => boolean {
  return ({ kind, isRebuilt }) => kinds.includes(kind) && !isRebuilt;
}

interface Page {
  readonly what: string;
  readonly bad: string;
  readonly good: string;
}

function cutRule(code: string, isMeant: (cut: Cut) => boolean, { what, bad, good }: Page): Rule {
  return {
    code,
    severity: "information",
    explanation: `${what} It is named here because a leaf that requires a gradient, or a loss, is cut by it.

\`\`\`ts
${bad}
\`\`\`

If the value should not learn, leave it and mark the leaf with \`// gradlens-intended: reason\`. Otherwise remove it:

\`\`\`ts
${good}
\`\`\``,
    check: (_flow, activity) =>
      blamedCuts(activity)
        .filter(({ cut }) => isMeant(cut))
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
    message: `this \`${cut.label}\` is why ${effect}${cut.isRebuilt ? ": the tensor that is made of the value is a new one" : ""}`,
    span: cut.span,
    path: [
      ...leaves.map((site) => ({ span: site.span, message: `${leafName(site)} receives no gradient` })),
      ...losses.map(lossStep),
    ],
    fixes: leaves.length === 0 ? [] : removals([cut], distance, activity),
  };
}
