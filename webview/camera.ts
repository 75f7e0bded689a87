/** Where the window stands over the picture: fitting, moving and zooming, as plain numbers. */

/** What the window stands over. */
type Picture = Size;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A point of the window, or of the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

const smallest = 0.03;
const largest = 4;
/** A small graph is not blown up further than this when it is fitted. */
const largestFit = 1.15;
/** The buttons at the lower edge lie over no card of a fitted picture. */
const toolsHeight = 34;

/** A picture that would be smaller than this cannot be read; then only a part of it is shown. */
const smallestFit = 0.48;
const readable = 0.8;

/**
 * The whole picture in the window, in its middle and near its top; of a picture that is too large for that the place
 * around one card, or its end.
 */
export function fitted({ width, height }: Picture, window: Size, around: Place | null): View {
  if (window.width === 0 || window.height === 0) return { x: 0, y: 0, scale: 1 };
  const free = Math.max(1, window.height - toolsHeight);
  const scale = Math.min(largestFit, window.width / width, free / height);
  if (scale < smallestFit) {
    const center = around ?? { x: width / 2, y: height };
    return { x: window.width / 2 - center.x * readable, y: window.height / 2 - center.y * readable, scale: readable };
  }
  const below = free - height * scale;
  return { x: (window.width - width * scale) / 2, y: Math.min(below / 2, 8), scale };
}

/** Whether the picture fits the window as a whole, so that selecting another node need not move it. */
export function fitsWhole({ width, height }: Picture, window: Size): boolean {
  return Math.min(window.width / width, (window.height - toolsHeight) / height) >= smallestFit;
}

/** Whether nothing of the picture lies outside the window. */
export function showsAll({ x, y, scale }: View, { width, height }: Picture, window: Size): boolean {
  return x >= -1 && y >= -1 && x + width * scale <= window.width + 1 && y + height * scale <= window.height + 1;
}

/** Moves the window as little as it takes to have a card of this size in sight. */
export function broughtInto({ x, y, scale }: View, window: Size, card: Place & Size): View {
  const margin = 24;
  const shift = (start: number, end: number, room: number): number =>
    start < margin ? margin - start : end > room - margin ? room - margin - end : 0;
  const [left, top] = [x + card.x * scale, y + card.y * scale];
  return {
    x: x + shift(left, left + card.width * scale, window.width),
    y: y + shift(top, top + card.height * scale, window.height - toolsHeight),
    scale,
  };
}

export function moved({ x, y, scale }: View, right: number, down: number): View {
  return { x: x + right, y: y + down, scale };
}

/** The point of the picture under `at` stays where it is. */
export function zoomed({ x, y, scale }: View, at: Place, factor: number): View {
  const next = Math.min(largest, Math.max(smallest, scale * factor));
  const ratio = next / scale;
  return { x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio, scale: next };
}

export function transformOf({ x, y, scale }: View): string {
  return `translate(${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}) scale(${Math.round(scale * 10000) / 10000})`;
}
