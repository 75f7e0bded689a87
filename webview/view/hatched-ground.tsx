/**
 * The hatched ground below everything that no gradient reaches, with the words that say so. Cards that follow each
 * other are joined, so that a dead branch is seen as one region.
 */
import type { NodeId } from "@gradlens/engine/graph";
import type { Palette } from "../appearance.js";
import { nodeHeight, nodeWidth, type Layout, type PlacedNode } from "../layout/layered-layout.js";

const pad = 13;

interface GroundProps {
  readonly prefix: string;
  readonly dead: ReadonlySet<NodeId>;
  readonly layout: Layout;
  readonly palette: Palette;
  /** What is said of all of it. */
  readonly words: string;
}

export function HatchedGround({ prefix, dead, layout, palette, words }: GroundProps) {
  const cards = new Map(layout.nodes.filter(({ node }) => dead.has(node.id)).map((placed) => [placed.node.id, placed]));
  const joints = layout.edges.flatMap(({ edge, points }) => {
    const from = cards.get(edge.from);
    const to = cards.get(edge.to);
    return from !== undefined && to !== undefined && points.length === 2 ? [{ from, to }] : [];
  });
  const first = topmost([...cards.values()]);
  if (first === null) return null;
  return (
    <g class="ground">
      <defs>
        <pattern
          id={`${prefix}-hatch`}
          width="8"
          height="8"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V8" stroke={palette.none} stroke-opacity="0.34" stroke-width="1.2" />
        </pattern>
        <clipPath id={`${prefix}-ground`}>
          {[...cards.values()].map(({ node, x, y }) => (
            <rect
              key={node.id}
              x={x - pad}
              y={y - pad}
              width={nodeWidth + 2 * pad}
              height={nodeHeight + 2 * pad}
              rx="9"
            />
          ))}
          {joints.map(({ from, to }) => (
            <path key={`${from.node.id}-${to.node.id}`} d={jointOf(from, to)} />
          ))}
        </clipPath>
      </defs>
      <rect
        width={layout.width}
        height={layout.height}
        fill={`url(#${prefix}-hatch)`}
        clip-path={`url(#${prefix}-ground)`}
      />
      <text x={first.x - pad + 2} y={first.y - pad - 7} font-size="11.5" fill={palette.none}>
        {words}
      </text>
    </g>
  );
}

function jointOf(from: PlacedNode, to: PlacedNode): string {
  const upper = from.y + nodeHeight;
  const lower = to.y;
  return `M${from.x - pad} ${upper}H${from.x + nodeWidth + pad}L${to.x + nodeWidth + pad} ${lower}H${to.x - pad}Z`;
}

function topmost(cards: readonly PlacedNode[]): PlacedNode | null {
  return cards.reduce<PlacedNode | null>((best, card) => {
    return best === null || card.y < best.y || (card.y === best.y && card.x < best.x) ? card : best;
  }, null);
}
