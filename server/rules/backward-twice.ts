/** A pass that walks again through what an earlier pass has freed: it throws, in every run that comes so far. */
import type { DoomedPass } from "../flow/flow-graph.js";
import type { Fix, Rule } from "./rule.js";
import { lineOf, placeInWords } from "./words.js";

export const backwardTwice: Rule = {
  code: "backward-twice",
  severity: "error",
  explanation: `\`backward()\` frees what the ops on its way have saved, so the same graph can be walked once. A second pass through it
throws. It happens with two passes on one loss, with two losses that share a part of the graph, and in a loop, where
something that was computed in an earlier iteration or before the loop is walked again.

\`\`\`ts
const loss = x.mul(w).sum();
loss.backward();
loss.backward(); // throws
\`\`\`

\`\`\`ts
const loss = x.mul(w).sum();
loss.backward({ retainGraph: true }); // keeps what was saved
loss.backward();
\`\`\`

Two losses are better added before one pass, and a state that is carried from iteration to iteration is usually
detached between them: \`h = h.detach()\`.`,
  check: ({ tape }) =>
    tape.doomedPasses
      .filter(({ because }) => because.kind === "freed")
      .map((pass) => ({
        message: messageOf(pass),
        span: pass.site.wordSpan,
        path: [{ span: pass.because.site.wordSpan, message: "this pass frees it" }],
        fixes: fixesOf(pass),
      })),
};

function messageOf({ site, when, because }: DoomedPass): string {
  const { receiver } = site;
  const what = `what \`${because.op}()\` had saved${because.name === null ? "" : ` for \`${because.name}\``}`;
  if (site !== because.site)
    return `the \`backward()\` on ${placeInWords(because.site.wordSpan, site.wordSpan.uri)} has freed ${what}${when === "later" ? " in the iteration before" : ""}, so this \`backward()\` throws`;
  if (because.made === "once")
    return `${because.name === receiver && receiver !== null ? "it" : what} was computed before the loop and is freed by the first iteration, so this \`backward()\` throws in the second`;
  return `it walks back into the iteration before, whose graph is freed, so this \`backward()\` throws from the second iteration on: detach what is carried over`;
}

/** To keep a graph helps where it is the same graph; a chain over all iterations would only grow. */
function fixesOf({ site, when, because }: DoomedPass): readonly Fix[] {
  const { uri, end } = because.site.span;
  const at = { line: end.line, character: end.character - 1 };
  const isSameGraph = because.made === "once" || (when === "always" && site !== because.site);
  if (!isSameGraph || because.site.removal.length === 0) return [];
  return [
    {
      title: `Keep the graph: \`backward({ retainGraph: true })\` on line ${lineOf(because.site.wordSpan)}`,
      edits: [{ span: { uri, start: at, end: at }, text: "{ retainGraph: true }" }],
    },
  ];
}
