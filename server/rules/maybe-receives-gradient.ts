/** A leaf that receives on one side of a condition, where nothing that is known decides the condition. */
import type { MaybeArrival } from "../activity/activity.js";
import { cutStep, leafStep } from "../activity/story.js";
import type { Rule } from "./rule.js";
import { cutsInWords, leafName } from "./words.js";

export const maybeReceivesGradient: Rule = {
  code: "maybe-receives-gradient",
  severity: "hint",
  explanation: `Whether the leaf receives depends on a condition that only the run decides: on the other side its value is detached, or
not used. Where that is meant, as for a layer that is frozen on request, there is nothing to do.

\`\`\`ts
let code = input.matmul(encoder);
if (process.env.FREEZE === "1") code = code.detach(); // encoder receives only when this is false
code.matmul(decoder).sum().backward();
\`\`\`

\`\`\`ts
const code = input.matmul(encoder);
code.matmul(decoder).sum().backward();
\`\`\``,
  check: (_flow, { maybes }) =>
    maybes.map((maybe) => ({
      message: `${leafName(maybe.site)} receives a gradient only when ${conditionInWords(maybe)}: ${otherwise(maybe)}`,
      span: maybe.site.span,
      path: [
        leafStep(maybe.site),
        { span: maybe.test.span, message: "what decides is known in a run only" },
        ...maybe.cuts.map(cutStep),
      ],
      fixes: [],
    })),
};

const longest = 40;

function conditionInWords({ test, when }: MaybeArrival): string {
  const [part] = test.operands;
  if (part?.form === "name") return `\`${part.text}\` is ${when}`;
  const isShort = part !== undefined && part.text.length <= longest && !part.text.includes("\n");
  const what = isShort ? `\`${part.text}\`` : `the condition on line ${String(test.span.start.line + 1)}`;
  return `${what} ${when === "true" ? "holds" : "does not hold"}`;
}

function otherwise({ site, cuts }: MaybeArrival): string {
  if (cuts.length === 0) return "otherwise it is not used";
  return `otherwise it is cut, by ${cutsInWords(cuts, site.span.uri)}`;
}
