/** All cards as dots, and the window over them as a frame; a press moves the window there. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Size, View } from "../camera.js";
import type { Painter } from "../canvas/painter.js";
import { screenPalette } from "../canvas/screen-palette.js";
import type { Placed } from "../layout/placed.js";
import { nodeHeight, nodeWidth } from "../layout/placement.js";
import { realAt } from "../layout/rows.js";

interface MinimapProps {
  readonly placed: Placed;
  readonly painter: Painter;
  readonly view: View;
  readonly size: Size;
  readonly move: (view: View) => void;
}

const widest = 120;
const highest = 150;
/** A tape of thousands of ops is a thread; its map is stretched until one can see it. */
const narrowest = 44;

export function MinimapView({ placed, painter, view, size, move }: MinimapProps) {
  const { placement, drawing } = placed;
  const scale = Math.min(widest / placement.width, highest / placement.height);
  const width = Math.max(narrowest, placement.width * scale);
  const height = Math.max(narrowest, placement.height * scale);
  const across = width / placement.width;
  const down = height / placement.height;
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = globalThis.devicePixelRatio;

  useLayoutEffect(() => {
    const context = canvas.current?.getContext("2d") ?? null;
    if (canvas.current === null || context === null) return;
    const palette = screenPalette(canvas.current);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    drawing.nodes.forEach((_, index) => {
      const { ink, alpha } = painter.inkOf(index);
      context.fillStyle = palette[ink];
      context.globalAlpha = alpha;
      const [x, y] = [realAt(placement.x, index) * across, realAt(placement.y, index) * down];
      context.fillRect(x, y, Math.max(1, nodeWidth * across), Math.max(0.7, nodeHeight * down));
    });
    context.globalAlpha = 1;
  }, [painter]);

  const goTo = (event: PointerEvent): void => {
    if (event.buttons === 0 || canvas.current === null) return;
    const box = canvas.current.getBoundingClientRect();
    const x = (event.clientX - box.left) / across;
    const y = (event.clientY - box.top) / down;
    move({ ...view, x: size.width / 2 - x * view.scale, y: size.height / 2 - y * view.scale });
  };
  const frame = {
    x: (-view.x / view.scale) * across,
    y: (-view.y / view.scale) * down,
    width: Math.max(4, (size.width / view.scale) * across),
    height: Math.max(4, (size.height / view.scale) * down),
  };
  return (
    <div class="minimap" aria-hidden="true" data-testid="minimap" onPointerDown={goTo} onPointerMove={goTo}>
      <canvas
        ref={canvas}
        width={Math.round(width * ratio)}
        height={Math.round(height * ratio)}
        style={{ width: `${width}px`, height: `${height}px` }}
      />
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height}>
        <rect {...frame} rx="1.5" />
      </svg>
    </div>
  );
}
