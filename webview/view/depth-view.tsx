/**
 * How large the gradient is on its way: one bar for each card on the widest road back from the loss, on a logarithmic
 * scale, so that where it vanishes or grows is seen as a slope.
 */
import type { GraphNode } from "@gradlens/engine/graph";
import { inkOfGradient } from "../appearance.js";
import type { FoldedGraph } from "../folding/fold.js";
import { alongGradient } from "../neighbors.js";
import { numberAsText } from "../numbers-as-text.js";
import { walkOf } from "../walk.js";
import { labelOf, lineAsText } from "../words.js";

const fewest = 5;
const most = 16;

export function DepthView({ folded: { graph } }: { readonly folded: FoldedGraph }) {
  const chain = chainOf(graph);
  if (chain.length < fewest) return null;
  const shown = thinned(chain);
  const sizes = shown.map(({ norm }) => Math.log10(norm)).filter(Number.isFinite);
  const from = Math.floor(Math.min(...sizes)) - 0.5;
  const to = Math.max(...sizes);
  return (
    <>
      <h3>
        Gradient norm by depth <small>log scale, the loss below</small>
      </h3>
      <ol class="depth">
        {shown.map(({ node, norm, ink }) => {
          const share = norm > 0 ? (Math.log10(norm) - from) / Math.max(0.5, to - from) : 0;
          return (
            <li key={node.id} title={`${labelOf(node)} ${lineAsText(node.span)}`}>
              <span>{labelOf(node)}</span>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class={ink} width={100 * Math.min(1, Math.max(norm > 0 ? 0.02 : 0, share))} height="8" />
              </svg>
              <em>{numberAsText(Number(norm.toPrecision(2)))}</em>
            </li>
          );
        })}
      </ol>
    </>
  );
}

interface Link {
  readonly node: GraphNode;
  readonly norm: number;
  readonly ink: string;
}

/** From the input down to the loss; each card is the one from which most of the gradient went on. */
function chainOf(graph: FoldedGraph["graph"]): readonly Link[] {
  const walk = walkOf(graph);
  const chain: Link[] = [];
  const seen = new Set<string>();
  for (let id = graph.loss; id !== null && !seen.has(id); id = alongGradient(walk, id, "ArrowUp")) {
    seen.add(id);
    const node = walk.node.get(id);
    if (node?.gradient.kind !== "received") break;
    const { summary } = node.gradient;
    if (Number.isFinite(summary.norm)) chain.unshift({ node, norm: summary.norm, ink: inkOfGradient(summary) });
  }
  return chain;
}

/** A long road is shown in even steps, with both of its ends. */
function thinned(chain: readonly Link[]): readonly Link[] {
  if (chain.length <= most) return chain;
  return Array.from(
    { length: most },
    (_, index) => chain[Math.round((index * (chain.length - 1)) / (most - 1))],
  ).filter((link) => link !== undefined);
}
