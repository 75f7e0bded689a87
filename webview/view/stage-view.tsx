/**
 * The picture under a window that moves: the wheel zooms, a drag pans, `F` fits, and the arrows walk along the edges.
 * What can be read as a whole is SVG; more cards than that are painted on a canvas, with a map of all beside them.
 */
import type { GradientGraph, NodeId } from "@gradlens/engine/graph";
import { useMemo, useRef } from "preact/hooks";
import { editorPalette } from "../appearance.js";
import { Painter } from "../canvas/painter.js";
import {
  broughtInto,
  fitsWhole,
  fitted,
  moved,
  showsAll,
  transformOf,
  zoomed,
  type Place,
  type Size,
} from "../camera.js";
import type { FoldedGraph } from "../folding/fold.js";
import { layoutOfPlaced, type Placed } from "../layout/placed.js";
import { nodeHeight, nodeWidth } from "../layout/placement.js";
import { realAt } from "../layout/rows.js";
import { alongGradient, neighborOf } from "../neighbors.js";
import { marksOf, type Overlay } from "../overlay.js";
import { keyOfGroup } from "../shown.js";
import type { Camera, PanelEvent } from "../state.js";
import { nodeKeys } from "../twins.js";
import { walkOf } from "../walk.js";
import { counted } from "../words.js";
import { CanvasView } from "./canvas-view.js";
import { useDrag, useSize, useWheel } from "./gestures.js";
import { GraphPicture } from "./graph-picture.js";
import { Icon } from "./icons.js";
import { MinimapView } from "./minimap-view.js";
import { mostInSvg, usePlaced } from "./use-placed.js";

interface StageProps {
  /** The whole graph, and what of it is drawn. */
  readonly whole: GradientGraph;
  readonly folded: FoldedGraph;
  readonly uncut: GradientGraph | null;
  /** A node, or the card of a group. */
  readonly selected: NodeId | null;
  readonly camera: Camera;
  readonly overlay: Overlay;
  /** Nodes of the whole graph that are cut off on purpose. */
  readonly meant: ReadonlySet<NodeId>;
  readonly dispatch: (event: PanelEvent) => void;
}

export function StageView({ folded, uncut, ...props }: StageProps) {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const placed = usePlaced(folded, uncut);
  return (
    <div ref={frame} class="stage">
      {placed === null ? (
        <p class="placing" role="status">
          Placing {counted(folded.graph.nodes.length, "node")} …
        </p>
      ) : (
        <Stage {...props} frame={frame} size={size} placed={placed} />
      )}
    </div>
  );
}

interface PlacedProps extends Omit<StageProps, "folded" | "uncut"> {
  readonly frame: { readonly current: HTMLDivElement | null };
  readonly size: Size;
  readonly placed: Placed;
}

