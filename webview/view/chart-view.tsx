/**
 * One chart over the steps: curves with their names at the right end, a line at the step under the scrubber and a dashed
 * one where a trouble began. uPlot draws; a click moves the scrubber. Colors are the theme's, asked anew when it changes.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { numberAsText } from "../numbers-as-text.js";

export interface Curve {
  readonly name: string;
  /** A CSS color, such as `var(--vscode-charts-blue)`. */
  readonly color: string;
  /** One per step; null where there is none. */
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly title: string;
  readonly note: string;
  readonly steps: readonly number[];
  readonly curves: readonly Curve[];
  /** Powers of ten for sizes, 0 to 1 for shares. */
  readonly scale: "sizes" | "shares";
  readonly at: number;
  readonly marks: readonly number[];
  readonly choose: (step: number) => void;
}

const height = 122;
const roomForNames = 108;

export function ChartView(props: ChartProps) {
  const { title, note, steps, curves, scale, at, marks } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const width = useWidth(frame);
  const theme = useThemeVersion();
  const isLog =
    scale === "sizes" && curves.every(({ values }) => values.every((value) => value === null || !(value < 0)));
  const names = curves.map(({ name }) => name).join("\n");

  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null || width === 0) return;
    const made = new uPlot(optionsOf(element, latest, { width, isLog }), dataOf(latest.current, isLog), element);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [width, theme, names, isLog]);
  useLayoutEffect(() => {
    plot.current?.setData(dataOf(latest.current, isLog));
  }, [steps, curves, isLog]);
  useLayoutEffect(() => {
    plot.current?.redraw(false);
  }, [at, marks]);

  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <small>{note}</small>
      </figcaption>
      <div ref={frame} class="plot" role="img" aria-label={inWords(props)} />
    </figure>
  );
}

type Latest = { readonly current: ChartProps };

function optionsOf(
  element: HTMLElement,
  latest: Latest,
  { width, isLog }: { width: number; isLog: boolean },
): uPlot.Options {
  const ink = (color: string): string => resolved(element, color);
  const dim = ink("var(--vscode-descriptionForeground)");
  const grid = { stroke: ink("color-mix(in srgb, var(--vscode-foreground) 9%, transparent)"), width: 1 };
  const axis = { stroke: dim, grid, ticks: { show: false }, font: fontOf(element), gap: 4 };
  const shares = latest.current.scale === "shares";
  return {
    width,
    height,
    padding: [8, roomForNames, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 }, y: false },
    scales: {
      x: { time: false },
      y: shares ? { range: [0, 1] } : isLog ? { distr: 3 } : {},
    },
    axes: [
      { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : "")) },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => labelOfTick(tick, { shares, isLog })) },
    ],
    series: [
      {},
      ...latest.current.curves.map(({ name, color }) => ({
        label: name,
        stroke: ink(color),
        width: 1.6,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    hooks: {
      draw: [(drawn) => drawOver(drawn, latest.current, { dim, font: fontOf(element), ink })],
      ready: [
        ({ over }) =>
          over.addEventListener("click", ({ offsetX }) => choose(latest.current, offsetX / over.clientWidth)),
      ],
    },
  };
}

function choose({ steps, choose: go }: ChartProps, share: number): void {
  const first = steps[0] ?? 1;
  const last = steps.at(-1) ?? 1;
  go(Math.round(first + share * (last - first)));
}

interface Look {
  readonly dim: string;
  readonly font: string;
  readonly ink: (color: string) => string;
}

function drawOver(drawn: uPlot, { at, marks, curves }: ChartProps, { dim, font, ink }: Look): void {
  const { ctx, bbox } = drawn;
  ctx.save();
  const line = (step: number, color: string, dashes: readonly number[]): void => {
    const x = Math.round(drawn.valToPos(step, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) return;
    ctx.strokeStyle = color;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash(dashes.map((length) => length * devicePixelRatio));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  };
  for (const mark of marks) line(mark, ink("var(--gradlens-warning)"), [3, 3]);
  line(at, dim, []);
  drawNames(drawn, curves, { font, ink });
  ctx.restore();
}

/** Each name beside the end of its curve, moved where another would be written over it. */
function drawNames(drawn: uPlot, curves: readonly Curve[], { font, ink }: Omit<Look, "dim">): void {
  const { ctx, bbox } = drawn;
  const lineHeight = 14 * devicePixelRatio;
  const wanted = curves.flatMap((curve) => {
    const value = curve.values.findLast((each) => each !== null && Number.isFinite(each)) ?? null;
    if (value === null) return [];
    const y = drawn.valToPos(value, "y", true);
    return [{ curve, y: Number.isFinite(y) ? y : bbox.top + bbox.height }];
  });
  const inOrder = [...wanted].sort((a, b) => a.y - b.y);
  // Down from the top where names would touch, then up again from the bottom where they have no room left.
  const down = inOrder.reduce<number[]>(
    (places, { y }) => [...places, Math.max((places.at(-1) ?? -Infinity) + lineHeight, y)],
    [],
  );
  const bottom = bbox.top + bbox.height + lineHeight / 2;
  const places = down.reduceRight<number[]>(
    (below, y) => [Math.min((below[0] ?? bottom) - lineHeight, y), ...below],
    [],
  );
  ctx.font = font;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  ctx.setLineDash([]);
  inOrder.forEach(({ curve }, index) => {
    ctx.fillStyle = ink(curve.color);
    ctx.fillText(shortened(curve.name, 16), bbox.left + bbox.width + 6 * devicePixelRatio, places[index] ?? bottom);
  });
}

function dataOf({ steps, curves }: ChartProps, isLog: boolean): uPlot.AlignedData {
  const isDrawn = (value: number | null): value is number =>
    value !== null && Number.isFinite(value) && (!isLog || value > 0);
  return [[...steps], ...curves.map(({ values }) => values.map((value) => (isDrawn(value) ? value : null)))];
}

function labelOfTick(tick: number | null, { shares, isLog }: { shares: boolean; isLog: boolean }): string {
  if (tick === null) return "";
  if (shares) return `${Math.round(tick * 100)} %`;
  const isPower = Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-9;
  return isLog && !isPower ? "" : numberAsText(tick);
}

/** A canvas knows no variables; the browser resolves them for an element. */
function resolved(element: HTMLElement, color: string): string {
  const probe = document.createElement("i");
  probe.style.color = color;
  element.append(probe);
  const { color: answer } = getComputedStyle(probe);
  probe.remove();
  return answer;
}

function fontOf(element: HTMLElement): string {
  return `${11 * devicePixelRatio}px ${getComputedStyle(element).fontFamily}`;
}

/** The end of a long name tells more than its middle. */
function shortened(name: string, length: number): string {
  const head = Math.floor((length - 1) / 2);
  return name.length <= length ? name : `${name.slice(0, head)}…${name.slice(1 + head - length)}`;
}

/** The chart for those who cannot see it: where each curve began and where it ends. */
function inWords({ title, curves, steps }: ChartProps): string {
  const said = curves.map(({ name, values }) => {
    const first = values.find((value) => value !== null) ?? null;
    const last = values.findLast((value) => value !== null) ?? null;
    return first === null || last === null ? name : `${name} from ${numberAsText(first)} to ${numberAsText(last)}`;
  });
  return `${title}, steps ${steps[0] ?? 1} to ${steps.at(-1) ?? 1}: ${said.join("; ")}`;
}

function useWidth(frame: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** Grows when the editor changes its theme. */
function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setVersion((before) => before + 1));
    observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
    return () => observer.disconnect();
  }, []);
  return version;
}
