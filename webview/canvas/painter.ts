/**
 * Paints a large picture on a canvas: what lies in the window, as finely as it can be seen at that size. From afar a
 * card is a colored mark, nearer a box with its name, at reading distance all that the small pictures show.
 */
import type { GraphEdge, NodeId } from "@gradlens/engine/graph";
import {
  fillOf,
  gradientWords,
  inkOfGradient,
  lookOf,
  roleOf,
  strokeOf,
  type Ink,
  type NodeRole,
  type Palette,
} from "../appearance.js";
import type { Size, View } from "../camera.js";
import { cardTextOf, inner, inset, type CardText } from "../card-text.js";
import { carriedBy, type Carried } from "../carriage.js";
import type { Placed } from "../layout/placed.js";
import { nodeHeight, nodeWidth } from "../layout/placement.js";
import { at, realAt } from "../layout/rows.js";
import { quiet } from "../meant.js";
import { tintOf, type Mark, type Marks } from "../overlay.js";
import { routeFromLoss, walkOf, withoutGradient, type Walk } from "../walk.js";
import { edgesIn, gridOf, nodesIn, stubLength, type Grid, type Rectangle } from "./grid.js";

export interface Frame {
  readonly context: CanvasRenderingContext2D;
  readonly view: View;
  readonly size: Size;
  /** Device pixels to one pixel of the page. */
  readonly ratio: number;
  readonly palette: Palette;
  /** A node of the drawing, or null. */
  readonly selected: NodeId | null;
  /** While the picture moves, lines too fine and too many to be followed are left out. */
  readonly pace: "moving" | "resting";
}

/** Edges that one stroke draws. */
interface Alike {
  readonly carried: Carried;
  readonly colors: Palette;
  readonly edges: number[];
}

/** From this scale on a card is a box with words on it; below, a mark. */
const boxScale = 0.17;
const nameScale = 0.32;
const textScale = 0.5;
const mostMovingEdges = 2500;

export class Painter {
  readonly #placed: Placed;
  readonly #marks: Marks;
  readonly #meant: ReadonlySet<NodeId>;
  readonly #walk: Walk;
  readonly #dead: ReadonlySet<NodeId>;
  readonly #roles: (NodeRole | undefined)[] = [];
  readonly #texts: (CardText | undefined)[] = [];
  #grid: Grid | null = null;
  /** What the canvas shows. */
  #last: Frame | null = null;
  #carried: ReadonlyMap<GraphEdge, Carried> | null = null;
  #route: { readonly of: NodeId | null; readonly edges: ReadonlySet<GraphEdge> } | null = null;

  constructor(placed: Placed, marks: Marks, meant: ReadonlySet<NodeId>) {
    this.#placed = placed;
    this.#marks = marks;
    this.#meant = meant;
    this.#walk = walkOf(placed.folded.graph);
    this.#dead = withoutGradient(this.#walk);
  }

  get grid(): Grid {
    return (this.#grid ??= gridOf(this.#placed.placement));
  }

  paint(frame: Frame): void {
    const { view, size } = frame;
    const before = this.#last;
    // From afar the window may hold all cards; while it only moves, what it still shows is moved along.
    const isMoved = before !== null && frame.pace === "moving" && view.scale < boxScale && isAlike(before, frame);
    if (isMoved) return this.#paintMoved(before, frame);
    this.#last = frame;
    this.#paintPart(frame, { left: 0, top: 0, right: size.width, bottom: size.height });
  }

  /** Moves the pixels by whole ones, and paints the strips that come into the window. */
  #paintMoved(before: Frame, frame: Frame): void {
    const { context, size, ratio } = frame;
    const across = Math.round((frame.view.x - before.view.x) * ratio) / ratio;
    const down = Math.round((frame.view.y - before.view.y) * ratio) / ratio;
    const view = { ...frame.view, x: before.view.x + across, y: before.view.y + down };
    const moved: Frame = { ...frame, view };
    this.#last = moved;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalCompositeOperation = "copy";
    context.drawImage(context.canvas, across * ratio, down * ratio);
    context.globalCompositeOperation = "source-over";
    const { width, height } = size;
    if (across !== 0)
      this.#paintPart(moved, across > 0 ? strip(0, 0, across, height) : strip(width + across, 0, width, height));
    if (down !== 0)
      this.#paintPart(moved, down > 0 ? strip(0, 0, width, down) : strip(0, height + down, width, height));
  }