function Stage({ whole, placed, selected, camera, overlay, meant, frame, size, dispatch }: PlacedProps) {
  const { folded, placement } = placed;
  const { graph, folds } = folded;
  const card = selected === null || folds.has(selected) ? selected : (folded.cardOf.get(selected) ?? null);
  const view = camera ?? fitted(placement, size, placeOf(placed, card));
  const isPainted = graph.nodes.length > mostInSvg;
  const marks = useMemo(() => marksOf(folded, whole.nodes, overlay), [folded, whole, overlay]);
  const meantCards = useMemo(() => cardsOf(folded, meant), [folded, meant]);
  const isPart = isPainted || !showsAll(view, placement, size);
  const hasRoom = size.width >= roomForMap.width && size.height >= roomForMap.height;
  const hasMap = isPart && hasRoom && graph.nodes.length > fewToMap;
  const painter = useMemo(
    () => (isPainted || hasMap ? new Painter(placed, marks, meantCards) : null),
    [placed, marks, meantCards, hasMap],
  );
  const setCamera = (next: Camera): void => dispatch({ kind: "camera", camera: next });

  const select = (id: NodeId): void => {
    // A picture that shows the place around the selection must not move away under the mouse.
    if (camera === null && !fitsWhole(placement, size)) dispatch({ kind: "camera", camera: view });
    const fold = folds.get(id);
    const node = whole.nodes.find((each) => each.id === id);
    if (fold !== undefined) dispatch({ kind: "select", node: keyOfGroup(fold.group), span: fold.group.span });
    else dispatch({ kind: "select", node: nodeKeys(whole).get(id) ?? null, span: node?.span ?? null });
  };
  const open = (id: NodeId): void => {
    const fold = folds.get(id);
    const [first] = fold?.members ?? [];
    if (fold === undefined || first === undefined) return;
    const selected = nodeKeys(whole).get(first.id) ?? null;
    dispatch({ kind: "fold", groups: [fold.group.key], to: "open", selected });
  };
  /** Folds the group around the selection, and selects it. */
  const goUp = (): void => {
    const around =
      selected === null ? null : (folds.get(selected)?.group.parent ?? folded.tree.groupOf.get(selected) ?? null);
    if (around === null || around.kind === "root") dispatch({ kind: "select", node: null, span: null });
    else dispatch({ kind: "fold", groups: [around.key], to: "closed", selected: keyOfGroup(around) });
  };
  const key = (id: NodeId, event: KeyboardEvent): void => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      select(id);
      return;
    }
    const walk = walkOf(graph);
    const neighbor = event.shiftKey
      ? alongGradient(walk, id, event.key)
      : neighborOf(layoutOfPlaced(placed), walk, id, event.key);
    if (neighbor === null) return;
    event.preventDefault();
    // A painted card has no focus of its own, so there the selection moves.
    if (isPainted) {
      select(neighbor);
      const there = placeOf(placed, neighbor);
      if (there !== null) setCamera(broughtInto(view, size, there));
    } else frame.current?.querySelector<SVGGElement>(`[data-node="${neighbor}"]`)?.focus();
  };
  const actions = { select, open, key };
  const picture = useMemo(
    () =>
      isPainted ? null : (
        <GraphPicture
          graph={graph}
          uncut={placed.uncut}
          layout={layoutOfPlaced(placed)}
          palette={editorPalette}
          selected={selected}
          card={card}
          folds={folds}
          meant={meantCards}
          marks={marks}
          actions={actions}
          prefix="gradlens"
        />
      ),
    [placed, selected, marks, meantCards],
  );
  useWheel(frame, (event, place) => {
    // A pinch on a touchpad arrives as a wheel with Ctrl; without it two fingers pan.
    const zooms = event.ctrlKey || event.metaKey || Math.abs(event.deltaX) < 1;
    setCamera(zooms ? zoomed(view, place, Math.exp(-event.deltaY / 400)) : moved(view, -event.deltaX, -event.deltaY));
  });
  const drag = useDrag((x, y) => setCamera(moved(view, x, y)));
  const middle = { x: size.width / 2, y: size.height / 2 };

  return (
    <div
      class="view"
      {...drag}
      onKeyDown={(event) => {
        if (event.key === "f" || event.key === "F") setCamera(null);
        if (event.key === "+" || event.key === "=") setCamera(zoomed(view, middle, 1.25));
        if (event.key === "-") setCamera(zoomed(view, middle, 0.8));
        if (event.key === "Escape") goUp();
      }}
    >
      {isPainted && painter !== null ? (
        <CanvasView {...{ placed, painter, view, size, card, actions }} />
      ) : (
        <svg role="group" aria-label={`Gradient graph, ${counted(graph.nodes.length, "node")}`} data-testid="graph">
          <g transform={transformOf(view)}>{picture}</g>
        </svg>
      )}
      {painter !== null && hasMap && <MinimapView {...{ placed, painter, view, size }} move={setCamera} />}
      <div class="tools" role="toolbar" aria-label="View">
        <button title="Zoom in (+)" aria-label="Zoom in" onClick={() => setCamera(zoomed(view, middle, 1.25))}>
          <Icon name="plus" />
        </button>
        <button title="Zoom out (−)" aria-label="Zoom out" onClick={() => setCamera(zoomed(view, middle, 0.8))}>
          <Icon name="minus" />
        </button>
        <button title="Fit (F)" aria-label="Fit" onClick={() => setCamera(null)}>
          <Icon name="fit" />
        </button>
      </div>
      <p class="direction">values flow down, gradients flow up</p>
    </div>
  );
}

/** A smaller window is better filled with the picture itself. */
const roomForMap = { width: 520, height: 320 };
/** A picture of fewer cards needs no map. */
const fewToMap = 12;

function cardsOf({ cardOf }: FoldedGraph, nodes: ReadonlySet<NodeId>): ReadonlySet<NodeId> {
  return new Set([...nodes].map((id) => cardOf.get(id)).filter((card) => card !== undefined));
}

/** Where a card lies in the picture. */
function placeOf({ drawing, placement }: Placed, card: NodeId | null): (Place & Size) | null {
  const index = card === null ? -1 : drawing.nodes.findIndex(({ id }) => id === card);
  const corner = { x: realAt(placement.x, index), y: realAt(placement.y, index) };
  return index < 0 ? null : { ...corner, width: nodeWidth, height: nodeHeight };
}
