/**
 * Arithmetic, comparisons and functions of one number over the module. Broadcasting becomes a grid whose rows repeat or
 * whose values repeat within a row; dimensions above that are walked here.
 */
import type { Kernels, UnaryOp, Walk } from "./kernels.js";
import { hasBinary, hasUnary, type GridKernel, type KernelModule } from "./module.js";
import { powerShortcut } from "./power.js";
import { reference } from "./reference.js";
import { addressForAll, addressOf, beginKernel } from "./residence.js";
import { bytesPerValue, tiny, type Storage } from "./storage.js";
import { joinDimensions } from "./walk.js";

type Elementwise = Pick<
  Kernels,
  "binary" | "binaryStrided" | "compare" | "compareStrided" | "unary" | "where" | "cast"
>;

export function wasmElementwise(module: KernelModule): Elementwise {
  return {
    binary(op, a, b, out, count) {
      const shortcut = op === "pow" && b.size === 1 ? powerShortcut(b.read(0)) : null;
      if (shortcut !== null && out.dtype === "float32") {
        unary(shortcut, a, out, count);
        return;
      }
      const fast = hasBinary(op) && count > tiny && areFloats(a, b) && out.dtype === "float32";
      if (fast) pairs(module[op], a, b, out, count);
      else reference.binary(op, a, b, out, count);
    },
    binaryStrided(op, a, aWalk, b, bWalk, out, shape) {
      const fast = hasBinary(op) && out.size > tiny && areFloats(a, b) && out.dtype === "float32";
      if (fast && grids(module[op], a, aWalk, b, bWalk, out, shape)) return;
      reference.binaryStrided(op, a, aWalk, b, bWalk, out, shape);
    },
    compare(op, a, b, out, count) {
      if (count > tiny && areFloats(a, b)) pairs(module[op], a, b, out, count);
      else reference.compare(op, a, b, out, count);
    },
    compareStrided(op, a, aWalk, b, bWalk, out, shape) {
      const fast = out.size > tiny && areFloats(a, b);
      if (fast && grids(module[op], a, aWalk, b, bWalk, out, shape)) return;
      reference.compareStrided(op, a, aWalk, b, bWalk, out, shape);
    },
    unary,
    where(condition, a, b, out, count) {
      const fast = count > tiny && condition.size >= count && bytesPerValue(out.dtype) === 4;
      if (!fast) {
        reference.where(condition, a, b, out, count);
        return;
      }
      beginKernel();
      const chosen = addressOf(condition);
      const left = addressOf(a);
      const right = addressOf(b);
      module.where(chosen, left, valueStep(a), right, valueStep(b), addressToFill(out, count), count);
    },
    cast(x, out, count) {
      const from = castCode[x.dtype];
      const to = castCode[out.dtype];
      if (count <= tiny || from === null || to === null || from === to) {
        reference.cast(x, out, count);
        return;
      }
      beginKernel();
      const source = addressOf(x);
      module.cast(source, from, addressToFill(out, count), to, count);
    },
  };

  function unary(op: UnaryOp, x: Storage, out: Storage, count: number): void {
    if (!hasUnary(op) || count <= tiny || x.dtype !== "float32" || out.dtype !== "float32") {
      reference.unary(op, x, out, count);
      return;
    }
    beginKernel();
    const source = addressOf(x);
    module[op](source, addressToFill(out, count), count);
  }
}

/** The module's numbers for the dtypes that it can convert. */
const castCode = { float32: 0, int32: 1, bool: 2, float64: null } as const;

function pairs(kernel: GridKernel, a: Storage, b: Storage, out: Storage, count: number): void {
  beginKernel();
  const left = addressOf(a);
  const right = addressOf(b);
  kernel(left, 0, valueStep(a), right, 0, valueStep(b), addressToFill(out, count), 1, count);
}

/** False where an operand's values neither follow each other nor repeat within a row. */
function grids(
  kernel: GridKernel,
  a: Storage,
  aWalk: Walk,
  b: Storage,
  bWalk: Walk,
  out: Storage,
  shape: readonly number[],
): boolean {
  const joined = joinDimensions(shape, aWalk.strides, bWalk.strides);
  const last = joined.shape.length - 1;
  const [aStep, bStep] = [joined.a[last], joined.b[last]];
  const fits = (aStep === 1 && bStep <= 1) || (aStep === 0 && bStep === 1);
  if (!fits || bStep < 0) return false;
  beginKernel();
  const left = addressOf(a) + 4 * aWalk.offset;
  const right = addressOf(b) + 4 * bWalk.offset;
  const result = addressToFill(out, out.size);
  const rows = joined.shape[last - 1];
  const columns = joined.shape[last];
  const gridBytes = rows * columns * bytesPerValue(out.dtype);
  let done = 0;
  eachGrid(joined.shape, joined.a, joined.b, (aOffset, bOffset) => {
    const at = result + gridBytes * done++;
    const aRow = 4 * joined.a[last - 1];
    const bRow = 4 * joined.b[last - 1];
    kernel(left + 4 * aOffset, aRow, 4 * aStep, right + 4 * bOffset, bRow, 4 * bStep, at, rows, columns);
  });
  return true;
}

/** Visits the dimensions above the innermost two, in row-major order. */
export function eachGrid(
  shape: readonly number[],
  a: readonly number[],
  b: readonly number[],
  visit: (aOffset: number, bOffset: number) => void,
): void {
  const visitFrom = (dimension: number, aOffset: number, bOffset: number): void => {
    if (dimension === shape.length - 2) {
      visit(aOffset, bOffset);
      return;
    }
    for (let i = 0; i < shape[dimension]; i++) {
      visitFrom(dimension + 1, aOffset + i * a[dimension], bOffset + i * b[dimension]);
    }
  };
  visitFrom(0, 0, 0);
}

function areFloats(a: Storage, b: Storage): boolean {
  return a.dtype === "float32" && b.dtype === "float32";
}

function valueStep(operand: Storage): 0 | 4 {
  return operand.size === 1 ? 0 : 4;
}

/** A result that fills its storage needs none of the old values. */
function addressToFill(out: Storage, count: number): number {
  return count === out.size ? addressForAll(out) : addressOf(out);
}
