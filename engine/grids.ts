/** Several tensors brought to one grid: broadcast together, spread over axes, combined, or set along a diagonal. */
import { EngineError, notATensor, shapeText } from "./errors.js";
import { concat, stack } from "./functions.js";
import { Storage } from "./kernels/storage.js";
import { broadcast, elementCount, type Shape } from "./shape.js";
import { Tensor } from "./tensor.js";

/** The shape that several shapes have together. */
export function broadcastShapes(...shapes: readonly Shape[]): number[] {
  return [...shapes.reduce((a, b) => broadcast("broadcastShapes", a, b), [])];
}

/** Each tensor repeated to the shape that all have together. */
export function broadcastTensors(...tensors: readonly Tensor[]): Tensor[] {
  const shape = broadcastShapes(...tensors.map((each) => each.shape));
  return tensors.map((each) => each.expand(shape));
}

/** How `meshgrid` lays its dimensions. */
export interface GridOptions {
  /** "ij", unless given, has the first tensor along the first dimension; "xy" along the second. */
  readonly indexing?: "ij" | "xy";
}

/** The coordinates of a grid: one tensor for each vector, varying along its own dimension. */
export function meshgrid(tensors: readonly Tensor[], { indexing = "ij" }: GridOptions = {}): Tensor[] {
  const swaps = indexing === "xy" && tensors.length > 1;
  const vectors = (swaps ? [tensors[1], tensors[0], ...tensors.slice(2)] : tensors).map(vectorOf("meshgrid"));
  const shape = vectors.map((each) => each.shape[0]);
  const grid = vectors.map((each, at) => each.reshape(shape.map((_, dim) => (dim === at ? -1 : 1))).expand(shape));
  return swaps ? [grid[1], grid[0], ...grid.slice(2)] : grid;
}

/** All choices of one element from each vector, one choice in each row; of a single vector the vector itself. */
export function cartesianProd(...tensors: readonly Tensor[]): Tensor {
  const vectors = tensors.map(vectorOf("cartesianProd"));
  if (vectors.length === 1) return vectors[0];
  return stack(
    meshgrid(vectors).map((each) => each.reshape([-1])),
    1,
  );
}

/** How many elements `combinations` takes, and whether twice. */
export interface CombinationOptions {
  /** How many elements each has; 2 unless given. */
  readonly r?: number;
  /** Whether an element may be taken again. */
  readonly withReplacement?: boolean;
}

/** All ways to take r elements of a vector, in their order, one way in each row. */
export function combinations(x: Tensor, { r = 2, withReplacement = false }: CombinationOptions = {}): Tensor {
  const vector = vectorOf("combinations")(x);
  if (!Number.isInteger(r) || r < 0) {
    throw new EngineError(`combinations: r is ${r}`, "a number of elements is taken", "Pass a whole number from 0.");
  }
  const rows = choices(vector.shape[0], r, withReplacement ? 0 : 1);
  const index = new Tensor(Storage.of("int32", rows.flat()), [rows.length * r]);
  return vector.indexSelect(index).reshape([rows.length, r]);
}

/** Matrices along the diagonal of a larger one, with zeros elsewhere; a vector is a row. */
export function blockDiag(...tensors: readonly Tensor[]): Tensor {
  const blocks = tensors.map((each) => {
    if (each.shape.length > 2) throw notAMatrix(each.shape);
    return each.shape.length === 2 ? each : each.reshape([1, -1]);
  });
  const width = blocks.reduce((sum, { shape }) => sum + shape[1], 0);
  let before = 0;
  const rows = blocks.map((block) => {
    const padded = block.pad([before, width - before - block.shape[1]]);
    before += block.shape[1];
    return padded;
  });
  return concat(rows, 0);
}

/** The places of the lower triangle of a matrix, rows in the first row and columns in the second, in int32. */
export function trilIndices(rows: number, columns: number, offset = 0): Tensor {
  return places("trilIndices", rows, columns, (row, column) => column - row <= offset);
}

/** The places of the upper triangle of a matrix, rows in the first row and columns in the second, in int32. */
export function triuIndices(rows: number, columns: number, offset = 0): Tensor {
  return places("triuIndices", rows, columns, (row, column) => column - row >= offset);
}

function places(call: string, rows: number, columns: number, isIn: (row: number, column: number) => boolean): Tensor {
  if (![rows, columns].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new EngineError(
      `${call}: a matrix of ${rows} by ${columns}`,
      "it has whole numbers of rows and columns",
      "Pass numbers from 0.",
    );
  }
  const found: [number[], number[]] = [[], []];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (!isIn(row, column)) continue;
      found[0].push(row);
      found[1].push(column);
    }
  }
  return new Tensor(Storage.of("int32", found.flat()), [2, found[0].length]);
}

/** Rising places of r elements out of a count; `step` says how far the next one must be from the last. */
function choices(count: number, r: number, step: 0 | 1): number[][] {
  let rows: number[][] = [[]];
  for (let round = 0; round < r; round++) {
    rows = rows.flatMap((row) => {
      const last = row.at(-1);
      const start = last === undefined ? 0 : last + step;
      return Array.from({ length: Math.max(0, count - start) }, (_, at) => [...row, start + at]);
    });
  }
  return rows;
}

function vectorOf(call: string): (x: Tensor) => Tensor {
  return (x) => {
    if (typeof x !== "object") throw notATensor(call, "an argument", x);
    if (x.shape.length <= 1) return x.reshape([elementCount(x.shape)]);
    throw new EngineError(
      `${call}: a tensor of shape ${shapeText(x.shape)}`,
      "each is a vector or a scalar",
      "Flatten it with `reshape([-1])`.",
    );
  };
}

function notAMatrix(shape: Shape): EngineError {
  return new EngineError(
    `blockDiag: a tensor of shape ${shapeText(shape)}`,
    "blocks have two dimensions at most",
    "Reshape it to a matrix.",
  );
}