  /** Paints a part of the window, in pixels of the page. */
  #paintPart(frame: Frame, part: Rectangle): void {
    const { context, view, ratio } = frame;
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.beginPath();
    context.rect(part.left, part.top, part.right - part.left, part.bottom - part.top);
    context.clip();
    context.clearRect(part.left, part.top, part.right - part.left, part.bottom - part.top);
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.x, ratio * view.y);
    const inside: Rectangle = {
      left: (part.left - view.x) / view.scale,
      top: (part.top - view.y) / view.scale,
      right: (part.right - view.x) / view.scale,
      bottom: (part.bottom - view.y) / view.scale,
    };
    this.#paintEdges(frame, edgesIn(this.grid, inside), inside);
    const nodes = nodesIn(this.grid, inside);
    if (view.scale < boxScale) this.#paintMarks(frame, nodes);
    else for (const node of nodes) this.#paintCard(frame, node);
    context.restore();
  }

  /** The color of a node from afar. */
  inkOf(index: number): { readonly ink: Ink; readonly alpha: number } {
    const node = this.#placed.drawing.nodes[index];
    if (node === undefined) return { ink: "dim", alpha: 0.4 };
    if (this.#marks !== null) {
      const mark = this.#marks.get(node.id);
      return mark === undefined ? { ink: "dim", alpha: 0.2 } : { ink: mark.ink, alpha: 0.25 + 0.75 * mark.strength };
    }
    const role = this.#roleOf(index);
    if (role === "loss") return { ink: "text", alpha: 1 };
    if (role !== "constant" && role !== "open" && role !== "plain")
      return { ink: this.#meant.has(node.id) ? "dim" : "none", alpha: 0.9 };
    if (node.gradient.kind !== "received") return { ink: "dim", alpha: 0.4 };
    return { ink: inkOfGradient(node.gradient.summary), alpha: 0.75 };
  }

  #roleOf(index: number): NodeRole {
    const known = this.#roles[index];
    if (known !== undefined) return known;
    const node = this.#placed.drawing.nodes[index];
    const role = node === undefined ? "plain" : roleOf(this.#walk, this.#dead, node.id);
    this.#roles[index] = role;
    return role;
  }

  #paintMarks({ context, palette }: Frame, nodes: readonly number[]): void {
    const { x, y } = this.grid.placement;
    // One change of color for all cards that share it.
    const groups = new Map<string, { readonly ink: Ink; readonly alpha: number; readonly nodes: number[] }>();
    for (const node of nodes) {
      const { ink, alpha } = this.inkOf(node);
      const key = `${ink} ${alpha.toFixed(1)}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { ink, alpha, nodes: [node] });
      else group.nodes.push(node);
    }
    for (const group of groups.values()) {
      context.fillStyle = palette[group.ink];
      context.globalAlpha = group.alpha;
      for (const node of group.nodes) context.fillRect(realAt(x, node), realAt(y, node), nodeWidth, nodeHeight);
    }
    context.globalAlpha = 1;
  }

  #paintCard({ context, view, palette: colors, selected }: Frame, index: number): void {
    const node = this.#placed.drawing.nodes[index];
    if (node === undefined) return;
    const palette = this.#meant.has(node.id) ? quiet(colors) : colors;
    const [x, y] = [realAt(this.grid.placement.x, index), realAt(this.grid.placement.y, index)];
    const role = this.#roleOf(index);
    const look = lookOf(node, role);
    const mark = this.#marks?.get(node.id) ?? null;
    const isSelected = node.id === selected;
    context.globalAlpha = this.#marks !== null && mark === null ? 0.35 : 1;
    if ((this.#placed.folded.folds.get(node.id)?.iterations ?? null) !== null)
      for (const offset of [8, 4]) box(context, x + offset, y - offset, palette.card, palette.border, 1.2);
    const width = isSelected ? 2.2 / Math.min(1, view.scale * 1.4) : look.borderWidth;
    context.setLineDash(look.dashes === null || isSelected ? [] : look.dashes.split(" ").map(Number));
    box(context, x, y, palette.card, palette[isSelected ? "accent" : look.border], width);
    context.setLineDash([]);
    const tint = tintOf(mark, look.tint);
    if (tint !== null) {
      context.fillStyle = palette[tint.ink];
      context.globalAlpha = tint.alpha;
      context.fillRect(x, y, nodeWidth, nodeHeight);
      context.globalAlpha = 1;
    }
    if (view.scale >= nameScale) this.#paintText({ context, view, palette }, index, { x, y, role, mark });
    const summary = node.gradient.kind === "received" ? node.gradient.summary : null;
    if (summary !== null) {
      context.fillStyle = palette[role === "loss" ? "dim" : inkOfGradient(summary)];
      context.fillRect(x + inset, y + 48, inner * fillOf(summary), 4);
    }
    context.globalAlpha = 1;
  }

  #paintText(
    { context, view, palette }: Pick<Frame, "context" | "view" | "palette">,
    index: number,
    {
      x,
      y,
      role,
      mark,
    }: { readonly x: number; readonly y: number; readonly role: NodeRole; readonly mark: Mark | null },
  ): void {
    const node = this.#placed.drawing.nodes[index];
    if (node === undefined) return;
    const words = gradientWords(node, role);
    const text = (this.#texts[index] ??= cardTextOf(node, mark?.words ?? words.words));
    const write = (what: string, font: string, ink: Ink, left: number, top: number, side: CanvasTextAlign): void => {
      context.font = `${font} ${palette.font}`;
      context.fillStyle = palette[ink];
      context.textAlign = side;
      context.fillText(what, left, top);
    };
    write(text.name, "700 13px", lookOf(node, role).name, x + inset, y + 20, "left");
    if (view.scale < textScale) return;
    write(text.origin, "400 11px", "dim", x + nodeWidth - inset, y + 20, "right");
    write(text.value, "400 12px", "text", x + inset, y + 40, "left");
    write(text.gradient, "600 12px", mark?.ink ?? words.ink, x + nodeWidth - inset, y + 40, "right");
  }

  #paintEdges(frame: Frame, edges: readonly number[], inside: Rectangle): void {
    const { context, view, palette, selected, pace } = frame;
    const isFar = view.scale < boxScale;
    if (isFar && pace === "moving" && edges.length > mostMovingEdges) return;
    this.#carried ??= carriedBy(this.#walk, this.#placed.uncut);
    const route = this.#routeTo(selected);
    const styles = new Map<string, Alike>();
    for (const edge of edges) {
      const of = this.#placed.drawing.edges[edge];
      if (of === undefined || !this.#touches(edge, inside)) continue;
      const carried = this.#carried.get(of);
      if (carried === undefined) continue;
      const { ink, width, dashes } = strokeOf(carried.carriage);
      const isMeant = ink === "none" && (this.#meant.has(of.from) || this.#meant.has(of.to));
      const key = `${isMeant} ${isFar ? ink : `${ink} ${width} ${dashes}`}`;
      const style = styles.get(key);
      if (style === undefined) styles.set(key, { carried, colors: isMeant ? quiet(palette) : palette, edges: [edge] });
      else style.edges.push(edge);
    }
    this.#paintRoute(frame, route);
    for (const { carried, colors, edges: alike } of styles.values()) {
      const stroke = strokeOf(carried.carriage);
      context.strokeStyle = colors[stroke.ink];
      context.globalAlpha = isFar ? stroke.opacity * 0.6 : stroke.opacity;
      context.lineWidth = isFar ? 0.7 / view.scale : Math.max(stroke.width, 0.8 / view.scale);
      context.setLineDash(stroke.dashes === null || isFar ? [] : stroke.dashes.split(" ").map(Number));
      context.beginPath();
      for (const edge of alike)
        if (at(this.grid.isStub, edge) === 1) this.#stub(context, edge);
        else this.#line(context, edge, isFar ? "straight" : "curved");
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  #routeTo(selected: NodeId | null): ReadonlySet<GraphEdge> {
    if (this.#route?.of === selected) return this.#route.edges;
    const { loss } = this.#placed.folded.graph;
    const isRoute = selected !== null && loss !== null && selected !== loss && this.#walk.node.has(selected);
    const edges = new Set(isRoute ? routeFromLoss(this.#walk, loss, selected) : []);
    this.#route = { of: selected, edges };
    return edges;
  }

  #paintRoute({ context, view, palette }: Frame, route: ReadonlySet<GraphEdge>): void {
    if (route.size === 0) return;
    context.strokeStyle = palette.accent;
    context.globalAlpha = 0.35;
    context.lineWidth = Math.max(11, 3 / view.scale);
    context.lineCap = "round";
    context.beginPath();
    this.#placed.drawing.edges.forEach((edge, index) => {
      if (route.has(edge)) this.#line(context, index, "curved");
    });
    context.stroke();
    context.lineCap = "butt";
  }

  #touches(edge: number, { left, top, right, bottom }: Rectangle): boolean {
    const { pointStarts, points } = this.grid.placement;
    const [first, last] = [at(pointStarts, edge), at(pointStarts, edge + 1) - 1];
    if (realAt(points, 2 * first + 1) > bottom || realAt(points, 2 * last + 1) < top) return false;
    let [least, most] = [Infinity, -Infinity];
    for (let point = first; point <= last; point++) {
      least = Math.min(least, realAt(points, 2 * point));
      most = Math.max(most, realAt(points, 2 * point));
    }
    return least <= right && most >= left;
  }

  #stub(context: CanvasRenderingContext2D, edge: number): void {
    const { pointStarts, points } = this.grid.placement;
    const [first, last] = [at(pointStarts, edge), at(pointStarts, edge + 1) - 1];
    const [startX, startY] = [realAt(points, 2 * first), realAt(points, 2 * first + 1)];
    const [endX, endY] = [realAt(points, 2 * last), realAt(points, 2 * last + 1)];
    context.moveTo(startX, startY);
    context.lineTo(startX, startY + stubLength);
    context.moveTo(endX, endY - stubLength);
    context.lineTo(endX, endY);
  }

  #line(context: CanvasRenderingContext2D, edge: number, form: "straight" | "curved"): void {
    const { pointStarts, points } = this.grid.placement;
    const first = at(pointStarts, edge);
    let [x, y] = [realAt(points, 2 * first), realAt(points, 2 * first + 1)];
    context.moveTo(x, y);
    for (let point = first + 1; point < at(pointStarts, edge + 1); point++) {
      const [toX, toY] = [realAt(points, 2 * point), realAt(points, 2 * point + 1)];
      const middle = (y + toY) / 2;
      if (form === "straight" || x === toX) context.lineTo(toX, toY);
      else context.bezierCurveTo(x, middle, toX, middle, toX, toY);
      [x, y] = [toX, toY];
    }
  }
}

/** Two frames that differ at most in the place of the window. */
function isAlike(a: Frame, b: Frame): boolean {
  return (
    a.context === b.context &&
    a.view.scale === b.view.scale &&
    a.size === b.size &&
    a.ratio === b.ratio &&
    a.palette === b.palette &&
    a.selected === b.selected
  );
}

function strip(left: number, top: number, right: number, bottom: number): Rectangle {
  return { left, top, right, bottom };
}

function box(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  fill: string,
  border: string,
  width: number,
): void {
  context.beginPath();
  context.roundRect(x, y, nodeWidth, nodeHeight, 6);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = border;
  context.lineWidth = width;
  context.stroke();
}
