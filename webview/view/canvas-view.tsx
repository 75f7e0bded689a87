/**
 * A picture of more cards than SVG can move, on a canvas. It is one thing for the keyboard, which says what is
 * selected; the arrows walk along the edges as they do among the cards of a small picture.
 */
import type { GraphNode, NodeId } from "@gradlens/engine/graph";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Palette } from "../appearance.js";
import type { Size, View } from "../camera.js";
import { nodeAt } from "../canvas/grid.js";
import type { Painter } from "../canvas/painter.js";
import { onThemeChange, screenPalette } from "../canvas/screen-palette.js";
import type { Placed } from "../layout/placed.js";
import { counted, labelOf, lineAsText } from "../words.js";
import type { GroupActions } from "./group-card.js";

interface CanvasProps {
  readonly placed: Placed;
  readonly painter: Painter;
  readonly view: View;
  readonly size: Size;
  /** The card on which the selection is seen. */
  readonly card: NodeId | null;
  readonly actions: GroupActions;
}

/** The picture moves as long as the view has changed this recently. */
const restingAfterMs = 140;

export function CanvasView({ placed, painter, view, size, card, actions }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette(canvas);
  const ratio = globalThis.devicePixelRatio;
  const pressed = useRef<{ readonly x: number; readonly y: number } | null>(null);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d") ?? null;
    if (context === null || palette === null || size.width === 0) return;
    const frame = { context, view, size, ratio, palette, selected: card };
    painter.paint({ ...frame, pace: "moving" });
    const timer = setTimeout(() => painter.paint({ ...frame, pace: "resting" }), restingAfterMs);
    return () => clearTimeout(timer);
  }, [painter, view.x, view.y, view.scale, size, palette, card]);

  const under = (event: MouseEvent): GraphNode | null => {
    const box = canvas.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const x = (event.clientX - box.left - view.x) / view.scale;
    const y = (event.clientY - box.top - view.y) / view.scale;
    const index = nodeAt(painter.grid, x, y);
    return index === null ? null : (placed.drawing.nodes[index] ?? null);
  };
  const { nodes } = placed.drawing;
  const selected = useMemo(() => nodes.find(({ id }) => id === card), [nodes, card]);
  const words = selected === undefined ? "" : `, selected: ${labelOf(selected)} ${lineAsText(selected.span)}`;
  return (
    <canvas
      ref={canvas}
      width={Math.round(size.width * ratio)}
      height={Math.round(size.height * ratio)}
      tabIndex={0}
      role="img"
      aria-label={`Gradient graph, ${counted(nodes.length, "node")}${words}. The arrow keys walk along the edges.`}
      data-testid="graph-canvas"
      onPointerDown={(event) => (pressed.current = { x: event.clientX, y: event.clientY })}
      onClick={(event) => {
        const from = pressed.current;
        // The end of a drag is no click.
        if (from !== null && Math.hypot(event.clientX - from.x, event.clientY - from.y) > 4) return;
        const node = under(event);
        if (node !== null) actions.select(node.id);
      }}
      onDblClick={(event) => {
        const node = under(event);
        if (node !== null) actions.open(node.id);
      }}
      onPointerMove={(event) => {
        const node = event.buttons === 0 ? under(event) : null;
        event.currentTarget.title = node === null ? "" : `${labelOf(node)} ${lineAsText(node.span)}`;
      }}
      onKeyDown={(event) => {
        if (card === null) return;
        if (event.key === "Enter") actions.open(card);
        else actions.key(card, event);
      }}
    />
  );
}

function usePalette(canvas: { readonly current: HTMLElement | null }): Palette | null {
  const [palette, setPalette] = useState<Palette | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (canvas.current !== null) setPalette(screenPalette(canvas.current));
    };
    read();
    return onThemeChange(read);
  }, []);
  return palette;
}
