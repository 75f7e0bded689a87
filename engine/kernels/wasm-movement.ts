/**
 * Copies, fills and picks by index over the module. Strides become grids of two dimensions; those above are walked here.
 */
import type { Along, Kernels, Walk } from "./kernels.js";
import type { KernelModule } from "./module.js";
import { reference } from "./reference.js";
import { addressForAll, addressOf, beginKernel, takeHome } from "./residence.js";
import { bytesPerValue, tiny, toDType, type Storage } from "./storage.js";
import { contiguousStrides, joinDimensions } from "./walk.js";
import { eachGrid } from "./wasm-elementwise.js";

type Movement = Pick<
  Kernels,
  "fill" | "copy" | "copyStrided" | "addStrided" | "indexSelect" | "indexAdd" | "gather" | "scatterAdd" | "scatter"
>;

export function wasmMovement(module: KernelModule): Movement {
  return {
    fill(out, value, offset, count) {
      if (count <= tiny || out.dtype === "float64") {
        reference.fill(out, value, offset, count);
        return;
      }
      beginKernel();
      const to = (count === out.size ? addressForAll(out) : addressOf(out)) + offset * bytesPerValue(out.dtype);
      if (out.dtype === "bool") module.fill8(to, toDType("bool", value), count);
      else module.fill32(to, bitsOf(out, value), count);
    },
    copy(x, xOffset, out, outOffset, count) {
      if (staysOutside(x, out, count)) {
        reference.copy(x, xOffset, out, outOffset, count);
        return;
      }
      beginKernel();
      const bytes = bytesPerValue(x.dtype);
      const from = addressOf(x) + xOffset * bytes;
      const to = (count === out.size ? addressForAll(out) : addressOf(out)) + outOffset * bytes;
      module.copyGrid(from, 0, 1, to, 0, 1, 1, count, bytes === 4 ? 2 : 0);
      finish(out, to - outOffset * bytes);
    },
    copyStrided(x, xWalk, out, outWalk, shape) {
      const count = sizeOf(shape);
      if (staysOutside(x, out, count)) {
        reference.copyStrided(x, xWalk, out, outWalk, shape);
        return;
      }
      beginKernel();
      const bytes = bytesPerValue(x.dtype);
      const from = addressOf(x);
      const to = fillsWhole(out, outWalk, shape) ? addressForAll(out) : addressOf(out);
      const joined = joinDimensions(shape, xWalk.strides, outWalk.strides);
      const last = joined.shape.length - 1;
      eachGrid(joined.shape, joined.a, joined.b, (xOffset, outOffset) => {
        module.copyGrid(
          from + (xWalk.offset + xOffset) * bytes,
          joined.a[last - 1],
          joined.a[last],
          to + (outWalk.offset + outOffset) * bytes,
          joined.b[last - 1],
          joined.b[last],
          joined.shape[last - 1],
          joined.shape[last],
          bytes === 4 ? 2 : 0,
        );
      });
      finish(out, to);
    },
    addStrided(x, xWalk, out, outWalk, shape) {
      if (sizeOf(shape) <= tiny || x.dtype !== "float32" || out.dtype !== "float32") {
        reference.addStrided(x, xWalk, out, outWalk, shape);
        return;
      }
      beginKernel();
      const from = addressOf(x);
      const to = addressOf(out);
      const joined = joinDimensions(shape, xWalk.strides, outWalk.strides);
      const last = joined.shape.length - 1;
      const [rows, columns] = [joined.shape[last - 1], joined.shape[last]];
      const [xRow, xStep] = [joined.a[last - 1], joined.a[last]];
      const [outRow, outStep] = [joined.b[last - 1], joined.b[last]];
      const sumsColumns = outRow === 0 && outStep === 1 && xRow === columns && xStep === 1;
      eachGrid(joined.shape, joined.a, joined.b, (xOffset, outOffset) => {
        const source = from + 4 * (xWalk.offset + xOffset);
        const target = to + 4 * (outWalk.offset + outOffset);
        if (sumsColumns) module.sumColumns(source, target, 1, rows, columns, 1);
        else module.addGrid(source, xRow, xStep, target, outRow, outStep, rows, columns);
      });
      finish(out, to);
    },
    indexSelect: picks("indexSelect"),
    gather: picks("gather"),
    scatter: puts("scatter", 4),
    indexAdd: puts("indexAdd", "float32"),
    scatterAdd: puts("scatterAdd", "float32"),
  };

  function picks(name: "indexSelect" | "gather") {
    return (x: Storage, index: Storage, out: Storage, along: Along, count: number): void => {
      if (out.size <= tiny || bytesPerValue(x.dtype) !== 4) {
        reference[name](x, index, out, along, count);
        return;
      }
      beginKernel();
      const from = addressOf(x);
      const places = addressOf(index);
      module[name](from, places, addressForAll(out), along.outer, along.length, along.inner, count);
    };
  }

  /** Adding is for float32 alone; plain writes are for whatever has four bytes. */
  function puts(name: "scatter" | "indexAdd" | "scatterAdd", needs: 4 | "float32") {
    return (source: Storage, index: Storage, out: Storage, along: Along, count: number): void => {
      const fits = needs === 4 ? bytesPerValue(out.dtype) === 4 : out.dtype === "float32";
      if (source.size <= tiny || !fits || source.dtype !== out.dtype) {
        reference[name](source, index, out, along, count);
        return;
      }
      beginKernel();
      const from = addressOf(source);
      const places = addressOf(index);
      const to = addressOf(out);
      module[name](from, places, to, along.outer, along.length, along.inner, count);
      finish(out, to);
    };
  }
}

function finish(out: Storage, address: number): void {
  takeHome(out, address);
}

/** Float64, mixed dtypes and small copies between JavaScript arrays. */
function staysOutside(x: Storage, out: Storage, count: number): boolean {
  return count <= tiny || x.dtype === "float64" || x.dtype !== out.dtype;
}

function fillsWhole(out: Storage, outWalk: Walk, shape: readonly number[]): boolean {
  if (outWalk.offset !== 0 || sizeOf(shape) !== out.size) return false;
  const strides = contiguousStrides(shape);
  return strides.every((stride, dimension) => shape[dimension] === 1 || stride === outWalk.strides[dimension]);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

const one = new Float32Array(1);
const oneAsBits = new Int32Array(one.buffer);

function bitsOf(out: Storage, value: number): number {
  if (out.dtype === "int32") return toDType("int32", value);
  one[0] = value;
  return oneAsBits[0];
}
