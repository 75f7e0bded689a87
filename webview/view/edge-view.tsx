/**
 * One edge of the picture: solid where the gradient flows, fading where it vanishes, cut with a pair of scissors where
 * it is blocked, dotted where it is unknown or would flow. Values go down along it and the arrow of the gradient up.
 */
import { strokeOf, type Ink, type Palette } from "../appearance.js";
import type { Carried } from "../carriage.js";
import { textWidth } from "../fit-text.js";
import type { PlacedEdge, Point } from "../layout/layered-layout.js";
import { visible } from "../words.js";
import { scissorsPath } from "./icons.js";

interface EdgeProps {
  readonly placed: PlacedEdge;
  readonly carried: Carried;
  readonly palette: Palette;
  /** Distinguishes the fading strokes of one picture. */
  readonly id: string;
}

export function EdgeView({ placed: { edge, points }, carried: { carriage }, palette, id }: EdgeProps) {
  const stroke = strokeOf(carriage);
  const hasArrow = carriage.kind === "gradient" || carriage.kind === "part" || carriage.kind === "flows";
  const fades = carriage.kind === "vanishes";
  const color = palette[stroke.ink];
  const [start] = points;
  const end = points.at(-1);
  if (start === undefined || end === undefined) return null;
  const arrow = 6 + stroke.width * 0.6;
  return (
    <g class={`edge ${carriage.kind}`} opacity={stroke.opacity === 1 ? undefined : stroke.opacity}>
      {edge.flow.kind !== "flows" && <title>{visible(edge.flow.because)}</title>}
      {fades && (
        <linearGradient id={id} gradientUnits="userSpaceOnUse" x1="0" x2="0" y1={end.y} y2={start.y}>
          <stop offset="0" stop-color={color} stop-opacity="1" />
          <stop offset="1" stop-color={color} stop-opacity="0.08" />
        </linearGradient>
      )}
      <path
        d={pathOf(hasArrow ? [{ x: start.x, y: start.y + arrow }, ...points.slice(1)] : points)}
        fill="none"
        stroke={fades ? `url(#${id})` : color}
        stroke-width={stroke.width}
        stroke-dasharray={stroke.dashes ?? undefined}
        stroke-linecap={stroke.round ? "round" : "butt"}
      />
      {hasArrow && <Arrow at={start} size={arrow} color={color} />}
    </g>
  );
}

function Arrow({ at, size, color }: { readonly at: Point; readonly size: number; readonly color: string }) {
  const half = Math.round(size * 6.5) / 10;
  const base = Math.round((at.y + 1 + size * 1.25) * 10) / 10;
  return <path d={`M${at.x} ${at.y + 1}L${tenths(at.x - half)} ${base}H${tenths(at.x + half)}Z`} fill={color} />;
}

/** The scissors in the middle of a cut edge. */
export function CutMark({ at, palette }: { readonly at: Point; readonly palette: Palette }) {
  return (
    <g class="cut-mark" transform={`translate(${at.x} ${at.y})`}>
      <circle r="13" fill={palette.background} stroke={palette.none} stroke-width="2" />
      <path
        d={scissorsPath}
        transform="translate(-8 -8)"
        fill="none"
        stroke={palette.none}
        stroke-width="1.5"
        stroke-linecap="round"
      />
    </g>
  );
}

interface LabelProps {
  readonly words: string;
  readonly at: Point;
  readonly ink: Ink;
  readonly outline: Ink;
  readonly palette: Palette;
}

export function EdgeLabel({ words, at, ink, outline, palette }: LabelProps) {
  const width = labelWidth(words);
  return (
    <g class="label" transform={`translate(${at.x} ${at.y})`}>
      <rect
        x={-width / 2}
        y="-9"
        width={width}
        height="18"
        rx="9"
        fill={palette.background}
        stroke={palette[outline]}
        stroke-width="1"
      />
      <text y="4" font-size="11.5" font-weight={ink === "dim" ? 400 : 600} text-anchor="middle" fill={palette[ink]}>
        {words}
      </text>
    </g>
  );
}

export function labelWidth(words: string): number {
  return Math.round(textWidth(words, 11.5, "bold") + 16);
}

/** Straight beside the cards it passes, curved between the rows. */
export function pathOf(points: readonly Point[]): string {
  return points
    .map((point, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${point.x} ${tenths(point.y)}`;
      if (before.x === point.x) return `V${tenths(point.y)}`;
      const middle = tenths((before.y + point.y) / 2);
      return `C${before.x} ${middle} ${point.x} ${middle} ${point.x} ${tenths(point.y)}`;
    })
    .join("");
}

/** A point on the edge's path, `share` of the way down the piece between two rows. */
export function pointOn(points: readonly Point[], piece: number, share: number): Point {
  const from = points[piece];
  const to = points[piece + 1];
  if (from === undefined || to === undefined) return from ?? { x: 0, y: 0 };
  // The curve has both control points at half height: x moves with 3t² − 2t³, y with 1.5t(1 − t) + t³.
  const t = share;
  const sideways = 3 * t * t - 2 * t * t * t;
  const downwards = 1.5 * t * (1 - t) + t * t * t;
  const down = from.x === to.x ? t : downwards;
  return { x: tenths(from.x + (to.x - from.x) * sideways), y: tenths(from.y + (to.y - from.y) * down) };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
