/** A value that should have been computed on the tape was computed before there was one. */
import { leafStep, lossStep } from "../activity/story.js";
import { blamedCuts, type CutStory } from "./cut.js";
import type { Rule } from "./rule.js";
import { leafName, listed } from "./words.js";

export const computedOutsideClosure: Rule = {
  code: "computed-outside-closure",
  severity: "error",
  explanation: `tfjs records only the ops that run inside the function given to \`minimize()\`, \`variableGrads()\` or \`grad()\`. What is
computed before comes into that function as a constant, so no gradient passes through it.

\`\`\`ts
const loss = xs.matMul(w).sub(ys).square().mean();
optimizer.minimize(() => loss); // recorded nothing: throws
\`\`\`

Compute it inside:

\`\`\`ts
optimizer.minimize(() => xs.matMul(w).sub(ys).square().mean());
\`\`\``,
  check: (_flow, activity) =>
    blamedCuts(activity)
      .filter(({ cut }) => cut.kind === "outsideClosure")
      .map((story) => ({
        message: `\`${story.cut.label}\` ${story.cut.because.replace(/^it /, "")}, so ${effect(story)}; compute it inside`,
        span: story.cut.span,
        path: [...story.leaves.map(leafStep), ...story.losses.map(lossStep)],
        fixes: [],
      })),
};

function effect({ leaves, losses }: CutStory): string {
  const names = [...new Set(leaves.map(leafName))];
  const cut = `${listed(names)} ${names.length === 1 ? "receives" : "receive"} no gradient`;
  const [loss] = losses;
  if (loss === undefined) return cut;
  return names.length === 0 ? `\`${loss.call}\` throws` : `${cut} and \`${loss.call}\` throws`;
}
