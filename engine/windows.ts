/** Windows over the dimensions behind the channels: how many there are and which elements each looks at. */
import { EngineError } from "./errors.js";
import { elementCount, type Shape } from "./shape.js";

/** One number for all dimensions, or one for each. */
export type PerDimension = number | readonly number[];

export function each(value: PerDimension, rank: number): readonly number[] {
  if (typeof value === "number") return Array.from({ length: rank }, () => value);
  return value.length === 1 ? Array.from({ length: rank }, () => value[0]) : value;
}

export function windowCount(
  call: string,
  length: number,
  reach: number,
  stride: number,
  padding: number,
  ceil: boolean,
): number {
  const room = length + 2 * padding - reach;
  if (room < 0 || !(stride > 0)) {
    throw new EngineError(
      `${call}: windows of ${reach} every ${stride} in ${length + 2 * padding} elements`,
      stride > 0 ? "a window is longer than what it looks at" : "a stride leads forward",
      "Check the sizes of input, kernel, stride and padding.",
    );
  }
  const count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  // The last window must begin inside the input or its left padding.
  return ceil && (count - 1) * stride >= length + padding ? count - 1 : count;
}

/** For each tap of each window its place in the flat plane; −1 in the padding. */
export function placesOfWindows(
  plane: Shape,
  counts: Shape,
  size: Shape,
  stride: readonly number[],
  dilation: readonly number[],
  padding: readonly number[],
): number[] {
  let places = [0];
  const lengths = [...counts, ...size];
  const walk = Array.from({ length: elementCount(lengths) }, (_, i) => i);
  const rank = plane.length;
  places = walk.map((i) => {
    const at: number[] = [];
    let rest = i;
    for (let dim = lengths.length - 1; dim >= 0; dim--) {
      at[dim] = rest % lengths[dim];
      rest = Math.floor(rest / lengths[dim]);
    }
    let place = 0;
    for (let dim = 0; dim < rank; dim++) {
      const position = at[dim] * stride[dim] + at[dim + rank] * dilation[dim] - padding[dim];
      if (position < 0 || position >= plane[dim]) return -1;
      place = place * plane[dim] + position;
    }
    return place;
  });
  return places;
}
