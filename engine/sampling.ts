/**
 * Images read at any points: `gridSample` takes coordinates from −1 to 1 and derives by them as well as by the image;
 * `affineGrid` makes such coordinates.
 */
import { noGrad } from "./autograd/grad-mode.js";
import { linspace, onesLike } from "./creation.js";
import { EngineError, shapeText } from "./errors.js";
import { concat, stack } from "./functions.js";
import { meshgrid } from "./grids.js";
import { cubic } from "./resampling.js";
import { elementCount, stridesOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** How `gridSample` reads between the elements and beyond the edges. */
export interface GridSampleOptions {
  /** "bilinear" unless given; "bicubic" takes images alone. */
  readonly mode?: "bilinear" | "nearest" | "bicubic";
  /** What stands outside the image: nothing, its border, or the image mirrored. */
  readonly paddingMode?: "zeros" | "border" | "reflection";
  /** Whether −1 and 1 are the centers of the corner elements, and not their outer edges. */
  readonly alignCorners?: boolean;
}

type Settings = Required<GridSampleOptions>;

/**
 * [batch, channels, …, rows, columns] read at [batch, …, 2 or 3], whose last dimension is x, y and perhaps z
 * (Jaderberg et al. 2015): [batch, channels, …].
 */
export function gridSample(image: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  const settings: Settings = { mode: "bilinear", paddingMode: "zeros", alignCorners: false, ...options };
  const rank = image.shape.length - 2;
  const fits =
    (rank === 2 || rank === 3) &&
    grid.shape.length === rank + 2 &&
    grid.shape[rank + 1] === rank &&
    grid.shape[0] === image.shape[0] &&
    (settings.mode !== "bicubic" || rank === 2);
  if (!fits || image.shape.includes(0)) {
    throw new EngineError(
      `gridSample: an image of shape ${shapeText(image.shape)} at points of shape ${shapeText(grid.shape)}, ${settings.mode}`,
      "an image of 2 or 3 dimensions behind its channels is read at points of as many coordinates; bicubic takes 2",
      "Pass [batch, channels, rows, columns] and [batch, rows, columns, 2].",
    );
  }
  const plane = image.shape.slice(2);
  // The last coordinate belongs to the first dimension of the plane.
  const points = plane.map((length, dim) => placesIn(grid.select(-1, rank - 1 - dim), length, settings));
  const read = reader(image, grid.shape.slice(1, -1));
  switch (settings.mode) {
    case "nearest": {
      const places = points.map((point, dim) => bounded(point, plane[dim], settings).round());
      return read(places).mul(connected(places));
    }
    case "bilinear":
      return weighted(
        points.map((point, dim) => linearTaps(bounded(point, plane[dim], settings))),
        read,
      );
    case "bicubic":
      return weighted(
        points.map((point, dim) => cubicTaps(point, (place) => bounded(place, plane[dim], settings))),
        read,
      );
  }
}

/** Coordinates for `gridSample`: [batch, rows, columns, 2] from matrices [batch, 2, 3], or with depth from [batch, 3, 4]. */
export function affineGrid(
  theta: Tensor,
  size: readonly number[],
  { alignCorners = false }: { readonly alignCorners?: boolean } = {},
): Tensor {
  const plane = size.slice(2);
  const rank = plane.length;
  if (theta.shape.length !== 3 || theta.shape[1] !== rank || theta.shape[2] !== rank + 1) {
    throw new EngineError(
      `affineGrid: matrices of shape ${shapeText(theta.shape)} for images of shape ${shapeText(size)}`,
      "an image of 2 dimensions is mapped by [batch, 2, 3], one of 3 by [batch, 3, 4]",
      "Check the shape of the matrices.",
    );
  }
  const axes = plane.map((length) => {
    const axis = length === 1 ? linspace(0, 0, 1) : linspace(-1, 1, length);
    return alignCorners ? axis : axis.mul((length - 1) / length);
  });
  const coordinates = meshgrid(axes).reverse();
  const ones = onesLike(coordinates[0]);
  const base = stack([...coordinates, ones], -1)
    .reshape([1, -1, rank + 1])
    .to(theta.dtype);
  return base.matmul(theta.transpose(-2, -1)).reshape([theta.shape[0], ...plane, rank]);
}

/** From −1 … 1 to places along a dimension. */
function placesIn(coordinate: Tensor, length: number, { alignCorners }: Settings): Tensor {
  const shifted = coordinate.add(1);
  return alignCorners ? shifted.mul((length - 1) / 2) : shifted.mul(length).sub(1).mul(0.5);
}

/** Back into the plane, where something stands outside it. */
function bounded(place: Tensor, length: number, { paddingMode, alignCorners }: Settings): Tensor {
  switch (paddingMode) {
    case "zeros":
      return place;
    case "border":
      return place.clamp(0, length - 1);
    case "reflection": {
      const [low, high] = alignCorners ? [0, length - 1] : [-0.5, length - 0.5];
      return reflected(place, low, high).clamp(0, length - 1);
    }
  }
}

function reflected(place: Tensor, low: number, high: number): Tensor {
  const span = high - low;
  if (span === 0) return place.mul(0);
  const distance = place.sub(low).abs();
  const flips = noGrad(() => distance.div(span).floor());
  const rest = distance.sub(flips.mul(span));
  const isOdd = flips.remainder(2);
  // Forth where the number of mirrors is even, and back where it is odd.
  return rest.mul(isOdd.mul(-2).add(1)).add(isOdd.mul(span)).add(low);
}

/** Places along one dimension, and their weights, which depend on the point. */
interface PointTap {
  readonly place: Tensor;
  readonly weight: Tensor;
}

function linearTaps(point: Tensor): readonly PointTap[] {
  const first = noGrad(() => point.floor());
  const part = point.sub(first);
  return [
    { place: first, weight: part.neg().add(1) },
    { place: first.add(1), weight: part },
  ];
}

function cubicTaps(point: Tensor, bound: (place: Tensor) => Tensor): readonly PointTap[] {
  const first = noGrad(() => point.floor());
  const part = point.sub(first);
  const near = (t: Tensor): Tensor =>
    t
      .mul(cubic + 2)
      .sub(cubic + 3)
      .mul(t)
      .mul(t)
      .add(1);
  const far = (t: Tensor): Tensor => t.sub(5).mul(t).add(8).mul(t).sub(4).mul(cubic);
  const weights = [far(part.add(1)), near(part), near(part.neg().add(1)), far(part.neg().add(2))];
  return weights.map((weight, tap) => ({ place: noGrad(() => bound(first.add(tap - 1))), weight }));
}

/** Every choice of one tap in each dimension. */
function weighted(taps: readonly (readonly PointTap[])[], read: (places: readonly Tensor[]) => Tensor): Tensor {
  const corners = taps.reduce(
    (before: readonly (readonly PointTap[])[], of) => before.flatMap((corner) => of.map((tap) => [...corner, tap])),
    [[]],
  );
  const parts = corners.map((corner) => {
    const weight = corner.map((tap) => tap.weight).reduce((product, each) => product.mul(each));
    return read(corner.map(({ place }) => place)).mul(weight.unsqueeze(1));
  });
  return parts.reduce((sum, part) => sum.add(part));
}

/** Reads the image at whole places, and nothing where they lie outside: [batch, channels, …]. */
function reader(image: Tensor, points: readonly number[]): (places: readonly Tensor[]) => Tensor {
  const [batch, channels, ...plane] = image.shape;
  const strides = stridesOf(plane);
  const count = elementCount(points);
  const flat = image.reshape([batch, channels, elementCount(plane)]);
  return (places) => {
    const { index, inside } = noGrad(() => {
      const isInside = places.map((place, dim) => place.ge(0).logicalAnd(place.le(plane[dim] - 1)));
      const parts = places.map((place, dim) => place.clamp(0, plane[dim] - 1).mul(strides[dim]));
      return {
        index: parts.reduce((sum, part) => sum.add(part)).to("int32"),
        inside: isInside.reduce((all, each) => all.logicalAnd(each)).to(image.dtype),
      };
    });
    const spread = index.reshape([batch, 1, count]).expand([batch, channels, count]);
    return flat
      .gather(-1, spread)
      .mul(inside.reshape([batch, 1, count]))
      .reshape([batch, channels, ...points]);
  };
}

/** Ones that depend on the points, whose gradient is zero everywhere. */
function connected(places: readonly Tensor[]): Tensor {
  const zeros = places.map((place) => place.mul(0));
  return concat(
    zeros.map((zero) => zero.unsqueeze(1)),
    1,
  )
    .sum(1, { keepdim: true })
    .add(1);
}
