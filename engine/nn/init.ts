/**
 * First values for parameters, drawn from the engine's seeded generator. Each fills a tensor in place, outside the tape,
 * and returns it; the names and bounds are PyTorch's.
 */
import { changed } from "../kernels/windows.js";
import { EngineError, shapeText } from "../errors.js";
import { matrixOf, qrOf, transposed } from "../ops/dense.js";
import { generator } from "../random.js";
import type { Tensor } from "../tensor.js";

/** Evenly distributed from `low` up to `high`. */
export function uniform_<T extends Tensor>(tensor: T, low = 0, high = 1): T {
  return filled(tensor, () => low + (high - low) * generator.uniform());
}

/** Normally distributed. */
export function normal_<T extends Tensor>(tensor: T, mean = 0, standardDeviation = 1): T {
  return filled(tensor, () => mean + standardDeviation * generator.normal());
}

/** One number everywhere. */
export function constant_<T extends Tensor>(tensor: T, value: number): T {
  return filled(tensor, () => value);
}

/** Zeros. */
export function zeros_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 0);
}

/** Ones. */
export function ones_<T extends Tensor>(tensor: T): T {
  return constant_(tensor, 1);
}

/** U(−b, b) with b = gain·√(6 / (fan in + fan out)) (Glorot and Bengio, 2010). */
export function xavierUniform_<T extends Tensor>(tensor: T, gain = 1): T {
  const { fanIn, fanOut } = fans("xavierUniform_", tensor);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(tensor, -bound, bound);
}

/** N(0, s²) with s = gain·√(2 / (fan in + fan out)) (Glorot and Bengio, 2010). */
export function xavierNormal_<T extends Tensor>(tensor: T, gain = 1): T {
  const { fanIn, fanOut } = fans("xavierNormal_", tensor);
  return normal_(tensor, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}

/** U(−b, b) with b = √(6 / ((1 + a²)·fan in)), for layers before a leaky ReLU of slope a (He et al., 2015). */
export function kaimingUniform_<T extends Tensor>(tensor: T, a = 0): T {
  const bound = Math.sqrt(6 / ((1 + a * a) * fans("kaimingUniform_", tensor).fanIn));
  return uniform_(tensor, -bound, bound);
}

/** N(0, s²) with s = √(2 / ((1 + a²)·fan in)), for layers before a leaky ReLU of slope a (He et al., 2015). */
export function kaimingNormal_<T extends Tensor>(tensor: T, a = 0): T {
  return normal_(tensor, 0, Math.sqrt(2 / ((1 + a * a) * fans("kaimingNormal_", tensor).fanIn)));
}

/** N(mean, s²), drawn again where it falls outside `low` to `high`. */
export function truncNormal_<T extends Tensor>(tensor: T, mean = 0, standardDeviation = 1, low = -2, high = 2): T {
  if (!(low < high) || mean < low - 4 * standardDeviation || mean > high + 4 * standardDeviation) {
    throw new EngineError(
      `truncNormal_: from ${low} to ${high} around ${mean}`,
      "almost nothing of the distribution lies there",
      "Choose bounds around the mean.",
      "ValueError",
    );
  }
  return filled(tensor, () => {
    for (;;) {
      const drawn = mean + standardDeviation * generator.normal();
      if (drawn >= low && drawn <= high) return drawn;
    }
  });
}

/** The identity, as far as the matrix reaches. */
export function eye_<T extends Tensor>(tensor: T): T {
  const [, columns] = matrixIn("eye_", tensor);
  let at = 0;
  return filled(tensor, () => {
    const place = at++;
    return Math.floor(place / columns) === place % columns ? 1 : 0;
  });
}

/** Rows, or columns where there are fewer, at right angles and of length `gain` (Saxe, McClelland and Ganguli, 2014). */
export function orthogonal_<T extends Tensor>(tensor: T, gain = 1): T {
  const [rows, columns] = matrixIn("orthogonal_", tensor);
  const isTall = rows >= columns;
  const [height, width] = isTall ? [rows, columns] : [columns, rows];
  const { q, r } = qrOf(matrixOf(height, width, () => generator.normal()));
  // With the signs of R's diagonal each orthogonal matrix is as likely as any other (Mezzadri, 2007).
  const even = matrixOf(
    height,
    width,
    (row, column) => q.values[row * width + column] * Math.sign(r.values[column * width + column]),
  );
  const { values } = isTall ? even : transposed(even);
  let at = 0;
  return filled(tensor, () => gain * values[at++]);
}

function matrixIn(call: string, { shape }: Tensor): readonly [number, number] {
  const [rows, columns, ...field] = shape;
  if (rows !== undefined && columns !== undefined)
    return [rows, field.reduce((product, length) => product * length, columns)];
  throw new EngineError(
    `${call}: the tensor has shape ${shapeText(shape)}`,
    "it fills matrices, of which the first dimension counts the rows",
    "Use another first value for vectors.",
    "ValueError",
  );
}

/** How many inputs feed one output, and the reverse: a weight is [outputs, inputs, …receptive field]. */
function fans(call: string, { shape }: Tensor): { readonly fanIn: number; readonly fanOut: number } {
  const [outputs, inputs, ...field] = shape;
  if (outputs === undefined || inputs === undefined) {
    throw new EngineError(
      `${call}: the tensor has shape ${shapeText(shape)}`,
      "fewer than two dimensions have no fan in and fan out",
      "Use `uniform_` or `normal_` with bounds of your own.",
    );
  }
  const size = field.reduce((product, length) => product * length, 1);
  return { fanIn: inputs * size, fanOut: outputs * size };
}

function filled<T extends Tensor>(tensor: T, draw: () => number): T {
  const { storage } = tensor;
  const { values } = storage;
  for (let i = 0; i < values.length; i++) values[i] = draw();
  changed(storage);
  return tensor;
}
