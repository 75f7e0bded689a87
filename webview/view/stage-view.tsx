/**
 * The picture under a window that moves: the wheel zooms, a drag pans, `F` fits, and the arrows walk along the edges.
 * A layout is kept as long as the graph keeps its form, so that new values never move a card.
 */
import type { GradientGraph, NodeId } from "@gradlens/engine/graph";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { editorPalette } from "../appearance.js";
import { fitsWhole, fitted, moved, transformOf, zoomed, type Size } from "../camera.js";
import type { FoldedGraph } from "../folding/fold.js";
import { layeredLayout, type Layout } from "../layout/layered-layout.js";
import { partAround } from "../part.js";
import { alongGradient, neighborOf } from "../neighbors.js";
import { keyOfGroup } from "../shown.js";
import type { Camera, PanelEvent } from "../state.js";
import { nodeKeys } from "../twins.js";
import { walkOf } from "../walk.js";
import { counted } from "../words.js";
import { GraphPicture } from "./graph-picture.js";
import { Icon } from "./icons.js";

interface StageProps {
  /** The whole graph, and what of it is drawn. */
  readonly whole: GradientGraph;
  readonly folded: FoldedGraph;
  readonly uncut: GradientGraph | null;
  /** A node, or the card of a group. */
  readonly selected: NodeId | null;
  readonly camera: Camera;
  readonly dispatch: (event: PanelEvent) => void;
}

export function StageView({ whole, folded, uncut, selected, camera, dispatch }: StageProps) {
  const { graph, folds } = folded;
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const card = selected === null || folds.has(selected) ? selected : (folded.cardOf.get(selected) ?? null);
  const layout = useLayout(graph, card);
  const view = camera ?? fitted(layout, size, card);

  const select = (id: NodeId): void => {
    // A picture that shows the place around the selection must not move away under the mouse.
    if (camera === null && !fitsWhole(layout, size)) dispatch({ kind: "camera", camera: view });
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
    const neighbor = event.shiftKey ? alongGradient(walk, id, event.key) : neighborOf(layout, walk, id, event.key);
    if (neighbor === null) return;
    event.preventDefault();
    const card = frame.current?.querySelector<SVGGElement>(`[data-node="${neighbor}"]`);
    card?.focus();
  };
  const picture = useMemo(
    () => (
      <GraphPicture
        graph={graph}
        uncut={uncut}
        layout={layout}
        palette={editorPalette}
        selected={selected}
        card={card}
        folds={folds}
        actions={{ select, open, key }}
        prefix="gradlens"
      />
    ),
    [folded, uncut, layout, selected],
  );
  const setCamera = (next: Camera): void => dispatch({ kind: "camera", camera: next });
  useWheel(frame, (event, at) => {
    // A pinch on a touchpad arrives as a wheel with Ctrl; without it two fingers pan.
    const zooms = event.ctrlKey || event.metaKey || Math.abs(event.deltaX) < 1;
    setCamera(zooms ? zoomed(view, at, Math.exp(-event.deltaY / 400)) : moved(view, -event.deltaX, -event.deltaY));
  });
  const drag = useDrag((x, y) => setCamera(moved(view, x, y)));
  const middle = { x: size.width / 2, y: size.height / 2 };

  return (
    <div
      ref={frame}
      class="stage"
      {...drag}
      onKeyDown={(event) => {
        if (event.key === "f" || event.key === "F") setCamera(null);
        if (event.key === "+" || event.key === "=") setCamera(zoomed(view, middle, 1.25));
        if (event.key === "-") setCamera(zoomed(view, middle, 0.8));
        if (event.key === "Escape") goUp();
      }}
    >
      <svg role="group" aria-label={`Gradient graph, ${counted(graph.nodes.length, "node")}`} data-testid="graph">
        <g transform={transformOf(view)}>{picture}</g>
      </svg>
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
      <p class="direction">
        {layout.nodes.length < graph.nodes.length
          ? `the ${layout.nodes.length} nodes around the selection, of ${graph.nodes.length}`
          : "values flow down, gradients flow up"}
      </p>
    </div>
  );
}

/** Of a large graph only the part around what was selected; a selection inside that part does not change it. */
function useLayout(graph: GradientGraph, selected: NodeId | null): Layout {
  const form = useMemo(() => formOf(graph), [graph]);
  const kept = useRef<{ readonly form: string; readonly layout: Layout } | null>(null);
  const isDrawn = kept.current?.layout.nodes.some(({ node }) => node.id === selected) ?? false;
  if (kept.current === null || kept.current.form !== form || (!isDrawn && selected !== null)) {
    const part = partAround(graph, selected === null ? [] : [selected]);
    kept.current = { form, layout: layeredLayout(part) };
  }
  const { layout } = kept.current;
  return useMemo(() => withValuesOf(graph, layout), [graph, layout]);
}

/** Two graphs of the same form have the same layout: the same nodes at the same places, joined in the same way. */
function formOf({ nodes, edges, loss }: GradientGraph): string {
  const places = nodes.map(({ id, span }) => `${id}:${span?.start.line ?? ""}:${span?.start.character ?? ""}`);
  return `${loss}|${places.join()}|${edges.map(({ from, to }) => `${from}>${to}`).join()}`;
}

function withValuesOf(graph: GradientGraph, layout: Layout): Layout {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const edges = new Map(graph.edges.map((edge) => [`${edge.from} ${edge.to} ${edge.input}`, edge]));
  return {
    ...layout,
    nodes: layout.nodes.map((placed) => ({ ...placed, node: nodes.get(placed.node.id) ?? placed.node })),
    edges: layout.edges.map((placed) => {
      const { from, to, input } = placed.edge;
      return { ...placed, edge: edges.get(`${from} ${to} ${input}`) ?? placed.edge };
    }),
  };
}

function useSize(frame: { readonly current: HTMLElement | null }): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}

/** Preact's own wheel listener would be passive, and the page would scroll as well. */
function useWheel(
  frame: { readonly current: HTMLElement | null },
  turned: (event: WheelEvent, at: { readonly x: number; readonly y: number }) => void,
): void {
  const latest = useRef(turned);
  latest.current = turned;
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const listen = (event: WheelEvent): void => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      latest.current(event, { x: event.clientX - left, y: event.clientY - top });
    };
    element.addEventListener("wheel", listen, { passive: false });
    return () => element.removeEventListener("wheel", listen);
  }, []);
}

function useDrag(by: (x: number, y: number) => void) {
  const from = useRef<{ readonly x: number; readonly y: number; readonly pointer: number } | null>(null);
  return {
    onPointerDown: (event: PointerEvent): void => {
      const onCard = event.target instanceof Element && event.target.closest(".node, button") !== null;
      if (event.button === 0 && !onCard)
        from.current = { x: event.clientX, y: event.clientY, pointer: event.pointerId };
    },
    onPointerMove: (event: PointerEvent): void => {
      const start = from.current;
      if (start === null || start.pointer !== event.pointerId) return;
      if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { ...start, x: event.clientX, y: event.clientY };
      by(event.clientX - start.x, event.clientY - start.y);
    },
    onPointerUp: (): void => {
      from.current = null;
    },
    onPointerCancel: (): void => {
      from.current = null;
    },
  };
}
