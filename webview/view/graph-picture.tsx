/**
 * The picture of one gradient graph as SVG: hatched ground below what no gradient reaches, then edges, then cards,
 * then the marks and words on the edges. The same graph always gives the same picture; the caller places it.
 */
import type { GradientGraph, GraphEdge, NodeId } from "@gradlens/engine/graph";
import { labelLook, roleOf, type Palette } from "../appearance.js";
import { carriedBy, type Carried } from "../carriage.js";
import { nodeHeight, nodeWidth, type Layout, type PlacedEdge, type Point } from "../layout/layered-layout.js";
import { quiet } from "../meant.js";
import type { Marks } from "../overlay.js";
import { routeFromLoss, walkOf, withoutGradient } from "../walk.js";
import { CutMark, EdgeLabel, EdgeView, labelWidth, pathOf, pointOn } from "./edge-view.js";
import type { Fold } from "../folding/fold.js";
import { GroupCard, type GroupActions } from "./group-card.js";
import { HatchedGround } from "./hatched-ground.js";
import { NodeView } from "./node-view.js";

interface PictureProps {
  readonly graph: GradientGraph;
  /** The same pass with the cuts ignored, for the words "would be"; null where no run has told it. */
  readonly uncut: GradientGraph | null;
  readonly layout: Layout;
  readonly palette: Palette;
  readonly selected: NodeId | null;
  /** The card on which the selection is seen; the way to it from the loss is marked. */
  readonly card: NodeId | null;
  /** What is behind the cards of closed groups. */
  readonly folds: ReadonlyMap<NodeId, Fold>;
  /** Cards that are cut off on purpose. */
  readonly meant: ReadonlySet<NodeId>;
  /** What is laid over the cards. */
  readonly marks: Marks;
  readonly actions: GroupActions | null;
  /** Begins the ids within the picture, so that several pictures can stand on one page. */
  readonly prefix: string;
}

export function GraphPicture({
  graph,
  uncut,
  layout,
  palette,
  selected,
  card,
  folds,
  meant,
  marks,
  actions,
  prefix,
}: PictureProps) {
  const walk = walkOf(graph);
  const dead = withoutGradient(walk);
  const carried = carriedBy(walk, uncut);
  const drawn = layout.edges.flatMap((placed) => {
    const carries = carried.get(placed.edge);
    return carries === undefined ? [] : [{ placed, carries }];
  });
  const calm = quiet(palette);
  const paletteOf = ({ from, to }: GraphEdge): Palette => (meant.has(from) || meant.has(to) ? calm : palette);
  const isLoss = card === graph.loss;
  const route = card === null || graph.loss === null || isLoss ? [] : routeFromLoss(walk, graph.loss, card);
  const onRoute = drawn.filter(({ placed }) => route.includes(placed.edge));
  // What is cut or carries nothing lies below what carries a gradient.
  const inOrder = [...drawn].sort((a, b) => depth(a.carries) - depth(b.carries));
  return (
    <>
      <defs>
        <clipPath id={`${prefix}-card`}>
          <rect width={nodeWidth} height={nodeHeight} />
        </clipPath>
      </defs>
      <HatchedGround
        prefix={prefix}
        dead={dead}
        layout={layout}
        {...(meant.size > 0 && [...dead].every((id) => meant.has(id))
          ? { palette: calm, words: "another loss gives the gradient here" }
          : { palette, words: `no gradient reaches ${dead.size === 1 ? "this" : "these"}` })}
      />
      {onRoute.map(({ placed }) => (
        <path
          key={`route-${placed.edge.from}-${placed.edge.to}`}
          class="route"
          d={pathOf(placed.points)}
          fill="none"
          stroke={palette.accent}
          stroke-opacity="0.28"
          stroke-width="11"
          stroke-linecap="round"
        />
      ))}
      {inOrder.map(({ placed, carries }) => (
        <EdgeView
          key={`${placed.edge.from}-${placed.edge.to}-${placed.edge.input}`}
          placed={placed}
          carried={carries}
          palette={paletteOf(placed.edge)}
          id={`${prefix}-fade-${placed.edge.from}-${placed.edge.to}-${layout.edges.indexOf(placed)}`}
        />
      ))}
      {layout.nodes.map((placed) => {
        const { id } = placed.node;
        const role = roleOf(walk, dead, id);
        const fold = folds.get(id);
        const mark = marks === null ? "not marked" : (marks.get(id) ?? "steps back");
        return fold === undefined ? (
          <NodeView
            key={id}
            placed={placed}
            role={role}
            mark={mark}
            isSelected={id === selected ? "selected" : "not selected"}
            palette={meant.has(id) ? calm : palette}
            actions={actions}
            prefix={prefix}
          />
        ) : (
          <GroupCard
            key={`group ${fold.group.key}`}
            placed={placed}
            fold={fold}
            role={role}
            mark={mark}
            selected={selected}
            palette={meant.has(id) ? calm : palette}
            actions={actions}
          />
        );
      })}
      {placedMarks(drawn).map(({ placed, carries, at }) =>
        carries.carriage.kind === "cut" ? (
          <CutMark at={at} palette={paletteOf(placed.edge)} />
        ) : (
          <EdgeLabel
            key={`${placed.edge.from}-${placed.edge.to}-${placed.edge.input}`}
            words={carries.label ?? ""}
            at={at}
            palette={paletteOf(placed.edge)}
            {...labelLook(carries.carriage)}
          />
        ),
      )}
    </>
  );
}

interface Drawn {
  readonly placed: PlacedEdge;
  readonly carries: Carried;
}

function depth({ carriage }: Carried): number {
  return carriage.kind === "gradient" || carriage.kind === "part" || carriage.kind === "flows" ? 1 : 0;
}

/** Scissors first, then words, each where nothing lies yet; words that find no place are left to the tooltip. */
function placedMarks(drawn: readonly Drawn[]): readonly (Drawn & { readonly at: Point })[] {
  const taken: { readonly at: Point; readonly halfWidth: number }[] = [];
  const isFree = (at: Point, halfWidth: number): boolean =>
    taken.every(
      (other) => Math.abs(at.x - other.at.x) > halfWidth + other.halfWidth + 4 || Math.abs(at.y - other.at.y) > 20,
    );
  const marked = [
    ...drawn.filter(({ carries }) => carries.carriage.kind === "cut"),
    ...drawn.filter(({ carries }) => carries.carriage.kind !== "cut" && carries.label !== null),
  ];
  return marked.flatMap((each) => {
    const isCut = each.carries.carriage.kind === "cut";
    const halfWidth = isCut ? 13 : labelWidth(each.carries.label ?? "") / 2;
    const at = places(each.placed.points).find((point) => isFree(point, halfWidth));
    if (at === undefined && !isCut) return [];
    const chosen = at ?? pointOn(each.placed.points, 0, 0.5);
    taken.push({ at: chosen, halfWidth });
    return [{ ...each, at: chosen }];
  });
}

/** Places for a mark, the best first: the middle of a gap between two rows, then to its sides. */
function places(points: readonly Point[]): readonly Point[] {
  const gaps = Array.from({ length: Math.ceil((points.length - 1) / 2) }, (_, index) => index * 2);
  const middleOut = [...gaps].sort((a, b) => Math.abs(a - points.length / 2 + 1) - Math.abs(b - points.length / 2 + 1));
  return [0.5, 0.38, 0.62, 0.28, 0.72].flatMap((share) => middleOut.map((gap) => pointOn(points, gap, share)));
}
